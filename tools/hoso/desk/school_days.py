"""The days of the school: when books close, terms, periods, holidays, events; as month and file."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hoso.desk.lock_table import lock_title, locks_of, years
from hoso.gate.policy import YEAR, Policy
from hoso.model import Record
from hoso.rules.days import Span, day, span
from hoso.schema.school import TreeSchool
from hoso.site import feeds

_PERIODS, _TERMS, _HOLIDAYS = "ky_danh_gia", "hoc_ky", "nghi"
_MILESTONES = ("bat_dau", "khai_giang", "ket_thuc")
#: Spans longer than this are told by their ends: a bar through a whole month says nothing.
_LONG = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Something on a day or on several; `sort` is `khoa`, `ky`, `nghi`, `moc` or `su-kien`."""

    code: str
    sort: str
    title: str
    first: date
    last: date
    begins: str = ""
    ends: str = ""
    place: str = ""
    about: str = ""
    address: str = ""

    @property
    def hours(self) -> str:
        """From when to when, where that is said."""
        return f"{self.begins} – {self.ends}" if self.begins and self.ends else self.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day of a month's page, and what is on it with how it is called there."""

    when: date
    inside: bool
    today: bool
    days: tuple[tuple[Day, str], ...]


def days_of_school(school: TreeSchool, policy: Policy) -> list[Day]:
    """Everything there is to know of the years that have a calendar, in the order of days."""
    found = [*_of_years(school, policy), *map(_event, school.all("su-kien"))]
    return sorted(found, key=lambda each: (each.first, each.last, each.begins, each.code))


def month_page(days: Iterable[Day], month: date, today: date) -> list[list[Cell]]:
    """The weeks of a month, Monday first, with what is on every day."""
    found = list(days)
    return [
        [
            Cell(
                when=when, inside=when.month == month.month, today=when == today,
                days=tuple((each, said) for each in found if (said := _on(each, when))),
            )
            for when in week
        ]
        for week in calendar.Calendar().monthdatescalendar(month.year, month.month)
    ]  # fmt: skip


def in_month(days: Iterable[Day], month: date) -> list[Day]:
    """What touches a month."""
    last = (month.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return [each for each in days if each.first <= last and each.last >= month.replace(day=1)]


def as_file(days: Iterable[Day], name: str, genesis: str, made: int) -> bytes:
    """The days for people's calendars (RFC 5545); equal days keep their UID for ever."""
    host = f"{genesis[:16]}.hoso.invalid"
    return feeds.calendar(
        name,
        datetime.fromtimestamp(made, UTC),
        (
            feeds.Event(
                uid=f"{each.code}@{host}", title=each.title, summary=each.about or each.title,
                first=each.first, last=each.last, begins=each.begins, ends=each.ends,
                place=each.place,
            )
            for each in days
        ),
    )  # fmt: skip


def _on(each: Day, when: date) -> str:
    """What a day of the calendar calls something that is on it; "" where it says nothing of it."""
    if not each.first <= when <= each.last:
        return ""
    if (each.last - each.first).days <= _LONG:
        return each.title
    title = each.title[:1].lower() + each.title[1:]
    if when == each.first:
        return f"Bắt đầu {title}"
    return f"Hết {title}" if when == each.last else ""


def _of_years(school: TreeSchool, policy: Policy) -> Iterator[Day]:
    for record in school.all("nam-hoc"):
        year, data = record.key[YEAR], record.data
        for name in _MILESTONES:
            if name in data:
                when = day(data[name])
                yield Day(code=f"{year}-{name}", sort="moc", first=when, last=when,
                          title=f"{record.kind.heading((name,))} {year}")  # fmt: skip
        yield from _spans(record, _TERMS, "ky", data)
        yield from _spans(record, _PERIODS, "ky", data)
        yield from _spans(record, _HOLIDAYS, "nghi", data)
    for year in years(policy):
        for lock in locks_of(policy, year):
            title = lock_title(lock, school)
            kinds = ", ".join(
                school.kinds[kind].title for kind in sorted(lock.kinds) if kind in school.kinds
            )
            yield Day(
                code=f"{year}-khoa-{lock.name}", sort="khoa", title=f"Khóa sổ: {title}",
                first=lock.closes, last=lock.closes, about=f"Hết ngày khóa: {kinds}",
                address=f"/khoa-so/{year}/{lock.name}",
            )  # fmt: skip


def _spans(record: Record, part: str, sort: str, data: Mapping[str, Any]) -> Iterator[Day]:
    """A term and a period are long: what matters is their first and their last day."""
    for name, entry in data.get(part, {}).items():
        held: Span = span(entry)
        title = str(entry.get("ten") or _heading(record, part, name))
        yield Day(code=f"{record.key[YEAR]}-{part.replace('_', '-')}-{name}", sort=sort,
                  title=title, first=held.first, last=held.last or held.first)  # fmt: skip


def _heading(record: Record, part: str, name: str) -> str:
    node = record.kind.field((part,)) or {}
    labels = node.get("propertyNames", {}).get("x-labels", {})
    if name in labels:
        return f"Kỳ đánh giá {str(labels[name])[:1].lower()}{str(labels[name])[1:]}"
    return record.kind.heading((part, name))


def _event(record: Record) -> Day:
    data = record.data
    first = day(data["ngay"])
    return Day(
        code=f"su-kien-{record.key['nam']}-{record.key['ma']}", sort="su-kien",
        title=data["tieu_de"], first=first, last=day(data.get("den_ngay", data["ngay"])),
        begins=data.get("gio", ""), ends=data.get("den_gio", ""),
        place=data.get("dia_diem", ""), about=data["tom_tat"], address=f"/doc/so/{record.path}",
    )  # fmt: skip
