"""The nouns of the school's records: kinds, records, references and the school that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Protocol

from hoso.findings import Finding

Key = Mapping[str, str]
#: A place inside a record: mapping keys and list positions from the root.
Pointer = tuple[str | int, ...]
#: Lines of a value: the value's own line, then those of its members by key or position.
Lines = tuple[int, Mapping[str | int, "Lines"]]


class Privacy(Enum):
    """Who may read a field (Law 91/2025/QH15 on personal data); absent means restricted."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"
    SENSITIVE = "sensitive"


class Format(Enum):
    """How the bytes of a kind are read."""

    YAML = "yaml"
    MARKDOWN = "markdown"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A value that must name something that exists: a record, or a member inside a record.

    `place` is where such values stand, with `*` for any member and `@` as last part for the
    members' own keys; () with `hole` set means a part of the record's own key.
    `key` maps the target's holes to one of this record's holes or to "." for the value itself.
    With `at`, the value must be a member found at that pointer of the target record.
    """

    place: tuple[str, ...]
    hole: str | None
    kind: str
    key: Mapping[str, str]
    at: Pointer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """What a picture or an attachment may be."""

    types: tuple[str, ...]
    max_bytes: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """One kind of record, as its schema file describes it; every `$ref` is already in place.

    A kind is itself and no other: two loads of one schema give two kinds.
    """

    name: str
    title: str
    description: str
    english: str
    book: str
    path: str
    format: Format
    privacy: Privacy
    key: Mapping[str, Mapping[str, Any]]
    schema: Mapping[str, Any]
    refs: tuple[Ref, ...] = ()
    file: FileRule | None = None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = re.split(r"\{([a-z_]+)\}", self.path)
        text = "".join(
            f"(?P<{part}>[^/]+)" if odd else re.escape(part)
            for part, odd in zip(parts, (i % 2 for i in range(len(parts))), strict=True)
        )
        return re.compile(text)

    @property
    def holes(self) -> tuple[str, ...]:
        """The names of the key's parts, in path order."""
        return tuple(re.findall(r"\{([a-z_]+)\}", self.path))

    def match(self, path: str) -> dict[str, str] | None:
        """The key in a path of this kind, or None; the inverse of `fill`.

        Shape only: whether each part fits its pattern is for the check to say.
        """
        found = self._pattern.fullmatch(path)
        return None if found is None else found.groupdict()

    def fill(self, key: Key) -> str:
        """The path of the record with this key."""
        return self.path.format_map(key)

    def field(self, pointer: Pointer) -> Mapping[str, Any] | None:
        """The schema of the value at a pointer, or None where the kind has no such field."""
        node: Mapping[str, Any] | None = self.schema
        for part in pointer:
            if node is None:
                return None
            if isinstance(part, int):
                node = node.get("items")
            elif part in node.get("properties", {}):
                node = node["properties"][part]
            else:
                more = node.get("additionalProperties")
                node = more if isinstance(more, Mapping) else None
        return node

    def privacy_of(self, pointer: Pointer) -> Privacy:
        """The class of the value at a pointer: its own mark or the nearest one above it."""
        found, node = self.privacy, self.schema
        for depth in range(1, len(pointer) + 1):
            below = self.field(pointer[:depth])
            if below is None:
                return Privacy.RESTRICTED
            node = below
            if "x-privacy" in node:
                found = Privacy(node["x-privacy"])
        return found

    def heading(self, pointer: Pointer) -> str:
        """The Vietnamese label of the value at a pointer; identifiers stand for themselves."""
        node = self.field(pointer)
        return str(pointer[-1] if node is None else node["title"])

    def label(self, pointer: Pointer, value: object) -> str:
        """How a coded value reads, for example `hoan-thanh` as "H – Hoàn thành"."""
        node = self.field(pointer) or {}
        return str(node.get("x-labels", {}).get(value, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One page that one person signs: its key comes from its path, its data from its text."""

    kind: Kind
    path: str
    key: Key
    data: Mapping[str, Any]
    body: str = ""
    body_line: int = 1
    lines: Lines = field(default=(1, {}), repr=False)
    blob: str = ""

    def line(self, pointer: Pointer) -> int:
        """The line of the value at a pointer, or of the nearest thing above it that exists."""
        line, members = self.lines
        for part in pointer:
            if part not in members:
                return line
            line, members = members[part]
        return line

    def finding(self, code: str, pointer: Pointer, message: str, hint: str = "") -> Finding:
        """A finding about the value at a pointer of this record."""
        return Finding(
            path=self.path, line=self.line(pointer), code=code, message=message, hint=hint
        )


class School(Protocol):
    """All records of one school at one moment, read only as far as they are asked for."""

    def get(self, kind: str, /, **key: str) -> Record | None:
        """The record of a kind with exactly this key, or None.

        An unreadable record counts as absent, and so does every record of a kind that this
        school's schemas do not have.
        """
        ...

    def all(self, kind: str, /, **scope: str) -> Sequence[Record]:
        """The readable records of a kind whose key has these parts, in path order."""
        ...

    def kind(self, name: str, /) -> Kind:
        """The kind of that name; an unknown name is a bug of the caller."""
        ...

    def __hash__(self) -> int:
        """A school is itself and no other, so that answers about it can be kept."""
        ...


def covers(scope: Key, key: Key) -> bool:
    """Whether every name in the scope has the same value in the key."""
    return all(key.get(name) == value for name, value in scope.items())


def walk(value: object, pointer: Pointer = ()) -> Iterator[tuple[Pointer, object]]:
    """Every scalar of a value with its pointer, in order."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from walk(member, (*pointer, name))
    elif isinstance(value, list | tuple):
        for position, member in enumerate(value):
            yield from walk(member, (*pointer, position))
    else:
        yield pointer, value
