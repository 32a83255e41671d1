"""Which judged records a change to another record can reach, from what the rules say they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from hoso.model import Key, Record, School
from hoso.rules.rule import Named, Rule, Shared

#: Gives the records of a kind within a scope among which are all that write an identifier.
Naming = Callable[[str, Key, str], Iterable[Record]]


def affected(
    rule: Rule, kind: str, key: Key, school: School, naming: Naming | None = None
) -> Iterator[Record]:
    """The records a rule must judge again after the record of this kind and key changed.

    Coming and going are changes too. The changed record itself is not among them, and one
    record may come twice. `naming` may find records by an identifier faster than reading every
    record in the scope, which is what happens without it.
    """
    for reads in rule.reads:
        if reads.kind != kind:
            continue
        # Records kept by other parts of a key than the rule knows are none of its business.
        if isinstance(reads, Shared) and set(reads.holes) <= key.keys():
            yield from school.all(rule.kind, **{hole: key[hole] for hole in reads.holes})
        elif isinstance(reads, Named):
            yield from _named(rule, reads, key, school, naming)


def values_at(data: object, place: tuple[str, ...]) -> Iterator[str]:
    """The texts at a place: `*` stands for any member, a last `@` for the members' own keys."""
    if not place:
        if isinstance(data, str):
            yield data
        return
    part, rest = place[0], place[1:]
    if isinstance(data, Mapping):
        if part == "@":
            yield from data
        elif part == "*":
            for member in data.values():
                yield from values_at(member, rest)
        elif part in data:
            yield from values_at(data[part], rest)
    elif isinstance(data, list | tuple) and part == "*":
        for member in data:
            yield from values_at(member, rest)


def _named(
    rule: Rule, reads: Named, key: Key, school: School, naming: Naming | None
) -> Iterator[Record]:
    value = key[reads.hole]
    # What the naming record shares with the judged one, and that one with the read one, is known.
    scope = {hole: key[hole] for hole in reads.same if hole in reads.holes}
    found = school.all(reads.by, **scope) if naming is None else naming(reads.by, scope, value)
    for record in found:
        if set(reads.holes) <= record.key.keys() and value in values_at(record.data, reads.place):
            judged = {hole: record.key[hole] for hole in reads.holes}
            judged |= {hole: key[hole] for hole in reads.same}
            yield from school.all(rule.kind, **judged)
