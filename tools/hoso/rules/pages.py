"""What the pages of subjects and of qualities and competencies must hold, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hoso.findings import Finding
from hoso.model import Pointer, Record, School
from hoso.rules.days import day, month_of, written
from hoso.rules.pupil_year import AFTER_THE_YEAR, ClassYear, class_year
from hoso.rules.rule import PRIMARY, Named, Rule, Shared
from hoso.rules.subjects import requires_test, traits_of
from hoso.rules.words import (
    CURRICULUM,
    LEVELS,
    PLANS,
    TESTS,
    joined,
    period_name,
    subject_name,
    trait_name,
)

SINCE = date(2020, 10, 20)
FRAME = (Shared(kind="nam-hoc", holes=("nam_hoc",)), Shared(kind="lop", holes=("nam_hoc", "lop")))
#: The individual education plan of any pupil on the class list.
PLANS_OF_CLASS = Named(
    kind="hoc-sinh", hole="hoc_sinh", by="lop", place=("hoc_sinh", "@"), holes=("nam_hoc", "lop")
)


def class_of(record: Record, school: School) -> ClassYear | None:
    """The class and time that a page's key names; None where pages are not kept by such times."""
    key = record.key
    if "ky" not in key:
        return None
    return class_year(school, key["nam_hoc"], key["lop"], key["ky"])


def _subject_fits_grade(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if room is not None and page.key["mon"] not in room.subjects:
        yield page.finding(
            "HS501",
            (),
            f"lớp {room.lop} (khối {room.grade}) không có trang môn "
            f"{subject_name(school, page.key['mon'])}",
            "xóa trang này, hoặc xem lại mon_ghep của năm học và mon_tu_chon của lớp",
        )


def _scores_follow_tests(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if room is None or page.key["mon"] not in room.subjects:
        return
    if requires_test(room.grade, page.key["mon"], room.ky):
        return
    for pointer, entry in _entries(page):
        if "diem" in entry:
            yield page.finding(
                "HS502",
                (*pointer, "diem"),
                f"môn {subject_name(school, page.key['mon'])} khối {room.grade} không có bài kiểm "
                f"tra định kỳ {period_name(school, room.ky).lower()}",
                "bỏ trường diem",
            )


def _retests_have_their_time(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if room is None:
        return
    summer_ends = month_of(f"{room.nam_hoc[5:]}-08").last
    for pointer, entry in _entries(page):
        if len(pointer) < 3:
            continue
        when = day(str(pointer[-1]))
        if when < room.window.first:
            problem = f"trước kỳ đánh giá, bắt đầu {written(room.window.first)}"
        elif entry["ly_do"] in AFTER_THE_YEAR and room.ky != "cuoi-nam":
            problem = "bổ sung trong hè chỉ có ở trang cuối năm"
        elif summer_ends is not None and when > summer_ends:
            problem = f"sau ngày {written(summer_ends)}"
        else:
            continue
        yield page.finding(
            "HS506",
            pointer,
            f"đánh giá lại của {pointer[1]}: {problem}",
            "ghi đúng ngày và lý do của lần đánh giá lại",
        )


def _levels_agree_with_scores(page: Record, school: School) -> Iterator[Finding]:
    for pointer, entry in _entries(page):
        level, score = entry.get("muc"), entry.get("diem")
        if score is None:
            continue
        if (level == "hoan-thanh-tot" and score < 7) or (level == "chua-hoan-thanh" and score >= 5):
            yield page.finding(
                "HS507",
                (*pointer, "muc"),
                f"{pointer[1]}: mức đạt được và điểm kiểm tra chưa phù hợp với nhau",
                "xem lại mức hoặc điểm; nếu bài kiểm tra bất thường thì cho kiểm tra lại",
            )


def _finished_subject_page_is_complete(page: Record, school: School) -> Iterator[Finding]:
    room, mon = class_of(page, school), page.key["mon"]
    if room is None or "hoan_tat" not in page.data or mon not in room.subjects:
        return
    yield from _finished_in_time(page, room)
    tested = requires_test(room.grade, mon, room.ky)
    for pupil in room.enrolled():
        row = page.data["hoc_sinh"].get(pupil)
        if row is not None and "muc" in row and ("diem" in row or not tested):
            continue
        # Plans are read only for pupils with a gap: most pages then need no pupil's record at all.
        if mon in room.exempt(pupil):
            continue
        if row is None:
            yield _missing_row(page, pupil)
        elif "muc" not in row:
            yield page.finding(
                "HS503", ("hoc_sinh", pupil), f"{pupil}: chưa có mức đạt được", "ghi trường muc"
            )
        if row is not None and tested and "diem" not in row:
            yield page.finding(
                "HS504",
                ("hoc_sinh", pupil),
                f"{pupil}: chưa có điểm kiểm tra định kỳ",
                "ghi trường diem, số nguyên từ 0 đến 10",
            )


def _traits_fit_grade(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if room is None:
        return
    wanted = traits_of(room.grade)
    for pointer, row in _entries(page):
        for group in wanted:
            for name in row.get(group, {}):
                if name not in wanted[group]:
                    yield page.finding(
                        "HS508",
                        (*pointer, group, name),
                        f"khối {room.grade} không đánh giá năng lực {trait_name(school, name)}",
                        f"bỏ trường {name}",
                    )


def _finished_trait_page_is_complete(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if room is None or "hoan_tat" not in page.data:
        return
    yield from _finished_in_time(page, room)
    for pupil in room.enrolled():
        row = page.data["hoc_sinh"].get(pupil)
        if row is None:
            yield _missing_row(page, pupil)
            continue
        missing = [
            trait_name(school, name)
            for group, names in traits_of(room.grade).items()
            for name in names
            if name not in row.get(group, {})
        ]
        if missing:
            yield page.finding(
                "HS509",
                ("hoc_sinh", pupil),
                f"{pupil}: chưa có mức của {joined(missing)}",
                "ghi đủ mức của mọi phẩm chất, năng lực",
            )


def _finished_in_time(page: Record, room: ClassYear) -> Iterator[Finding]:
    if day(page.data["hoan_tat"]) < room.window.first:
        yield page.finding(
            "HS518",
            ("hoan_tat",),
            f"hoàn tất ngày {written(day(page.data['hoan_tat']))}, trước khi kỳ đánh giá bắt đầu "
            f"({written(room.window.first)})",
            "ghi ngày nhập xong thật",
        )


def _missing_row(page: Record, pupil: str) -> Finding:
    return page.finding(
        "HS619",
        ("hoc_sinh",),
        f"trang đã hoàn tất nhưng thiếu {pupil}, đang học ở lớp vào ngày cuối kỳ",
        f"thêm dòng {pupil}",
    )


def _entries(page: Record) -> Iterator[tuple[Pointer, Mapping[str, Any]]]:
    """Every row of a page and every assessment again in it."""
    for pupil, row in page.data["hoc_sinh"].items():
        yield ("hoc_sinh", pupil), row
        for when, again in row.get("danh_gia_lai", {}).items():
            yield ("hoc_sinh", pupil, "danh_gia_lai", when), again


RULES = (
    Rule(
        name="môn của trang có trong chương trình của khối",
        kind="danh-gia-mon",
        check=_subject_fits_grade,
        reads=FRAME,
        basis=CURRICULUM,
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="điểm chỉ có ở môn và thời điểm có bài kiểm tra định kỳ",
        kind="danh-gia-mon",
        check=_scores_follow_tests,
        reads=FRAME,
        basis=TESTS,
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="đánh giá lại đúng lúc",
        kind="danh-gia-mon",
        check=_retests_have_their_time,
        reads=FRAME,
        basis=f"{TESTS}; Điều 11 khoản 2",
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="đánh giá bổ sung phẩm chất, năng lực đúng lúc",
        kind="pham-chat-nang-luc",
        check=_retests_have_their_time,
        reads=FRAME,
        basis="Điều 11 khoản 2 Thông tư 27/2020/TT-BGDĐT",
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="mức đạt được phù hợp với điểm kiểm tra",
        kind="danh-gia-mon",
        check=_levels_agree_with_scores,
        reads=(),
        basis="Điều 7 khoản 1 điểm d Thông tư 27/2020/TT-BGDĐT",
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="trang môn đã hoàn tất có đủ mức và điểm của mọi học sinh",
        kind="danh-gia-mon",
        check=_finished_subject_page_is_complete,
        reads=(*FRAME, PLANS_OF_CLASS),
        basis=f"{LEVELS}; {PLANS}",
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="phẩm chất, năng lực đúng với khối",
        kind="pham-chat-nang-luc",
        check=_traits_fit_grade,
        reads=FRAME,
        basis=f"Điều 5 khoản 1, {LEVELS}",
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="trang phẩm chất, năng lực đã hoàn tất có đủ mức của mọi học sinh",
        kind="pham-chat-nang-luc",
        check=_finished_trait_page_is_complete,
        reads=FRAME,
        basis="Điều 7 khoản 2 Thông tư 27/2020/TT-BGDĐT",
        since=SINCE,
        stage=PRIMARY,
    ),
)
