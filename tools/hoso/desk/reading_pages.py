"""Reading what the records hold: the index, classes, pupils, staff, and any single page."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Missing, asking
from hoso.desk.charts import Bar, Chart, chart
from hoso.desk.class_told import (
    absences,
    duties_of,
    leaf,
    members,
    pupil_said,
    results,
    rooms_of,
    shelves,
    teachers,
    titled,
)
from hoso.desk.folding import folded
from hoso.desk.laid_out import Seen, laid_out
from hoso.desk.lock_table import lock_rows
from hoso.desk.my_work import address_of
from hoso.desk.pages import page
from hoso.desk.post_preview import media_type, prose_of
from hoso.desk.seen import READING, Sight, is_noted
from hoso.desk.told_standing import person_said, role_said
from hoso.gate.policy import YEAR, Deed, Granted
from hoso.model import Format, Key, Kind, Record
from hoso.store.tree import PLAIN

_YEAR = re.compile(r"[0-9]{4}(?:-[0-9]{4})?")
_STILL = {"Content-Security-Policy": "default-src 'none'; sandbox"}
#: More pages of one kind than this are looked for by search or by class.
_MOST = 400
_PUPIL = "hoc_sinh"


def index(request: Request) -> Response:
    """Where reading begins: classes, kinds of pages, staff, and how complete the period is."""
    ask = asking(request)
    sight, year = Sight(ask.person), _year(ask, request)
    rooms = [
        key["lop"] for path in ask.school.paths("lop", {YEAR: year})
        if (key := ask.school.kind("lop").match(path)) and sight.whole(ask.school.kind("lop"), key)
    ]  # fmt: skip
    kinds = [
        (kind.name, kind.title)
        for kind in sorted(ask.school.kinds.values(), key=lambda each: each.title)
        if kind.format is not Format.FILE and _any(ask, sight, kind.name)
    ]
    return page(ask, "doc.html", year=year, years=_years(ask), rooms=rooms, kinds=kinds,
                chart=_completion(ask, rooms) if year == ask.policy.year else None)  # fmt: skip


def room(request: Request) -> Response:
    """A class: its pupils, its teachers, its pages, how often somebody was absent."""
    ask = asking(request)
    sight, year = Sight(ask.person), _year(ask, request)
    record = ask.school.get("lop", nam_hoc=year, lop=request.path_params["lop"])
    if record is None or not sight.whole(record.kind, record.key):
        raise Missing("không có lớp này, hoặc thầy cô không được đọc danh sách lớp này")
    _noted(ask, record)
    every = members(record, ask.school)
    return page(
        ask, "doc-lop.html", record=record, year=year, sheet=_sheet(ask, sight, record),
        pupils=[each for each in every if each.gone is None or each.gone >= ask.policy.on],
        gone=[each for each in every if each.gone is not None and each.gone < ask.policy.on],
        teachers=teachers(ask, record.key), shelves=shelves(ask, sight, record.key),
        chart=absences(ask, sight, record.key),
    )  # fmt: skip


def pupil(request: Request) -> Response:
    """A pupil: the file where it may be read, and the results and absences of readable pages."""
    ask = asking(request)
    sight, code = Sight(ask.person), request.path_params["ma"]
    record = ask.school.get("hoc-sinh", hoc_sinh=code) if _plain(code) else None
    rooms = [] if record is None else rooms_of(ask.school, sight, code)
    file = sight.record(record)
    if record is None or not (file or rooms):
        raise Missing("không có học sinh này, hoặc thầy cô không được đọc hồ sơ của em")
    _noted(ask, record)
    years = list(dict.fromkeys(each.key[YEAR] for each in rooms))
    asked = request.query_params.get("nam", "")
    now = next((each for each in rooms if each.key[YEAR] == asked), rooms[0] if rooms else None)
    return page(
        ask, "doc-hoc-sinh.html", code=code, name=pupil_said(code, ask.school), years=years,
        path=record.path, room=now, sheet=_sheet(ask, sight, record) if file else None,
        results=results(ask, sight, now.key, code) if now else [],
        chart=absences(ask, sight, now.key, code) if now else None,
        books=file is not None and sight.whole(record.kind, record.key),
    )  # fmt: skip


def staff(request: Request) -> Response:
    """Everybody who works at the school, with what they do this year."""
    ask = asking(request)
    people = []
    today = f"{ask.policy.on}"
    for record in ask.school.all("nhan-su"):
        who, gone = record.key["nhan_su"], record.data.get("ngay_roi_truong", today)
        if not record.data["ngay_vao_truong"] <= today <= gone:
            continue
        roles = dict.fromkeys(each.role for each in ask.policy.held(who))
        said = [role_said(each, ask.policy, ask.school) for each in roles]
        people.append((who, str(record.data["ho_ten"]), str(record.data["chuc_danh"]), said))
    return page(ask, "doc-nhan-su.html", people=people)


def one_of_staff(request: Request) -> Response:
    """One member of staff: what everybody may know, what a right lets see, the duties."""
    ask = asking(request)
    sight, who = Sight(ask.person), request.path_params["ma"]
    record = ask.school.get("nhan-su", nhan_su=who) if _plain(who) else None
    if record is None:
        raise Missing("không có ai mang mã này")
    if sight.page(record.kind, record.key):
        _noted(ask, record)
    duties = sight.record(ask.school.get("phan-cong", nam_hoc=ask.policy.year, nhan_su=who))
    return page(
        ask, "doc-mot-nhan-su.html", who=who, name=person_said(who, ask.school),
        sheet=_sheet(ask, sight, record), path=record.path,
        more=sight.page(record.kind, record.key), year=ask.policy.year,
        duties=() if duties is None else duties_of(ask, who),
        written="" if duties is None else duties.path,
    )  # fmt: skip


def one(request: Request) -> Response:
    """Any page of the records, value by value, as far as it may be read."""
    ask = asking(request)
    sight, record = Sight(ask.person), readable_page(ask, request.path_params["path"])
    _noted(ask, record)
    write = ask.person.may(Deed.WRITE, record.kind.name, record.key)
    text = None
    if record.body:
        # Files are addressed from the page's own address: no page is served at `/`.
        text = prose_of(record, ask.school.tree, "tep/", f"so/{record.path}")
    return page(
        ask, "doc-so.html", record=record, text=text, sheet=_sheet(ask, sight, record),
        title=titled(record.kind, record.key, record, ask.school),
        write=address_of(record.path, ask.school) if isinstance(write, Granted) else "",
        clauses=_clauses(ask, record.kind, record.key),
    )  # fmt: skip


def kind_pages(request: Request) -> Response:
    """The pages of one kind that may be read."""
    ask = asking(request)
    sight, kind = Sight(ask.person), ask.school.kinds.get(request.path_params["loai"])
    if kind is None or kind.format is Format.FILE or not _any(ask, sight, kind.name):
        raise Missing("không có loại hồ sơ này, hoặc thầy cô không được đọc")
    year = _year(ask, request)
    scope = {YEAR: year} if YEAR in kind.holes else {}
    found = [
        (path, key) for path in ask.school.paths(kind.name, scope)
        if (key := kind.match(path)) is not None and sight.page(kind, key)
    ]  # fmt: skip
    leaves = [leaf(ask.school, kind, key, path) for path, key in found[:_MOST]]
    if _PUPIL in kind.holes:
        # As class lists go: by the given name, which stands last.
        leaves.sort(key=lambda each: folded(each.title).split()[::-1])
    return page(
        ask, "doc-loai.html", kind=kind, year=year if scope else "", years=_years(ask),
        leaves=leaves, more=max(0, len(found) - _MOST), clauses=_clauses(ask, kind, None),
    )  # fmt: skip


def file(request: Request) -> Response:
    """A picture or an attachment, told by its own bytes."""
    ask, path = asking(request), request.path_params["path"]
    place, entry = ask.school.table.find(path), ask.school.tree.entry(path)
    if place is None or place.kind.format is not Format.FILE or entry is None:
        raise Missing("không có tệp này")
    if entry.mode != PLAIN or not Sight(ask.person).whole(place.kind, place.key):
        raise Missing("không có tệp này")
    raw = ask.school.tree.read(path)
    kind = media_type(raw)
    if kind is None:
        raise Missing("không có tệp này")
    return Response(raw, media_type=kind, headers=_STILL)


def readable_page(ask: Asking, path: str) -> Record:
    """The record at a path if something of it may be read; Missing for everything else."""
    place = ask.school.table.find(path)
    if place is None or place.kind.format is Format.FILE:
        raise Missing("không có trang này, hoặc thầy cô không được đọc trang này")
    record = Sight(ask.person).record(ask.school.at(path))
    if record is None:
        raise Missing("không có trang này, hoặc thầy cô không được đọc trang này")
    return record


def eyes(sight: Sight, record: Record) -> Seen:
    """Whether each value of a record may be seen; asked once where all of it may."""
    if sight.whole(record.kind, record.key):
        return lambda place: True
    return lambda place: sight.value(record.kind, record.key, place)


def _sheet(ask: Asking, sight: Sight, record: Record) -> object:
    return laid_out(record, ask.school, eyes(sight, record))


def _completion(ask: Asking, rooms: list[str]) -> Chart | None:
    """How much of the books that close nearest to today each readable class has finished."""
    rows = lock_rows(ask.view.main, ask.school, ask.policy, ask.policy.year)
    # A single page to a class is finished or not: nothing to draw.
    told = [row for row in rows if row.total.pages > len(rooms)]
    if not told or len(rooms) < 2:
        return None
    row, bars = min(told, key=lambda row: abs(row.left)), []
    for name in rooms:
        counts = [kind.rooms[name] for kind in row.kinds if name in kind.rooms]
        pages, left = sum(each.pages for each in counts), sum(each.missing for each in counts)
        if pages:
            said = f"{pages - left}/{pages} trang"
            bars.append(Bar(f"Lớp {name}", pages - left, pages, said))
    return chart("hoan-tat", f"Trang đã hoàn tất, lần khóa {row.title}", bars, of_all=True)


def _any(ask: Asking, sight: Sight, kind: str) -> bool:
    """Whether some right of theirs is to read a kind, or anybody may."""
    known = ask.school.kinds[kind]
    return sight.whole(known, {}) or any(ask.person.may_anything(deed, kind) for deed in READING)


def _clauses(ask: Asking, kind: Kind, key: Key | None) -> list[str]:
    """The clauses that let whoever asks read a page of a kind, or some page of it."""
    held = {each.role for each in ask.policy.held(ask.person.id)}
    found = [
        right.clause
        for deed in READING
        for right in ask.policy.about(deed, kind.name)
        if right.role in held
        and (key is None or ask.policy.through(ask.person.id, right, key) is not None)
    ]
    return [str(each) for each in dict.fromkeys(found)]


def _years(ask: Asking) -> list[str]:
    return sorted((each.key[YEAR] for each in ask.school.all("nam-hoc")), reverse=True)


def _year(ask: Asking, request: Request) -> str:
    asked = request.query_params.get("nam", "")
    return asked if _YEAR.fullmatch(asked) and asked in _years(ask) else ask.policy.year


def _plain(code: str) -> bool:
    return code.isascii() and code.isalnum()


def _noted(ask: Asking, record: Record) -> None:
    if is_noted(record.kind):
        ask.noted(record.path)


routes = [
    Route("/doc/", index, methods=["GET"]),
    Route("/doc/lop/{lop}", room, methods=["GET"]),
    Route("/doc/hoc-sinh/{ma}", pupil, methods=["GET"]),
    Route("/doc/nhan-su/", staff, methods=["GET"]),
    Route("/doc/nhan-su/{ma}", one_of_staff, methods=["GET"]),
    Route("/doc/loai/{loai}", kind_pages, methods=["GET"]),
    Route("/doc/so/{path:path}", one, methods=["GET"]),
    Route("/doc/tep/{path:path}", file, methods=["GET"]),
]
