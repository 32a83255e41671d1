"""One class's and one pupil's school year, gathered from the pages of the school."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from hoso.model import Key, Record, School
from hoso.rules.assessment_tt27 import YearResult, applies_to, year_result
from hoso.rules.days import Span, day, span
from hoso.rules.subjects import requires_test, subjects_of, traits_of, whole_of

#: Retests of the summer, and those the principal orders after it (Điều 11 khoản 2).
AFTER_THE_YEAR = frozenset({"trong-he", "hieu-truong-to-chuc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a pupil has in one subject at one time, after the last retest that counts."""

    subject: str
    path: str
    level: str | None
    score: int | None
    tested: bool
    retests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilYear:
    """One pupil's end-of-year data and the results that follow from them."""

    pupil: str
    marks: tuple[Mark, ...]
    traits: Mapping[str, str | None]
    traits_path: str
    exempt: tuple[str, ...]
    adjusted: tuple[str, ...]
    plan: Mapping[str, Any] | None
    outcome: YearResult
    before_summer: YearResult
    summer_retests: tuple[str, ...]
    summer_traits: tuple[str, ...]

    @property
    def assessed_in_summer(self) -> bool:
        """Whether anything was assessed again after the year (Điều 11 khoản 2)."""
        return bool(self.summer_retests or self.summer_traits)


@dataclass(frozen=True, kw_only=True)
class ClassYear:
    """One class at one time of a school year; its pages are read when they are asked for."""

    school: School
    nam_hoc: str
    lop: str
    ky: str
    grade: int
    year: Record
    room: Record
    subjects: tuple[str, ...]
    window: Span

    @cached_property
    def pages(self) -> Mapping[str, Record]:
        """The subject pages of this time that exist, by subject."""
        found = (
            (mon, self.school.get("danh-gia-mon", mon=mon, **self.key)) for mon in self.subjects
        )
        return {mon: page for mon, page in found if page is not None}

    @cached_property
    def traits(self) -> Record | None:
        """The page of qualities and competencies of this time."""
        return self.school.get("pham-chat-nang-luc", **self.key)

    @property
    def key(self) -> Key:
        return {"nam_hoc": self.nam_hoc, "lop": self.lop, "ky": self.ky}

    def enrolled(self) -> tuple[str, ...]:
        """The pupils in the class on the last day of the period, in the order of the list."""
        return self._enrolled

    @cached_property
    def _enrolled(self) -> tuple[str, ...]:
        return tuple(pupil for pupil in self._in_order() if self._stay(pupil).meets(self._end))

    def seen(self) -> frozenset[str]:
        """The pupils in the class on some day of the period: nobody else can be on its pages."""
        return self._seen

    @cached_property
    def _seen(self) -> frozenset[str]:
        return frozenset(
            pupil for pupil in self._in_order() if self._stay(pupil).meets(self.window)
        )

    def plan(self, pupil: str) -> Mapping[str, Any] | None:
        """The pupil's individual education plan of this year, if there is one."""
        record = self.school.get("hoc-sinh", hoc_sinh=pupil)
        plans = {} if record is None else record.data.get("ke_hoach_ca_nhan", {})
        found: Mapping[str, Any] | None = plans.get(self.nam_hoc)
        return found

    def exempt(self, pupil: str) -> tuple[str, ...]:
        """The class's subjects that the pupil's plan leaves out; both parts of a whole one."""
        plan = self.plan(pupil)
        out = frozenset(plan.get("mon_mien", ())) if plan is not None else frozenset()
        return tuple(
            subject for subject in self.subjects if subject in out or whole_of(subject) in out
        )

    def pupil(self, pupil: str) -> PupilYear:
        """Everything that decides one pupil's result."""
        if pupil not in self._pupils:
            self._pupils[pupil] = self._gather(pupil)
        return self._pupils[pupil]

    @cached_property
    def _pupils(self) -> dict[str, PupilYear]:
        return {}

    def _gather(self, pupil: str) -> PupilYear:
        plan, exempt = self.plan(pupil), self.exempt(pupil)
        taken = tuple(subject for subject in self.subjects if subject not in exempt)
        marks = tuple(self._mark(pupil, subject) for subject in taken)
        before = tuple(self._mark(pupil, subject, without=AFTER_THE_YEAR) for subject in taken)
        traits, traits_before = self._traits(pupil), self._traits(pupil, without=AFTER_THE_YEAR)
        again = [
            now.subject
            for now, then in zip(marks, before, strict=True)
            if now.retests != then.retests
        ]
        return PupilYear(
            pupil=pupil,
            marks=marks,
            traits=traits,
            traits_path=self.path("pham-chat-nang-luc"),
            exempt=exempt,
            adjusted=tuple(() if plan is None else plan.get("mon_dieu_chinh", ())),
            plan=plan,
            outcome=_result(marks, traits),
            before_summer=_result(before, traits_before),
            summer_retests=tuple(again),
            summer_traits=self._traits_again(pupil),
        )

    def path(self, kind: str, **more: str) -> str:
        """The path of this class's page of a kind at this time."""
        return self.school.kind(kind).fill({**self.key, **more})

    @property
    def _end(self) -> Span:
        return Span(self.window.last or self.window.first, self.window.last)

    def _stay(self, pupil: str) -> Span:
        return span(self.room.data["hoc_sinh"][pupil], "vao", "ra")

    def _in_order(self) -> list[str]:
        entries = self.room.data["hoc_sinh"]
        return sorted(entries, key=lambda pupil: (entries[pupil]["stt"], pupil))

    def _mark(self, pupil: str, subject: str, without: Iterable[str] = ()) -> Mark:
        page = self.pages.get(subject)
        row = {} if page is None else page.data["hoc_sinh"].get(pupil, {})
        level, score, counted = row.get("muc"), row.get("diem"), []
        for when in sorted(row.get("danh_gia_lai", {}), key=day):
            again = row["danh_gia_lai"][when]
            if again["ly_do"] in without:
                continue
            # The last one replaces what was there; one without a test leaves the score alone.
            level, score = again["muc"], again.get("diem", score)
            counted.append(when)
        tested = requires_test(self.grade, subject, self.ky)
        return Mark(
            subject=subject,
            path=self.path("danh-gia-mon", mon=subject),
            level=level,
            score=score if tested else None,
            tested=tested,
            retests=tuple(counted),
        )

    def _traits_again(self, pupil: str) -> tuple[str, ...]:
        """What was assessed again after the year, whether or not the level changed."""
        row = {} if self.traits is None else self.traits.data["hoc_sinh"].get(pupil, {})
        rounds = row.get("danh_gia_lai", {}).values()
        return tuple(
            name
            for group, names in traits_of(self.grade).items()
            for name in names
            if any(name in each.get(group, {}) for each in rounds)
        )

    def _traits(self, pupil: str, without: Iterable[str] = ()) -> dict[str, str | None]:
        row = {} if self.traits is None else self.traits.data["hoc_sinh"].get(pupil, {})
        later = row.get("danh_gia_lai", {})
        counted = [later[when] for when in sorted(later, key=day)]
        rounds = [row, *(each for each in counted if each["ly_do"] not in without)]
        found: dict[str, str | None] = {}
        for group, names in traits_of(self.grade).items():
            for name in names:
                levels = [each[group][name] for each in rounds if name in each.get(group, {})]
                found[name] = levels[-1] if levels else None
        return found


@lru_cache(maxsize=16)
def class_year(school: School, nam_hoc: str, lop: str, ky: str = "cuoi-nam") -> ClassYear | None:
    """A class at one time of a school year; None where the circular does not govern it.

    Also None while its school year, class list or period is not recorded. The last few answers
    are kept: every page of a class asks for the same one, and a school is of one moment.
    """
    year = school.get("nam-hoc", nam_hoc=nam_hoc)
    room = school.get("lop", nam_hoc=nam_hoc, lop=lop)
    if year is None or room is None or ky not in year.data["ky_danh_gia"]:
        return None
    grade = room.data["khoi"]
    if not applies_to(grade, nam_hoc):
        return None
    subjects = subjects_of(grade, year.data["mon_ghep"], room.data.get("mon_tu_chon", ()))
    return ClassYear(
        school=school,
        nam_hoc=nam_hoc,
        lop=lop,
        ky=ky,
        grade=grade,
        year=year,
        room=room,
        subjects=subjects,
        window=span(year.data["ky_danh_gia"][ky]),
    )


def pupil_year(school: School, nam_hoc: str, lop: str, hoc_sinh: str) -> PupilYear | None:
    """One pupil's year in a class; None where the circular does not govern the class."""
    found = class_year(school, nam_hoc, lop)
    if found is None or hoc_sinh not in found.room.data["hoc_sinh"]:
        return None
    return found.pupil(hoc_sinh)


def _result(marks: tuple[Mark, ...], traits: Mapping[str, str | None]) -> YearResult:
    return year_result(
        {mark.subject: mark.level for mark in marks},
        traits,
        {mark.subject: mark.score for mark in marks if mark.tested},
    )
