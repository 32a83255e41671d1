"""The locks of a school year as a table: what closes when, and how much of it is complete.

Counting reads every page that a lock expects. What came of it is kept as plain numbers, named by
the commit and the day it was counted at.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hoso.gate.missing import expected, missing
from hoso.gate.policy import YEAR, Lock, Policy
from hoso.gate.readable import part_name
from hoso.schema.school import TreeSchool

#: Before this many days nobody is behind yet: an open page is only one still to come.
NEAR = 21
#: The part of a lock's scope that is a month, as the calendar writes it.
_MONTH = "thang"
_MOST = 64


@dataclass(frozen=True, slots=True)
class Count:
    """Of the pages of a row, or of one class in it, how many are expected and not complete."""

    pages: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """One kind that a lock closes: the whole of it, and each class where it has classes."""

    title: str
    total: Count
    rooms: dict[str, Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRow:
    """One lock: its name and what it closes in words, its last day, and its kinds."""

    name: str
    title: str
    closes: date
    left: int
    kinds: tuple[KindRow, ...]

    @property
    def near(self) -> bool:
        """Whether what is open is worth a warning."""
        return self.left <= NEAR

    @property
    def total(self) -> Count:
        """All kinds together."""
        return Count(sum(each.total.pages for each in self.kinds),
                     sum(each.total.missing for each in self.kinds))  # fmt: skip


_kept: dict[tuple[str, date, str], tuple[LockRow, ...]] = {}
_lock = threading.Lock()


def years(policy: Policy) -> list[str]:
    """The school years that have a lock calendar, the latest first."""
    return sorted({lock.scope[YEAR] for lock in policy.locks}, reverse=True)


def locks_of(policy: Policy, year: str) -> list[Lock]:
    """The locks of a year in the order in which they fall due."""
    found = (lock for lock in policy.locks if lock.scope[YEAR] == year)
    return sorted(found, key=lambda lock: (lock.closes, lock.name))


def lock_rows(commit: str, school: TreeSchool, policy: Policy, year: str) -> tuple[LockRow, ...]:
    """Every lock of a year, counted over the records of a commit."""
    at = (commit, policy.on, year)
    with _lock:
        known = _kept.get(at)
    if known is None:
        known = tuple(_row(lock, school, policy) for lock in locks_of(policy, year))
        with _lock:
            if len(_kept) >= _MOST:
                _kept.clear()
            _kept[at] = known
    return known


def rooms_of(rows: Iterable[LockRow]) -> list[str]:
    """The classes of a table, in order."""
    return sorted({room for row in rows for kind in row.kinds for room in kind.rooms})


def lock_title(lock: Lock, school: TreeSchool) -> str:
    """What a lock closes in words, for example `Cuối học kỳ I`, `Tháng 9/2026`, `Cả năm học`."""
    kind = next((school.kinds[name] for name in sorted(lock.kinds) if name in school.kinds), None)
    parts = [
        _month(value) if hole == _MONTH else part_name(kind, hole, value, school, named=False)
        for hole, value in lock.scope.items()
        if hole != YEAR and kind is not None and hole in kind.key
    ]
    # Two locks may close one period, one before the summer and one after it.
    plain = lock.name in lock.scope.values() or any(
        lock.name.endswith(value) for value in lock.scope.values()
    )
    title = " · ".join(parts) or "Cả năm học"
    return title if plain or not parts else f"{title} ({lock.name})"


def _month(value: str) -> str:
    year, _, month = value.partition("-")
    return f"Tháng {month.lstrip('0')}/{year}"


def _row(lock: Lock, school: TreeSchool, policy: Policy) -> LockRow:
    pages = expected(school, policy, lock)
    gone = {each.path for each in missing(school, policy, lock)}
    kinds = []
    for name in sorted({kind.name for kind, _ in pages.values()}):
        own = [(path, key) for path, (kind, key) in pages.items() if kind.name == name]
        asked = Counter(key.get("lop", "") for _, key in own)
        left = Counter(key.get("lop", "") for path, key in own if path in gone)
        kinds.append(
            KindRow(
                title=school.kinds[name].title,
                total=Count(len(own), sum(left.values())),
                rooms={room: Count(asked[room], left[room]) for room in asked if room},
            )
        )
    return LockRow(
        name=lock.name, title=lock_title(lock, school), closes=lock.closes,
        left=(lock.closes - policy.on).days, kinds=tuple(kinds),
    )  # fmt: skip
