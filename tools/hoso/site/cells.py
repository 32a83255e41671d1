"""Small counts hidden in tables, so that neither they nor their neighbours can be worked out.

1. A count from 1 up to the threshold is hidden and shown as "less than the threshold".
2. What can be computed is as good as shown: a total less its other parts, the boys where pupils
   and girls are shown. So every sum the reader knows of is a `Sum`, and counts that no table shows
   but that a reader can compute (`computable`) are protected like the others.
3. While some small count has only one possible value, another count of one of its sums is withheld
   altogether: the one whose loss helps most and costs least.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

Name = tuple[str, str]
_NO_LIMIT = 1_000_000
#: How many guesses may be tried before a count is taken to be computable after all.
_PATIENCE = 400


class Sum(NamedTuple):
    """A total the reader knows to be the sum of its parts."""

    total: Name
    parts: tuple[Name, ...]

    @property
    def names(self) -> tuple[Name, ...]:
        return (self.total, *self.parts)


class Shown(Enum):
    """How a count appears: as it is, as less than the threshold, or not at all."""

    EXACT = "exact"
    SMALL = "small"
    WITHHELD = "withheld"


class _Range(NamedTuple):
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _System:
    counts: Mapping[Name, int]
    sums: tuple[Sum, ...]
    threshold: int

    def ranges(self, states: Mapping[Name, Shown]) -> dict[Name, _Range]:
        """What a reader knows of each count before doing any sums."""
        known = {
            Shown.SMALL: _Range(1, self.threshold - 1),
            Shown.WITHHELD: _Range(0, _NO_LIMIT),
        }
        return {
            name: known.get(states[name], _Range(count, count))
            for name, count in self.counts.items()
        }

    def is_small(self, name: Name) -> bool:
        return 0 < self.counts[name] < self.threshold


def protect(
    counts: Mapping[Name, int],
    sums: tuple[Sum, ...],
    threshold: int,
    *,
    known: Collection[Name] = (),
    computable: Collection[Name] = (),
) -> dict[Name, Shown]:
    """How each count may be shown; `known` ones are public anyway and are never hidden."""
    system = _System(counts=counts, sums=sums, threshold=threshold)
    states = dict.fromkeys(counts, Shown.EXACT)
    for name in counts:
        if name in computable:
            states[name] = Shown.WITHHELD
        elif system.is_small(name) and name not in known:
            states[name] = Shown.SMALL
    secret = [name for name in counts if system.is_small(name) and name not in known]
    fixed = frozenset(known) | frozenset(computable)
    while True:
        exposed = next((name for name in secret if _is_determined(system, states, name)), None)
        if exposed is None:
            return states
        change = next(_remedies(system, states, exposed, fixed), None)
        if change is None:
            secret.remove(
                exposed
            )  # nothing left to withhold: it follows from what is public anyway
            continue
        states[change] = Shown.WITHHELD


def _remedies(
    system: _System, states: Mapping[Name, Shown], exposed: Name, fixed: frozenset[Name]
) -> Iterator[Name]:
    """Counts whose withholding may help, best first: neighbours, then the count's own "small"."""
    near = [line for line in system.sums if exposed in line.names]
    reach = {name for line in near for name in line.names} - fixed

    def cost(name: Name) -> tuple[int, bool, int, Name]:
        lonely = sum(
            1
            for line in system.sums
            if name in line.names
            and all(states[other] is Shown.EXACT for other in line.names if other != name)
        )
        return (lonely, system.counts[name] == 0, system.counts[name], name)

    for state in (Shown.EXACT, Shown.SMALL):
        yield from sorted((name for name in reach if states[name] is state), key=cost)
    linked = {name for line in system.sums if reach & set(line.names) for name in line.names}
    yield from sorted(
        (name for name in linked - fixed if states[name] is not Shown.WITHHELD), key=cost
    )


def _is_determined(system: _System, states: Mapping[Name, Shown], name: Name) -> bool:
    """Whether what is shown leaves this count only one possible value."""
    ranges = system.ranges(states)
    count = system.counts[name]
    for other in (count - 1, count + 1):
        low, high = ranges[name]
        if low <= other <= high:
            guess = ranges | {name: _Range(other, other)}
            if _is_possible(system, guess, [_PATIENCE]):
                return False
    return True


def _is_possible(system: _System, ranges: dict[Name, _Range], patience: list[int]) -> bool:
    """Whether some counts within the ranges satisfy every sum; gives up as if there were none."""
    narrowed = _narrow(system.sums, ranges)
    if narrowed is None:
        return False
    open_ = [name for name, (low, high) in narrowed.items() if low < high]
    if not open_:
        return True
    name = min(open_, key=lambda each: (narrowed[each].high - narrowed[each].low, each))
    low, high = narrowed[name]
    truth = system.counts[name]
    tries = sorted(
        range(max(low, truth - 4), min(high, truth + 4) + 1), key=lambda n: abs(n - truth)
    )
    for value in tries:
        patience[0] -= 1
        if patience[0] < 0:
            return False
        if _is_possible(system, narrowed | {name: _Range(value, value)}, patience):
            return True
    return False


def _narrow(sums: tuple[Sum, ...], ranges: dict[Name, _Range]) -> dict[Name, _Range] | None:
    """The ranges after each sum was used until it said no more; None if one cannot hold."""
    now = dict(ranges)
    changed = True
    while changed:
        changed = False
        for total, parts in sums:
            low = sum(now[part].low for part in parts)
            high = sum(now[part].high for part in parts)
            limits = [(total, _Range(low, high))]
            for part in parts:
                limits.append(
                    (
                        part,
                        _Range(
                            now[total].low - (high - now[part].high),
                            now[total].high - (low - now[part].low),
                        ),
                    )
                )
            for name, limit in limits:
                kept = _Range(max(now[name].low, limit.low), min(now[name].high, limit.high))
                if kept.low > kept.high:
                    return None
                if kept != now[name]:
                    now[name] = kept
                    changed = True
    return now
