"""The calendar of a school year: terms, weeks, holidays, periods of assessment, locks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from hoso.demo.plan import CURRENT, LAST_DAY, year_name
from hoso.demo.tables import table
from hoso.rules.days import Span, day, days_of

PERIODS = ("giua-ky-1", "cuoi-ky-1", "giua-ky-2", "cuoi-nam")
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
#: From Monday of a teaching week to its Friday.
_FRIDAY = timedelta(days=4)


@dataclass(frozen=True, kw_only=True)
class Year:
    """One school year: its record, and the days on which something may be written in it."""

    start: int
    record: dict[str, Any]

    @property
    def name(self) -> str:
        return year_name(self.start)

    @property
    def finished(self) -> bool:
        return self.start < CURRENT

    @property
    def first_day(self) -> date:
        """The day from which pupils of this year are in their classes."""
        return day(self.record["bat_dau"])

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods of assessment that have passed."""
        return PERIODS if self.finished else PERIODS[:1]

    @cached_property
    def school_days(self) -> tuple[date, ...]:
        """The days with lessons of which something is known, in order."""
        last = day(self.record["tuan"]["35"]["den"])
        if not self.finished:
            last = min(last, day(LAST_DAY))
        off = {
            when
            for holiday in self.record["nghi"].values()
            for when in days_of(Span(day(holiday["tu"]), day(holiday["den"])))
        }
        span = Span(day(self.record["khai_giang"]), last)
        return tuple(when for when in days_of(span) if when.weekday() < 5 and when not in off)

    @cached_property
    def months(self) -> dict[str, tuple[date, ...]]:
        """The school days of each month, written 2026-09."""
        found: dict[str, list[date]] = {}
        for when in self.school_days:
            found.setdefault(f"{when:%Y-%m}", []).append(when)
        return {month: tuple(days) for month, days in found.items()}

    @cached_property
    def quiet_days(self) -> tuple[date, ...]:
        """School days far enough from any assessment for a pupil to come or leave."""
        busy = [
            Span(day(period["tu"]) - 4 * _DAY, day(period["den"]) + 4 * _DAY)
            for period in self.record["ky_danh_gia"].values()
        ]
        return tuple(
            when for when in self.school_days[20:] if not any(when in window for window in busy)
        )

    def window(self, ky: str) -> Span:
        """The days of a period of assessment."""
        period = self.record["ky_danh_gia"][ky]
        return Span(day(period["tu"]), day(period["den"]))


def school_year(start: int) -> Year:
    """The school year that begins in a calendar year, with the calendar the province sets."""
    opening = date(start, 9, 5)
    weeks = dict(_weeks(start, opening))
    holidays = dict(_holidays(start))
    last = day(weeks["35"]["den"])
    year = Year(
        start=start,
        record={
            "bat_dau": str(_friday_before(date(start, 9, 1))),
            "khai_giang": str(opening),
            "ket_thuc": str(max(last, _friday_before(date(start + 1, 6, 1)))),
            "can_cu": f"Kế hoạch thời gian năm học {year_name(start)}"
            " của Ủy ban nhân dân tỉnh Ninh Bình",
            "hoc_ky": {
                "hk1": {"tu": str(opening), "den": str(day(weeks["18"]["den"]) + _WEEK)},
                "hk2": {"tu": weeks["19"]["tu"], "den": weeks["35"]["den"]},
            },
            "tuan": weeks,
            "nghi": holidays,
            "ky_danh_gia": dict(_periods(start, weeks)),
            "mon_ghep": {"tin_hoc_cong_nghe": "tach", "nghe_thuat": "tach"},
            "si_so_toi_da": 35,
            "nguong_an_so_lieu": 5,
        },
    )
    year.record["lich_khoa"] = dict(_locks(year))
    return year


def _weeks(start: int, opening: date) -> Iterator[tuple[str, dict[str, str]]]:
    """Eighteen weeks, one in reserve, then seventeen around the Tết holiday."""
    monday = opening + timedelta(days=(7 - opening.weekday()) % 7)
    tet = _tet(start + 1)
    for number in range(1, 36):
        if number == 19:
            monday += _WEEK
        while monday in tet and monday + _FRIDAY in tet:
            monday += _WEEK
        yield f"{number:02}", {"tu": str(monday), "den": str(monday + _FRIDAY)}
        monday += _WEEK


def _tet(year: int) -> Span:
    known = table("lich")["nghi_tet"].get(str(year))
    if known:
        return Span(day(known[0]), day(known[1]))
    eve = day(table("lich")["tet"][str(year)]) - 3 * _DAY
    monday = eve - timedelta(days=eve.weekday())
    return Span(monday, monday + timedelta(days=13))


def _holidays(start: int) -> Iterator[tuple[str, dict[str, str]]]:
    after = start + 1
    tet = _tet(after)
    yield "quoc-khanh", _holiday("Nghỉ lễ Quốc khánh", date(start, 9, 1), date(start, 9, 2))
    yield "tet-duong-lich", _moved("Nghỉ Tết Dương lịch", date(after, 1, 1), date(after, 1, 1))
    name = table("lich")["ten_tet"][str(after)]
    yield (
        "tet-nguyen-dan",
        _holiday(f"Nghỉ Tết Nguyên đán {name}", tet.first, tet.last or tet.first),
    )
    kings = day(table("lich")["gio_to"][str(after)])
    yield "gio-to-hung-vuong", _moved("Nghỉ Giỗ Tổ Hùng Vương", kings, kings)
    first, last = date(after, 4, 30), date(after, 5, 1)
    yield "ngay-30-4-va-1-5", _moved("Nghỉ lễ 30/4 và 1/5", first, last)


def _moved(name: str, first: date, last: date) -> dict[str, str]:
    """A holiday whose days on a weekend are given back on the working days after it."""
    owed = sum(when.weekday() >= 5 for when in days_of(Span(first, last)))
    while owed:
        last += _DAY
        owed -= last.weekday() < 5
    return _holiday(name, first, last)


def _holiday(name: str, first: date, last: date) -> dict[str, str]:
    return {"ten": name, "tu": str(first), "den": str(last)}


def _periods(start: int, weeks: dict[str, dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """The tests' first day, and the day by which every page is complete."""
    spring = _monday_from(date(start + 1, 3, 15))
    summer = _monday_from(date(start + 1, 5, 1))
    if summer == date(start + 1, 5, 3):
        summer += _DAY
    winter = day(weeks["17"]["tu"])
    for ky, first, last in (
        ("giua-ky-1", day(weeks["09"]["tu"]), day(weeks["10"]["den"])),
        ("cuoi-ky-1", winter, winter + timedelta(days=16)),
        ("giua-ky-2", spring, spring + timedelta(days=11)),
        ("cuoi-nam", summer, day(weeks["35"]["den"])),
    ):
        yield ky, {"tu": str(first), "den": str(last)}


def _locks(year: Year) -> Iterator[tuple[str, dict[str, Any]]]:
    """Months close on the fifth after them, periods on their last day, the year on 30 June."""
    last = day(year.record["tuan"]["35"]["den"])
    for month in _months(day(year.record["khai_giang"]), last):
        fifth = (month + timedelta(days=31)).replace(day=5)
        yield (
            f"diem-danh-{month:%Y-%m}",
            {"ngay": str(fifth), "loai": ["diem-danh"], "thang": f"{month:%Y-%m}"},
        )
    pages = ["danh-gia-mon", "pham-chat-nang-luc", "tong-hop"]
    for ky in PERIODS:
        closing = year.record["ky_danh_gia"][ky]["den"]
        waiting = {"tru": ["cho-he"]} if ky == "cuoi-nam" else {}
        yield ky, {"ngay": closing, "loai": pages, "ky": ky, **waiting}
    yield (
        "ca-nam",
        {
            "ngay": f"{year.start + 1}-06-30",
            "loai": ["lop", "diem-danh", *pages, "phan-cong"],
            "tru": ["cho-he"],
        },
    )
    yield (
        "sau-he",
        {
            "ngay": f"{year.start + 1}-08-31",
            "loai": pages,
            "ky": "cuoi-nam",
        },
    )


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _monday_from(when: date) -> date:
    return when + timedelta(days=-when.weekday() % 7)


def _friday_before(when: date) -> date:
    """The last Friday before a day."""
    return when - timedelta(days=(when.weekday() + 2) % 7 + 1)
