"""All class lists of a year held against each other, against movements and against duties.

These rules judge the school year, so that each list is read once however many classes there are;
what they find is said at the class list or the assignment that has to change.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.classes import CHARTER
from hoso.rules.days import Span, day, span
from hoso.rules.membership import HOMEROOM
from hoso.rules.movements import COMING, LEAVING, TRANSFERS
from hoso.rules.pages import SINCE
from hoso.rules.rule import Rule, Shared


def _one_class_at_a_time(year: Record, school: School) -> Iterator[Finding]:
    stays: dict[str, list[tuple[Span, Record]]] = {}
    for room in school.all("lop", nam_hoc=year.key["nam_hoc"]):
        for pupil, entry in room.data["hoc_sinh"].items():
            stays.setdefault(pupil, []).append((span(entry, "vao", "ra"), room))
    for pupil, found in stays.items():
        found.sort(key=lambda stay: (stay[0].first, stay[1].path))
        for (before, earlier), (here, room) in combinations(found, 2):
            if here.meets(before):
                yield room.finding(
                    "HS614",
                    ("hoc_sinh", pupil),
                    f"{pupil} cùng lúc có tên ở lớp {earlier.key['lop']}",
                    f"ghi ngày ra khỏi lớp {earlier.key['lop']}, hoặc bỏ khỏi lớp này",
                )


def _changes_have_movements(year: Record, school: School) -> Iterator[Finding]:
    terms = year.data["hoc_ky"]
    start, end = day(terms["hk1"]["tu"]), day(terms["hk2"]["den"])
    came, left = set(), set()
    for event in school.all("bien-dong", nam_hoc=year.key["nam_hoc"]):
        pupil, kind = event.data["hoc_sinh"], event.data["loai"]
        if kind in COMING:
            came.add((pupil, event.data.get("den_lop")))
        if kind in LEAVING:
            left.add((pupil, event.data.get("tu_lop")))
    for room in school.all("lop", nam_hoc=year.key["nam_hoc"]):
        for pupil, entry in room.data["hoc_sinh"].items():
            known = (pupil, room.key["lop"])
            if day(entry["vao"]) > start and known not in came:
                yield _unexplained(room, pupil, "vao", "vào lớp sau ngày đầu năm học")
            if "ra" in entry and day(entry["ra"]) < end and known not in left:
                yield _unexplained(room, pupil, "ra", "ra khỏi lớp trước khi hết năm học")


def _unexplained(room: Record, pupil: str, field: str, what: str) -> Finding:
    return room.finding(
        "HS617",
        ("hoc_sinh", pupil, field),
        f"{pupil} {what} mà không có biến động nào ghi lớp {room.key['lop']}",
        "thêm biến động, hoặc sửa ngày",
    )


def _one_homeroom_teacher(year: Record, school: School) -> Iterator[Finding]:
    held: dict[str, list[tuple[Span, str, Record]]] = {}
    for duties in school.all("phan-cong", nam_hoc=year.key["nam_hoc"]):
        for code, duty in duties.data["vai"].items():
            if duty["vai"] == HOMEROOM and "lop" in duty and "thay" not in duty:
                held.setdefault(duty["lop"], []).append((span(duty), code, duties))
    for lop, found in held.items():
        for (before, _, first), (when, code, second) in combinations(found, 2):
            if when.meets(before):
                yield second.finding(
                    "HS635",
                    ("vai", code),
                    f"lớp {lop} cùng lúc đã có giáo viên chủ nhiệm {first.key['nhan_su']}",
                    "ghi ngày hết nhiệm vụ (den), hoặc ghi người được thay (thay)",
                )


_LISTS = Shared(kind="lop", holes=("nam_hoc",))

RULES = (
    Rule(
        name="mỗi lúc học một lớp",
        kind="nam-hoc",
        check=_one_class_at_a_time,
        reads=(_LISTS,),
        basis=CHARTER,
        since=SINCE,
    ),
    Rule(
        name="vào, ra lớp giữa năm có biến động",
        kind="nam-hoc",
        check=_changes_have_movements,
        reads=(_LISTS, Shared(kind="bien-dong", holes=("nam_hoc",))),
        basis=TRANSFERS,
        since=SINCE,
    ),
    Rule(
        name="mỗi lớp một giáo viên chủ nhiệm",
        kind="nam-hoc",
        check=_one_homeroom_teacher,
        reads=(Shared(kind="phan-cong", holes=("nam_hoc",)),),
        basis=CHARTER,
        since=SINCE,
    ),
)
