"""A record as people read it: facts with the labels of its schema, members of one sort as a table.

What the reader may not see is left out before anything is laid out, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from hoso.model import Kind, Pointer, Record, School
from hoso.rules.naming import Wording, dated, names_in, person_kind

#: Whether the value at a pointer may be seen.
Seen = Callable[[Pointer], bool]
_ROWS = 400


@dataclass(frozen=True, slots=True)
class Fact:
    """One value under its label; `place` is its pointer as an address says it."""

    label: str
    text: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One member of a table; `person` is an identifier where the row is about somebody."""

    label: str
    place: str
    person: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Members of one sort, each in a row; `more` rows are not shown."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    more: int = 0


@dataclass(slots=True, kw_only=True)
class Group:
    """Facts under a title, then tables, then what is deeper."""

    title: str
    facts: list[Fact] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole record laid out, and how many values were left out."""

    group: Group
    hidden: int


def laid_out(record: Record, school: School, seen: Seen) -> Sheet:
    """Everything of a record that may be seen."""
    layout = _Layout(record.kind, Wording(school, names_in(school)), seen, _order(record, school))
    group = layout.group((), record.data, "")
    return Sheet(group, layout.hidden)


def row_of(record: Record, member: Pointer, school: School, seen: Seen) -> tuple[Fact, ...]:
    """What stands under one member of a record, value by value."""
    layout = _Layout(record.kind, Wording(school, names_in(school)), seen, {})
    value: object = record.data
    for part in member:
        value = value.get(part) if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping):
        return ()
    cells = layout.cells(member, value)
    return tuple(
        Fact(layout.head(member, column), text, _address((*member, *column)))
        for column, text in sorted(cells.items(), key=lambda cell: layout.rank(member, cell[0]))
    )


def _order(record: Record, school: School) -> Mapping[str, int]:
    """The pupils of the record's class by their numbers in the list."""
    room = None
    if {"nam_hoc", "lop"} <= record.key.keys():
        room = school.get("lop", nam_hoc=record.key["nam_hoc"], lop=record.key["lop"])
    pupils = {} if room is None else room.data.get("hoc_sinh", {})
    return {pupil: entry["stt"] for pupil, entry in pupils.items()}


@dataclass(slots=True)
class _Layout:
    kind: Kind
    words: Wording
    seen: Seen
    order: Mapping[str, int]
    hidden: int = 0

    def group(self, at: Pointer, value: Mapping[str, object], title: str) -> Group:
        made = Group(title=title)
        for name, member in value.items():
            place = (*at, name)
            if not isinstance(member, Mapping):
                if self._may(place):
                    made.facts.append(Fact(self._label(place), self._text(place, member),
                                           _address(place)))  # fmt: skip
            elif self._is_map(place) and any(isinstance(each, Mapping) for each in member.values()):
                grid = self.grid(place, member)
                if grid.rows:
                    made.grids.append(grid)
            else:
                below = self.group(place, member, self._label(place))
                if below.facts or below.grids or below.groups:
                    made.groups.append(below)
        return made

    def grid(self, at: Pointer, members: Mapping[str, object]) -> Grid:
        read = {
            name: self.cells((*at, name), member)
            for name, member in members.items()
            if isinstance(member, Mapping)
        }
        shown = {name: cells for name, cells in read.items() if cells}
        columns = sorted({column for cells in shown.values() for column in cells},
                         key=lambda column: self.rank((*at, "*"), column))  # fmt: skip
        names = sorted(shown, key=lambda name: (self.order.get(name, 999), name))
        return Grid(
            title=self.kind.heading(at),
            heads=tuple(self.head((*at, "*"), column) for column in columns),
            rows=tuple(
                Row(
                    label=self._member(name), place=_address((*at, name)),
                    person=name if person_kind(name, self.words.school) else "",
                    cells=tuple(shown[name].get(column, "") for column in columns),
                )
                for name in names[:_ROWS]
            ),
            more=max(0, len(names) - _ROWS),
        )  # fmt: skip

    def cells(self, at: Pointer, value: Mapping[str, object]) -> dict[Pointer, str]:
        """The values below a member by their column; what is deeper than columns go is one text."""
        found: dict[Pointer, list[str]] = {}
        for below, member in _leaves(value):
            place = (*at, *below)
            if not self._may(place):
                continue
            column = self._column(at, below)
            said = self._text(place, member)
            inner = " · ".join(self._label((*at, *below[: n + 1]))
                               for n in range(len(column), len(below)))  # fmt: skip
            found.setdefault(column, []).append(f"{inner}: {said}" if inner else said)
        return {column: "; ".join(texts) for column, texts in found.items()}

    def head(self, at: Pointer, column: Pointer) -> str:
        """The heading of a column."""
        if not column:
            return self.kind.heading(at)
        return " · ".join(
            self.kind.heading((*at, *column[: depth + 1])) for depth in range(len(column))
        )

    def rank(self, at: Pointer, column: Pointer) -> tuple[int, ...]:
        """The place of a column in the order of the schema."""
        found = []
        for depth, part in enumerate(column):
            names = list((self.kind.field((*at, *column[:depth])) or {}).get("properties", {}))
            found.append(names.index(str(part)) if part in names else 99)
        return tuple(found)

    def _column(self, at: Pointer, below: Pointer) -> Pointer:
        """The part of a pointer that the schema names; what comes after is somebody's own key."""
        for depth, part in enumerate(below):
            node = self.kind.field((*at, *below[:depth])) or {}
            if part not in node.get("properties", {}):
                return below[:depth]
        return below

    def _is_map(self, place: Pointer) -> bool:
        return isinstance((self.kind.field(place) or {}).get("additionalProperties"), Mapping)

    def _may(self, place: Pointer) -> bool:
        if self.seen(place):
            return True
        self.hidden += 1
        return False

    def _label(self, place: Pointer) -> str:
        above = self.kind.field(place[:-1]) or {}
        part = str(place[-1])
        return (
            self.kind.heading(place) if part in above.get("properties", {}) else self._member(part)
        )

    def _member(self, name: str) -> str:
        return self.words.someone(name) if person_kind(name, self.words.school) else dated(name)

    def _text(self, place: Pointer, value: object) -> str:
        return self.words.value(self.kind, place, value)


def _leaves(value: Mapping[str, object], at: Pointer = ()) -> Iterator[tuple[Pointer, object]]:
    """Every value of a record that holds no names of its own; a list is one value."""
    for name, member in value.items():
        if isinstance(member, Mapping):
            yield from _leaves(member, (*at, name))
        else:
            yield (*at, name), member


def _address(place: Pointer) -> str:
    return "/".join(map(str, place))
