"""Which judged records a change to another record can reach, from what the rules say they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hoso.model import Key, Record, School
from hoso.rules.rule import Named, Rule, Shared
from hoso.schema.references import values_at

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


def _named(
    rule: Rule, reads: Named, key: Key, school: School, naming: Naming | None
) -> Iterator[Record]:
    value = key[reads.hole]
    # What the naming record shares with the judged one, and that one with the read one, is known.
    scope = {hole: key[hole] for hole in reads.same if hole in reads.holes}
    found = school.all(reads.by, **scope) if naming is None else naming(reads.by, scope, value)
    for record in found:
        if set(reads.holes) <= record.key.keys() and any(
            value == named for _, named in values_at(record.data, reads.place)
        ):
            judged = {hole: record.key[hole] for hole in reads.holes}
            judged |= {hole: key[hole] for hole in reads.same}
            yield from school.all(rule.kind, **judged)
