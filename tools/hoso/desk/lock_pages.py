"""The locks of a year, what each still waits for, and closing the books of a period."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Denied, Missing, asking
from hoso.desk.lock_table import lock_rows, lock_title, locks_of, rooms_of, years
from hoso.desk.pages import page, see_other
from hoso.desk.printed import book_pdf
from hoso.desk.told_standing import days_said, person_said
from hoso.desk.unlocks import orders
from hoso.gate.missing import NOBODY, by_teacher, expected, missing, spared
from hoso.gate.policy import YEAR, Deed, Granted, Lock
from hoso.gate.readable import place_name
from hoso.server.due import close, name_of
from hoso.server.journal import alone
from hoso.server.place import server_at

_PERIOD = "ky"
#: Locks further away than so many days stand below the others.
_NEAR = 60


def table(request: Request) -> Response:
    """Every lock of a year with its classes, and the orders that open books now."""
    ask = asking(request)
    known = years(ask.policy)
    year = request.query_params.get("nam", "")
    year = year if year in known else ask.policy.year
    rows = lock_rows(ask.view.main, ask.school, ask.policy, year)
    return page(
        ask, "khoa-so.html", year=year, years=known, rows=rows, rooms=rooms_of(rows),
        near=[row for row in rows if row.left <= _NEAR],
        far=[row for row in rows if row.left > _NEAR],
        state=ask.view.state, days={row.name: days_said(row.closes, ask.policy.on) for row in rows},
        orders=orders(ask.school, year, ask.desk.now()),
        may_order=ask.person.may_anything(Deed.WRITE, "mo-so"),
    )  # fmt: skip


def one(request: Request) -> Response:
    """One lock: its day, what misses by teacher, and closing it for whoever may."""
    ask = asking(request)
    lock = _lock(ask, request)
    pages = expected(ask.school, ask.policy, lock)
    left = missing(ask.school, ask.policy, lock)
    teachers = [
        ("Chưa ai được phân công ghi" if who == NOBODY else person_said(who, ask.school),
         [(each.path, place_name(ask.school.kind(each.kind), each.key, ask.school, named=True),
           each.why.value, who == ask.person.id) for each in own])
        for who, own in by_teacher(left).items()
    ]  # fmt: skip
    name = name_of(lock)
    return page(
        ask, "mot-khoa-so.html", lock=lock, name=name, title=lock_title(lock, ask.school),
        year=lock.scope[YEAR], pages=len(pages), left=len(left), teachers=teachers,
        kinds=[ask.school.kinds[each].title for each in sorted(lock.kinds) if each in
               ask.school.kinds],
        day=days_said(lock.closes, ask.policy.on), due=lock.closes < ask.policy.on,
        closed=ask.view.state.closed.get(name, ""), period=_PERIOD in lock.scope,
        spared=len(spared(ask.school, ask.policy, lock)), may_close=_closers(ask, lock),
    )  # fmt: skip


def shut(request: Request) -> Response:
    """Closes the books of a period by the server, where nothing is missing."""
    ask = asking(request)
    lock = _lock(ask, request)
    if not _closers(ask, lock):
        raise Denied("quy chế không giao cho thầy cô việc khóa những sổ này")
    # The server closes; the passphrase says that it is really this person who asks for it.
    with ask.signing(ask.text("mat_khau")):
        pass
    server = server_at(ask.desk.server)
    with alone(server) as held:
        left = close(held, name_of(lock), ask.desk.now())
    title = lock_title(lock, ask.school)
    if left:
        ask.tell(f"Chưa chốt được sổ {title}: còn thiếu {len(left)} trang, kê ở dưới.")
    else:
        ask.tell(f"Đã chốt sổ {title}. In được biên bản khóa sổ.")
    return see_other(f"/khoa-so/{name_of(lock)}")


def minutes(request: Request) -> Response:
    """The minutes of a lock as PDF, over the books as they were closed."""
    ask = asking(request)
    lock = _lock(ask, request)
    name, year = name_of(lock), lock.scope[YEAR]
    commit = ask.view.state.closed.get(name) or ask.view.main
    return book_pdf(ask, "bien-ban-khoa-so", (year, lock.name), commit, lock=(year, lock.name))


def _lock(ask: Asking, request: Request) -> Lock:
    year, name = request.path_params["nam"], request.path_params["ten"]
    found = next((lock for lock in locks_of(ask.policy, year) if lock.name == name), None)
    if found is None:
        raise Missing("lịch khóa sổ không có lần khóa này")
    return found


def _closers(ask: Asking, lock: Lock) -> bool:
    """Whether the regulation lets this person lock every kind of a lock."""
    return all(
        isinstance(ask.person.may(Deed.LOCK, kind, lock.scope), Granted) for kind in lock.kinds
    )


routes = [
    Route("/khoa-so/", table, methods=["GET"]),
    Route("/khoa-so/{nam}/{ten}", one, methods=["GET"]),
    Route("/khoa-so/{nam}/{ten}/chot", shut, methods=["POST"]),
    Route("/khoa-so/{nam}/{ten}/bien-ban.pdf", minutes, methods=["GET"]),
]
