"""The one decision: whether a proposal may be merged, on what ground, or why not.

A pure function of the policy and the records at the base, the changes, the statements, the time
of receipt and what history says. In order:

1. Rules and records never travel together; a proposal stays small enough to be read.
2. Every change is about a page that a clause mentions, and that can be read.
3. Some author may write it on the day of receipt, under the policy of the base.
4. Its book is open, or opened for it: by an order for that author, or by one approved request.
5. Papers that open books are written once, by who asks, and for a short time; past locks are not
   moved, and a regulation only ever gets its next edition.
6. Every step of the chain is filled by another person; corrections keep three people apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from hoso.findings import Finding, HosoError
from hoso.gate.approvals import countersigned, open_steps, sift
from hoso.gate.changes import Change, Part
from hoso.gate.corrections import Request, faults, match, requests_for
from hoso.gate.editions import REGULATION, outdated
from hoso.gate.locks import loosened, order_for, shut
from hoso.gate.orders import orders_in, overlong, still_needed, without_opener
from hoso.gate.policy import Deed, Granted, Policy, Refused
from hoso.gate.verdict import Approval, Ground, Need, Past, Proposal, Verdict, local
from hoso.model import Pointer
from hoso.rules.days import written
from hoso.schema.paths import ROOTS
from hoso.schema.school import TreeSchool


def decide(
    policy: Policy,
    school: TreeSchool,
    proposal: Proposal,
    approvals: Iterable[Approval],
    received: datetime,
    past: Past,
) -> Verdict:
    """The verdict about a proposal, under the policy and the school of its base."""
    moment = local(received)
    _must_be_decidable(policy, proposal, moment)
    refusals: list[Finding] = [*_as_a_whole(proposal, policy)]
    grounds: list[Ground] = []
    requests: dict[str, Request] = {}
    changes = sorted(proposal.changes, key=lambda change: change.place)
    for path, group in groupby(changes, key=lambda change: change.path):
        page = tuple(group)
        found, request, wrong = _page(path, page, policy, school, proposal, moment, past)
        grounds.extend(found)
        refusals.extend(wrong)
        if request is not None:
            requests[request.path] = request
    if len(requests) > 1:
        refusals.extend(_one_at_a_time(requests))
    refusals.extend(faults(changes, proposal.authors, school))
    refusals.extend(outdated(changes, school))
    for change in changes:
        refusals.extend(loosened(change, policy))
    orders = tuple(orders_in(changes))
    for order in orders:
        refusals.extend(without_opener(order, policy))
        refusals.extend(overlong(order, policy))
    request = next(iter(requests.values()), None)
    opened = any(ground.opened_by is not None for ground in grounds)
    counted, void = sift(approvals, proposal, request, opened, policy, received, past)
    return Verdict(
        grounds=tuple(grounds),
        refusals=_in_order(refusals),
        void=_in_order(void),
        needs=_in_step(
            [
                *_of_pages(grounds, proposal, counted, request, policy, past),
                *(
                    need
                    for order in orders
                    for need in still_needed(order, proposal, counted, policy)
                ),
            ]
        ),
    )


def _must_be_decidable(policy: Policy, proposal: Proposal, moment: datetime) -> None:
    if not policy.rights or not policy.people():
        raise HosoError("quy chế không trao quyền cho ai: không quyết định được")
    if policy.on != moment.date():
        raise HosoError("quyền phải tính theo đúng ngày nhận đề nghị")
    if not proposal.changes:
        raise HosoError("đề nghị không thay đổi gì")
    if not proposal.authors:
        raise HosoError("chưa biết ai viết đề nghị")


def _as_a_whole(proposal: Proposal, policy: Policy) -> Iterator[Finding]:
    paths = sorted({change.path for change in proposal.changes})
    rules = [path for path in paths if _is_a_rule(path, proposal)]
    if len(rules) < len(paths):
        for path in rules:
            yield _refuse(
                path, "HS853", "quy chế, mẫu hồ sơ, quy trình đi cùng với hồ sơ",
                "tách thành hai đề nghị; duyệt xong quy chế rồi mới sửa hồ sơ",
            )  # fmt: skip
    if len(paths) > policy.limits.pages:
        yield _refuse(
            paths[0], "HS854", f"{len(paths)} trang, mỗi đề nghị không quá {policy.limits.pages}",
            "chia nhỏ để người duyệt đọc hết được",
        )  # fmt: skip


def _is_a_rule(path: str, proposal: Proposal) -> bool:
    kinds = {change.kind for change in proposal.changes if change.path == path}
    return REGULATION in kinds or path.partition("/")[0] not in ROOTS


def _page(
    path: str,
    page: tuple[Change, ...],
    policy: Policy,
    school: TreeSchool,
    proposal: Proposal,
    moment: datetime,
    past: Past,
) -> tuple[list[Ground], Request | None, list[Finding]]:
    """The grounds of one page's changes, the request that opens it, and what is refused."""
    refusals: list[Finding] = []
    grounds: list[Ground] = []
    waiting: list[Ground] = []
    closed: list[Change] = []
    for change in page:
        wrong = _unmentioned(change, policy)
        if wrong is not None:
            refusals.append(wrong)
            continue
        locked = bool(shut(change, policy, school))
        held = list(_held(change, policy, school, proposal.authors, moment, locked))
        opened = [each for each in held if each.opened_by is not None]
        ground = next(iter([*opened, *held]), None)
        if ground is None:
            refusals.append(_unwritten(change, policy, school, proposal.authors))
        if locked and (ground is None or ground.opened_by is None):
            closed.append(change)
            waiting.extend(held[:1])
        elif ground is not None:
            grounds.append(ground)
    if not closed:
        return grounds, None, refusals
    found = match(closed, requests_for(path, school), past.used, policy.on)
    if isinstance(found, Request):
        grounds.extend(replace(ground, opened_by=found.path) for ground in waiting)
        return grounds, found, refusals
    refusals.append(_locked(closed[0], policy, school))
    refusals.extend(found)
    if _asked_here(path, proposal):
        refusals.append(
            _refuse(path, "HS866", "giấy đề nghị sửa còn nằm trong cùng đề nghị này",
                    "gửi giấy trước; khi giấy được duyệt thì mới sửa")
        )  # fmt: skip
    return grounds, None, refusals


def _unmentioned(change: Change, policy: Policy) -> Finding | None:
    """What no clause lets anybody write or approve, and what nobody can read."""
    if not policy.about(Deed.WRITE, change.kind or ""):
        return _refuse(change.path, "HS851", "không điều khoản nào cho ai ghi tệp này",
                       "đặt đúng chỗ, hoặc bổ sung quy chế")  # fmt: skip
    if change.part is Part.UNREADABLE:
        return _refuse(change.path, "HS852", "không đọc được như một trang hồ sơ",
                       "chạy: hoso check")  # fmt: skip
    chain = policy.chain(change.kind or "", _spot(change))
    if not any(right.deed is Deed.APPROVE for step in chain.values() for right in step):
        return _refuse(change.path, "HS851", "không điều khoản nào nói ai duyệt thay đổi này",
                       "bổ sung quy chế")  # fmt: skip
    return None


def _held(
    change: Change,
    policy: Policy,
    school: TreeSchool,
    authors: frozenset[str],
    moment: datetime,
    locked: bool,
) -> Iterator[Ground]:
    """The grounds on which each author may write a change, with the order that opens its page."""
    for author in sorted(authors):
        answer = policy.grants(author, Deed.WRITE, change.kind or "", change.key, _spot(change))
        if isinstance(answer, Granted):
            order = order_for(change, author, school, moment) if locked else None
            yield Ground(
                change=change, author=author, granted=answer,
                opened_by=None if order is None else order.path,
            )  # fmt: skip


def _unwritten(
    change: Change, policy: Policy, school: TreeSchool, authors: frozenset[str]
) -> Finding:
    answer = policy.grants(min(authors), Deed.WRITE, change.kind or "", change.key, _spot(change))
    return Finding(
        path=change.path,
        line=_line(change, school),
        code="HS850",
        message=answer.because if isinstance(answer, Refused) else "",
        hint="nhờ người được phân công ghi, hoặc đề nghị phân công",
    )


def _locked(change: Change, policy: Policy, school: TreeSchool) -> Finding:
    lock = min(shut(change, policy, school), key=lambda each: (each.closes, each.name))
    return Finding(
        path=change.path,
        line=_line(change, school),
        code="HS865",
        message=f"sổ đã khóa từ hết ngày {written(lock.closes)} ({lock.name})",
        hint="lập giấy đề nghị thay đổi thông tin, hoặc xin lệnh mở sổ",
    )


def _asked_here(path: str, proposal: Proposal) -> bool:
    return any(change.new == path for change in proposal.changes)


def _one_at_a_time(requests: Mapping[str, Request]) -> Iterator[Finding]:
    for request in requests.values():
        yield _refuse(request.page, "HS867", "một lần sửa theo nhiều giấy đề nghị",
                      "mỗi giấy một lần gửi")  # fmt: skip


def _of_pages(
    grounds: Iterable[Ground],
    proposal: Proposal,
    counted: tuple[Approval, ...],
    request: Request | None,
    policy: Policy,
    past: Past,
) -> Iterator[Need]:
    for ground in grounds:
        yield from open_steps(ground.change, proposal, counted, request, policy)
        if request is not None and ground.opened_by == request.path:
            yield from countersigned(ground.change, proposal, counted, request, policy, past)


def _spot(change: Change) -> Pointer | None:
    """The place of a change within its page; None stands for the page as a whole."""
    return None if change.whole else change.pointer


def _line(change: Change, school: TreeSchool) -> int:
    record = school.at(change.path)
    return 1 if record is None else record.line(change.pointer)


def _refuse(path: str, code: str, message: str, hint: str) -> Finding:
    return Finding(path=path, line=1, code=code, message=message, hint=hint)


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(set(findings), key=lambda finding: finding.place))


def _in_step(needs: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(
        sorted(set(needs), key=lambda need: (need.path, need.step, need.why, sorted(need.roles)))
    )
