"""Absences: on school days, of pupils of the class, adding up to the year's totals.

One absent session or two count as one day. A day with a session without leave, or not yet
cleared, is a day without leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.days import Span, day, days_of, month_of, months_of, school_days, span
from hoso.rules.pages import FRAME, SINCE
from hoso.rules.rule import PRIMARY, Rule, Shared

BASIS = (
    "Điều 21 Điều lệ trường tiểu học, Thông tư 28/2020/TT-BGDĐT "
    "(từ 10/05/2026: Điều 21 Điều lệ theo Thông tư 15/2026/TT-BGDĐT)"
)
_EXCUSED = "phep"


def days_absent(days: Mapping[str, Mapping[str, str]]) -> tuple[int, int]:
    """How many of a pupil's absent days of one month were with leave and without."""
    excused = sum(all(why == _EXCUSED for why in sessions.values()) for sessions in days.values())
    return excused, len(days) - excused


def _absences_are_possible(page: Record, school: School) -> Iterator[Finding]:
    year = school.get("nam-hoc", nam_hoc=page.key["nam_hoc"])
    room = school.get("lop", nam_hoc=page.key["nam_hoc"], lop=page.key["lop"])
    if year is None or room is None:
        return
    month, open_days = month_of(page.key["thang"]), school_days(year.data)
    possible = sum(when in open_days for when in days_of(month))
    if page.data["ngay_hoc"] > possible:
        yield page.finding(
            "HS623",
            ("ngay_hoc",),
            f"ghi {page.data['ngay_hoc']} ngày học, tháng này chỉ có {possible} ngày không nghỉ",
            "ghi đúng số ngày lớp có học",
        )
    for pupil, number, sessions in _absent_days(page):
        at = ("vang", pupil, number)
        when = _day_in(page.key["thang"], number)
        if when is None or when not in open_days:
            yield page.finding(
                "HS621", at, f"{pupil}: ngày vắng {_why_closed(when, year)}", "sửa hoặc bỏ ngày này"
            )
            continue
        entry = room.data["hoc_sinh"].get(pupil)
        if entry is not None and when not in span(entry, "vao", "ra"):
            yield page.finding(
                "HS622",
                at,
                f"{pupil}: ngày vắng không nằm trong thời gian học ở lớp {page.key['lop']}",
                "bỏ ngày này, hoặc xem lại ngày vào, ngày ra ở danh sách lớp",
            )
        if room.data["buoi_hoc"] == "mot-buoi" and len(sessions) > 1:
            yield page.finding(
                "HS625",
                at,
                f"{pupil}: lớp học một buổi mà ghi vắng hai buổi trong một ngày",
                "chỉ ghi buổi lớp có học",
            )


def _totals_are_the_months(page: Record, school: School) -> Iterator[Finding]:
    key = {"nam_hoc": page.key["nam_hoc"], "lop": page.key["lop"]}
    year, room = school.get("nam-hoc", nam_hoc=key["nam_hoc"]), school.get("lop", **key)
    if page.key["ky"] != "cuoi-nam" or year is None or room is None:
        return
    months = school.all("diem-danh", **key)
    terms = year.data["hoc_ky"]
    wanted = set(months_of(Span(day(terms["hk1"]["tu"]), day(terms["hk2"]["den"]))))
    complete = wanted <= {month.key["thang"] for month in months}
    for pupil, row in page.data.get("hoc_sinh", {}).items():
        entry = room.data["hoc_sinh"].get(pupil)
        if entry is None:
            continue
        counts = [days_absent(month.data["vang"].get(pupil, {})) for month in months]
        # Who came later brings absences from the former class or school along.
        exact = complete and day(entry["vao"]) <= day(terms["hk1"]["tu"])
        for position, name in enumerate(("nghi_co_phep", "nghi_khong_phep")):
            counted = sum(count[position] for count in counts)
            if name not in row or row[name] == counted or (row[name] > counted and not exact):
                continue
            yield page.finding(
                "HS624",
                ("hoc_sinh", pupil, name),
                f"{pupil}: {page.kind.heading(('hoc_sinh', pupil, name)).lower()} khác tổng "
                "điểm danh các tháng",
                "cộng lại các tháng, hoặc sửa điểm danh",
            )


def _absent_days(page: Record) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for pupil, days in page.data["vang"].items():
        for number, sessions in days.items():
            yield pupil, number, sessions


def _day_in(thang: str, number: str) -> date | None:
    try:
        return day(f"{thang}-{number}")
    except ValueError:
        return None


def _why_closed(when: date | None, year: Record) -> str:
    if when is None:
        return "không có trong tháng"
    if when.weekday() >= 5:
        return f"là {'thứ Bảy' if when.weekday() == 5 else 'Chủ nhật'}"
    for holiday in year.data["nghi"].values():
        if when in span(holiday):
            return f"là ngày nghỉ ({holiday['ten']})"
    return "nằm ngoài năm học"


RULES = (
    Rule(
        name="ngày vắng là ngày học của học sinh trong lớp",
        kind="diem-danh",
        check=_absences_are_possible,
        reads=FRAME,
        basis=BASIS,
        since=SINCE,
    ),
    Rule(
        name="số ngày nghỉ cả năm khớp điểm danh",
        kind="tong-hop",
        check=_totals_are_the_months,
        reads=(*FRAME, Shared(kind="diem-danh", holes=("nam_hoc", "lop"))),
        basis=BASIS,
        since=SINCE,
        stage=PRIMARY,
    ),
)
