"""Closed books: what is shut on a day, whom a lock spares, and who holds an order to open it.

A lock only takes away; whatever opens is named: pupils who wait for the summer, an order for one
person and one span of time, or an approved correction request (`corrections`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hoso.findings import Finding
from hoso.gate.changes import Change
from hoso.gate.policy import YEAR, Lock, Policy
from hoso.model import Kind, Record, covers
from hoso.rules.days import moment, written
from hoso.schema.school import TreeSchool

#: What the lock calendar calls the pupils whose year-end decision waits for the summer.
WAITING = "cho-he"
_ROWS, _DECISION, _AGAIN, _SUMMARY = "hoc_sinh", "len_lop", "danh_gia_lai", "tong-hop"
_CALENDAR, _LOCKS = "nam-hoc", "lich_khoa"


def shut(change: Change, policy: Policy, school: TreeSchool) -> tuple[Lock, ...]:
    """The locks that close a change on the policy's day."""
    return tuple(
        lock
        for lock in policy.shut(change.kind or "", change.key)
        if not (WAITING in lock.spares and _waits(change, school))
    )


def order_for(change: Change, author: str, school: TreeSchool, at: datetime) -> Record | None:
    """The order that opens the page of a change for a person at a moment, by the school's clock."""
    for order in school.all("mo-so", nam_hoc=change.key.get(YEAR, "")):
        if _opens(order, change, author, at):
            return order
    return None


def loosened(change: Change, policy: Policy) -> Iterator[Finding]:
    """Findings about a calendar that touches a lock whose day has passed."""
    if change.kind != _CALENDAR:
        return
    for lock in policy.locks:
        if lock.closes >= policy.on or lock.scope.get(YEAR) != change.key[YEAR]:
            continue
        if change.pointer[:2] == (_LOCKS, lock.name):
            yield Finding(
                path=change.path,
                line=1,
                code="HS872",
                message=f"lịch khóa {lock.name} đã đến hạn ngày {written(lock.closes)}",
                hint="giữ nguyên lịch; cần mở sổ thì lập lệnh mở sổ",
            )


def waiting(page: Record) -> frozenset[str]:
    """The pupils of a page with year-end decisions whose decision there waits for the summer."""
    rows = page.data.get(_ROWS, {}).items()
    return frozenset(pupil for pupil, row in rows if row.get(_DECISION) == WAITING)


def decides(kind: Kind) -> bool:
    """Whether the year-end decisions stand on pages of a kind."""
    return kind.field((_ROWS, "*", _DECISION)) is not None


def _waits(change: Change, school: TreeSchool) -> bool:
    """Whether a change is on the row of a pupil who, in the base, waits for the summer.

    Of a page with year-end decisions that is the whole row, of others what is assessed again.
    """
    if len(change.pointer) < 3:
        return False
    rows, pupil, field = (str(part) for part in change.pointer[:3])
    decides = school.kind(change.kind or "").field((rows, pupil, _DECISION)) is not None
    if not (decides or field == _AGAIN):
        return False
    scope = {name: change.key.get(name, "") for name in (YEAR, "lop")}
    return any(pupil in waiting(summary) for summary in school.all(_SUMMARY, **scope))


def _opens(order: Record, change: Change, author: str, at: datetime) -> bool:
    if order.data["nguoi"] != author or change.kind not in order.data["loai"]:
        return False
    if not covers(order.data["pham_vi"], change.key):
        return False
    begin, end = moment(order.data["tu"]), moment(order.data["den"])
    return begin <= at.replace(tzinfo=None) <= end
