"""The values of a page outside its table as a form: parts within parts, as the schema nests them.

Nothing here knows a kind by name. Lists of what may be chosen stand once on the page; a page of
very many values shows its long collections closed, one member of them open at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hoso.desk.references import Names, names_for, said
from hoso.desk.writing import Cell, Work, place_of
from hoso.exchange.grid import Column
from hoso.exchange.members import begun
from hoso.gate.policy import Deed, Granted
from hoso.model import Kind, Pointer
from hoso.rules.naming import dated

#: A page with more values than this is shown in pieces.
_MOST_OPEN = 160
_LONG = 400
_CLOCK = re.compile(r":\[0-5\]\[0-9\]\$\Z")
_COUNTED = re.compile(r"([a-z]?)([0-9]{1,2})")
_MOST_TOLD = 60
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value of the form; `sort` says how it is typed, `list` where its choices stand."""

    cell: Cell
    title: str
    sort: str
    list: str = ""
    kind: str = ""
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """How a new member of a collection is begun; `usual` is its key where nobody says another."""

    place: str
    title: str
    hint: str
    sort: str
    usual: str = ""
    choices: Choices = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of the form; `place` is "" for the page itself, `shut` where it is not shown yet.

    Of a `member` people can be rid: it stands in a collection.
    """

    place: str
    title: str
    hint: str = ""
    told: str = ""
    fields: tuple[Field, ...] = ()
    groups: tuple[Group, ...] = ()
    adding: Adding | None = None
    member: bool = False
    shut: bool = False

    @property
    def stirred(self) -> bool:
        """Whether something in it was typed, or does not fit."""
        return any(
            each.cell.fault or each.cell.text != each.cell.start for each in self.fields
        ) or (any(each.stirred for each in self.groups))


@dataclass(slots=True, kw_only=True)
class Form:
    """A page's form, and every list of choices its fields point to."""

    whole: Group
    lists: Mapping[str, Choices]


def form_of(work: Work, cells: Mapping[str, Cell], opened: str = "") -> Form:
    """The form of these cells; the member at `opened` is shown even where a page is long."""
    made = _Making(work=work, cells=cells, opened=opened)
    rest = {name: node for name, node in work.kind.schema["properties"].items()
            if name != work.grid.rows_at}  # fmt: skip
    data = begun(work.kind, work.start, sorted(work.added)) if work.added else work.start
    fields, groups = made.inside((), {"properties": rest}, data)
    whole = Group(place="", title="", fields=fields, groups=groups)
    return Form(whole=whole, lists=made.lists)


@dataclass(slots=True, kw_only=True)
class _Making:
    work: Work
    cells: Mapping[str, Cell]
    opened: str
    lists: dict[str, Choices] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return self.work.kind

    def inside(
        self, at: Pointer, node: Mapping[str, Any], data: Mapping[str, Any]
    ) -> tuple[tuple[Field, ...], tuple[Group, ...]]:
        """The values and the parts of a mapping whose members the schema names."""
        fields: list[Field] = []
        groups: list[Group] = []
        for name, below in node["properties"].items():
            here, value = (*at, name), data.get(name)
            inner = value if isinstance(value, Mapping) else {}
            if "properties" in below:
                found = self.inside(here, below, inner)
                groups += self._group(here, below["title"], below["description"], *found)
            elif isinstance(below.get("additionalProperties"), Mapping):
                groups += self._collection(here, below, inner)
            else:
                fields += self._field(here, str(below["title"]))
        return tuple(fields), tuple(groups)

    def _collection(
        self, at: Pointer, node: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Iterator[Group]:
        member, titles = node["additionalProperties"], node["propertyNames"].get("x-labels", {})
        fields: list[Field] = []
        groups: list[Group] = []
        for name, value in data.items():
            here, title = (*at, name), str(titles.get(name, dated(name)))
            if "properties" in member:
                inner = value if isinstance(value, Mapping) else {}
                found = self.inside(here, member, inner)
                told = next((_told(each) for each in found[0] if each.cell.text), "")
                groups += self._group(here, title, "", *found, told=told, member=True)
            else:
                fields += self._field(here, title)
        writes = isinstance(
            self.work.ask.person.may(Deed.WRITE, self.kind.name, self.work.key, (*at, "-")), Granted
        )
        adding = None if self.work.shut or not writes else self._adding(at, node, data)
        if fields or groups or adding:
            yield Group(place=place_of(at), title=node["title"], hint=node["description"],
                        fields=tuple(fields), groups=tuple(groups), adding=adding)  # fmt: skip

    def _group(
        self, at: Pointer, title: str, hint: str, fields: tuple[Field, ...],
        groups: tuple[Group, ...], *, told: str = "", member: bool = False,
    ) -> Iterator[Group]:  # fmt: skip
        if not fields and not groups:
            return
        made = Group(place=place_of(at), title=title, hint=hint, told=told, fields=fields,
                     groups=groups, member=member)  # fmt: skip
        long = member and len(at) == 2 and len(self.cells) > _MOST_OPEN
        if long and not made.stirred and self.opened != made.place:
            made = Group(place=made.place, title=title, told=told, member=True, shut=True)
        yield made

    def _field(self, at: Pointer, title: str) -> Iterator[Field]:
        cell = self.cells.get(place_of(at))
        if cell is None:
            return
        names = names_for(self.work.ask, self.kind, self.work.key, at)
        sort, list_ = _sort(cell.column), ""
        if names is not None:
            sort, list_ = ("tim", "") if names.kind else ("chon", self._listed(names))
        elif cell.column.choices:
            # Members of one collection offer the same, and share one list.
            list_ = "-".join(part if self._is_named(at, depth) else "x"
                             for depth, part in enumerate(map(str, at)))  # fmt: skip
            self.lists[list_] = cell.column.choices
        yield Field(
            cell=cell, title=title, sort=sort, list=list_,
            kind="" if names is None else names.kind,
            named=said(self.work.ask, self.kind, self.work.key, at, cell.text),
        )  # fmt: skip

    def _listed(self, names: Names) -> str:
        self.lists[names.id] = tuple(
            (code, f"{name} ({code})" if name and name != code else code)
            for code, name in names.listed
        )
        return names.id

    def _is_named(self, at: Pointer, depth: int) -> bool:
        above = self.kind.field(at[:depth]) or {}
        return at[depth] in above.get("properties", {})

    def _adding(
        self, at: Pointer, node: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Adding | None:
        keys = node["propertyNames"]
        names = next((ref for ref in self.kind.refs if ref.place == (*at, "@")), None)
        choices: Choices = ()
        sort = "chu"
        if "enum" in keys:
            left = [each for each in keys["enum"] if each not in data]
            if not left:
                return None
            choices = tuple((each, str(keys.get("x-labels", {}).get(each, each))) for each in left)
            sort = "chon"
        elif names is not None and names.at is None:
            paths = self.work.ask.school.paths(names.kind, {})
            codes = [
                code
                for path in paths
                for code in (self.work.ask.school.kind(names.kind).match(path) or {}).values()
            ]
            choices = tuple((each, each) for each in sorted(codes, reverse=True)
                            if each not in data)[:_MOST_TOLD]  # fmt: skip
            sort = "chon"
        elif keys.get("format") == "date":
            sort = "ngay"
        return Adding(place=place_of(at), title=node["additionalProperties"]["title"],
                      hint=keys["description"], sort=sort, usual=_next(keys, data),
                      choices=choices)  # fmt: skip


def _sort(column: Column) -> str:
    """How a value is typed where there is room for a whole line."""
    node = column.node
    if column.sort == "muc":
        return "chon"
    if column.sort == "ds":
        return "nhieu" if column.choices else "dong"
    if column.sort == "chu":
        if node.get("format") == "moment":
            return "luc"
        if _CLOCK.search(str(node.get("pattern", ""))):
            return "gio"
        return "dai" if int(node.get("maxLength", 0)) >= _LONG else "chu"
    return column.sort


def _told(each: Field) -> str:
    """A value that tells one member from another."""
    labels = dict(each.cell.column.choices)
    text = each.named or str(labels.get(each.cell.text, dated(each.cell.text)))
    return text if len(text) <= _MOST_TOLD else f"{text[: _MOST_TOLD - 1]}…"


def _next(keys: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The key after the last one where members are counted: p1, p2 … or 1, 2 … or 01, 02 …"""
    found = [each for each in map(_COUNTED.fullmatch, map(str, data)) if each]
    if len(found) != len(data):
        return ""
    if not found:
        start = re.match(r"\^([a-z]?)\[1-9\]", str(keys.get("pattern", "")))
        return "" if start is None else f"{start[1]}1"
    last = max(found, key=lambda each: int(each[2]))
    made = f"{last[1]}{int(last[2]) + 1:0{len(last[2])}d}"
    return made if re.search(str(keys.get("pattern", "$^")), made) else ""
