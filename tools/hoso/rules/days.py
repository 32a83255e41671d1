"""Days, moments, spans of days and school days, as the records write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both included; no last day means it goes on."""

    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: Span) -> bool:
        """Whether some day lies in both."""
        return (other.last is None or self.first <= other.last) and (
            self.last is None or other.first <= self.last
        )


def day(text: str) -> date:
    """The day a record writes as 2026-09-05."""
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """The moment a record writes as 2026-11-20 07:30: by the school's clock, without a zone."""
    return datetime.fromisoformat(text)


def span(data: Mapping[str, Any], first: str = "tu", last: str = "den") -> Span:
    """The span two fields of a record write; the second may be missing."""
    return Span(day(data[first]), day(data[last]) if last in data else None)


def written(when: date) -> str:
    """How people write a day: 05/09/2026."""
    return f"{when:%d/%m/%Y}"


def days_of(months: Span) -> Iterator[date]:
    """Every day of a span that ends."""
    when = months.first
    while months.last is not None and when <= months.last:
        yield when
        when += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """The days on which pupils of one school year can be at school."""

    year: Span
    holidays: tuple[Span, ...]

    def __contains__(self, when: date) -> bool:
        return when in self.year and when.weekday() < 5 and not self.is_holiday(when)

    def is_holiday(self, when: date) -> bool:
        return any(when in holiday for holiday in self.holidays)


def school_days(nam_hoc: Mapping[str, Any]) -> SchoolDays:
    """The school days of a `nam-hoc` record."""
    return SchoolDays(
        span(nam_hoc, "bat_dau", "ket_thuc"),
        tuple(span(holiday) for holiday in nam_hoc["nghi"].values()),
    )


def month_of(thang: str) -> Span:
    """The first and last day of a month written 2026-09."""
    first = day(f"{thang}-01")
    return Span(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def months_of(year: Span) -> tuple[str, ...]:
    """The months, written 2026-09, that a span with an end touches."""
    return tuple(sorted({f"{when:%Y-%m}" for when in days_of(year)}))
