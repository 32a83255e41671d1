"""Levels, scores and remarks of one class through the four periods of a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from hoso.demo.dice import Dice
from hoso.demo.remarks import subject_remark
from hoso.demo.rooms import Fate, Room, Seat
from hoso.rules.assessment_tt27 import SUBJECT_LEVELS
from hoso.rules.subjects import requires_test, subjects_of

_CORE = ("toan", "tieng-viet")
#: How likely, in thousandths, a good level was still a lesser one at an earlier time.
STILL_LESS = {"giua-ky-1": 300, "cuoi-ky-1": 180, "giua-ky-2": 120, "cuoi-nam": 0}
_SCORES = {0: (3, 4, 4), 1: (5, 6, 6, 6, 7, 7, 7, 8), 2: (7, 8, 8, 8, 9, 9, 9, 10)}
_LIMITS = {0: (2, 4), 1: (5, 8), 2: (7, 10)}
AT_END_OF_TERM = frozenset({"cuoi-ky-1", "cuoi-nam"})
#: The subject the plan of the pupil in inclusive education leaves out, and those it adapts.
EXEMPT, ADAPTED = "giao-duc-the-chat", ("tieng-viet", "toan")


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Everything the teachers of one class write about its pupils in one year."""

    seed: int
    room: Room
    electives: tuple[str, ...]
    #: Whether the teacher of a subject is a man: "thầy" and "cô" praise differently.
    men: Mapping[str, bool]
    #: The class in which one test of the first term came out strangely and was repeated.
    strange: bool = False

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        split = self.room.year.record["mon_ghep"]
        return subjects_of(self.room.grade, split, self.electives)

    @cached_property
    def _rows(self) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
        """By subject, period and pupil."""
        found: dict[str, dict[str, dict[str, dict[str, Any]]]] = {
            subject: {ky: {} for ky in self.room.year.periods} for subject in self.subjects
        }
        for seat in self.room.seats:
            best = Dice(self.seed, "kem-hon", seat.pupil.id, self.room.year.name)
            weaker = best.pick(self.subjects)
            failed = self._failed(seat)
            for subject in self.subjects:
                if seat.pupil.with_plan and subject == EXEMPT:
                    continue
                final = self._final(seat, subject, weaker, failed)
                for ky, row in self._periods(seat, subject, final):
                    found[subject][ky][seat.pupil.id] = row
        if self.strange:
            self._repeat_a_test(found)
        return found

    def page(self, subject: str, ky: str) -> dict[str, dict[str, Any]]:
        """The rows of one subject page: whoever is in the class on the period's last day."""
        return self.room.enrolled(self._rows[subject][ky], ky)

    def last(self, subject: str, pupil: str) -> Mapping[str, Any] | None:
        """What a pupil has in a subject at the latest time there is; None where it is left out."""
        rows = self._rows.get(subject, {})
        return rows.get(self.room.year.periods[-1], {}).get(pupil)

    def _failed(self, seat: Seat) -> tuple[str, ...]:
        if seat.fate is Fate.RETAINED:
            return _CORE
        if seat.fate is not Fate.SUMMER:
            return ()
        choices = [("toan",), ("tieng-viet",), _CORE]
        return Dice(self.seed, "mon-yeu", seat.pupil.id, self.room.year.name).pick(choices)

    def _final(
        self, seat: Seat, subject: str, weaker: str, failed: tuple[str, ...]
    ) -> tuple[int, int, Dice]:
        """The level and the score at the end of the year, and the dice they were thrown with."""
        dice = Dice(self.seed, "mon", seat.pupil.id, self.room.year.name, subject)
        fate = seat.fate
        if fate is Fate.EXCELLENT:
            return 2, 9 + dice.below(2), dice
        if fate is Fate.GOOD:
            score = 7 + dice.below(2) if subject == "toan" else dice.pick(_SCORES[2])
            return 2, score, dice
        if subject in failed:
            return 0, dice.pick(_SCORES[0]), dice
        likely = 150 + seat.pupil.talent * 9 // 10 if fate is Fate.ORDINARY else 120
        level = 2 if subject != weaker and dice.chance(likely) else 1
        return level, dice.pick(_SCORES[level]), dice

    def _periods(
        self, seat: Seat, subject: str, final: tuple[int, int, Dice]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        end, score, dice = final
        for ky in self.room.year.periods:
            level = end if ky == "cuoi-nam" else _earlier(dice, end, ky, seat.fate)
            low, high = _LIMITS[level]
            marked = score if ky == "cuoi-nam" else score + dice.between(-1, 1)
            said = dice.below(1000)
            row: dict[str, Any] = {"muc": SUBJECT_LEVELS[level]}
            if requires_test(self.room.grade, subject, ky):
                row["diem"] = max(low, min(high, marked))
            if ky in AT_END_OF_TERM or level == 0 or said < 450:
                words = Dice(self.seed, "nhan-xet", seat.pupil.id, self.room.name,
                             self.room.year.name, subject, ky)  # fmt: skip
                row["nhan_xet"] = subject_remark(
                    words, subject, self.room.grade, ky, row["muc"], self.men.get(subject, False)
                )
            if ky == "cuoi-nam" and level == 0:
                row["danh_gia_lai"] = self._summer(seat, subject)
            yield ky, row

    def _summer(self, seat: Seat, subject: str) -> dict[str, dict[str, Any]]:
        """The second chance after the holidays' help, and the principal's own test after that."""
        year = self.room.year.start + 1
        dice = Dice(self.seed, "danh-gia-lai", seat.pupil.id, year, subject)
        tested = requires_test(self.room.grade, subject, "cuoi-nam")
        first = str(_working_day(date(year, 8, dice.between(3, 14))))

        def again(level: int, score: int, why: str) -> dict[str, Any]:
            marked = {"diem": score} if tested else {}
            return {"muc": SUBJECT_LEVELS[level], **marked, "ly_do": why}

        if seat.fate is Fate.RETAINED:
            return {
                first: again(0, 4, "trong-he"),
                str(_working_day(date(year, 8, 19))): again(0, 4, "hieu-truong-to-chuc"),
            }
        return {first: again(1, dice.between(5, 6), "trong-he")}

    def _repeat_a_test(self, rows: dict[str, dict[str, dict[str, dict[str, Any]]]]) -> None:
        """One pupil did a test far below the daily work, so it was repeated."""
        page = rows["toan"].get("cuoi-ky-1", {})
        for seat in self.room.seats:
            row = page.get(seat.pupil.id, {})
            if (
                row.get("diem", 0) >= 9
                and seat.until is None
                and seat.since == self.room.year.first_day
            ):
                when = self.room.year.record["ky_danh_gia"]["cuoi-ky-1"]["den"]
                row["danh_gia_lai"] = {
                    when: {"muc": row["muc"], "diem": row["diem"], "ly_do": "bat-thuong"}
                }
                row.update(muc=SUBJECT_LEVELS[1], diem=5)
                return


def _working_day(when: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return when - timedelta(days=max(0, when.weekday() - 4))


def _earlier(dice: Dice, end: int, ky: str, fate: Fate) -> int:
    """The level at an earlier time, from the one at the end of the year."""
    drawn = dice.below(1000)
    if end == 2:
        less = STILL_LESS[ky] // (3 if fate is Fate.EXCELLENT else 1)
        return 1 if drawn < less else 2
    if end == 1:
        if drawn < 60:
            return 2
        return 0 if drawn >= 1000 - STILL_LESS[ky] // 14 else 1
    return 1 if drawn < 350 else 0
