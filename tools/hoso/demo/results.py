"""The end of a pupil's year: the result by the law, and what it is rewarded with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hoso.demo.dice import Dice
from hoso.demo.marks import Marks
from hoso.demo.rooms import Seat
from hoso.demo.tables import table
from hoso.demo.traits import Traits
from hoso.rules.assessment_tt27 import SUBJECT_LEVELS, Result, YearResult, year_result
from hoso.rules.rewards import EXCELLENT, OUTSTANDING
from hoso.rules.subjects import requires_test


def outcome(marks: Marks, traits: Traits, pupil: str, *, after_summer: bool) -> YearResult:
    """The pupil's result of the year, by the rule that the check uses."""
    levels, scores = {}, {}
    for subject in marks.subjects:
        row = marks.last(subject, pupil)
        if row is None:
            continue
        again = [
            retest
            for _, retest in sorted(row.get("danh_gia_lai", {}).items())
            if after_summer or retest["ly_do"] == "bat-thuong"
        ]
        last = {**row, **(again[-1] if again else {})}
        levels[subject] = last["muc"]
        if requires_test(marks.room.grade, subject, "cuoi-nam"):
            scores[subject] = last["diem"]
    return year_result(levels, traits.levels(pupil, after_summer=after_summer), scores)


def rewards(seed: int, seat: Seat, marks: Marks, result: Result | None) -> dict[str, Any]:
    """The titles a result brings, with the grounds they need, and now and then a kind letter."""
    dice = Dice(seed, "khen-thuong", seat.pupil.id, marks.room.year.name)
    best = _best_subjects(marks, seat.pupil.id)
    if result is Result.EXCELLENT:
        higher = ["de-nghi-cap-tren"] if dice.chance(30) else []
        return {"khen_thuong": [EXCELLENT, *higher]}
    if result is Result.GOOD and dice.chance(880):
        grounds: dict[str, Any] = {"khen_thuong": [OUTSTANDING]}
        if best and dice.chance(700):
            chosen = dice.some(best, dice.between(1, 2))
            grounds["mon_noi_troi"] = [subject for subject in best if subject in chosen]
        else:
            grounds["tien_bo"] = dice.pick(table("pham-chat-nang-luc")["tien_bo"])
        meeting = marks.room.year.window("cuoi-nam").last
        if meeting is not None:
            grounds["lop_cong_nhan"] = str(meeting - timedelta(days=dice.between(1, 3)))
        return grounds
    if result is Result.COMPLETED and dice.chance(90):
        return {"khen_thuong": [dice.pick(("thu-khen", "thu-khen", "dot-xuat"))]}
    return {}


def _best_subjects(marks: Marks, pupil: str) -> tuple[str, ...]:
    """Subjects with the highest level, and 9 or 10 where there is a test."""
    ends = ((subject, marks.last(subject, pupil)) for subject in marks.subjects)
    return tuple(
        subject
        for subject, row in ends
        if row and row["muc"] == SUBJECT_LEVELS[2] and row.get("diem", 9) >= 9
    )
