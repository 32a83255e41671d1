"""Days pupils were absent: illness in spells, family matters, and a few without leave."""

from __future__ import annotations

from typing import Any

from hoso.demo.dice import Dice
from hoso.demo.rooms import Room, Seat
from hoso.rules.attendance import days_absent

#: How many spells of absence a pupil has in a full year, as weights of 0, 1, 2 …
_SPELLS = {"0": 34, "1": 26, "2": 18, "3": 12, "4": 6, "5": 4}
_LENGTHS = (1, 1, 1, 1, 2, 2, 2, 3, 3, 5)
_FULL_YEAR = 177

Days = dict[str, dict[str, str]]


def absences(seed: int, room: Room) -> dict[str, dict[str, Days]]:
    """By month and pupil: the absent days, written as two digits, and the sessions missed."""
    found: dict[str, dict[str, Days]] = {month: {} for month in room.year.months}
    for seat in room.seats:
        for month, days in _of(seed, room, seat).items():
            found[month][seat.pupil.id] = days
    return found


def totals(months: dict[str, dict[str, Days]], pupil: str) -> tuple[int, int]:
    """A pupil's absent days of the year with leave and without, counted as the check counts."""
    counts = [days_absent(pupils[pupil]) for pupils in months.values() if pupil in pupils]
    return sum(count[0] for count in counts), sum(count[1] for count in counts)


def _of(seed: int, room: Room, seat: Seat) -> dict[str, Days]:
    dice = Dice(seed, "diem-danh", seat.pupil.id, room.year.name, room.name)
    days = [when for when in room.year.school_days if seat.there(when)]
    found: dict[str, Days] = {}
    for _ in range(int(dice.weighted(_SPELLS))):
        start, length = dice.below(_FULL_YEAR), dice.pick(_LENGTHS)
        excused, whole = dice.chance(930), dice.chance(850)
        half = dice.pick(("sang", "chieu"))
        for when in days[start : start + length]:
            why = "phep" if excused else "khong-phep"
            if not room.year.finished and when >= room.year.school_days[-2] and not excused:
                why = "chua-ro"
            sessions: dict[str, Any] = {"sang": why, "chieu": why} if whole else {half: why}
            found.setdefault(f"{when:%Y-%m}", {})[f"{when:%d}"] = sessions
    return found
