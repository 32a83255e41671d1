"""Orders to open books, as a proposal brings them: who must stand behind each kind they open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from hoso.findings import Finding
from hoso.gate.approvals import unlocking
from hoso.gate.changes import Change
from hoso.gate.corrections import ORDER
from hoso.gate.policy import UNLOCKING, YEAR, Policy
from hoso.gate.verdict import Approval, Need, Proposal
from hoso.model import Key
from hoso.rules.days import moment

#: Stands for a time that a change to an order, refused anyway, leaves as it was.
_UNSAID = "2000-01-01 00:00"


@dataclass(frozen=True, slots=True)
class Order:
    """An order in a proposal: the kinds it opens, the part of keys it is about, for how long."""

    path: str
    kinds: tuple[str, ...]
    scope: Key
    lasts: timedelta


def orders_in(changes: Iterable[Change]) -> Iterator[Order]:
    """The orders that changes bring."""
    pages: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind == ORDER:
            pages.setdefault(change.path, []).append(change)
    for path, page in pages.items():
        said = {change.pointer: change.new for change in page}
        kinds = said.get(("loai",))
        if isinstance(kinds, tuple):
            scope = {str(at[1]): str(said[at]) for at in said if at[:1] == ("pham_vi",)}
            year = page[0].key[YEAR]
            begin, end = (moment(str(said.get((name,), _UNSAID))) for name in ("tu", "den"))
            yield Order(path, tuple(map(str, kinds)), {**scope, YEAR: year}, end - begin)


def without_opener(order: Order, policy: Policy) -> Iterator[Finding]:
    """A finding for every kind that no clause lets anybody open."""
    for kind in order.kinds:
        if not policy.chain(kind, None, UNLOCKING):
            yield Finding(
                path=order.path,
                line=1,
                code="HS873",
                message=f"không điều khoản nào cho ai mở sổ {kind}",
                hint="bỏ loại này khỏi lệnh",
            )


def overlong(order: Order, policy: Policy) -> Iterator[Finding]:
    """A finding for an order that opens for longer than the regulation lets it, or for no time."""
    hours = policy.limits.order_hours
    if not timedelta() < order.lasts <= timedelta(hours=hours):
        yield Finding(
            path=order.path,
            line=1,
            code="HS880",
            message=f"lệnh mở sổ phải dài hơn 0 và không quá {hours} giờ",
            hint="sửa giờ mở, giờ khóa lại; cần thêm thời gian thì lập lệnh khác",
        )


def still_needed(
    order: Order, proposal: Proposal, counted: tuple[Approval, ...], policy: Policy
) -> Iterator[Need]:
    """The steps of unlocking that neither authors nor statements fulfil, for every kind."""
    for kind in order.kinds:
        yield from unlocking(order.path, kind, order.scope, proposal, counted, policy)
