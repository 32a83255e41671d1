"""Who may be given which title at the end of the year (Điều 13 Thông tư 27/2020/TT-BGDĐT)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.assessment_tt27 import Result
from hoso.rules.days import day
from hoso.rules.pages import FRAME, SINCE, class_of
from hoso.rules.pupil_year import ClassYear
from hoso.rules.rule import PRIMARY, Rule, years_of
from hoso.rules.subjects import whole_of
from hoso.rules.words import REWARDS, joined

EXCELLENT = "hoc-sinh-xuat-sac"
OUTSTANDING = "hoc-sinh-tieu-bieu"


def missing_for_outstanding(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row of the summary lacks for Học sinh Tiêu biểu; empty when nothing is lacking."""
    lacking = []
    if row.get("ket_qua") != Result.GOOD.value:
        lacking.append("kết quả Hoàn thành tốt")
    if "mon_noi_troi" not in row and "tien_bo" not in row:
        lacking.append("môn có thành tích xuất sắc hoặc tiến bộ rõ rệt")
    if "lop_cong_nhan" not in row:
        lacking.append("ngày tập thể lớp công nhận")
    return tuple(lacking)


def _titles_follow_results(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if page.key["ky"] != "cuoi-nam" or room is None:
        return
    for pupil, row in page.data.get("hoc_sinh", {}).items():
        at = ("hoc_sinh", pupil, "khen_thuong")
        given = row.get("khen_thuong", ())
        excellent = row.get("ket_qua") == Result.EXCELLENT.value
        if EXCELLENT in given and not excellent:
            yield page.finding(
                "HS515",
                at,
                f"{pupil}: danh hiệu không phù hợp với kết quả năm học",
                "Học sinh Xuất sắc chỉ dành cho kết quả Hoàn thành xuất sắc",
            )
        if excellent and EXCELLENT not in given and "hoan_tat" in page.data:
            yield page.finding(
                "HS515",
                at,
                f"{pupil}: chưa ghi danh hiệu phù hợp với kết quả năm học",
                f"kết quả Hoàn thành xuất sắc thì thêm {EXCELLENT} vào khen_thuong",
            )
        lacking = missing_for_outstanding(row) if OUTSTANDING in given else ()
        if lacking:
            yield page.finding(
                "HS515",
                at,
                f"{pupil}: danh hiệu thiếu căn cứ, còn thiếu {joined(lacking)}",
                "bổ sung căn cứ, hoặc bỏ danh hiệu này",
            )
        yield from _grounds_are_real(page, room, pupil, row)


def _grounds_are_real(
    page: Record, room: ClassYear, pupil: str, row: Mapping[str, Any]
) -> Iterator[Finding]:
    taken = {*room.subjects, *(whole_of(subject) for subject in room.subjects)}
    for position, mon in enumerate(row.get("mon_noi_troi", ())):
        if mon not in taken:
            yield page.finding(
                "HS515",
                ("hoc_sinh", pupil, "mon_noi_troi", position),
                f"{pupil}: môn này lớp {room.lop} không học",
                "ghi một môn lớp có học",
            )
    span = years_of(page.key)
    when = day(row["lop_cong_nhan"]) if "lop_cong_nhan" in row else None
    if when is not None and span is not None and not span[0] <= when <= span[1]:
        yield page.finding(
            "HS515",
            ("hoc_sinh", pupil, "lop_cong_nhan"),
            f"{pupil}: ngày lớp công nhận nằm ngoài năm học",
            "ghi đúng ngày họp lớp",
        )


RULES = (
    Rule(
        name="danh hiệu đúng với kết quả và có căn cứ",
        kind="tong-hop",
        check=_titles_follow_results,
        reads=FRAME,
        basis=REWARDS,
        since=SINCE,
        stage=PRIMARY,
    ),
)
