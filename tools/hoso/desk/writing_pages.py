"""Writing books: the list of what one writes, a page as a table, drafts kept, proposals sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Locked, asking, in_turn
from hoso.desk.beginning import kinds_to_begin
from hoso.desk.bringing import rosters
from hoso.desk.clashing import clashes
from hoso.desk.form_layout import form_of
from hoso.desk.my_books import books, is_due, others, shelved
from hoso.desk.pages import as_moment, data, page, see_other
from hoso.desk.phrases import phrases
from hoso.desk.seen_faults import faults_by_place
from hoso.desk.sending import propose
from hoso.desk.taking_up import before, beside, work_of
from hoso.desk.told_standing import days_said
from hoso.desk.ways import BEGUN_AT
from hoso.desk.weighing import items
from hoso.desk.writing import Work, place_of
from hoso.exchange.cells import one_line
from hoso.exchange.edits import page_bytes
from hoso.exchange.members import collections
from hoso.findings import Finding, HosoError
from hoso.model import Privacy
from hoso.proposals.delivery import NotDelivered

_ORIGIN, _SAID, _OWN, _THEIRS, _ALONG = "goc", "loi_nhan", "giu", "lay", "kem"
_OPEN = frozenset({Privacy.PUBLIC, Privacy.INTERNAL})


def listed(request: Request) -> Response:
    """What one writes, the next to be closed first."""
    ask = asking(request)
    wanted = request.query_params.get("tim", "").strip()[:80]
    found = books(ask)
    now = [book for book in found if book.state != "khoa"]
    due = [book for book in now if is_due(book, ask.policy.on)]
    more, hidden = others(ask, wanted)
    return page(
        ask, "so.html", due=due, shelves=shelved(now),
        shut=[book for book in found if book.state == "khoa"], others=shelved(more),
        hidden=hidden, wanted=wanted, beginning=kinds_to_begin(ask), begun_at=BEGUN_AT,
        rosters=rosters(ask),
    )  # fmt: skip


def opened(request: Request) -> Response:
    """One page as a table, or as a form where it has no rows."""
    ask = asking(request)
    work = work_of(ask, _path(request))
    asked = request.query_params
    opened = asked.get("mo", "")
    if asked.get("them") and one_line(asked.get("khoa", "")):
        opened = f"{asked['them']}/{one_line(asked['khoa'])}"
        # The last part stands for any value of the member.
        work.grow([f"{opened}/"])
    return laid(ask, work, opened=opened)


def kept(request: Request) -> Response:
    """Keeps what has been typed; says which cells do not fit and whether the book has closed."""
    ask = asking(request)
    work = work_of(ask, _path(request))
    sent = ask.json()
    wanted = sent.get("o")
    if not isinstance(wanted, dict) or not all(isinstance(each, str) for each in wanted.values()):
        raise HosoError("không hiểu bản nháp được gửi lên; tải lại trang")
    work.take(wanted, before(work, str(sent.get(_ORIGIN, ""))))
    return _kept(ask, work, wanted)


def dropped(request: Request) -> Response:
    """Lets the draft of a page go."""
    ask = asking(request)
    work = work_of(ask, _path(request))
    ask.desk.drafts.drop(ask.person.id, work.path)
    ask.tell("Đã bỏ bản nháp; trang trở lại như trong sổ.")
    return see_other(f"/so/{work.path}")


def sent(request: Request) -> Response:
    """Sends the page as a proposal; what does not fit is told at its cell and nothing is lost.

    A button of a clash decides that one cell, and sends nothing yet.
    """
    ask = asking(request)
    work = work_of(ask, _path(request))
    scripted = "x-hoso-t" in request.headers
    wanted = {name: text for name, text in ask.form().items() if isinstance(text, str)}
    work.take(wanted, before(work, ask.text(_ORIGIN)))
    own, theirs = ask.texts(_OWN), ask.texts(_THEIRS)
    if own or theirs:
        work.settle(own, theirs)
        kept = _kept(ask, work, wanted)
        return kept if scripted else see_other(f"/so/{work.path}")
    work.keep()
    cells = list(work.cells())
    faults = {cell.place: cell.fault for cell in cells if cell.fault}
    faults |= {each.cell.place: each.told for each in clashes(work)}
    if work.shut and not any(cell.closed == "" for cell in cells):
        return _unsent(ask, work, scripted, _shut_said(work), faults, ())
    if faults:
        said = f"Còn {len(faults)} ô chưa gửi được; sửa từng ô rồi gửi lại. Bản nháp vẫn còn."
        return _unsent(ask, work, scripted, said, faults, ())
    files = {
        each.path: page_bytes(each.kind, each.data(), each.body)
        for each in (work, *(each for each in beside(work) if each.path in ask.texts(_ALONG)))
    }
    raw, name = files[work.path], work.own
    try:
        # Nothing more than was sent before: the form was sent again, for nobody had answered.
        if name is None or work.typed or len(files) > 1:
            with ask.signing() as (clone, me):
                name = propose(clone, me, files, work.base, ask.text(_SAID), name)
    except NotDelivered as error:
        at, rest = faults_by_place(work, raw, error.findings)
        return _unsent(ask, work, scripted, f"{error}", at, rest)
    except Locked:
        raise
    except HosoError as error:
        return _unsent(ask, work, scripted, f"{error}", {}, ())
    for path in files:
        ask.desk.drafts.drop(ask.person.id, path)
    ask.tell(f"Đã gửi đề nghị {name}. Người kiểm tra, người duyệt sẽ thấy ngay.")
    target = f"/so/{work.path}"
    return data({"toi": target}) if scripted else see_other(target)


def laid(
    ask: Asking, work: Work, status: int = 200, *, said: str = "",
    faults: Mapping[str, str] | None = None, findings: Iterable[Finding] = (), opened: str = "",
) -> Response:  # fmt: skip
    """A page laid out for writing, with what is wrong at its cells; one member may be `opened`."""
    if work.kind.privacy not in _OPEN:
        ask.noted(work.path)
    grid, cells = work.grid, {cell.place: cell for cell in work.cells()}
    columns = [
        (column, work.closed(column, grid.rows[0]))
        for column in grid.columns
        if grid.rows and any(place_of(grid.pointer(row, column)) in cells for row in grid.rows)
    ]
    rows = [
        (row, [cells[place_of(grid.pointer(row, column))] for column, _ in columns])
        for row in grid.rows
    ]
    mine = [each for each in items(ask) if each.name == work.own] if work.own else []
    return page(
        ask, "to-so.html", status, work=work, columns=columns, rows=rows,
        form=form_of(work, cells, opened), opened=opened, beside=beside(work),
        numbered=all(column.heading != "STT" for column in grid.columns),
        faults=faults or {}, findings=tuple(findings), loi=said,
        clashes=clashes(work),
        shut_said=_shut_said(work), until=_until(work), phrases=phrases(ask, work),
        proposal=mine[0] if mine else None,
        draft=ask.desk.drafts.get(ask.person.id, work.path) if work.typed else None,
        collections=[each for each in collections(work.kind)
                     if each[0] == grid.rows_at and not work.shut],
        open_=any(not cell.closed for cell in cells.values()),
    )  # fmt: skip


def _unsent(
    ask: Asking, work: Work, scripted: bool, said: str, faults: Mapping[str, str],
    findings: Iterable[Finding],
) -> Response:  # fmt: skip
    if not scripted:
        return laid(ask, work, 422, said=said, faults=faults, findings=findings)
    told = [f"{each.code}: {each.message} – {each.hint}" for each in findings]
    because = "vuong" if any(cell.theirs is not None for cell in work.cells()) else "chua-gui"
    return data({"loi": said, "o": dict(faults), "cho": told, "khoa": _shut_said(work),
                 "ly_do": because}, 422)  # fmt: skip


def _kept(ask: Asking, work: Work, places: Collection[str]) -> Response:
    """Puts what was typed on the disk; says when, and which of these places do not fit."""
    draft = work.keep()
    faults = {cell.place: cell.fault for cell in work.cells() if cell.place in places}
    saved = ask.desk.seconds() if draft is None else draft.updated
    return data({"luc": as_moment(saved), "nhap": len(work.typed), "o": faults,
                 "khoa": _shut_said(work)})  # fmt: skip


def _shut_said(work: Work) -> str:
    if not work.locks:
        return ""
    if work.order is not None:
        return ""
    return (f"Sổ đã khóa hết ngày {work.locks[0].closes:%d/%m/%Y}. Muốn sửa thì gửi đề nghị sửa "
            "từ chính ô cần sửa.")  # fmt: skip


def _until(work: Work) -> str:
    """Until when the page can be written."""
    if work.order is not None:
        return f"Mở theo lệnh {work.order.key.get('ma', '')} đến {work.order.data['den']}."
    ahead = [
        lock.closes for lock in work.ask.policy.locks
        if lock.closes >= work.ask.policy.on and lock.covers(work.kind.name, work.key)
    ]  # fmt: skip
    if work.locks or not ahead:
        return ""
    return f"Sổ khóa {days_said(min(ahead), work.ask.policy.on)}."


def _path(request: Request) -> str:
    return str(request.path_params["path"])


routes = [
    Route("/so/", listed, methods=["GET"]),
    Route("/so/{path:path}/nhap", in_turn(kept), methods=["POST"]),
    Route("/so/{path:path}/bo", in_turn(dropped), methods=["POST"]),
    Route("/so/{path:path}/gui", in_turn(sent), methods=["POST"]),
    Route("/so/{path:path}", opened, methods=["GET"]),
]
