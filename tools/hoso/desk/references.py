"""What a field of a page may name: the few there are, or what is found as somebody types.

Nobody is named to whoever may not read the name; an identifier typed by heart is always taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hoso.desk.asking import Asking
from hoso.desk.folding import folded, words_of
from hoso.exchange.grid import value_at
from hoso.model import Key, Kind, Pointer, Record, Ref

#: More names than these are looked for and not chosen from a list.
MOST_LISTED = 60
#: So many answers are offered for what somebody has typed so far.
MOST_FOUND = 12
_NAME, _TITLE = "ho_ten", "ten"
_ANY, _VALUE = "*", "."
Named = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What may stand in a field; `kind` is asked while somebody types where the list is left out.

    `id` is the same for all fields that may name the same.
    """

    id: str
    listed: tuple[Named, ...] = ()
    kind: str = ""


def names_for(ask: Asking, kind: Kind, key: Key, pointer: Pointer) -> Names | None:
    """What the value at a pointer may name; None where it names nothing that is looked up."""
    for ref in kind.refs:
        if ref.hole is None and _matches(ref.place, pointer):
            return _names(ask, ref, key)
    return None


def names_for_hole(ask: Asking, kind: Kind, hole: str) -> Names | None:
    """The same for a part of a page's own key."""
    for ref in kind.refs:
        if ref.hole == hole:
            return _names(ask, ref, {"nam_hoc": ask.policy.year})
    return None


def found(ask: Asking, kind: str, asked: str) -> list[Named]:
    """The first records of a kind of people whose readable name, or code, holds every word."""
    words = words_of(asked, 6)
    every: Iterable[Record] = ask.school.all(kind) if words else ()
    hits = (
        (code, name)
        for record in every
        for code, name in [_person(ask, record)]
        if all(word in folded(f"{name} {code}") for word in words)
    )
    return [hit for hit, _ in zip(hits, range(MOST_FOUND), strict=False)]


def said(ask: Asking, kind: Kind, key: Key, pointer: Pointer, text: str) -> str:
    """The name of what a value names, "" where there is none to be said."""
    for ref in kind.refs:
        if text and ref.hole is None and _matches(ref.place, pointer):
            if ref.at is not None:
                return dict(_members(ask, ref, key)).get(text, "")
            holes = {hole: text if part == _VALUE else key.get(part, "")
                     for hole, part in ref.key.items()}  # fmt: skip
            record = ask.school.get(ref.kind, **holes)
            return "" if record is None else _person(ask, record)[1]
    return ""


def _matches(place: tuple[str, ...], pointer: Pointer) -> bool:
    return len(place) == len(pointer) and all(
        part in (_ANY, here) for part, here in zip(place, pointer, strict=True)
    )


def _names(ask: Asking, ref: Ref, key: Key) -> Names | None:
    id_ = "-".join((ref.kind, *map(str, ref.at or ())))
    if ref.at is not None:
        return Names(id=id_, listed=tuple(_members(ask, ref, key)))
    chosen = _VALUE if ref.hole is None else ref.hole
    hole = next((name for name, part in ref.key.items() if part == chosen), None)
    if hole is None:
        return None
    scope = {name: key[part] for name, part in ref.key.items() if part in key and name != hole}
    kind = ask.school.kind(ref.kind)
    paths = ask.school.paths(ref.kind, scope)
    if len(paths) > MOST_LISTED and _NAME in kind.schema.get("properties", {}):
        return Names(id=id_, kind=ref.kind)
    listed = []
    for path in paths:
        record = ask.school.at(path)
        if record is not None:
            listed.append((record.key[hole], _person(ask, record)[1]))
    return Names(id=id_, listed=tuple(dict.fromkeys(listed)))


def _members(ask: Asking, ref: Ref, key: Key) -> Iterator[Named]:
    """The members of another record's collection, with what they are called."""
    assert ref.at is not None  # noqa: S101 - asked of such references only
    holes = {hole: key.get(part, "") for hole, part in ref.key.items()}
    record = ask.school.get(ref.kind, **holes)
    members: Any = {} if record is None else value_at(record.data, ref.at)
    for name, member in members.items() if isinstance(members, Mapping) else ():
        yield name, str(member.get(_TITLE, name)) if isinstance(member, Mapping) else name


def _person(ask: Asking, record: Record) -> Named:
    """The last part of a record's key, and the name it has where that may be read."""
    code = record.key[record.kind.holes[-1]]
    name = record.data.get(_NAME)
    shown = name is not None and (
        record.kind.name == "nhan-su" or ask.person.reads(record, (_NAME,))
    )
    return code, str(name) if shown else ""
