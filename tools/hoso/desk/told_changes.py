"""What a proposal changes, as a person reads it: page by page, row by row, old beside new."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from hoso.gate.changes import ABSENT, Change, Part, Value
from hoso.gate.corrections import ORDER, REQUEST
from hoso.gate.frame import FRAME
from hoso.gate.readable import field_name, page_name, part_name, place_name, value_said
from hoso.model import Format, Kind, Pointer
from hoso.schema.school import TreeSchool

#: Of a long text that changed, so many lines around each change are shown.
_AROUND = 2
#: Fewer rows are read as easily one below the other; a wider table is no longer read on a phone.
_MANY, _WIDE = 3, 6
#: Where a correction request keeps the fields it is about.
_WISH: Pointer = ("truong",)
_MARKS = {"+": "them", "-": "bot", " ": "giu"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value: what it is called, what stood there and what shall; None for nothing."""

    field: str
    old: str | None
    new: str | None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The values of one pupil, one week and the like; "" for those of the page itself."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line of a body: `them`, `bot` or `giu`, and the words."""

    mark: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that changes on one page; `happened` says what becomes of the page as a whole."""

    path: str
    title: str
    kind: str
    happened: str
    new: bool
    rows: tuple[Row, ...]
    body: tuple[Text, ...]
    post: bool
    picture: bool
    table: tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]] | None


def sheets(changes: Iterable[Change], school: TreeSchool) -> tuple[Sheet, ...]:
    """The changes in the words and names of a school, in path order."""
    return tuple(
        _sheet(path, tuple(group), school)
        for path, group in groupby(changes, key=lambda change: change.path)
    )


def headline(change: Change, school: TreeSchool) -> str:
    """The page a change is on, a post by the title that it has or shall have."""
    name = page_name(change, school, named=True)
    record = None if change.kind in (None, FRAME.name) else school.at(change.path)
    title = None if record is None else record.data.get("tieu_de")
    return name if record is None or not title else f"{record.kind.title}: {title}"


def _sheet(path: str, changes: tuple[Change, ...], school: TreeSchool) -> Sheet:
    first = changes[0]
    kind = _kind(first, school)
    fields = [change for change in changes if change.part is Part.FIELD and kind is not None]
    rows: tuple[Row, ...] = ()
    if kind is not None:
        asked = kind.name == REQUEST
        rest = [each for each in fields if not (asked and each.pointer[:1] == _WISH)]
        rows = (*(_wishes(fields, school) if asked else ()), *_rows(rest, kind, school))
    body = next((change for change in changes if change.part is Part.BODY), None)
    gone = any(change.part is Part.PAGE and change.new is ABSENT for change in changes)
    new = any(change.part is Part.PAGE and change.old is ABSENT for change in changes)
    return Sheet(
        path=path,
        title=headline(first, school),
        kind="tệp chưa rõ loại" if kind is None else kind.title,
        happened=_happened(changes, kind),
        new=new,
        rows=rows,
        body=() if body is None or new or gone else tuple(_lines(body)),
        post=kind is not None and kind.format is Format.MARKDOWN and not gone,
        picture=kind is not None and kind.name == "hinh-anh" and not gone,
        table=_table(rows),
    )


def _kind(change: Change, school: TreeSchool) -> Kind | None:
    if change.kind is None:
        return None
    return FRAME if change.kind == FRAME.name else school.kind(change.kind)


def _happened(changes: tuple[Change, ...], kind: Kind | None) -> str:
    for change in changes:
        if change.part is Part.UNREADABLE:
            return "không đọc được như một trang hồ sơ"
        if change.part in (Part.PAGE, Part.FILE):
            what = "tệp" if kind is None or kind.format is Format.FILE else "trang"
            if change.old is ABSENT:
                return f"{what} mới"
            return f"xóa {what}" if change.new is ABSENT else f"thay {what}"
    return ""


def _rows(changes: list[Change], kind: Kind, school: TreeSchool) -> Iterator[Row]:
    found: dict[Pointer, list[Cell]] = {}
    for change in changes:
        at = change.pointer
        found.setdefault(at[:-1], []).append(
            Cell(
                field=field_name(kind, at, school, named=True).rpartition(" · ")[2],
                old=_said(change.old, kind, at, school),
                new=_said(change.new, kind, at, school),
                place="/".join(map(str, at)),
            )
        )
    order = list(kind.schema.get("properties", {}))
    listed = _listed(changes, school)

    def rank(above: Pointer) -> tuple[bool, int, int, tuple[str, ...]]:
        first = str(above[0]) if above else ""
        place = order.index(first) if first in order else len(order)
        number = next((listed[part] for part in map(str, above) if part in listed), 0)
        return above != (), place, number, tuple(map(str, above))

    for above in sorted(found, key=rank):
        name = field_name(kind, above, school, named=True) if above else ""
        known = list((kind.field(above) or {}).get("properties", ()))
        cells = {cell.place.rpartition("/")[2]: cell for cell in found[above]}
        said = sorted(cells, key=lambda part: known.index(part) if part in known else 0)
        yield Row(name=name, cells=tuple(cells[part] for part in said))


def _listed(changes: Iterable[Change], school: TreeSchool) -> dict[str, int]:
    """The pupils of the page's class by their number in its list."""
    first = next(iter(changes), None)
    if first is None or not {"nam_hoc", "lop"} <= first.key.keys():
        return {}
    room = school.get("lop", nam_hoc=first.key["nam_hoc"], lop=first.key["lop"])
    pupils = {} if room is None else room.data["hoc_sinh"]
    return {pupil: int(entry["stt"]) for pupil, entry in pupils.items()}


def _wishes(changes: list[Change], school: TreeSchool) -> Iterator[Row]:
    """What a request asks for, said as the change of the page that it is about."""
    said = {change.pointer: change.new for change in changes}
    target = school.table.find(str(said.get(("tep",), "")))
    rows: dict[str, list[Cell]] = {}
    for name in dict.fromkeys(str(at[1]) for at in said if at[:1] == _WISH and len(at) > 1):
        old, new = (said.get((*_WISH, name, side), ABSENT) for side in ("cu", "moi"))
        if target is None:
            rows.setdefault("", []).append(
                Cell(field=name, old=str(old), new=str(new), place=name)
            )  # fmt: skip
            continue
        kind, at = target.kind, tuple(name.split("/"))
        title, _, field = field_name(kind, at, school, named=True).rpartition(" · ")
        rows.setdefault(title, []).append(
            Cell(field=field, old=_said(old, kind, at, school), new=_said(new, kind, at, school),
                 place=name)
        )  # fmt: skip
    for title, cells in rows.items():
        yield Row(name=title, cells=tuple(cells))


def _said(value: Value, kind: Kind, at: Pointer, school: TreeSchool) -> str | None:
    if value is ABSENT:
        return None
    if kind.name == REQUEST and at == ("tep",):
        place = school.table.find(str(value))
        if place is not None:
            return place_name(place.kind, place.key, school, named=True)
    if kind.name == ORDER and at == ("loai",) and isinstance(value, tuple):
        known = school.kinds
        return ", ".join(known[n].title if n in known else n for n in map(str, value))
    if kind.name == ORDER and at[:1] == ("pham_vi",):
        about = next((each for each in school.kinds.values() if str(at[-1]) in each.key), None)
        if about is not None:
            return part_name(about, str(at[-1]), str(value), school, named=True)
    return value_said(value, kind, at, school, named=True)


def _lines(change: Change) -> Iterator[Text]:
    old, new = ("" if side is ABSENT else str(side) for side in (change.old, change.new))
    told = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=_AROUND)
    for number, line in enumerate(told):
        if number < 2:
            continue
        if line.startswith("@@"):
            yield Text(mark="ngat", words="")
        else:
            yield Text(mark=_MARKS[line[:1]], words=line[1:])


def _table(
    rows: tuple[Row, ...],
) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]] | None:
    """New values of many rows as a table: a whole class reads better so than field by field."""
    many = [row for row in rows if row.name]
    if len({row.cells[0].place.partition("/")[0] for row in many}) > 1:
        return None
    if len(many) < _MANY or any(cell.old is not None for row in many for cell in row.cells):
        return None
    heads = tuple(dict.fromkeys(cell.field for row in many for cell in row.cells))
    if len(heads) > _WIDE:
        return None
    lines = (
        (row.name, tuple(next((cell.new or "" for cell in row.cells if cell.field == head), "")
                         for head in heads))
        for row in many
    )  # fmt: skip
    return heads, tuple(lines)
