"""The year-end result of a primary pupil under Thông tư 27/2020/TT-BGDĐT, with its reasons.

Điều 9 khoản 2 điểm a, in order:

1. Any level or score that the year needs and that is missing: no result, whatever else is there.
2. Hoàn thành xuất sắc: every subject T, every quality and competency T, every test 9 or 10.
3. Hoàn thành tốt: every subject T, every quality and competency T, every test at least 7.
4. Hoàn thành: every subject T or H, every quality and competency T or Đ, every test at least 5.
5. Chưa hoàn thành: the rest.

Only the end of the year counts; results of the first term never enter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

ARTICLE = "Điều 9 khoản 2 điểm a Thông tư 27/2020/TT-BGDĐT"
#: What the finding and the explanation say when there is no result yet.
INCOMPLETE = "chua-du-du-lieu"
#: The school year in which grade 1 began under this circular; each year one more grade followed.
_FIRST_YEAR = 2020

SUBJECT_LEVELS = ("chua-hoan-thanh", "hoan-thanh", "hoan-thanh-tot")
TRAIT_LEVELS = ("can-co-gang", "dat", "tot")


class Result(Enum):
    """The four results of a school year, from the best to the least."""

    EXCELLENT = "hoan-thanh-xuat-sac"
    GOOD = "hoan-thanh-tot"
    COMPLETED = "hoan-thanh"
    NOT_COMPLETED = "chua-hoan-thanh"


class About(Enum):
    """What a datum of the year is."""

    SUBJECT = "mon"
    TRAIT = "pham-chat-nang-luc"
    SCORE = "diem"


@dataclass(frozen=True, slots=True)
class Datum:
    """One thing the result needs: a subject's level, a trait's level or a subject's score."""

    about: About
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One datum that kept the result from the next better one, and what would have been enough."""

    datum: Datum
    value: str | int
    needed: str | int
    better: Result
    article: str = ARTICLE


@dataclass(frozen=True, slots=True, kw_only=True)
class YearResult:
    """The result, or what is missing for one; `decided_by` is empty for the best result."""

    result: Result | None
    missing: tuple[Datum, ...] = ()
    decided_by: tuple[Reason, ...] = ()

    @property
    def code(self) -> str:
        """The code of the result as records write it, or that data are missing."""
        return INCOMPLETE if self.result is None else self.result.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """The least level of every subject and trait, and the least score, for one result."""

    result: Result
    subject: str
    trait: str
    score: int


_BARS = (
    _Bar(result=Result.EXCELLENT, subject="hoan-thanh-tot", trait="tot", score=9),
    _Bar(result=Result.GOOD, subject="hoan-thanh-tot", trait="tot", score=7),
    _Bar(result=Result.COMPLETED, subject="hoan-thanh", trait="dat", score=5),
)


def applies_to(grade: int, nam_hoc: str) -> bool:
    """Whether this circular governed a grade then: grade 1 from 2020-2021, and so on."""
    return 1 <= grade <= 5 and int(nam_hoc[:4]) >= _FIRST_YEAR + grade - 1


def year_result(
    levels: Mapping[str, str | None],
    traits: Mapping[str, str | None],
    scores: Mapping[str, int | None],
) -> YearResult:
    """The result of one pupil's year from the end-of-year data.

    The mappings name everything the year needs; None stands for what is not recorded yet.
    Exempt subjects are left out by the caller. Without a single subject or trait there is
    nothing to judge, so the result is missing as well.
    """
    missing = tuple(
        Datum(about, name)
        for about, values in (
            (About.SUBJECT, levels),
            (About.SCORE, scores),
            (About.TRAIT, traits),
        )
        for name, value in values.items()
        if value is None
    )
    if missing or not levels or not traits:
        return YearResult(result=None, missing=missing)
    kept_from: tuple[Reason, ...] = ()
    for bar in _BARS:
        below = tuple(_below(bar, levels, traits, scores))
        if not below:
            return YearResult(result=bar.result, decided_by=kept_from)
        kept_from = below
    return YearResult(result=Result.NOT_COMPLETED, decided_by=kept_from)


def _below(
    bar: _Bar,
    levels: Mapping[str, str | None],
    traits: Mapping[str, str | None],
    scores: Mapping[str, int | None],
) -> Iterator[Reason]:
    for about, values, order, least in (
        (About.SUBJECT, levels, SUBJECT_LEVELS, bar.subject),
        (About.TRAIT, traits, TRAIT_LEVELS, bar.trait),
    ):
        for name, level in values.items():
            if level is not None and order.index(level) < order.index(least):
                yield Reason(datum=Datum(about, name), value=level, needed=least, better=bar.result)
    for name, score in scores.items():
        if score is not None and score < bar.score:
            yield Reason(
                datum=Datum(About.SCORE, name), value=score, needed=bar.score, better=bar.result
            )
