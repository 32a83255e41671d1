"""Small counts hidden in tables, so that neither they nor their neighbours can be worked out.

1. A count from 1 up to the threshold is hidden and shown as "less than the threshold".
2. What can be computed is as good as shown: a total less its other parts, the boys where pupils
   and girls are shown. So every sum the reader knows of is a `Sum`, and counts that no table shows
   but that a reader can compute (`computable`) are protected like the others.
3. A small count is safe when there is another world: counts that differ from the true ones in it,
   yet agree with every sum and with everything that is shown. For each small count the world that
   costs least is found, and what is different there is withheld.

Withholding more never takes a world away, so one pass over the small counts is enough.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

Name = tuple[str, str]
#: How many half-made worlds may be looked at for one count before all is withheld around it.
_PATIENCE = 30_000


class Sum(NamedTuple):
    """A total the reader knows to be the sum of its parts."""

    total: Name
    parts: tuple[Name, ...]


class Shown(Enum):
    """How a count appears: as it is, as less than the threshold, or not at all."""

    EXACT = "exact"
    SMALL = "small"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    counts: Mapping[Name, int]
    threshold: int
    #: For every count, the sums it is in, with +1 as a part and -1 as the total.
    places: Mapping[Name, tuple[tuple[int, int], ...]]
    #: For every sum, its counts with the same signs.
    members: tuple[tuple[tuple[Name, int], ...], ...]
    known: frozenset[Name]
    totals: frozenset[Name]

    def is_small(self, count: int) -> bool:
        return 0 < count < self.threshold

    def cost(self, states: Mapping[Name, Shown], name: Name, changed: int) -> int | None:
        """What a world costs in which this count is different; None if it cannot be."""
        if changed < 0 or name in self.known:
            return None
        state = states[name]
        if state is Shown.WITHHELD or (state is Shown.SMALL and self.is_small(changed)):
            return 1
        if state is Shown.SMALL:
            return 10
        return 100 + (20 if name in self.totals else 0) + (30 if self.counts[name] == 0 else 0)


def protect(
    counts: Mapping[Name, int],
    sums: Collection[Sum],
    threshold: int,
    *,
    known: Collection[Name] = (),
    computable: Collection[Name] = (),
) -> dict[Name, Shown]:
    """How each count may be shown; `known` ones are public anyway and are never hidden."""
    tables = _tables(counts, sums, threshold, known)
    secret = [
        name for name, count in counts.items() if tables.is_small(count) and name not in known
    ]
    states = dict.fromkeys(counts, Shown.EXACT)
    states |= dict.fromkeys(secret, Shown.SMALL)
    states |= dict.fromkeys(computable, Shown.WITHHELD)
    for name in secret:
        world = _cheapest_world(tables, states, name)
        if world is None:
            world = {other: 0 for other in _around(tables, name) if other not in tables.known}
        for other, step in world.items():
            changed = counts[other] + step
            if not (states[other] is Shown.SMALL and step and tables.is_small(changed)):
                states[other] = Shown.WITHHELD
    return states


def _tables(
    counts: Mapping[Name, int], sums: Collection[Sum], threshold: int, known: Collection[Name]
) -> _Tables:
    places: dict[Name, list[tuple[int, int]]] = {name: [] for name in counts}
    members = []
    for number, (total, parts) in enumerate(sums):
        signed = ((total, -1), *((part, 1) for part in parts))
        members.append(signed)
        for name, sign in signed:
            places[name].append((number, sign))
    return _Tables(
        counts=counts,
        threshold=threshold,
        places={name: tuple(found) for name, found in places.items()},
        members=tuple(members),
        known=frozenset(known),
        totals=frozenset(each.total for each in sums),
    )


@dataclass(order=True, slots=True)
class _World:
    """A world in the making: what differs so far, and which sums do not yet hold."""

    rank: int
    age: int
    cost: int = field(compare=False)
    steps: dict[Name, int] = field(compare=False)
    off: dict[int, int] = field(compare=False)


def _cheapest_world(
    tables: _Tables, states: Mapping[Name, Shown], name: Name
) -> dict[Name, int] | None:
    """Steps of one up or down, `name` among them, after which every sum holds again."""
    age = 0
    queue: list[_World] = []
    for step in (1, -1):
        world = _stepped(tables, states, _World(0, age, 0, {}, {}), name, step)
        if world is not None:
            heapq.heappush(queue, world)
    seen = set()
    while queue and age < _PATIENCE:
        world = heapq.heappop(queue)
        if not world.off:
            return world.steps
        mark = frozenset(world.steps.items())
        if mark in seen:
            continue
        seen.add(mark)
        number = min(world.off, key=lambda each: (len(tables.members[each]), each))
        for other, sign in tables.members[number]:
            if other in world.steps:
                continue
            step = sign if world.off[number] < 0 else -sign
            further = _stepped(tables, states, world, other, step)
            if further is not None:
                age += 1
                further.age = age
                heapq.heappush(queue, further)
    return None


def _stepped(
    tables: _Tables, states: Mapping[Name, Shown], world: _World, name: Name, step: int
) -> _World | None:
    cost = tables.cost(states, name, tables.counts[name] + step)
    if cost is None:
        return None
    off = dict(world.off)
    for number, sign in tables.places[name]:
        off[number] = off.get(number, 0) + sign * step
        if not off[number]:
            del off[number]
    # Worlds with fewer sums to mend come first, or the cheap ones would all be looked at.
    total = world.cost + cost
    rank = total + 40 * sum(map(abs, off.values()))
    return _World(rank, world.age, total, {**world.steps, name: step}, off)


def _around(tables: _Tables, name: Name) -> set[Name]:
    """Every count tied to this one by some chain of sums."""
    found, waiting = {name}, [name]
    while waiting:
        for number, _ in tables.places[waiting.pop()]:
            for other, _ in tables.members[number]:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
    return found
