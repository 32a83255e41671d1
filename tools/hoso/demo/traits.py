"""Qualities and competencies of one class through the year, in step with the work in class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hoso.demo.dice import Dice
from hoso.demo.marks import AT_END_OF_TERM, STILL_LESS, Marks
from hoso.demo.remarks import trait_remark
from hoso.demo.rooms import Fate, Room, Seat
from hoso.rules.assessment_tt27 import SUBJECT_LEVELS
from hoso.rules.subjects import traits_of

#: Which subject shows a competency, the first one the grade has; and how likely it is at its best.
_SHOWN_BY = {
    "ngon_ngu": ("tieng-viet",),
    "tinh_toan": ("toan",),
    "khoa_hoc": ("khoa-hoc", "tu-nhien-xa-hoi"),
    "cong_nghe": ("cong-nghe",),
    "tin_hoc": ("tin-hoc",),
    "tham_mi": ("mi-thuat",),
    "the_chat": ("giao-duc-the-chat",),
}
_BEST_TRAIT = {"hoan-thanh-tot": 850, "hoan-thanh": 250, "chua-hoan-thanh": 0}


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What the homeroom teacher writes about the qualities and competencies of a class."""

    seed: int
    room: Room
    marks: Marks

    @cached_property
    def _rows(self) -> dict[str, dict[str, dict[str, Any]]]:
        """By period and pupil."""
        found: dict[str, dict[str, dict[str, Any]]] = {ky: {} for ky in self.room.year.periods}
        for seat in self.room.seats:
            for ky, row in self._periods(seat):
                found[ky][seat.pupil.id] = row
        return found

    def page(self, ky: str) -> dict[str, dict[str, Any]]:
        """The rows of one page: whoever is in the class on the period's last day."""
        return self.room.enrolled(self._rows[ky], ky)

    def levels(self, pupil: str, *, after_summer: bool) -> dict[str, str | None]:
        """Every quality and competency of a pupil at the end of the year."""
        row = self._rows["cuoi-nam"][pupil]
        again = row.get("danh_gia_lai", {}) if after_summer else {}
        rounds = [row, *(again[when] for when in sorted(again))]
        return {
            name: [each[group][name] for each in rounds if name in each.get(group, {})][-1]
            for group, names in traits_of(self.room.grade).items()
            for name in names
        }

    def _likely(self, seat: Seat, trait: str) -> int:
        """How likely a trait is at its best: as good as the work in the subject that shows it."""
        if trait not in _SHOWN_BY:
            return 450 + seat.pupil.talent // 2 if seat.fate is Fate.ORDINARY else 350
        for subject in _SHOWN_BY[trait]:
            row = self.marks.last(subject, seat.pupil.id)
            if row is not None:
                return _BEST_TRAIT[row["muc"]]
        return 350

    def _summer(self, seat: Seat, row: dict[str, Any]) -> dict[str, Any]:
        """What lags behind with a failed subject, and how it stands when that is tried again."""
        lags: dict[str, str] = {}
        days: set[str] = set()
        for trait, subjects in _SHOWN_BY.items():
            mark = self.marks.last(subjects[0], seat.pupil.id)
            if mark is not None and mark["muc"] == SUBJECT_LEVELS[0]:
                lags[trait] = "can-co-gang"
                days.add(min(mark["danh_gia_lai"]))
        if not lags:
            return {}
        again: dict[str, Any] = {"ly_do": "trong-he"}
        if seat.fate is Fate.RETAINED:
            again["nang_luc_chung"] = {"tu_chu_tu_hoc": "dat"}
            again["nang_luc_dac_thu"] = lags
        else:
            again["nang_luc_dac_thu"] = dict.fromkeys(lags, "dat")
        return {
            "nang_luc_dac_thu": row["nang_luc_dac_thu"] | lags,
            "danh_gia_lai": {max(days): again},
        }

    def _periods(self, seat: Seat) -> Iterator[tuple[str, dict[str, Any]]]:
        dice = Dice(self.seed, "pham-chat", seat.pupil.id, self.room.name, self.room.year.name)
        top = seat.fate in (Fate.EXCELLENT, Fate.GOOD)
        groups = traits_of(self.room.grade)
        ends = {
            name: top or dice.chance(self._likely(seat, name))
            for names in groups.values()
            for name in names
        }
        if seat.pupil.with_plan:
            ends["the_chat"] = False
        for ky in self.room.year.periods:
            row: dict[str, Any] = {}
            for group, names in groups.items():
                row[group] = {
                    name: "tot" if ends[name] and not dice.chance(STILL_LESS[ky] // 2) else "dat"
                    for name in names
                }
            if seat.fate is Fate.RETAINED:
                row["nang_luc_chung"]["tu_chu_tu_hoc"] = "can-co-gang"
            if ky == "cuoi-nam":
                row |= self._summer(seat, row)
            if ky in AT_END_OF_TERM or dice.chance(450):
                abilities = (*row["nang_luc_chung"].values(), *row["nang_luc_dac_thu"].values())
                qualities = tuple(row["pham_chat"].values())
                row["nhan_xet_pham_chat"] = trait_remark(dice, "pham_chat", qualities)
                row["nhan_xet_nang_luc"] = trait_remark(dice, "nang_luc", abilities)
            yield ky, row
