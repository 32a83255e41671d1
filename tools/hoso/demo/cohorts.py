"""Who sits in which class in which year: children grow, come, leave, and one or two stay back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hoso.demo.dice import Dice
from hoso.demo.people import Child, child
from hoso.demo.plan import Plan
from hoso.demo.rooms import Fate, Pupil, Room, Seat
from hoso.demo.tables import table
from hoso.demo.years import Year
from hoso.rules.days import day
from hoso.rules.subjects import GRADES

#: Crockford's letters, as the schemas demand of identifiers that say nothing.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Pupils that the hand-written posts name, where they sat in the reference school's first year.
KNOWN = {(1, "A", 2): "HS2WPC6N", (3, "A", 7): "HS7K3QZ9", (5, "A", 4): "HS4M8TVA"}
#: The seat of the pupil with an individual education plan in a school's first year.
_WITH_PLAN = (3, 11)
_FEWEST, _MOST = 28, 35


@dataclass(kw_only=True)
class Cohorts:
    """All pupils, classes and movements of a school, made year by year."""

    seed: int
    plan: Plan
    years: tuple[Year, ...]
    pupils: dict[str, Pupil] = field(default_factory=dict)
    rooms: list[Room] = field(default_factory=list)
    moves: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _registers: Counter[int] = field(default_factory=Counter)
    _stayed_back: set[str] = field(default_factory=set)

    def grow(self) -> Cohorts:
        """Lets every year happen; returns itself."""
        before: dict[tuple[int, str], Room] = {}
        for year in self.years:
            now = {}
            retained = self._with_one_who_stays(year)
            for grade in GRADES:
                for letter in self.plan.letters:
                    starters = list(self._starters(year, grade, letter, before))
                    room = self._through_the_year(year, grade, letter, starters, retained)
                    now[grade, letter] = room
                    self.rooms.append(room)
            before = now
        return self

    def _starters(
        self, year: Year, grade: int, letter: str, before: dict[tuple[int, str], Room]
    ) -> Iterator[Pupil]:
        """The children in a class on its first day."""
        dice = Dice(self.seed, "lop", year.name, grade, letter)
        size = dice.between(_FEWEST + 1, _MOST - 2)
        kept = [seat.pupil for seat in _ended(before.get((grade, letter)), Fate.RETAINED)]
        for pupil in kept:
            self._stayed_back.add(pupil.id)
            self._move(year, pupil, "o-lai-lop", year.first_day, den_lop=f"{grade}{letter}",
                       ly_do="Chưa hoàn thành chương trình lớp học sau đánh giá bổ sung trong hè",
                       quyet_dinh={"so": "78/QĐ-THCH", "ngay": f"{year.start}-08-24"})  # fmt: skip
        yield from kept
        if grade == 1:
            yield from self._admitted(year, letter, size - len(kept), dice)
        elif not before:
            yield from self._from_earlier_years(year, grade, letter, size)
        else:
            promoted = [seat.pupil for seat in _ended(before[grade - 1, letter])]
            yield from promoted
            room_left = _MOST - 1 - len(promoted) - len(kept)
            wanted = max(_FEWEST + 1 - len(promoted) - len(kept), dice.below(2))
            for position in range(min(wanted, room_left)):
                yield self._newcomer(year, grade, letter, year.first_day, position)

    def _admitted(self, year: Year, letter: str, count: int, dice: Dice) -> Iterator[Pupil]:
        children = sorted(
            (
                child(Dice(self.seed, "tre", year.start, letter, position),
                      year.start - 6 - dice.chance(12))
                for position in range(count)
            ),
            key=lambda who: who.place_in_list,
        )  # fmt: skip
        for position, who in enumerate(children):
            pupil = self._enrol(who, (year.start, 1, letter, position), str(year.first_day))
            self._move(year, pupil, "tuyen-sinh", year.first_day, den_lop=f"1{letter}")
            yield pupil

    def _from_earlier_years(
        self, year: Year, grade: int, letter: str, count: int
    ) -> Iterator[Pupil]:
        """The upper classes of a school whose records begin now."""
        entry = year.start - grade + 1
        children = sorted(
            (child(Dice(self.seed, "tre", entry, letter, position), entry - 6)
             for position in range(count)),
            key=lambda who: who.place_in_list,
        )  # fmt: skip
        for position, who in enumerate(children):
            dice = Dice(self.seed, "vao-truong", entry, letter, position)
            key = (entry, grade, letter, position)
            if dice.chance(60):
                former = dice.pick(table("doi-song")["truong_khac"])
                came = entry + 1 + dice.below(grade - 1)
                yield self._enrol(who, key, f"{came}-01-12", former)
            else:
                yield self._enrol(who, key, f"{entry}-09-05")

    def _newcomer(self, year: Year, grade: int, letter: str, when: date, position: int) -> Pupil:
        dice = Dice(self.seed, "chuyen-den", year.name, grade, letter, position)
        former = dice.pick(table("doi-song")["truong_khac"])
        key = (year.start, grade, letter, 90 + position)
        who = child(dice, year.start - 5 - grade)
        pupil = self._enrol(who, key, str(when), former)
        self._move(year, pupil, "chuyen-den", when, den_lop=f"{grade}{letter}",
                   truong_khac=former, ly_do=dice.pick(table("doi-song")["ly_do_den"]))  # fmt: skip
        return pupil

    def _through_the_year(
        self, year: Year, grade: int, letter: str, starters: list[Pupil], retained: set[str]
    ) -> Room:
        name = f"{grade}{letter}"
        dice = Dice(self.seed, "bien-dong", year.name, name)
        starters.sort(key=lambda pupil: pupil.child.place_in_list)
        seats = [
            Seat(pupil=pupil, number=number, since=year.first_day, fate=self._fate(year, pupil))
            for number, pupil in enumerate(starters, start=1)
        ]
        if dice.chance(350) and len(seats) > _FEWEST:
            leaving = dice.below(len(seats))
            pupil = seats[leaving].pupil
            if pupil.id not in KNOWN.values() and not pupil.with_plan:
                when = dice.pick(year.quiet_days)
                seats[leaving] = replace(seats[leaving], until=when)
                self._move(year, pupil, "chuyen-di", when, tu_lop=name,
                           truong_khac=dice.pick(table("doi-song")["truong_khac"]),
                           ly_do=dice.pick(table("doi-song")["ly_do_di"]))  # fmt: skip
        if year.finished:
            self._mark_the_weakest(year, name, seats, grade < 5 and name in retained)
        if dice.chance(300) and len(seats) < _MOST:
            when = dice.pick(year.quiet_days)
            pupil = self._newcomer(year, grade, letter, when, 5)
            seats.append(Seat(pupil=pupil, number=len(seats) + 1, since=when,
                              fate=self._fate(year, pupil)))  # fmt: skip
        room = Room(year=year, grade=grade, letter=letter, seats=tuple(seats))
        if year.finished and grade == GRADES[-1]:
            self._complete(room)
        return room

    def _mark_the_weakest(self, year: Year, name: str, seats: list[Seat], stays: bool) -> None:
        """In about half of the classes one pupil needs the summer, in a few one stays back."""
        if not stays and not Dice(self.seed, "he", year.name, name).chance(450):
            return
        weakest = min(
            (position for position, seat in enumerate(seats) if self._may_fail(seat)),
            key=lambda position: seats[position].pupil.talent,
        )
        fate = Fate.RETAINED if stays else Fate.SUMMER
        seats[weakest] = replace(seats[weakest], fate=fate)

    def _may_fail(self, seat: Seat) -> bool:
        pupil = seat.pupil
        settled = pupil.with_plan or pupil.id in KNOWN.values() or pupil.id in self._stayed_back
        return seat.until is None and not settled

    def _with_one_who_stays(self, year: Year) -> set[str]:
        dice = Dice(self.seed, "o-lai", year.name)
        names = [f"{grade}{letter}" for grade in GRADES[:-1] for letter in self.plan.letters]
        return set(dice.some(names, max(1, len(names) // 12)))

    def _complete(self, room: Room) -> None:
        """The fifth grade leaves with the primary programme completed."""
        start = room.year.start
        for seat in _ended(room):
            late = seat.fate is Fate.SUMMER
            when = f"{start + 1}-08-24" if late else room.year.record["ket_thuc"]
            decision = {"so": "77/QĐ-THCH" if late else "40/QĐ-THCH", "ngay": when}
            self._move(room.year, seat.pupil, "hoan-thanh-tieu-hoc", day(when),
                       tu_lop=room.name, quyet_dinh=decision)  # fmt: skip

    def _fate(self, year: Year, pupil: Pupil) -> Fate:
        if pupil.with_plan:
            return Fate.ORDINARY
        form = pupil.talent + Dice(self.seed, "suc-hoc", pupil.id, year.name).between(-120, 120)
        if form >= 745:
            return Fate.EXCELLENT
        return Fate.GOOD if form >= 590 else Fate.ORDINARY

    def _enrol(
        self, who: Child, key: tuple[int, int, str, int], entered: str, former: str = ""
    ) -> Pupil:
        year, (start, grade, letter, position) = int(entered[:4]), key
        first = grade if start + grade - 1 == self.years[0].start else 0
        dice = Dice(self.seed, "hoc-sinh", *key)
        known = KNOWN.get((first, letter, position)) if self.plan.is_reference else None
        identifier = known or _code(dice, "HS")
        while identifier in self.pupils:
            identifier = _code(dice, "HS")
        self._registers[year] += 1
        pupil = Pupil(
            id=identifier,
            child=who,
            entered=entered,
            register=f"{self._registers[year]:04}/{year}",
            former_school=former,
            talent=980 if known else dice.below(1000),
            with_plan=(first, position) == _WITH_PLAN and letter == self.plan.letters[-1],
        )
        self.pupils[identifier] = pupil
        return pupil

    def _move(self, year: Year, pupil: Pupil, what: str, when: date, **more: Any) -> None:
        dice = Dice(self.seed, "ma-bien-dong", pupil.id, year.name, what)
        code = _code(dice, "BD")
        while (year.name, code) in self.moves:
            code = _code(dice, "BD")
        self.moves[year.name, code] = {
            "hoc_sinh": pupil.id, "loai": what, "ngay": str(when), **more
        }  # fmt: skip


def _code(dice: Dice, prefix: str) -> str:
    return prefix + "".join(dice.pick(_LETTERS) for _ in range(6))


def _ended(room: Room | None, *fates: Fate) -> Iterator[Seat]:
    """Who was in a class at the end of its year: with these fates, or all who move on."""
    for seat in () if room is None else room.seats:
        wanted = seat.fate in fates if fates else seat.fate is not Fate.RETAINED
        if seat.until is None and wanted:
            yield seat
