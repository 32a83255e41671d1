"""Completing the class's programme, the summer's second chance, and who moves up.

Điều 11 Thông tư 27/2020/TT-BGDĐT. The number of absences is no ground in primary school.
"""

from __future__ import annotations

from collections.abc import Iterator

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.assessment_tt27 import Result
from hoso.rules.pages import SINCE, class_of
from hoso.rules.rule import PRIMARY, Rule
from hoso.rules.summary import CLASS_PAGES
from hoso.rules.words import COMPLETION

COMPLETED = "hoan-thanh"
BY_DECISION = "theo-quyet-dinh"
RETAINED = "chua-len-lop"
WAITING = "cho-he"


def allowed(result: Result) -> tuple[str, ...]:
    """The decisions about moving up that a year's result leaves open."""
    if result is Result.NOT_COMPLETED:
        return (WAITING, BY_DECISION, RETAINED)
    return (COMPLETED,)


def _moving_up_follows_the_result(page: Record, school: School) -> Iterator[Finding]:
    for pupil, row in page.data.get("hoc_sinh", {}).items():
        if "ket_qua" not in row or "len_lop" not in row:
            continue
        at = ("hoc_sinh", pupil, "len_lop")
        if row["len_lop"] not in allowed(Result(row["ket_qua"])):
            yield page.finding(
                "HS516",
                at,
                f"{pupil}: xét lên lớp không phù hợp với kết quả năm học",
                "chưa hoàn thành thì chờ hè, theo quyết định hoặc ở lại; còn lại là hoàn thành",
            )


def _summer_has_its_trace(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if page.key["ky"] != "cuoi-nam" or room is None:
        return
    for pupil, row in page.data.get("hoc_sinh", {}).items():
        if pupil not in room.room.data["hoc_sinh"] or "xet_rieng" in row:
            continue
        year = room.pupil(pupil)
        failed = year.before_summer.result is Result.NOT_COMPLETED
        if "ket_qua_truoc_he" in row and not (failed and year.assessed_in_summer):
            why = (
                "không có lần đánh giá bổ sung nào"
                if failed
                else "các trang trước hè không cho kết quả đó"
            )
            yield page.finding(
                "HS517",
                ("hoc_sinh", pupil, "ket_qua_truoc_he"),
                f"{pupil}: có ghi kết quả trước hè, nhưng {why}",
                "bỏ ket_qua_truoc_he, hoặc ghi lần đánh giá lại vào trang môn",
            )
        if (
            "ket_qua" in row
            and "ket_qua_truoc_he" not in row
            and failed
            and year.assessed_in_summer
        ):
            yield page.finding(
                "HS517",
                ("hoc_sinh", pupil),
                f"{pupil}: có đánh giá bổ sung trong hè mà chưa ghi kết quả trước hè",
                "thêm ket_qua_truoc_he",
            )


RULES = (
    Rule(
        name="xét lên lớp đúng với kết quả",
        kind="tong-hop",
        check=_moving_up_follows_the_result,
        reads=(),
        basis=COMPLETION,
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="đánh giá bổ sung trong hè có dấu vết",
        kind="tong-hop",
        check=_summer_has_its_trace,
        reads=CLASS_PAGES,
        basis=f"Điều 11 khoản 2 {COMPLETION.removeprefix('Điều 11 ')}",
        since=SINCE,
        stage=PRIMARY,
    ),
)
