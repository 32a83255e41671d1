"""One class list: a grade that fits the name, single numbers, stays within the year, its size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.days import day, span
from hoso.rules.pages import SINCE
from hoso.rules.rule import Rule, Shared

CHARTER = (
    "Điều 16 Điều lệ trường tiểu học, Thông tư 28/2020/TT-BGDĐT "
    "(từ 10/05/2026: Điều lệ theo Thông tư 15/2026/TT-BGDĐT)"
)
YEAR = Shared(kind="nam-hoc", holes=("nam_hoc",))


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


def _rule(name: str, check: Any, *reads: Any, basis: str = CHARTER) -> Rule:
    return Rule(name=name, kind="lop", check=check, reads=reads, basis=basis, since=SINCE)


RULES = (
    _rule("khối khớp tên lớp", _grade_fits_name),
    _rule("số thứ tự không lặp", _numbers_are_single),
    _rule("ngày vào, ra lớp nằm trong năm học", _stays_lie_in_the_year, YEAR),
    _rule("sĩ số không quá mức", _class_is_not_too_large, YEAR),
)
