"""Which statements count, and which steps of a page they leave open.

A statement that does not count is void with a named reason and refuses nothing by itself, so that
taking a statement away never turns a refusal into an allowance. People are counted, not keys:
however often somebody signs, they fill one step of a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from hoso.findings import Finding
from hoso.gate.changes import Change, Part
from hoso.gate.corrections import Request
from hoso.gate.holders import enough
from hoso.gate.policy import SIGNED_ONLY, UNLOCKING, Deed, Policy, Right
from hoso.gate.verdict import Approval, Need, Past, Proposal
from hoso.model import Key, Pointer

#: What a statement may decide, and the deed it does; anything else approves nothing.
_DECISIONS = {deed.value: deed for deed in (Deed.APPROVE, Deed.CHECK)}
_AGAIN = "xem lại đề nghị rồi ký lời duyệt mới"
#: A code, why a statement does not count, and what to do instead.
_Void = tuple[str, str, str]


def sift(
    approvals: Iterable[Approval],
    proposal: Proposal,
    request: Request | None,
    opened: bool,
    policy: Policy,
    received: datetime,
    past: Past,
) -> tuple[tuple[Approval, ...], tuple[Finding, ...]]:
    """The statements that count, and a finding for each that does not.

    `opened` says whether some page of the proposal is a closed one, opened for it.
    """
    counted: list[Approval] = []
    void: list[Finding] = []
    for each in approvals:
        wrong = _wrong(each, proposal, request, opened, policy, received, past)
        if wrong is None:
            counted.append(each)
        else:
            code, message, hint = wrong
            void.append(
                Finding(path=f"phe-duyet/{each.person}", line=1, code=code, message=message,
                        hint=hint)
            )  # fmt: skip
    return tuple(counted), tuple(void)


def _wrong(
    each: Approval,
    proposal: Proposal,
    request: Request | None,
    opened: bool,
    policy: Policy,
    received: datetime,
    past: Past,
) -> _Void | None:
    return (
        _about_something_else(each, proposal, request)
        or _at_another_time(each, policy, received, past)
        or _by_the_wrong_hand(each, proposal, request, opened, policy)
    )


def _about_something_else(
    each: Approval, proposal: Proposal, request: Request | None
) -> _Void | None:
    if each.binding.repo != proposal.binding.repo:
        return "HS861", "lời duyệt dành cho kho khác", _AGAIN
    if each.binding.ref != proposal.binding.ref:
        return "HS860", f"lời duyệt dành cho nhánh {each.binding.ref}", _AGAIN
    if each.decision not in _DECISIONS:
        return "HS862", f"“{each.decision}” không phải kiểm tra hay duyệt", "không tính lời này"
    if each.digest != proposal.digest:
        return "HS856", "nội dung đã khác với lúc ký", _AGAIN
    if request is not None and each.correction != request.path:
        return "HS856", f"lời duyệt nói tới giấy {each.correction}", _AGAIN
    if each.binding.policy != proposal.binding.policy:
        return "HS859", "quy chế hoặc mẫu hồ sơ đã khác với lúc ký", _AGAIN
    return None


def _at_another_time(
    each: Approval, policy: Policy, received: datetime, past: Past
) -> _Void | None:
    days = policy.limits.statement_days
    if received > each.not_after:
        return "HS857", "lời duyệt đã hết hạn", _AGAIN
    if each.not_after > received + timedelta(days=days):
        return "HS881", f"lời duyệt hẹn hết hạn xa hơn {days} ngày", _AGAIN
    if each.nonce in past.nonces:
        return "HS858", "lời duyệt đã được dùng một lần", _AGAIN
    return None


def _by_the_wrong_hand(
    each: Approval,
    proposal: Proposal,
    request: Request | None,
    opened: bool,
    policy: Policy,
) -> _Void | None:
    if each.witnessed and (opened or not _need_no_hand(proposal, policy)):
        return "HS882", "việc này không nhận lời duyệt chỉ có chứng thực", "người duyệt tự ký"
    if each.person in proposal.authors:
        return "HS855", f"{each.person} là người viết", "nhờ người khác có quyền duyệt"
    if request is not None and each.person == request.requester:
        return "HS869", f"{each.person} là người đề nghị sửa", "nhờ người khác có quyền duyệt"
    if each.role not in {held.role for held in policy.held(each.person)}:
        return "HS863", f"{each.person} không giữ vai {each.role}", "ký với vai đang giữ"
    return None


def _need_no_hand(proposal: Proposal, policy: Policy) -> bool:
    """Whether every page is of a kind that accepts an approval which a machine only witnesses."""
    return {change.kind for change in proposal.changes} <= policy.witnessed - SIGNED_ONLY


def open_steps(
    change: Change,
    proposal: Proposal,
    counted: tuple[Approval, ...],
    request: Request | None,
    policy: Policy,
) -> Iterator[Need]:
    """The steps of a change that the statements leave open."""
    place: Pointer | None = change.pointer if change.part is Part.FIELD else None
    barred = proposal.authors | ({request.requester} if request is not None else set())
    chain = policy.chain(change.kind or "", place)
    given = [_fulfilled(step, change.key, counted, policy) for step in chain.values()]
    yield from _left(change.path, chain.items(), given, change.key, barred, policy)


def unlocking(
    path: str,
    kind: str,
    key: Key,
    proposal: Proposal,
    counted: tuple[Approval, ...],
    policy: Policy,
) -> Iterator[Need]:
    """The steps of opening a kind's pages that neither authors nor statements fulfil.

    The order is written by whoever carries it out, so authors count here.
    """
    chain = policy.chain(kind, None, UNLOCKING)
    present = proposal.authors | {each.person for each in counted}
    given = [policy.able(step, key) & present for step in chain.values()]
    yield from _left(path, chain.items(), given, key, frozenset(), policy, f"mở sổ {kind}")


def countersigned(
    change: Change,
    proposal: Proposal,
    counted: tuple[Approval, ...],
    request: Request,
    policy: Policy,
    past: Past,
) -> Iterator[Need]:
    """The signature of who orders books open, where one person would hold two parts of three.

    Requester, approver and executor of a correction are different people; otherwise the first
    step of unlocking that page signs too, and it must be somebody else.
    """
    approvers = past.approvers.get(request.path, frozenset())
    doubled = proposal.authors & (approvers | {request.requester})
    if not doubled:
        return
    chain = policy.chain(change.kind or "", None, UNLOCKING)
    first = dict(list(chain.items())[:1]) or {1: ()}
    barred = proposal.authors | {request.requester}
    signed = {each.person for each in counted if each.decision == Deed.APPROVE.value}
    given = [policy.able(step, change.key) & (signed - barred) for step in first.values()]
    why = f"{', '.join(sorted(doubled))} giữ hai vai trong việc sửa này"
    yield from _left(change.path, first.items(), given, change.key, barred, policy, why)


def _fulfilled(
    step: tuple[Right, ...], key: Key, counted: tuple[Approval, ...], policy: Policy
) -> frozenset[str]:
    return frozenset(
        each.person
        for each in counted
        for right in step
        if right.role == each.role
        and right.deed is _DECISIONS[each.decision]
        and policy.through(each.person, right, key) is not None
    )


def _left(
    path: str,
    chain: Iterable[tuple[int, tuple[Right, ...]]],
    given: list[frozenset[str]],
    key: Key,
    barred: frozenset[str],
    policy: Policy,
    why: str = "",
) -> Iterator[Need]:
    filled: list[frozenset[str]] = []
    for (number, step), people in zip(chain, given, strict=True):
        if enough([*filled, people]):
            filled.append(people)
            continue
        yield Need(
            path=path,
            step=number,
            deeds=frozenset(right.deed for right in step),
            roles=frozenset(right.role for right in step),
            people=policy.able(step, key) - barred,
            why=why,
        )
