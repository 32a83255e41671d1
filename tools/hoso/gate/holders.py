"""Who holds a role and when, the days on which nobody does, and whether people are enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from hoso.gate.policy import YEAR, Assignment
from hoso.model import School
from hoso.rules.days import Span, day, written

_DAY = timedelta(days=1)


def lessons_of(school: School, year: str) -> Span | None:
    """A school year from its first day to its last; None when its calendar is missing."""
    record = school.get("nam-hoc", **{YEAR: year})
    return (
        None if record is None else Span(day(record.data["bat_dau"]), day(record.data["ket_thuc"]))
    )


def books_of(school: School, year: str) -> Span | None:
    """A school year from its first day until the last of its books closes."""
    record = school.get("nam-hoc", **{YEAR: year})
    if record is None:
        return None
    ends = [day(entry["ngay"]) for entry in record.data["lich_khoa"].values()]
    return Span(day(record.data["bat_dau"]), max(day(record.data["ket_thuc"]), *ends))


def stretches(assignments: Iterable[Assignment], whole: Span) -> Iterator[Span]:
    """The days of a span that ends, cut wherever an assignment begins or has run out."""
    last = whole.last or whole.first
    starts = {whole.first}
    for each in assignments:
        starts.add(each.since)
        if each.until is not None:
            starts.add(each.until + _DAY)
    cuts = sorted(start for start in starts if whole.first <= start <= last)
    for first, following in zip(cuts, [*cuts[1:], last + _DAY], strict=True):
        yield Span(first, following - _DAY)


def vacancies(assignments: Sequence[Assignment], role: str, whole: Span) -> tuple[Span, ...]:
    """The days of a span on which nobody holds a role."""
    ours = [each for each in assignments if each.role == role]
    return joined(
        stretch
        for stretch in stretches(ours, whole)
        if not any(each.holds(stretch.first) for each in ours)
    )


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch made one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.first):
        last = found[-1].last if found else None
        if last is not None and span.first <= last + _DAY:
            ends = last if span.last is None else max(last, span.last)
            found[-1] = Span(found[-1].first, ends)
        else:
            found.append(span)
    return tuple(found)


def told(spans: Iterable[Span]) -> str:
    """Spans as people write them: "01/09/2026–04/09/2026, 12/10/2026"."""
    return ", ".join(
        written(each.first)
        if each.last is None or each.last == each.first
        else f"{written(each.first)}–{written(each.last)}"
        for each in spans
    )


def enough(steps: Sequence[frozenset[str]]) -> bool:
    """Whether every step can have a person of its own: people are counted, not roles."""
    seats: dict[str, int] = {}

    def seat(step: int, asked: set[str]) -> bool:
        for person in sorted(steps[step] - asked):
            asked.add(person)
            if person not in seats or seat(seats[person], asked):
                seats[person] = step
                return True
        return False

    return all(seat(step, set()) for step in range(len(steps)))
