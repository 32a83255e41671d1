"""A page as people fill it in: its own fields, and a table with a row for each member.

Everything comes from the kind: columns from `x-column`, limits from the schema, rows from the
class list. A month of attendance has a column for each session of each school day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hoso.model import Key, Kind, Pointer, Record, School
from hoso.rules.days import days_of, month_of, school_days, span
from hoso.rules.naming import dated
from hoso.rules.pupil_year import ClassYear, class_year
from hoso.rules.subjects import requires_test, traits_of

_MONTH, _SCORE = "thang", "diem"
#: What the class summary says of each pupil is decided at the end of the year only.
_SUMMARY, _YEAR_END = "tong-hop", "cuoi-nam"
_DAY_PATTERN = "3[01]"
_SHORT_DAY = "{day:02d} {session}"
_DAY_WIDTH, _FIELD_WIDTH = 9, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One value that can be typed: `at` is its place below a row, or in a page's own data."""

    at: tuple[str, ...]
    heading: str
    node: Mapping[str, Any]
    width: int = _FIELD_WIDTH
    required: bool = False

    @property
    def sort(self) -> str:
        """How it is typed: `muc` (of a list), `so`, `ngay`, `co` (yes or no), `ds` or `chu`."""
        type_ = self.node["type"]
        if "enum" in self.node:
            return "muc"
        if type_ in ("integer", "boolean", "array"):
            return {"integer": "so", "boolean": "co", "array": "ds"}[type_]
        return "ngay" if self.node.get("format") == "date" else "chu"

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The codes that can be chosen, each with its label."""
        node = self.node.get("items", self.node)
        labels = node.get("x-labels", {})
        return tuple((code, str(labels.get(code, code))) for code in node.get("enum", ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A member of the table: who or what it is, and its number on the list."""

    id: str
    name: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A page laid out for typing; without `rows_at` it is a form of fields alone."""

    kind: Kind
    key: Key
    path: str
    fields: tuple[Column, ...]
    rows_at: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()

    def pointer(self, row: Row, column: Column) -> Pointer:
        """Where the value of a cell stands in the page."""
        return (self.rows_at, row.id, *column.at)

    def places(self) -> Iterator[tuple[Pointer, Column, Row | None]]:
        """Every value that can be typed, with its column and its row."""
        for field in self.fields:
            yield field.at, field, None
        for row in self.rows:
            for column in self.columns:
                yield self.pointer(row, column), column, row


def has_rows(kind: Kind) -> bool:
    """Whether pages of a kind are tables."""
    return any(_tables(kind))


def grid_of(kind: Kind, key: Key, school: School, data: Mapping[str, Any]) -> Grid:
    """The layout of a page that holds, or shall hold, `data`; the school says who is in the class.

    Rows are the class's pupils of that time in the order of the list, then whoever else has a row.
    """
    table = next(_tables(kind), None)
    path = kind.fill(key)
    if table is None:
        fields = _form(kind, (), kind.schema, data)
        return Grid(kind=kind, key=key, path=path, fields=tuple(fields))
    name, node = table
    room = _room(key, school)
    hidden = _not_here(key, room)
    columns = [each for each in _columns(node, key, school) if each.at[-1] not in hidden]
    if kind.name == _SUMMARY and key["ky"] != _YEAR_END:
        columns = []
    own = {other: below for other, below in kind.schema["properties"].items() if other != name}
    fields = _form(kind, (), {**kind.schema, "properties": own}, data)
    return Grid(
        kind=kind, key=key, path=path, fields=tuple(fields), rows_at=name,
        columns=tuple(columns), rows=tuple(_rows(kind, name, key, school, data)),
    )  # fmt: skip


def value_at(data: Mapping[str, Any], at: Pointer) -> Any:
    """What stands at a pointer, None where nothing does."""
    node: Any = data
    for part in at:
        if not isinstance(node, Mapping) or part not in node:
            return None
        node = node[part]
    return node


def _tables(kind: Kind) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, node in kind.schema.get("properties", {}).items():
        row = node.get("additionalProperties")
        if isinstance(row, Mapping) and (_has_columns(row) or _is_month(kind, row)):
            yield name, row


def _has_columns(node: Mapping[str, Any]) -> bool:
    return "x-column" in node or any(map(_has_columns, node.get("properties", {}).values()))


def _is_month(kind: Kind, row: Mapping[str, Any]) -> bool:
    """Whether a row has a member for each day of the month that its page is of."""
    return _MONTH in kind.holes and _DAY_PATTERN in row.get("propertyNames", {}).get("pattern", "")


def _columns(node: Mapping[str, Any], key: Key, school: School) -> list[Column]:
    if "propertyNames" in node:
        return list(_of_month(node["additionalProperties"], key, school))
    found = [column for _, column in sorted(_marked(node, ()), key=lambda each: each[0])]
    more = (
        Column(at=(name,), heading=str(below["title"]), node=below,
               required=name in node.get("required", ()))
        for name, below in node["properties"].items()
        if below["type"] != "object" and "x-column" not in below
    )  # fmt: skip
    return [*found, *more]


def _marked(node: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[tuple[int, Column]]:
    for name, below in node.get("properties", {}).items():
        mark = below.get("x-column")
        if mark is not None:
            yield mark["order"], Column(
                at=(*at, name), heading=mark["heading"], node=below, width=mark["width"],
                required=name in node.get("required", ()),
            )  # fmt: skip
        else:
            yield from _marked(below, (*at, name))


def _of_month(node: Mapping[str, Any], key: Key, school: School) -> Iterator[Column]:
    year = school.get("nam-hoc", nam_hoc=key["nam_hoc"])
    if year is None:
        return
    open_days = school_days(year.data)
    for when in days_of(month_of(key[_MONTH])):
        for name, below in node["properties"].items() if when in open_days else ():
            session = str(below["title"]).rpartition(" ")[2]
            yield Column(
                at=(f"{when.day:02d}", name), node=below, width=_DAY_WIDTH,
                heading=_SHORT_DAY.format(day=when.day, session=session),
            )  # fmt: skip


def _form(
    kind: Kind, at: tuple[str, ...], node: Mapping[str, Any], data: Mapping[str, Any],
    needed: bool = True,
) -> Iterator[Column]:  # fmt: skip
    """The values of a page outside its table: those of every member that is there.

    What a part needs is needed where the part itself is, or has been begun.
    """
    for name, below in node.get("properties", {}).items():
        asked = needed and name in node.get("required", ())
        yield from _field(kind, (*at, name), below, data.get(name), asked)


def _field(
    kind: Kind, at: tuple[str, ...], node: Mapping[str, Any], value: Any, needed: bool
) -> Iterator[Column]:
    inside = value if isinstance(value, Mapping) else {}
    if "properties" in node:
        yield from _form(kind, at, node, inside, needed or bool(inside))
    elif isinstance(node.get("additionalProperties"), Mapping):
        for name, member in inside.items():
            yield from _field(kind, (*at, name), node["additionalProperties"], member, False)
    elif node["type"] != "object":
        names = (_part_name(kind, at[:depth]) for depth in range(1, len(at) + 1))
        yield Column(at=at, heading=" · ".join(names), node=node, required=needed)


def _part_name(kind: Kind, at: tuple[str, ...]) -> str:
    named = at[-1] in (kind.field(at[:-1]) or {}).get("properties", {})
    return kind.heading(at) if named else dated(at[-1])


def _room(key: Key, school: School) -> ClassYear | None:
    if not {"nam_hoc", "lop", "ky"} <= set(key):
        return None
    return class_year(school, key["nam_hoc"], key["lop"], key["ky"])


def _not_here(key: Key, room: ClassYear | None) -> frozenset[str]:
    """Columns that the law does not give this class at this time."""
    if room is None:
        return frozenset()
    hidden = set()
    if "mon" in key and not requires_test(room.grade, key["mon"], room.ky):
        hidden.add(_SCORE)
    for field, names in traits_of(room.grade).items():
        schema = room.school.kind("pham-chat-nang-luc").field(("hoc_sinh", "*", field)) or {}
        hidden.update(set(schema.get("properties", {})) - set(names))
    return frozenset(hidden)


def _rows(
    kind: Kind, name: str, key: Key, school: School, data: Mapping[str, Any]
) -> Iterator[Row]:
    there = data.get(name, {})
    listed = school.get("lop", nam_hoc=key.get("nam_hoc", ""), lop=key.get("lop", ""))
    entries = {} if listed is None else listed.data["hoc_sinh"]
    if kind.name == "lop":
        entries = there
    ids = [each for each in _of_time(entries, key, school) if each not in there]
    ordered = sorted({*ids, *there}, key=lambda each: (entries.get(each, {}).get("stt", 999), each))
    for each in ordered:
        record = school.get("hoc-sinh", hoc_sinh=each)
        yield Row(id=each, name=_name(record), number=entries.get(each, {}).get("stt"))


def _of_time(entries: Mapping[str, Any], key: Key, school: School) -> Iterator[str]:
    """The pupils in the class at the time of the page."""
    room = _room(key, school)
    for pupil, entry in entries.items():
        if room is not None and pupil not in room.seen():
            continue
        if _MONTH in key and not span(entry, "vao", "ra").meets(month_of(key[_MONTH])):
            continue
        yield pupil


def _name(record: Record | None) -> str:
    return "" if record is None else str(record.data.get("ho_ten", ""))
