"""The nouns of a generated school: pupils, their seats, their classes, how their year goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from hoso.demo.people import Child
from hoso.demo.years import Year


class Fate(Enum):
    """How a pupil's year goes."""

    EXCELLENT = "xuat-sac"
    GOOD = "tot"
    ORDINARY = "hoan-thanh"
    SUMMER = "danh-gia-bo-sung"
    RETAINED = "o-lai-lop"


@dataclass(frozen=True, kw_only=True)
class Pupil:
    """One pupil: the child, the identifier and how the child came to the school."""

    id: str
    child: Child
    entered: str
    register: str
    former_school: str = ""
    talent: int = 500
    with_plan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One pupil's place in one class for one year."""

    pupil: Pupil
    number: int
    since: date
    until: date | None = None
    fate: Fate = Fate.ORDINARY

    def there(self, when: date) -> bool:
        return self.since <= when and (self.until is None or when <= self.until)


@dataclass(frozen=True, kw_only=True)
class Room:
    """One class in one year."""

    year: Year
    grade: int
    letter: str
    seats: tuple[Seat, ...]

    @property
    def name(self) -> str:
        return f"{self.grade}{self.letter}"

    def present(self, when: date) -> tuple[Seat, ...]:
        """Who is in the class on a day."""
        return tuple(seat for seat in self.seats if seat.there(when))

    def enrolled(self, rows: Mapping[str, dict[str, Any]], ky: str) -> dict[str, dict[str, Any]]:
        """Of some rows those of the pupils who are in the class on a period's last day."""
        last = self.year.window(ky).last or self.year.window(ky).first
        return {
            seat.pupil.id: rows[seat.pupil.id]
            for seat in self.present(last)
            if seat.pupil.id in rows
        }
