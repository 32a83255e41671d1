"""The school year's frame: two years in a row, terms, weeks, holidays and periods in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from hoso.findings import Finding
from hoso.model import Pointer, Record, School
from hoso.rules.days import Span, day, days_of, school_days, span, written
from hoso.rules.rule import PRIMARY, Rule
from hoso.rules.words import period_name

PERIODS = ("giua-ky-1", "cuoi-ky-1", "giua-ky-2", "cuoi-nam")
_TERM_OF = {"giua-ky-1": "hk1", "cuoi-ky-1": "hk1", "giua-ky-2": "hk2", "cuoi-nam": "hk2"}
_WEEKS = 35
BASIS = (
    "Điều 1 quyết định hằng năm của Bộ Giáo dục và Đào tạo về khung kế hoạch thời gian năm học "
    "(năm học 2026-2027: Quyết định 2308/QĐ-BGDĐT) và quyết định của tỉnh"
)


def _two_years_in_a_row(record: Record, school: School) -> Iterator[Finding]:
    first, last = record.key["nam_hoc"].split("-")
    if int(last) != int(first) + 1:
        yield record.finding(
            "HS601",
            (),
            f"năm học {first}-{last} không phải hai năm liền nhau",
            f"đặt tên là {first}-{int(first) + 1}",
        )


def _terms_are_in_order(year: Record, school: School) -> Iterator[Finding]:
    data = year.data
    first, second = (span(data["hoc_ky"][name]) for name in ("hk1", "hk2"))
    steps: tuple[tuple[Pointer, date], ...] = (
        (("bat_dau",), day(data["bat_dau"])),
        (("hoc_ky", "hk1", "tu"), first.first),
        (("hoc_ky", "hk1", "den"), first.last or first.first),
        (("hoc_ky", "hk2", "tu"), second.first),
        (("hoc_ky", "hk2", "den"), second.last or second.first),
        (("ket_thuc",), day(data["ket_thuc"])),
    )
    yield from _ascending(year, "HS602", steps)
    start, end = (int(part) for part in year.key["nam_hoc"].split("-"))
    for name, wanted in (("bat_dau", start), ("ket_thuc", end)):
        if day(data[name]).year != wanted:
            yield year.finding(
                "HS602",
                (name,),
                f"{year.kind.heading((name,)).lower()} {written(day(data[name]))} "
                f"không thuộc năm {wanted}",
                "ghi đúng ngày",
            )


def _weeks_are_in_order(year: Record, school: School) -> Iterator[Finding]:
    weeks = {number: span(week) for number, week in sorted(year.data["tuan"].items())}
    terms = [span(term) for term in year.data["hoc_ky"].values()]
    open_days = school_days(year.data)
    for position, (number, week) in enumerate(weeks.items(), start=1):
        last = week.last or week.first
        if int(number) != position:
            problem = f"sau tuần {position - 1:02} là tuần {number}"
        elif last < week.first:
            problem = "ngày cuối trước ngày đầu"
        elif week.first.isocalendar()[:2] != last.isocalendar()[:2]:
            problem = "không nằm gọn trong một tuần từ thứ Hai đến Chủ nhật"
        elif not any(week.first in term and last in term for term in terms):
            problem = "không nằm trong học kỳ nào"
        elif not any(when in open_days for when in days_of(week)):
            problem = "không có ngày học nào"
        else:
            continue
        yield year.finding("HS603", ("tuan", number), f"tuần {number}: {problem}", "sửa ngày")
    for (before, one), (number, two) in pairwise(weeks.items()):
        if two.first <= (one.last or one.first):
            yield year.finding(
                "HS603", ("tuan", number), f"tuần {number} chưa hết tuần {before}", "sửa ngày"
            )
    if len(weeks) < _WEEKS:
        yield year.finding(
            "HS603", ("tuan",), f"có {len(weeks)} tuần học, cần ít nhất {_WEEKS}", "thêm tuần học"
        )


def _holidays_lie_in_the_year(year: Record, school: School) -> Iterator[Finding]:
    whole = span(year.data, "bat_dau", "ket_thuc")
    for name, data in year.data["nghi"].items():
        holiday = span(data)
        last = holiday.last or holiday.first
        if last < holiday.first or not holiday.meets(whole):
            yield year.finding(
                "HS604",
                ("nghi", name),
                f"{data['ten']}: từ {written(holiday.first)} đến {written(last)} không đúng thứ tự "
                "hoặc nằm ngoài năm học",
                "sửa ngày",
            )


def _periods_are_in_order(year: Record, school: School) -> Iterator[Finding]:
    found = {ky: span(data) for ky, data in year.data.get("ky_danh_gia", {}).items()}
    steps: list[tuple[Pointer, date]] = []
    for ky in PERIODS:
        if ky in found:
            steps.append((("ky_danh_gia", ky, "tu"), found[ky].first))
            steps.append((("ky_danh_gia", ky, "den"), found[ky].last or found[ky].first))
    yield from _ascending(year, "HS605", tuple(steps))
    whole = span(year.data, "bat_dau", "ket_thuc")
    for ky, window in found.items():
        term = span(year.data["hoc_ky"][_TERM_OF[ky]])
        for name, when, inside in (
            ("tu", window.first, term),
            ("den", window.last or window.first, whole),
        ):
            if when not in inside:
                yield year.finding(
                    "HS605",
                    ("ky_danh_gia", ky, name),
                    f"{period_name(school, ky)}: ngày {written(when)} nằm ngoài "
                    f"{'học kỳ' if inside is term else 'năm học'}",
                    "sửa ngày",
                )


def _locks_wait_for_their_period(year: Record, school: School) -> Iterator[Finding]:
    for name, lock in year.data["lich_khoa"].items():
        window: Span | None = None
        if "ky" in lock and lock["ky"] in year.data.get("ky_danh_gia", {}):
            window = span(year.data["ky_danh_gia"][lock["ky"]])
        last = None if window is None else window.last
        if last is not None and day(lock["ngay"]) < last:
            yield year.finding(
                "HS605",
                ("lich_khoa", name, "ngay"),
                f"khóa {name} ngày {written(day(lock['ngay']))}, trước hạn nhập {written(last)}",
                "dời ngày khóa, hoặc sửa kỳ đánh giá",
            )


def _ascending(
    year: Record, code: str, steps: tuple[tuple[Pointer, date], ...]
) -> Iterator[Finding]:
    for (_, before), (at, when) in pairwise(steps):
        if when < before:
            yield year.finding(
                code,
                at,
                f"ngày {written(when)} đứng sau mà lại trước ngày {written(before)}",
                "sửa cho đúng thứ tự thời gian",
            )


RULES = (
    *(
        Rule(
            name=f"{kind}: hai năm liền nhau",
            kind=kind,
            check=_two_years_in_a_row,
            reads=(),
            basis=BASIS,
            since=date(2020, 9, 1),
        )
        for kind in ("nam-hoc", "quy-che")
    ),
    *(
        Rule(
            name=name,
            kind="nam-hoc",
            check=check,
            reads=(),
            basis=basis,
            since=date(2020, 9, 1),
            stage=PRIMARY if check is _periods_are_in_order else None,
        )
        for name, check, basis in (
            ("học kỳ đúng thứ tự", _terms_are_in_order, BASIS),
            ("tuần học đúng thứ tự và đủ số", _weeks_are_in_order, BASIS),
            ("ngày nghỉ nằm trong năm học", _holidays_lie_in_the_year, BASIS),
            (
                "kỳ đánh giá đúng thứ tự",
                _periods_are_in_order,
                "Điều 7 khoản 1 Thông tư 27/2020/TT-BGDĐT",
            ),
            (
                "khóa sổ sau kỳ đánh giá",
                _locks_wait_for_their_period,
                "Điều 9, Điều 10 Thông tư 27/2020/TT-BGDĐT; quy chế của nhà trường",
            ),
        )
    ),
)
