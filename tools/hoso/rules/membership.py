"""Whose names may stand on a class's pages, and who may sign them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.days import day, span, written
from hoso.rules.pages import FRAME, SINCE, class_of
from hoso.rules.rule import PRIMARY, Named, Rule
from hoso.rules.subjects import whole_of
from hoso.rules.words import subject_name

# "gvcn" (giáo viên chủ nhiệm) is the school's own word: assignments and the regulation write it.
HOMEROOM = "gvcn"


def _pupils_belong_to_class(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if room is None:
        return
    seen = room.seen()
    for pupil in page.data.get("hoc_sinh", {}):
        # Somebody on no list at all is a broken reference, which is said elsewhere.
        if pupil in room.room.data["hoc_sinh"] and pupil not in seen:
            yield page.finding(
                "HS618",
                ("hoc_sinh", pupil),
                f"{pupil} không học ở lớp {room.lop} trong kỳ đánh giá này",
                "bỏ dòng này, hoặc xem lại ngày vào, ngày ra ở danh sách lớp",
            )


def _headcount_is_the_list(page: Record, school: School) -> Iterator[Finding]:
    room = class_of(page, school)
    if room is None:
        return
    counted = len(room.enrolled())
    if page.data["si_so"] != counted:
        end = room.window.last or room.window.first
        yield page.finding(
            "HS620",
            ("si_so",),
            f"sĩ số ghi {page.data['si_so']}, danh sách lớp ngày {written(end)} có {counted} em",
            f"ghi si_so: {counted}, hoặc sửa danh sách lớp",
        )


def _subject_teacher_is_assigned(page: Record, school: School) -> Iterator[Finding]:
    mon, lop = page.key["mon"], page.key["lop"]
    if "hoan_tat" in page.data and not holds(page, school, mon=mon):
        yield _unassigned(page, f"dạy môn {subject_name(school, mon)} ở lớp {lop}")


def _homeroom_teacher_is_assigned(page: Record, school: School) -> Iterator[Finding]:
    if "hoan_tat" in page.data and not holds(page, school):
        yield _unassigned(page, f"chủ nhiệm lớp {page.key['lop']}")


def holds(page: Record, school: School, mon: str | None = None) -> bool:
    """Whether the page's teacher held its class, or one subject there, on the day it was finished.

    Without a subject the duty of homeroom teacher is meant.
    """
    person = page.data["giao_vien"]
    duties = school.get("phan-cong", nam_hoc=page.key["nam_hoc"], nhan_su=person)
    if duties is None:
        return False
    when: date = day(page.data["hoan_tat"])
    for duty in duties.data["vai"].values():
        if duty.get("lop") != page.key["lop"] or when not in span(duty):
            continue
        taught = duty.get("mon", ())
        if duty["vai"] == HOMEROOM if mon is None else mon in taught or whole_of(mon) in taught:
            return True
    return False


def _unassigned(page: Record, duty: str) -> Finding:
    person = page.data["giao_vien"]
    return page.finding(
        "HS630",
        ("giao_vien",),
        f"{person} không được phân công {duty} vào ngày {written(day(page.data['hoan_tat']))}",
        f"xem lại giao_vien, hoặc bổ sung phân công của {person}",
    )


def _signed_by(kind: str, holes: tuple[str, ...]) -> tuple[Named]:
    return (
        Named(
            kind="phan-cong",
            hole="nhan_su",
            by=kind,
            place=("giao_vien",),
            holes=holes,
            same=("nam_hoc",),
        ),
    )


_PERIOD_KINDS = {
    "danh-gia-mon": ("nam_hoc", "lop", "mon", "ky"),
    "pham-chat-nang-luc": ("nam_hoc", "lop", "ky"),
    "tong-hop": ("nam_hoc", "lop", "ky"),
}

RULES = (
    *(
        Rule(
            name=f"học sinh trên trang {kind} đang học ở lớp",
            kind=kind,
            check=_pupils_belong_to_class,
            reads=FRAME,
            basis="Điều 7, Điều 9 Thông tư 27/2020/TT-BGDĐT",
            since=SINCE,
            stage=PRIMARY,
        )
        for kind in _PERIOD_KINDS
    ),
    Rule(
        name="sĩ số khớp danh sách lớp",
        kind="tong-hop",
        check=_headcount_is_the_list,
        reads=FRAME,
        basis="Điều 9 khoản 1 Thông tư 27/2020/TT-BGDĐT",
        since=SINCE,
        stage=PRIMARY,
    ),
    Rule(
        name="giáo viên bộ môn được phân công",
        kind="danh-gia-mon",
        check=_subject_teacher_is_assigned,
        reads=_signed_by("danh-gia-mon", _PERIOD_KINDS["danh-gia-mon"]),
        basis="Điều 16 khoản 2 Thông tư 27/2020/TT-BGDĐT",
        since=SINCE,
        stage=PRIMARY,
    ),
    *(
        Rule(
            name=f"giáo viên ký trang {kind} là giáo viên chủ nhiệm",
            kind=kind,
            check=_homeroom_teacher_is_assigned,
            reads=_signed_by(kind, holes),
            basis="Điều 16 khoản 1 Thông tư 27/2020/TT-BGDĐT",
            since=SINCE,
            stage=None if kind == "diem-danh" else PRIMARY,
        )
        for kind, holes in (
            ("pham-chat-nang-luc", _PERIOD_KINDS["pham-chat-nang-luc"]),
            ("tong-hop", _PERIOD_KINDS["tong-hop"]),
            ("diem-danh", ("nam_hoc", "lop", "thang")),
        )
    ),
)
