"""The class summary: complete pages behind it, and recorded results equal to the computed ones."""

from __future__ import annotations

from collections.abc import Iterator

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.assessment_tt27 import ARTICLE
from hoso.rules.days import day
from hoso.rules.pages import FRAME, PLANS_OF_CLASS, SINCE, class_of
from hoso.rules.pupil_year import ClassYear
from hoso.rules.rule import PRIMARY, Rule, Shared
from hoso.rules.words import PLANS, SUMMARY, datum_name, joined, subject_name

#: All that decides the results of one class at one time.
CLASS_PAGES = (
    *FRAME,
    Shared(kind="danh-gia-mon", holes=("nam_hoc", "lop", "ky")),
    Shared(kind="pham-chat-nang-luc", holes=("nam_hoc", "lop", "ky")),
    PLANS_OF_CLASS,
)
_YEAR_END_ONLY = (
    "ket_qua",
    "ket_qua_truoc_he",
    "xet_rieng",
    "mon_noi_troi",
    "tien_bo",
    "lop_cong_nhan",
    "len_lop",
    "nghi_co_phep",
    "nghi_khong_phep",
)
#: What may be praised at any time; titles exist only at the end of the year (Điều 13).
TITLES = ("hoc-sinh-xuat-sac", "hoc-sinh-tieu-bieu")


def _pages_behind_are_finished(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if room is None or "hoan_tat" not in page.data:
        return
    behind = [
        (subject_name(school, mon), room.path("danh-gia-mon", mon=mon), room.pages.get(mon))
        for mon in room.subjects
    ]
    behind.append(("phẩm chất, năng lực", room.path("pham-chat-nang-luc"), room.traits))
    for name, path, found in behind:
        if found is None:
            problem = f"chưa có trang {name} ({path})"
        elif "hoan_tat" not in found.data:
            problem = f"trang {name} chưa hoàn tất ({path})"
        elif day(found.data["hoan_tat"]) > day(page.data["hoan_tat"]):
            problem = f"trang {name} hoàn tất sau trang tổng hợp ({path})"
        else:
            continue
        yield page.finding(
            "HS510", ("hoan_tat",), problem, "chỉ ký trang tổng hợp khi mọi trang đã hoàn tất"
        )


def _exempt_subjects_stay_empty(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if room is None:
        return
    for pupil in room.enrolled():
        for mon in room.exempt(pupil):
            marks = room.pages[mon].data["hoc_sinh"].get(pupil, {}) if mon in room.pages else {}
            if "muc" in marks or "diem" in marks:
                yield page.finding(
                    "HS505",
                    ("hoc_sinh", pupil),
                    f"{pupil}: trang môn {subject_name(school, mon)} không khớp hồ sơ học sinh",
                    f"xem lại {room.path('danh-gia-mon', mon=mon)} và hồ sơ học sinh",
                )


def _year_end_fields_wait(page: Record, school: School) -> Iterator[Finding]:
    if page.key["ky"] == "cuoi-nam":
        return
    for pupil, row in page.data.get("hoc_sinh", {}).items():
        early = [name for name in _YEAR_END_ONLY if name in row]
        if any(title in TITLES for title in row.get("khen_thuong", ())):
            early.append("khen_thuong")
        for name in early:
            at = ("hoc_sinh", pupil, name)
            yield page.finding(
                "HS513",
                at,
                f"{pupil}: {page.kind.heading(at).lower()} của năm học chỉ ghi ở trang cuối năm",
                "bỏ mục này",
            )


def _every_pupil_has_a_result(page: Record, school: School) -> Iterator[Finding]:
    room = _finished_year(page, school)
    if room is None:
        return
    rows = page.data.get("hoc_sinh", {})
    for pupil in room.enrolled():
        wanted = ("ket_qua", "len_lop", "nghi_co_phep", "nghi_khong_phep")
        missing = [
            page.kind.heading(("hoc_sinh", pupil, name)).lower()
            for name in wanted
            if name not in rows.get(pupil, {})
        ]
        if missing:
            yield page.finding(
                "HS514",
                ("hoc_sinh", pupil),
                f"{pupil}: trang đã hoàn tất nhưng chưa có {joined(missing)}",
                "ghi đủ, hoặc bỏ ngày hoàn tất",
            )


def _recorded_result_is_the_computed_one(page: Record, school: School) -> Iterator[Finding]:
    if page.key["ky"] != "cuoi-nam":
        return
    room = class_of(page, school)
    if room is None:
        return
    for pupil, row in page.data.get("hoc_sinh", {}).items():
        if "ket_qua" not in row or pupil not in room.room.data["hoc_sinh"]:
            continue
        outcome = room.pupil(pupil).outcome
        at = ("hoc_sinh", pupil, "ket_qua")
        if "xet_rieng" in row or outcome.code == row["ket_qua"]:
            continue
        if outcome.result is None:
            yield page.finding(
                "HS512",
                at,
                f"{pupil}: chưa đủ dữ liệu để xếp kết quả; còn thiếu "
                f"{joined(datum_name(school, datum) for datum in outcome.missing)}",
                "nhập đủ rồi mới ghi kết quả",
            )
            continue
        yield page.finding(
            "HS511",
            at,
            f"{pupil}: kết quả ghi ở đây khác kết quả tính được từ các trang của lớp",
            f"xem từng lý do bằng: hoso explain {pupil} {room.nam_hoc}",
        )


def _finished_year(page: Record, school: School) -> ClassYear | None:
    if page.key["ky"] != "cuoi-nam" or "hoan_tat" not in page.data:
        return None
    return class_of(page, school)


RULES = (
    Rule(
        name="trang tổng hợp đã ký dựa trên các trang đã hoàn tất",
        kind="tong-hop",
        check=_pages_behind_are_finished,
        reads=CLASS_PAGES[:-1],
        basis=SUMMARY,
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="môn được miễn không có kết quả",
        kind="tong-hop",
        check=_exempt_subjects_stay_empty,
        reads=(*FRAME, CLASS_PAGES[2], PLANS_OF_CLASS),
        basis=PLANS,
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="kết quả năm học chỉ ghi ở cuối năm",
        kind="tong-hop",
        check=_year_end_fields_wait,
        reads=(),
        basis=f"{ARTICLE}; Điều 13",
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="trang cuối năm đã ký có kết quả của mọi học sinh",
        kind="tong-hop",
        check=_every_pupil_has_a_result,
        reads=FRAME,
        basis=ARTICLE,
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="kết quả ghi bằng kết quả tính",
        kind="tong-hop",
        check=_recorded_result_is_the_computed_one,
        reads=CLASS_PAGES,
        basis=ARTICLE,
        since=SINCE,
        stage=PRIMARY,
    ),
)
