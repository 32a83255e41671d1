"""What differs between two trees, field by field, so that each difference can be judged alone.

A page that appears or vanishes is a change of the page and of everything in it; a move is a
deletion and an addition. A page that cannot be read is one change that nothing can cover.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from hoso.findings import HosoError
from hoso.gate.frame import FRAME, in_frame
from hoso.model import Format, Key, Kind, Pointer, Record
from hoso.schema.paths import PathTable, Place, table_of
from hoso.schema.school import read_record
from hoso.store.tree import PLAIN, SUBMODULE, Entry, Tree

#: A leaf of a record: a scalar, a list of scalars as a tuple, {} for an empty collection.
Leaf = str | int | bool | tuple[object, ...] | Mapping[str, object] | None


class Absent(Enum):
    """The side of a change on which there is nothing; null is a value and not this."""

    ABSENT = "không có"


ABSENT = Absent.ABSENT
Value = Leaf | Absent


class Part(Enum):
    """What of a file a change is about."""

    PAGE = "trang"
    FIELD = "trường"
    BODY = "nội dung"
    FILE = "tệp"
    UNREADABLE = "không đọc được"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference at one place; `kind` is None where no kind claims the path.

    A file of the frame is of the kind `khung`, has no key and differs as a whole. The values
    of a FIELD are leaves, those of a BODY its text, all others SHA-256 of the file.
    """

    path: str
    kind: str | None
    key: Key
    part: Part
    pointer: Pointer = ()
    old: Value = ABSENT
    new: Value = ABSENT

    @property
    def place(self) -> tuple[str, int, tuple[str, ...]]:
        """The order of changes: by path, the page before its fields, fields by pointer."""
        return (self.path, _ORDER[self.part], tuple(map(str, self.pointer)))

    @property
    def whole(self) -> bool:
        """Whether only a right to the whole page can cover it."""
        return self.part is not Part.FIELD


_ORDER = {part: number for number, part in enumerate(Part)}


@dataclass(frozen=True, slots=True)
class Page:
    """What a file holds, as changes see it: its data, its body, its bytes."""

    data: Mapping[str, object]
    body: str | None
    file: str | None


def changes_between(
    base: Tree, head: Tree, paths: Iterable[str], kinds: Mapping[str, Kind]
) -> tuple[Change, ...]:
    """Every difference at the given paths, in one order whatever the order of the paths."""
    table = table_of(kinds)
    found = (
        change for path in set(paths) for change in _at(path, base, head, table)
    )  # fmt: skip
    return tuple(sorted(found, key=lambda change: change.place))


def effect_digest(base: Tree, head: Tree, paths: Iterable[str]) -> str:
    """The digest `hoso-cs-1` of an effect: what stood at each changed path and what shall stand.

    Commits, authors and unrelated paths do not enter it; a rebase keeps it, another touch of the
    same page does not.
    """
    digest = hashlib.sha256(b"hoso-cs-1\0")
    for path in sorted(set(paths), key=os.fsencode):
        before = _fingerprint(base, base.entry(path))
        after = _fingerprint(head, head.entry(path))
        if before != after:
            digest.update(f"{before} {after}\t".encode() + os.fsencode(path) + b"\0")
    return digest.hexdigest()


def leaves(data: Mapping[str, object]) -> dict[Pointer, Leaf]:
    """The leaves of a record by pointer; the record is exactly what they say."""
    found: dict[Pointer, Leaf] = {}
    _gather(data, (), found)
    return found


def applied(page: Mapping[str, object], changes: Iterable[Change]) -> dict[str, object]:
    """The data of a page after FIELD changes; with all of them it is the data of the head."""
    found = leaves(page)
    for change in changes:
        if change.part is not Part.FIELD:
            continue
        if change.new is ABSENT:
            found.pop(change.pointer, None)
        else:
            assert not isinstance(change.new, Absent)  # noqa: S101 - told apart just above
            found[change.pointer] = change.new
    return gathered(found)


def _at(path: str, base: Tree, head: Tree, table: PathTable) -> Iterator[Change]:
    before, after = base.entry(path), head.entry(path)
    old, new = _fingerprint(base, before), _fingerprint(head, after)
    if old == new:
        return
    place = table.find(path)
    kind, key = (None, {}) if place is None else (place.kind.name, place.key)
    if in_frame(path):
        kind = FRAME.name

    def change(part: Part, was: Value, will: Value, pointer: Pointer = ()) -> Change:
        return Change(
            path=path, kind=kind, key=key, part=part, pointer=pointer, old=was, new=will
        )  # fmt: skip

    sides = _content(old), _content(new)
    if kind == FRAME.name:
        plain = after is None or after.mode == PLAIN
        yield change(Part.FILE if plain else Part.UNREADABLE, *sides)
        return
    was, will = _page(base, before, table), _page(head, after, table)
    if kind is None or (after is not None and will is None):
        yield change(Part.UNREADABLE, *sides)
        return
    if was is None or will is None:
        yield change(Part.PAGE, *sides)
    empty = Page({}, None, None)
    was, will = was or empty, will or empty
    ours: dict[Pointer, Leaf] = {}
    theirs: dict[Pointer, Leaf] = {}
    _gather_unlike(was.data, will.data, (), ours, theirs)
    for pointer in ours.keys() | theirs.keys():
        one, other = ours.get(pointer, ABSENT), theirs.get(pointer, ABSENT)
        if not same(one, other) and not _implied(pointer, one, other, theirs):
            yield change(Part.FIELD, one, other, pointer)
    if was.body != will.body:
        yield change(Part.BODY, _or_absent(was.body), _or_absent(will.body))
    if was.file != will.file and was is not empty and will is not empty:
        yield change(Part.FILE, *sides)


def same(one: Value, other: Value) -> bool:
    """Whether two leaves are one value; true and 1 are not."""
    if type(one) is not type(other):
        return False
    return one == other if type(one) is str else repr(one) == repr(other)


def _page(tree: Tree, entry: Entry | None, table: PathTable) -> Page | None:
    """What is at a path, or None where there is nothing or nothing sound."""
    place = None if entry is None else table.find(entry.path)
    if entry is None or place is None or any(table.problems(entry)):
        return None
    raw = tree.read(entry.path)
    if place.kind.format is Format.FILE:
        there = read_record(place, entry.path, raw, []) is not None
        return Page({}, None, hashlib.sha256(raw).hexdigest()) if there else None
    return _read(place.kind, entry.path, raw)


@lru_cache(maxsize=1024)
def _read(kind: Kind, path: str, raw: bytes) -> Page | None:
    """A page of text; kept, for what a change leaves is what the next one starts from."""
    record = read_record(Place(kind, kind.match(path) or {}), path, raw, [])
    return None if record is None else _seen(record)


def _seen(record: Record) -> Page:
    body = record.body if record.kind.format is Format.MARKDOWN else None
    return Page(record.data, body, None)


def _gather(value: Mapping[str, object], at: Pointer, found: dict[Pointer, Leaf]) -> None:
    for name, member in value.items():
        below = (*at, name)
        if type(member) is str:
            found[below] = member
        elif isinstance(member, Mapping) and member:
            _gather(member, below, found)
        else:
            found[below] = _frozen(member)


def _gather_unlike(
    one: Mapping[str, object],
    other: Mapping[str, object],
    at: Pointer,
    ours: dict[Pointer, Leaf],
    theirs: dict[Pointer, Leaf],
) -> None:
    """The leaves of both sides of all members but those that are plainly the same."""
    for name, mine in one.items():
        member = other.get(name, ABSENT)
        if mine is member:
            continue
        if type(mine) is dict and type(member) is dict and mine and member:
            _gather_unlike(mine, member, (*at, name), ours, theirs)
        elif type(mine) is not str or type(member) is not str or mine != member:
            _gather({name: mine}, at, ours)
            if member is not ABSENT:
                _gather({name: member}, at, theirs)
    for name in other.keys() - one.keys():
        _gather({name: other[name]}, at, theirs)


def _frozen(value: object) -> Leaf:
    if isinstance(value, list | tuple):
        return tuple(value)
    if value is None or isinstance(value, str | int | Mapping):
        return value
    raise HosoError(f"không hiểu giá trị kiểu {type(value).__name__}")


def _implied(pointer: Pointer, one: Value, other: Value, head: Mapping[Pointer, Leaf]) -> bool:
    """An empty collection that got members is told by the members alone."""
    return (
        one == {}
        and other is ABSENT
        and any(len(each) > len(pointer) and each[: len(pointer)] == pointer for each in head)
    )


def gathered(found: Mapping[Pointer, Leaf]) -> dict[str, object]:
    """The data that leaves say; the inverse of `leaves`."""
    root: dict[str, object] = {}
    for pointer in sorted(found, key=lambda each: tuple(map(str, each))):
        node, leaf = root, found[pointer]
        for part in pointer[:-1]:
            below = node.setdefault(str(part), {})
            assert isinstance(below, dict)  # noqa: S101 - no leaf stands above another
            node = below
        if isinstance(leaf, Mapping):
            node.setdefault(str(pointer[-1]), {})
        else:
            node[str(pointer[-1])] = list(leaf) if isinstance(leaf, tuple) else leaf
    return root


def _fingerprint(tree: Tree, entry: Entry | None) -> str:
    """The mode and the SHA-256 of a file, as the digest of an effect writes them."""
    if entry is None:
        return "000000 -"
    content = entry.blob.encode() if entry.mode == SUBMODULE else tree.read(entry.path)
    return f"{entry.mode} {_sha256(content)}"


@lru_cache(maxsize=16)
def _sha256(content: bytes) -> str:
    """Asked for every changed page twice over, for its changes and for the digest of all."""
    return hashlib.sha256(content).hexdigest()


def _content(fingerprint: str) -> Value:
    return ABSENT if fingerprint.endswith("-") else fingerprint.rpartition(" ")[2]


def _or_absent(text: str | None) -> Value:
    return ABSENT if text is None else text
