"""The orders that open closed books: which are open at a moment, for whom, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hoso.desk.told_standing import person_said
from hoso.gate.corrections import ORDER
from hoso.gate.readable import part_name
from hoso.gate.verdict import local
from hoso.model import Record
from hoso.rules.days import moment
from hoso.schema.school import TreeSchool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSaid:
    """One order in words; `state` is `sap` (to come), `mo` (open) or `dong` (over)."""

    code: str
    person: str
    kinds: str
    scope: str
    begin: datetime
    end: datetime
    reason: str
    state: str


def orders(school: TreeSchool, year: str, now: datetime) -> list[OrderSaid]:
    """The orders of a year, those that end last first."""
    at = local(now).replace(tzinfo=None)
    found = [_said(each, school, at) for each in school.all(ORDER, nam_hoc=year)]
    return sorted(found, key=lambda each: (each.end, each.code), reverse=True)


def _said(order: Record, school: TreeSchool, at: datetime) -> OrderSaid:
    data = order.data
    kinds = [school.kinds[name] for name in data["loai"] if name in school.kinds]
    begin, end = moment(data["tu"]), moment(data["den"])
    where = (
        part_name(kind, hole, value, school, named=True)
        for hole, value in data["pham_vi"].items()
        for kind in [next((each for each in kinds if hole in each.key), None)]
        if kind is not None
    )
    return OrderSaid(
        code=order.key["ma"], person=person_said(data["nguoi"], school),
        kinds=", ".join(kind.title for kind in kinds), scope=", ".join(where), begin=begin,
        end=end, reason=data["ly_do"],
        state="sap" if at < begin else "mo" if at <= end else "dong",
    )  # fmt: skip
