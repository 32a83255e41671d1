"""A page somebody writes at the desk: where it starts, what they have typed, what they may type.

What is typed is kept as text beside the text that stood there, so that nothing typed is lost and a
cell that somebody else has changed meanwhile is noticed, cell by cell.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hoso.desk.asking import Asking
from hoso.desk.drafts import Draft
from hoso.desk.told_standing import role_said
from hoso.exchange.cells import NotMeant, meant, one_line, said
from hoso.exchange.edits import edited
from hoso.exchange.grid import Column, Grid, Row, grid_of, value_at
from hoso.exchange.members import begun
from hoso.gate.changes import Change, Part
from hoso.gate.locks import shut
from hoso.gate.policy import Deed, Granted, Lock
from hoso.model import Key, Kind, Pointer, Record
from hoso.proposals.names import Name
from hoso.rules.naming import dated

#: So many members are begun at one time.
_MOST_NEW = 200
_READING = (Deed.READ, Deed.WRITE, Deed.CHECK, Deed.APPROVE)


@dataclass(frozen=True, slots=True)
class Typed:
    """The text somebody wants in a cell, and the text that stood there when they typed it."""

    text: str
    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell as the page shows it; `closed` says why it cannot be typed in, "" where it can."""

    place: str
    column: Column
    row: Row | None
    text: str
    start: str
    closed: str
    fault: str = ""
    theirs: str | None = None
    #: What stands there now was sent by this very person, from another window.
    mine: bool = False

    @property
    def who(self) -> str:
        """Whose cell it is."""
        return "" if self.row is None else self.row.name or self.row.id

    def in_words(self, text: str) -> str:
        """A text of this cell as people read it."""
        if self.column.sort == "muc":
            return dict(self.column.choices).get(text, text)
        return dated(text) if self.column.sort == "ngay" else text


@dataclass(slots=True, kw_only=True)
class Work:
    """One person's work at one page; `start` is what stands at `origin`, the commit it is read at.

    With `own` the page is part of that open proposal of theirs, and `start` is as sent there.
    """

    path: str
    kind: Kind
    key: Key
    title: str
    start: Mapping[str, Any]
    body: str
    exists: bool
    origin: str
    base: str
    own: Name | None
    locks: tuple[Lock, ...]
    order: Record | None
    ask: Asking
    #: The page below `own`, as `main` had it; empty without such a proposal.
    below: Mapping[str, Any] = field(default_factory=dict)
    typed: dict[str, Typed] = field(default_factory=dict)
    #: Members that are not on the page yet, and have their cells already.
    added: set[Pointer] = field(default_factory=set)
    _grid: Grid | None = None

    @property
    def grid(self) -> Grid:
        """The page laid out; what has been typed for new members has its place in it."""
        if self._grid is None:
            self.grow(self.typed)
            data = begun(self.kind, self.start, sorted(self.added)) if self.added else self.start
            self._grid = grid_of(self.kind, self.key, self.ask.school, data)
        return self._grid

    def grow(self, places: Iterable[str]) -> None:
        """Gives new members their cells, where some of these places are in one."""
        for place in places:
            *above, last = place.split("/")
            bare = isinstance(
                (self.kind.field(tuple(above)) or {}).get("additionalProperties"), Mapping
            )
            # A member that is one value is its own cell.
            member = (*above, last) if bare and last else tuple(above)
            if member and value_at(self.start, member) is None and len(self.added) < _MOST_NEW:
                self.added.add(member)
                self._grid = None

    @property
    def shut(self) -> bool:
        """Whether the page is locked and no order opens it for this person."""
        return bool(self.locks) and self.order is None

    def cells(self) -> Iterator[Cell]:
        """Every cell this person may read, in the order of the page."""
        closed: dict[tuple[str, ...], str | None] = {}
        for pointer, column, row in self.grid.places():
            if column.at not in closed:
                closed[column.at] = self.closed(column, row)
            because = closed[column.at]
            if because is not None:
                yield self._cell(pointer, column, row, because or self._locked(pointer))

    def closed(self, column: Column, row: Row | None) -> str | None:
        """Why somebody may not write a column: who may, by which clause; None if not even read."""
        pointer = column.at if row is None else self.grid.pointer(row, column)
        if self._may((Deed.WRITE,), pointer):
            return ""
        if not self._may(_READING, pointer):
            return None
        policy = self.ask.policy
        able = dict.fromkeys(
            f"{role_said(right.role, policy, self.ask.school)} ghi theo {right.clause}"
            for right in policy.about(Deed.WRITE, self.kind.name)
            if right.allows(pointer)
        )
        return f"Chỉ đọc: {'; '.join(list(able)[:2]) or 'không điều khoản nào trao quyền ghi'}."

    def values(self) -> dict[Pointer, Any]:
        """What was typed, as values; call it only where no cell has a fault."""
        found = {}
        for pointer, column, _ in self.grid.places():
            typed = self.typed.get(place_of(pointer))
            if typed is not None:
                found[pointer] = meant(column, typed.text)
        return found

    def data(self) -> dict[str, Any]:
        """The page as it shall be."""
        return edited(self.grid, self.start, self.values())

    def take(self, wanted: Mapping[str, str], before: Mapping[str, Any]) -> None:
        """Takes over texts by place; `before` is the page that they were typed over."""
        self.grow(place for place, text in wanted.items() if text)
        for pointer, column, _ in self.grid.places():
            place = place_of(pointer)
            if place not in wanted:
                continue
            text = clean(column, wanted[place])
            known, was = self.typed.get(place), shown(column, value_at(before, pointer))
            if text == shown(column, value_at(self.start, pointer)):
                self.typed.pop(place, None)
            elif known is not None and known.text == text:
                continue
            elif text != was:
                self.typed[place] = Typed(text, was)
            else:
                self.typed.pop(place, None)

    def settle(self, kept: Collection[str], left: Collection[str]) -> None:
        """Somebody has seen what others wrote meanwhile: these cells keep theirs, those do not."""
        for pointer, column, _ in self.grid.places():
            place = place_of(pointer)
            if place in self.typed and place in kept:
                start = shown(column, value_at(self.start, pointer))
                self.typed[place] = Typed(self.typed[place].text, start)
            elif place in left:
                self.typed.pop(place, None)

    def keep(self) -> Draft | None:
        """Puts what was typed on the disk; nothing typed is no draft."""
        drafts, me = self.ask.desk.drafts, self.ask.session.person
        if not self.typed:
            drafts.drop(me, self.path)
            return None
        cells = {place: [each.text, each.was] for place, each in self.typed.items()}
        content = json.dumps({"o": cells}, ensure_ascii=False).encode()
        return drafts.put(me, self.path, self.base, content)

    def _cell(self, pointer: Pointer, column: Column, row: Row | None, closed: str) -> Cell:
        place, start = place_of(pointer), shown(column, value_at(self.start, pointer))
        typed = self.typed.get(place)
        fault, theirs = "", None
        if typed is not None:
            try:
                meant(column, typed.text)
            except NotMeant as error:
                fault = str(error)
            if typed.was != start:
                theirs = start
            if closed:
                fault = fault or closed
        return Cell(place=place, column=column, row=row, start=start, closed=closed, fault=fault,
                    text=start if typed is None else typed.text, theirs=theirs,
                    mine=self.own is not None
                    and shown(column, value_at(self.below, pointer)) != start)  # fmt: skip

    def _may(self, deeds: tuple[Deed, ...], pointer: Pointer) -> bool:
        person = self.ask.person
        return any(
            isinstance(person.may(deed, self.kind.name, self.key, pointer), Granted)
            for deed in deeds
        )

    def _locked(self, pointer: Pointer) -> str:
        if not self.shut:
            return ""
        change = Change(path=self.path, kind=self.kind.name, key=self.key, part=Part.FIELD,
                        pointer=pointer)  # fmt: skip
        locks = shut(change, self.ask.policy, self.ask.school)
        return f"Sổ đã khóa ngày {locks[0].closes:%d/%m/%Y}." if locks else ""


def place_of(pointer: Pointer) -> str:
    """A pointer as pages, addresses and drafts write it."""
    return "/".join(map(str, pointer))


def shown(column: Column, value: Any) -> str:
    """A value as a cell of the page holds it: codes and days as browsers say them."""
    if value is None:
        return ""
    return str(value) if column.sort in ("muc", "ngay") else said(column, value)


def clean(column: Column, text: str) -> str:
    """A text as it is kept in a draft; a browser's own way of writing moments is ours with a T."""
    if column.sort == "ds":
        return "\n".join(text.strip().splitlines())
    plain = one_line(text)
    return plain.replace("T", " ", 1) if column.node.get("format") == "moment" else plain
