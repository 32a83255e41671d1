"""Class lists: a grade that fits the name, one class at a time, and movements that explain them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.days import day, span
from hoso.rules.membership import HOMEROOM
from hoso.rules.pages import SINCE
from hoso.rules.rule import Rule, Shared

CHARTER = (
    "Điều 16 Điều lệ trường tiểu học, Thông tư 28/2020/TT-BGDĐT "
    "(từ 10/05/2026: Điều lệ theo Thông tư 15/2026/TT-BGDĐT)"
)
YEAR = Shared(kind="nam-hoc", holes=("nam_hoc",))
#: Movements that may bring a pupil into a class after the year began, and out of it before its end.
COMING = frozenset({"tuyen-sinh", "chuyen-den", "chuyen-lop", "hoc-lai"})
LEAVING = frozenset({"chuyen-di", "chuyen-lop", "thoi-hoc"})


def _grade_fits_name(room: Record, school: School) -> Iterator[Finding]:
    named = room.key["lop"].rstrip("0123456789").rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if named != str(room.data["khoi"]):
        yield room.finding(
            "HS611",
            ("khoi",),
            f"lớp {room.key['lop']} mà ghi khối {room.data['khoi']}",
            f"ghi khoi: {named}, hoặc đổi tên lớp",
        )


def _numbers_are_single(room: Record, school: School) -> Iterator[Finding]:
    seen: dict[int, str] = {}
    for pupil, entry in room.data["hoc_sinh"].items():
        first = seen.setdefault(entry["stt"], pupil)
        if first != pupil:
            yield room.finding(
                "HS612",
                ("hoc_sinh", pupil, "stt"),
                f"số thứ tự của {pupil} trùng với {first}",
                "cho số thứ tự tiếp theo chưa dùng",
            )


def _stays_lie_in_the_year(room: Record, school: School) -> Iterator[Finding]:
    year = school.get("nam-hoc", nam_hoc=room.key["nam_hoc"])
    if year is None:
        return
    whole = span(year.data, "bat_dau", "ket_thuc")
    for pupil, entry in room.data["hoc_sinh"].items():
        stay = span(entry, "vao", "ra")
        if stay.last is not None and stay.last < stay.first:
            yield room.finding(
                "HS613",
                ("hoc_sinh", pupil, "ra"),
                f"{pupil}: ngày ra khỏi lớp đứng trước ngày vào lớp",
                "ghi đúng ngày",
            )
        for name in ("vao", "ra"):
            at = ("hoc_sinh", pupil, name)
            if name in entry and day(entry[name]) not in whole:
                yield room.finding(
                    "HS613",
                    at,
                    f"{pupil}: {room.kind.heading(at).lower()} nằm ngoài năm học",
                    "ghi đúng ngày",
                )


def _one_class_at_a_time(room: Record, school: School) -> Iterator[Finding]:
    for other in school.all("lop", nam_hoc=room.key["nam_hoc"]):
        if other.path == room.path:
            continue
        for pupil in room.data["hoc_sinh"].keys() & other.data["hoc_sinh"].keys():
            here = span(room.data["hoc_sinh"][pupil], "vao", "ra")
            there = span(other.data["hoc_sinh"][pupil], "vao", "ra")
            # Said once: where the pupil came later, or in the later file.
            if here.meets(there) and (here.first, room.path) > (there.first, other.path):
                yield room.finding(
                    "HS614",
                    ("hoc_sinh", pupil),
                    f"{pupil} cùng lúc có tên ở lớp {other.key['lop']}",
                    f"ghi ngày ra khỏi lớp {other.key['lop']}, hoặc bỏ khỏi lớp này",
                )


def _class_is_not_too_large(room: Record, school: School) -> Iterator[Finding]:
    year = school.get("nam-hoc", nam_hoc=room.key["nam_hoc"])
    if year is None:
        return
    stays = [span(entry, "vao", "ra") for entry in room.data["hoc_sinh"].values()]
    most = max((sum(stay.first in other for other in stays) for stay in stays), default=0)
    limit = year.data["si_so_toi_da"]
    if most > limit:
        yield room.finding(
            "HS615",
            ("hoc_sinh",),
            f"lớp {room.key['lop']} có lúc {most} học sinh, mức tối đa là {limit}",
            "tách lớp, hoặc ghi căn cứ vào kế hoạch của nhà trường",
        )


def _changes_have_movements(room: Record, school: School) -> Iterator[Finding]:
    year = school.get("nam-hoc", nam_hoc=room.key["nam_hoc"])
    if year is None:
        return
    start, end = day(year.data["hoc_ky"]["hk1"]["tu"]), day(year.data["hoc_ky"]["hk2"]["den"])
    events = school.all("bien-dong", nam_hoc=room.key["nam_hoc"])
    came = _pupils(events, COMING, "den_lop", room.key["lop"])
    left = _pupils(events, LEAVING, "tu_lop", room.key["lop"])
    for pupil, entry in room.data["hoc_sinh"].items():
        if day(entry["vao"]) > start and pupil not in came:
            yield _unexplained(room, pupil, "vao", "vào lớp sau ngày đầu năm học")
        if "ra" in entry and day(entry["ra"]) < end and pupil not in left:
            yield _unexplained(room, pupil, "ra", "ra khỏi lớp trước khi hết năm học")


def _one_homeroom_teacher(room: Record, school: School) -> Iterator[Finding]:
    held = [
        (span(duty), duties.key["nhan_su"])
        for duties in school.all("phan-cong", nam_hoc=room.key["nam_hoc"])
        for duty in duties.data["vai"].values()
        if duty["vai"] == HOMEROOM and duty.get("lop") == room.key["lop"] and "thay" not in duty
    ]
    for position, (when, person) in enumerate(held):
        for other, before in held[:position]:
            if person != before and when.meets(other):
                yield room.finding(
                    "HS635",
                    (),
                    f"lớp {room.key['lop']} cùng lúc có hai giáo viên chủ nhiệm: "
                    f"{before} và {person}",
                    "ghi ngày hết nhiệm vụ (den), hoặc ghi người được thay (thay)",
                )


def _pupils(
    events: Sequence[Record], kinds: frozenset[str], field: str, lop: str
) -> frozenset[str]:
    return frozenset(
        event.data["hoc_sinh"]
        for event in events
        if event.data["loai"] in kinds and event.data.get(field) == lop
    )


def _unexplained(room: Record, pupil: str, field: str, what: str) -> Finding:
    return room.finding(
        "HS617",
        ("hoc_sinh", pupil, field),
        f"{pupil} {what} mà không có biến động nào ghi lớp {room.key['lop']}",
        "thêm biến động, hoặc sửa ngày",
    )


def _rule(name: str, check: Any, *reads: Any, basis: str = CHARTER) -> Rule:
    return Rule(name=name, kind="lop", check=check, reads=reads, basis=basis, since=SINCE)


RULES = (
    _rule("khối khớp tên lớp", _grade_fits_name),
    _rule("số thứ tự không lặp", _numbers_are_single),
    _rule("ngày vào, ra lớp nằm trong năm học", _stays_lie_in_the_year, YEAR),
    _rule("mỗi lúc học một lớp", _one_class_at_a_time, Shared(kind="lop", holes=("nam_hoc",))),
    _rule("sĩ số không quá mức", _class_is_not_too_large, YEAR),
    _rule(
        "vào, ra lớp giữa năm có biến động",
        _changes_have_movements,
        YEAR,
        Shared(kind="bien-dong", holes=("nam_hoc",)),
    ),
    _rule(
        "mỗi lớp một giáo viên chủ nhiệm",
        _one_homeroom_teacher,
        Shared(kind="phan-cong", holes=("nam_hoc",)),
    ),
)
