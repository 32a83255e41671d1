"""Pages, fields and values in the words of a school, for people who never see a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hoso.model import Key, Kind, Pointer, School
from hoso.rules.days import day, written

#: The name of somebody: asked with a kind of person and an identifier.
NameOf = Callable[[str, str], str | None]

_DATE = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[12][0-9]{3}-[0-9]{2}")
_PEOPLE = {"hoc-sinh": "hoc_sinh", "nhan-su": "nhan_su"}
_OWN_NAMES = frozenset({"ma", "ten"})
_YEARS = frozenset({"nam_hoc", "nam"})


def unnamed(kind: str, identifier: str) -> None:
    """Nobody's name: identifiers stand for people."""


def names_in(school: School) -> NameOf:
    """Everybody's name as a school's records have it."""

    def name_of(kind: str, identifier: str) -> str | None:
        record = school.get(kind, **{_PEOPLE[kind]: identifier})
        return None if record is None else str(record.data["ho_ten"])

    return name_of


@dataclass(frozen=True, slots=True)
class Wording:
    """How a school says things; whether people are named is for `name_of` to decide."""

    school: School
    name_of: NameOf = unnamed

    def page(self, kind: Kind, key: Key) -> str:
        """A page, for example `Lớp 3A · Toán · Cuối học kỳ I`."""
        parts = [self.part(kind, hole, key[hole]) for hole in kind.holes if hole not in _YEARS]
        if "mon" not in key:
            parts.insert(1 if "lop" in key else 0, kind.title)
        year = key.get("nam_hoc")
        if year is not None and (year != self._latest_year() or not kind.holes[1:]):
            parts[0] = f"{parts[0]} ({year})"
        return " · ".join(parts)

    def field(self, kind: Kind, pointer: Pointer) -> str:
        """What stands at a pointer, for example `Nguyễn Văn An · Điểm kiểm tra định kỳ`."""
        parts: list[str] = []
        for depth in range(1, len(pointer) + 1):
            part, above = str(pointer[depth - 1]), kind.field(pointer[: depth - 1]) or {}
            if part in above.get("properties", {}):
                parts.append(kind.heading(pointer[:depth]))
            elif person_kind(part, self.school) is not None:
                parts[-1:] = [self.someone(part)]
            else:
                # A day of a month is a number that says little without what the schema calls it.
                title = above.get("propertyNames", {}).get("title") if part.isdecimal() else None
                parts.append(f"{title} {part}" if title else dated(part))
        return " · ".join(parts)

    def value(self, kind: Kind, pointer: Pointer, value: object) -> str:
        """A leaf in words: codes as their labels, days as people write them."""
        if isinstance(value, list | tuple):
            return ", ".join(self._text(kind.label((*pointer, 0), each)) for each in value)
        if isinstance(value, bool):
            return "có" if value else "không"
        if value is None or isinstance(value, Mapping):
            return "(chưa có gì)"
        return self._text(kind.label(pointer, value))

    def someone(self, identifier: str) -> str:
        """A person's name where it may be said; the identifier, or any other text, as it is."""
        kind = person_kind(identifier, self.school)
        return identifier if kind is None else self.name_of(kind, identifier) or identifier

    def _text(self, text: str) -> str:
        return self.someone(text) if person_kind(text, self.school) else dated(text)

    def part(self, kind: Kind | None, hole: str, value: str) -> str:
        """A part of a page's key, for example `Lớp 3A`; without a kind, the value alone."""
        if kind is None:
            return value
        node = kind.key[hole]
        if value in node.get("x-labels", {}):
            return str(node["x-labels"][value])
        if person_kind(value, self.school) is not None:
            return self.someone(value)
        if _MONTH.fullmatch(value):
            value = f"{int(value[5:])}/{value[:4]}"
        return value if hole in _OWN_NAMES else f"{node['title']} {value}"

    def _latest_year(self) -> str | None:
        years = [each.key["nam_hoc"] for each in self.school.all("nam-hoc")]
        return max(years, default=None)


def person_kind(text: str, school: School) -> str | None:
    """The kind of a person's identifier, or None for any other text."""
    for kind, hole in _PEOPLE.items():
        try:
            pattern = school.kind(kind).key[hole]["pattern"]
        except KeyError:
            continue
        if re.fullmatch(pattern, text):
            return kind
    return None


def dated(text: str) -> str:
    """A text that is a day as people write days; any other as it is."""
    if not _DATE.fullmatch(text):
        return text
    try:
        return written(day(text))
    except ValueError:
        return text
