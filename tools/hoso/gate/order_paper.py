"""An order to open closed books for one person, drawn up from what the school's leader decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hoso.findings import HosoError
from hoso.gate.corrections import ORDER
from hoso.gate.orders import Order, overlong, without_opener
from hoso.gate.papers import Paper, written
from hoso.gate.policy import YEAR, Deed, Policy
from hoso.model import Key, Kind
from hoso.schema.school import TreeSchool
from hoso.schema.shape import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Who may write what, where, from when to when, why and by which order of the school."""

    person: str
    kinds: tuple[str, ...]
    year: str
    scope: Mapping[str, str]
    begin: datetime
    end: datetime
    reason: str
    number: str
    decided: date


def order_paper(
    wish: Opening, code: str, school: TreeSchool, policy: Policy, now: datetime
) -> Paper:
    """The order, or HosoError saying why it would open nothing or more than it may.

    `now` is by the school's clock and without a zone, like the times of the order.
    """
    key = {YEAR: wish.year, "ma": code}
    kinds = [_kind(name, school) for name in dict.fromkeys(wish.kinds)]
    order = Order("", tuple(kind.name for kind in kinds), {**wish.scope, YEAR: wish.year},
                  wish.end - wish.begin)  # fmt: skip
    for problem in (
        *_about_scope(wish, kinds),
        *(finding.message for finding in without_opener(order, policy)),
        *(finding.message for finding in overlong(order, policy)),
        *_about_times(wish, policy.on, now),
        *_about_locks(order, kinds, policy, wish.end.date()),
        *_about_person(wish, order.scope, kinds, policy),
    ):
        raise HosoError(problem)
    data = {
        "nguoi": wish.person,
        "loai": [kind.name for kind in kinds],
        "pham_vi": dict(sorted(wish.scope.items())),
        "ly_do": wish.reason,
        "lenh": {"so": wish.number, "ngay": wish.decided.isoformat()},
        "tu": f"{wish.begin:%Y-%m-%d %H:%M}",
        "den": f"{wish.end:%Y-%m-%d %H:%M}",
    }
    path, content = written(school, ORDER, key, data)
    return Paper(path=path, content=content)


def _kind(name: str, school: TreeSchool) -> Kind:
    if name not in school.kinds:
        raise HosoError(f"không có loại hồ sơ {ascii(name)[1:-1]}")
    return school.kind(name)


def _about_scope(wish: Opening, kinds: Iterable[Kind]) -> Iterator[str]:
    if not wish.scope:
        yield "chưa nói mở phần nào; ví dụ: --pham-vi lop=3A"
    for kind in kinds:
        for name, value in wish.scope.items():
            if name not in kind.holes or name == YEAR:
                parts = ", ".join(hole for hole in kind.holes if hole != YEAR)
                yield f"trang loại {kind.name} không có phần {ascii(name)[1:-1]}; có: {parts}"
            elif any(explain(kind.key[name], value, ())):
                yield f"{name}: {ascii(value)[1:-1]} không phải {kind.key[name]['title'].lower()}"


def _about_times(wish: Opening, today: date, now: datetime) -> Iterator[str]:
    if wish.end <= now:
        yield f"giờ khóa lại {wish.end:%d/%m/%Y %H:%M} đã qua"
    if wish.decided > today:
        yield f"ngày ra lệnh {wish.decided:%d/%m/%Y} chưa tới"


def _about_locks(order: Order, kinds: Iterable[Kind], policy: Policy, last: date) -> Iterator[str]:
    """What an order would open in vain: no lock of the year has closed anything in its scope."""
    for kind in kinds:
        if not any(
            kind.name in lock.kinds
            and lock.closes < last
            and all(order.scope.get(name, value) == value for name, value in lock.scope.items())
            for lock in policy.locks
        ):
            yield f"{kind.name} trong phạm vi này chưa khóa đến hết giờ mở: không cần lệnh"


def _about_person(
    wish: Opening, scope: Key, kinds: Iterable[Kind], policy: Policy
) -> Iterator[str]:
    """Whom an order would help nothing: it opens the book, the right to write is another thing."""
    for kind in kinds:
        if not any(
            held.role == right.role
            and all(
                scope[name] in held.scope.get(name, ()) for name in right.scope if name in scope
            )
            for right in policy.about(Deed.WRITE, kind.name)
            for held in policy.held(wish.person)
        ):
            yield (
                f"{wish.person} không có quyền ghi {kind.name} trong phạm vi này; "
                "lệnh chỉ mở sổ, quyền ghi vẫn theo quy chế"
            )
