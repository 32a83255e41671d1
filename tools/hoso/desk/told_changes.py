"""What a proposal changes, as a person reads it: page by page, row by row, old beside new."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from hoso.gate.changes import ABSENT, Change, Part, Value
from hoso.gate.frame import FRAME
from hoso.gate.readable import field_name, page_name, value_said
from hoso.model import Format, Kind, Pointer
from hoso.schema.school import TreeSchool

#: Of a long text that changed, so many lines around each change are shown.
_AROUND = 2
#: Fewer rows are read as easily one below the other; a wider table is no longer read on a phone.
_MANY, _WIDE = 3, 6
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


def _sheet(path: str, changes: tuple[Change, ...], school: TreeSchool) -> Sheet:
    first = changes[0]
    kind = _kind(first, school)
    fields = [change for change in changes if change.part is Part.FIELD and kind is not None]
    rows = () if kind is None else tuple(_rows(fields, kind, school))
    body = next((change for change in changes if change.part is Part.BODY), None)
    gone = any(change.part is Part.PAGE and change.new is ABSENT for change in changes)
    new = any(change.part is Part.PAGE and change.old is ABSENT for change in changes)
    return Sheet(
        path=path,
        title=page_name(first, school, named=True),
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
        first, last = (str(above[0]), str(above[-1])) if above else ("", "")
        place = order.index(first) if first in order else len(order)
        return above != (), place, listed.get(last, 0), tuple(map(str, above))

    for above in sorted(found, key=rank):
        name = field_name(kind, above, school, named=True) if above else ""
        yield Row(name=name, cells=tuple(found[above]))


def _listed(changes: Iterable[Change], school: TreeSchool) -> dict[str, int]:
    """The pupils of the page's class by their number in its list."""
    first = next(iter(changes), None)
    if first is None or not {"nam_hoc", "lop"} <= first.key.keys():
        return {}
    room = school.get("lop", nam_hoc=first.key["nam_hoc"], lop=first.key["lop"])
    pupils = {} if room is None else room.data["hoc_sinh"]
    return {pupil: int(entry["stt"]) for pupil, entry in pupils.items()}


def _said(value: Value, kind: Kind, at: Pointer, school: TreeSchool) -> str | None:
    return None if value is ABSENT else value_said(value, kind, at, school, named=True)


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
