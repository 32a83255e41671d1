"""Keys and accounts: each belongs to one person or one machine, for a time that runs forward."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from hoso.findings import Finding
from hoso.model import Pointer, Record, School
from hoso.rules.days import moment
from hoso.rules.rule import Rule, Shared

_PEOPLE, _MACHINES = "khoa-ky", "may-chu"
_LAW = "Điều 22 Luật Giao dịch điện tử 20/2023/QH15"
_SINCE = date(2024, 7, 1)


def _key_is_held_by_one(record: Record, school: School) -> Iterator[Finding]:
    """Two people, or a person and a machine, with one key could each sign for the other."""
    others = {
        entry["cong_khai"]: other.path
        for kind in (_PEOPLE, _MACHINES)
        for other in reversed(school.all(kind))
        if other.kind.name != record.kind.name or other.path < record.path
        for entry in other.data["khoa"].values()
    }
    for name, entry in record.data["khoa"].items():
        if entry["cong_khai"] in others:
            yield record.finding(
                "HS883", ("khoa", name, "cong_khai"),
                f"khóa này đã ghi ở {others[entry['cong_khai']]}",
                "mỗi người, mỗi máy chủ tự lập khóa riêng",
            )  # fmt: skip


def _key_is_held_once_at_a_time(record: Record, school: School) -> Iterator[Finding]:
    before: list[tuple[str, Mapping[str, Any]]] = []
    for name, entry in record.data["khoa"].items():
        for other, earlier in before:
            if earlier["cong_khai"] == entry["cong_khai"] and _meet(earlier, entry):
                yield record.finding(
                    "HS883", ("khoa", name, "tu"), f"khóa {name} trùng thời gian với khóa {other}",
                    "ghi lúc hết hiệu lực của khóa trước, hoặc lập khóa mới",
                )  # fmt: skip
        before.append((name, entry))


def _key_ends_after_it_begins(record: Record, school: School) -> Iterator[Finding]:
    for name, entry in record.data["khoa"].items():
        if "den" in entry and moment(entry["den"]) <= moment(entry["tu"]):
            yield record.finding(
                "HS884", ("khoa", name, "den"), f"khóa {name} hết hiệu lực trước khi có hiệu lực",
                "sửa giờ",
            )  # fmt: skip


def _account_is_of_one(record: Record, school: School) -> Iterator[Finding]:
    """Forges take Hoa-An and hoa-an for one name."""
    for forge, name in record.data.get("tai_khoan", {}).items():
        for other in school.all(_PEOPLE):
            theirs = other.data.get("tai_khoan", {}).get(forge, "")
            if other.path < record.path and theirs.casefold() == name.casefold():
                yield _account(record, ("tai_khoan", forge), name, other.path)


def _account(record: Record, at: Pointer, name: str, where: str) -> Finding:
    return record.finding(
        "HS883", at, f"tài khoản {name} đã ghi ở {where}", "mỗi người dùng tài khoản riêng"
    )


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two spans of keys have a moment in common; the end is no part of a span."""
    return moment(one["tu"]) < _end(other) and moment(other["tu"]) < _end(one)


def _end(entry: Mapping[str, Any]) -> datetime:
    return moment(entry["den"]) if "den" in entry else datetime.max  # noqa: DTZ901 - no zone here


_ALL_PEOPLE, _ALL_MACHINES = Shared(kind=_PEOPLE, holes=()), Shared(kind=_MACHINES, holes=())

RULES = (
    Rule(name="khóa ký của một người không là của ai khác", kind=_PEOPLE, basis=_LAW, since=_SINCE,
         check=_key_is_held_by_one, reads=(_ALL_PEOPLE, _ALL_MACHINES)),
    Rule(name="mỗi tài khoản của một người", kind=_PEOPLE, basis=_LAW, since=_SINCE,
         check=_account_is_of_one, reads=(_ALL_PEOPLE,)),
    *(
        Rule(name=f"{kind}: {name}", kind=kind, basis=_LAW, since=_SINCE, check=check, reads=())
        for kind in (_PEOPLE, _MACHINES)
        for name, check in (
            ("một khóa không ghi hai lần trong một lúc", _key_is_held_once_at_a_time),
            ("khóa hết hiệu lực sau khi có hiệu lực", _key_ends_after_it_begins),
        )
    ),
)  # fmt: skip
