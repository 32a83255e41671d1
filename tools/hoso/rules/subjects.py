"""Which subjects, periodic tests, qualities and competencies each primary grade has.

Subjects and periods: Chương trình giáo dục phổ thông 2018 (Thông tư 32/2018/TT-BGDĐT).
Tests: Thông tư 27/2020/TT-BGDĐT, Điều 7 khoản 1 điểm b. Codes are those of the schemas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

GRADES = range(1, 6)

#: Lessons a year by subject and grade, in the order of the printed tables.
LESSONS: Mapping[str, Mapping[int, int]] = {
    "tieng-viet": {1: 420, 2: 350, 3: 245, 4: 245, 5: 245},
    "toan": {1: 105, 2: 175, 3: 175, 4: 175, 5: 175},
    "ngoai-ngu-1": {3: 140, 4: 140, 5: 140},
    "dao-duc": {1: 35, 2: 35, 3: 35, 4: 35, 5: 35},
    "tu-nhien-xa-hoi": {1: 70, 2: 70, 3: 70},
    "lich-su-dia-li": {4: 70, 5: 70},
    "khoa-hoc": {4: 70, 5: 70},
    "tin-hoc-cong-nghe": {3: 70, 4: 70, 5: 70},
    "giao-duc-the-chat": {1: 70, 2: 70, 3: 70, 4: 70, 5: 70},
    "nghe-thuat": {1: 70, 2: 70, 3: 70, 4: 70, 5: 70},
    "hoat-dong-trai-nghiem": {1: 105, 2: 105, 3: 105, 4: 105, 5: 105},
}
#: Subjects a class takes only if its page says so.
ELECTIVES: Mapping[str, Mapping[int, int]] = {
    "tieng-dan-toc": {1: 70, 2: 70, 3: 70, 4: 70, 5: 70},
    "ngoai-ngu-1-tu-chon": {1: 70, 2: 70},
}
#: Subjects of the programme that a school may keep as two pages, by the field that says so.
PARTS: Mapping[str, tuple[str, tuple[str, str]]] = {
    "tin-hoc-cong-nghe": ("tin_hoc_cong_nghe", ("tin-hoc", "cong-nghe")),
    "nghe-thuat": ("nghe_thuat", ("am-nhac", "mi-thuat")),
}
_WHOLE = {part: whole for whole, (_, parts) in PARTS.items() for part in parts}

END_OF_TERM = frozenset({"cuoi-ky-1", "cuoi-nam"})
MID_TERM = frozenset({"giua-ky-1", "giua-ky-2"})
_TESTED = frozenset(
    {"tieng-viet", "toan", "ngoai-ngu-1", "lich-su-dia-li", "khoa-hoc", "tin-hoc-cong-nghe"}
)

QUALITIES = ("yeu_nuoc", "nhan_ai", "cham_chi", "trung_thuc", "trach_nhiem")
GENERAL = ("tu_chu_tu_hoc", "giao_tiep_hop_tac", "giai_quyet_van_de")
SPECIFIC = ("ngon_ngu", "tinh_toan", "khoa_hoc", "cong_nghe", "tin_hoc", "tham_mi", "the_chat")
#: Grades 1 and 2 have no lessons in informatics and technology, and their forms no such columns.
_FROM_GRADE_3 = frozenset({"cong_nghe", "tin_hoc"})


def whole_of(subject: str) -> str:
    """The subject of the programme that a page's subject is, or is one part of."""
    return _WHOLE.get(subject, subject)


def subjects_of(
    grade: int, split: Mapping[str, str], electives: Iterable[str] = ()
) -> tuple[str, ...]:
    """The pages a class of this grade has, in printed order.

    `split` is the `mon_ghep` of the school year; electives a grade cannot take are left out.
    """
    pages: list[str] = []
    for subject, lessons in LESSONS.items():
        if grade not in lessons:
            continue
        field, parts = PARTS.get(subject, ("", ()))
        pages.extend(parts if field and split[field] == "tach" else (subject,))
    chosen = frozenset(electives)
    pages.extend(
        subject for subject, lessons in ELECTIVES.items() if subject in chosen and grade in lessons
    )
    return tuple(pages)


def requires_test(grade: int, subject: str, ky: str) -> bool:
    """Whether the subject has a ten-point test at this time (Điều 7 khoản 1 điểm b)."""
    whole = whole_of(subject)
    if ky in MID_TERM:
        return grade in (4, 5) and whole in ("tieng-viet", "toan")
    return ky in END_OF_TERM and whole in _TESTED and grade in LESSONS[whole]


def traits_of(grade: int) -> Mapping[str, tuple[str, ...]]:
    """The qualities and competencies assessed in a grade, by the field that holds them."""
    return {
        "pham_chat": QUALITIES,
        "nang_luc_chung": GENERAL,
        "nang_luc_dac_thu": tuple(
            name for name in SPECIFIC if grade > 2 or name not in _FROM_GRADE_3
        ),
    }
