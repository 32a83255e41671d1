"""Duties: within the school year, while the person works here, and fit to be held together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.days import Span, day, span, written
from hoso.rules.pages import SINCE
from hoso.rules.rule import PRIMARY, Named, Rule, Shared
from hoso.rules.subjects import ELECTIVES, LESSONS, whole_of
from hoso.rules.words import CURRICULUM, subject_name

DUTIES = (
    "Điều 11 Điều lệ trường tiểu học, Thông tư 28/2020/TT-BGDĐT "
    "(từ 10/05/2026: Điều lệ theo Thông tư 15/2026/TT-BGDĐT)"
)
#: Duties one person must not hold at the same time.
APART = (("ke-toan", "thu-quy"),)


def _duties_lie_in_the_year(record: Record, school: School) -> Iterator[Finding]:
    first, last = (int(part) for part in record.key["nam_hoc"].split("-"))
    # Teachers prepare from July; the year's duties end with August.
    year = Span(date(first, 7, 1), date(last, 8, 31))
    for code, duty in record.data["vai"].items():
        held = span(duty)
        if held.last is not None and held.last < held.first:
            yield record.finding(
                "HS631",
                ("vai", code, "den"),
                f"{code}: đến {written(held.last)}, trước ngày bắt đầu {written(held.first)}",
                "sửa ngày",
            )
        for name in ("tu", "den"):
            if name in duty and day(duty[name]) not in year:
                yield record.finding(
                    "HS631",
                    ("vai", code, name),
                    f"{code}: ngày {written(day(duty[name]))} ngoài năm học "
                    f"{record.key['nam_hoc']}",
                    "sửa ngày, hoặc ghi vào phân công của năm học đúng",
                )


def _person_works_here(record: Record, school: School) -> Iterator[Finding]:
    person = school.get("nhan-su", nhan_su=record.key["nhan_su"])
    if person is None:
        return
    stay = span(person.data, "ngay_vao_truong", "ngay_roi_truong")
    for code, duty in record.data["vai"].items():
        held = span(duty)
        ends_late = held.last is not None and held.last not in stay
        if held.first not in stay or ends_late:
            yield record.finding(
                "HS632",
                ("vai", code),
                f"{code}: {record.key['nhan_su']} không làm việc ở trường suốt thời gian này",
                "sửa ngày của phân công, hoặc ngày về, rời trường ở hồ sơ nhân sự",
            )


def _duties_are_kept_apart(record: Record, school: School) -> Iterator[Finding]:
    duties = record.data["vai"]
    for one, other in APART:
        for code, duty in duties.items():
            if duty["vai"] != other:
                continue
            if any(held["vai"] == one and span(held).meets(span(duty)) for held in duties.values()):
                yield record.finding(
                    "HS633",
                    ("vai", code),
                    f"{record.key['nhan_su']} vừa là {one} vừa là {other}",
                    "giao một trong hai việc cho người khác",
                )


def _subjects_fit_the_class(record: Record, school: School) -> Iterator[Finding]:
    for code, duty in record.data["vai"].items():
        room = _room(record, duty, school)
        if room is None:
            continue
        for position, mon in enumerate(duty.get("mon", ())):
            lessons = {**LESSONS, **ELECTIVES}[whole_of(mon)]
            if room.data["khoi"] not in lessons:
                yield record.finding(
                    "HS634",
                    ("vai", code, "mon", position),
                    f"{code}: khối {room.data['khoi']} không có môn {subject_name(school, mon)}",
                    "bỏ môn này khỏi phân công",
                )


def _room(record: Record, duty: Mapping[str, Any], school: School) -> Record | None:
    if "lop" not in duty:
        return None
    room = school.get("lop", nam_hoc=record.key["nam_hoc"], lop=duty["lop"])
    # Grades above 5 follow another programme.
    return room if room is not None and room.data["khoi"] <= 5 else None


RULES = (
    Rule(
        name="phân công nằm trong năm học",
        kind="phan-cong",
        check=_duties_lie_in_the_year,
        reads=(),
        basis=DUTIES,
        since=SINCE,
    ),
    Rule(
        name="người được phân công đang làm việc",
        kind="phan-cong",
        check=_person_works_here,
        reads=(Shared(kind="nhan-su", holes=("nhan_su",)),),
        basis=DUTIES,
        since=SINCE,
    ),
    Rule(
        name="kế toán không kiêm thủ quỹ",
        kind="phan-cong",
        check=_duties_are_kept_apart,
        reads=(),
        basis="Điều 52 Luật Kế toán 88/2015/QH13",
        since=date(2017, 1, 1),
    ),
    Rule(
        name="môn được phân công có ở khối của lớp",
        kind="phan-cong",
        check=_subjects_fit_the_class,
        reads=(
            Named(
                kind="lop",
                hole="lop",
                by="phan-cong",
                place=("vai", "*", "lop"),
                holes=("nam_hoc", "nhan_su"),
                same=("nam_hoc",),
            ),
        ),
        basis=CURRICULUM,
        since=SINCE,
        stage=PRIMARY,
    ),
)
