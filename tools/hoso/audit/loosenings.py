"""What was allowed and yet deserves a second look: opened books, corrections, changed roles."""

from __future__ import annotations

from collections.abc import Iterator

from hoso.audit.account import Loosening
from hoso.gate.changes import ABSENT, Part
from hoso.gate.corrections import ORDER, REQUEST
from hoso.gate.policy import Deed, Policy
from hoso.gate.verdict import Ground
from hoso.ledger.chain import Step
from hoso.ledger.judging import Judged

#: Kinds that say who may do what; every change of them is told.
_ROLES = frozenset({"phan-cong", "quy-che", "khoa-ky", "may-chu", "khung"})
_CALENDAR, _LOCKS = "nam-hoc", "lich_khoa"


def loosenings(step: Step, policy: Policy) -> Iterator[Loosening]:
    """The loosenings of one entry of the log, each page once for each sort."""
    entry, judged = step.entry, step.judged
    if judged is None:
        if entry.event == "khoa" and entry.missing:
            what = f"{entry.lock}: còn thiếu {entry.missing} trang khi đến hạn"
            yield _told(step, "lock-late", (), what)
        return
    approvers = tuple(sorted({each.person for each in judged.approvals}))
    people = (*sorted(judged.authors), *approvers)
    seen: set[tuple[str, str]] = set()
    for sort, path, clause in _of_changes(judged, policy):
        if (sort, path) not in seen:
            seen.add((sort, path))
            yield _told(step, sort, people, path, clause)
    witnessed = tuple(sorted({each.person for each in judged.approvals if each.witnessed}))
    if witnessed:
        pages = ", ".join(sorted({change.path for change in judged.changes}))
        yield _told(step, "witnessed", witnessed, pages)


def _of_changes(judged: Judged, policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Sort, page and clause of everything that the changes of a merge loosen."""
    for change in judged.changes:
        new = change.part is Part.PAGE and change.old is ABSENT
        if change.kind == ORDER and new:
            yield "unlock", change.path, _clause(policy, ORDER)
        elif change.kind == _CALENDAR and change.pointer[:1] == (_LOCKS,):
            yield "calendar", change.path, _clause(policy, _CALENDAR)
        elif change.kind in _ROLES:
            yield "role-change", change.path, _clause(policy, change.kind)
    for ground in () if judged.verdict is None else judged.verdict.grounds:
        if ground.opened_by is not None:
            yield _opened(ground), f"{ground.change.path} ({ground.opened_by})", _because(ground)


def _opened(ground: Ground) -> str:
    return "correction" if f"/{REQUEST}/" in (ground.opened_by or "") else "late"


def _because(ground: Ground) -> str:
    return str(ground.granted.right.clause)


def _clause(policy: Policy, kind: str) -> str:
    """The clause by which somebody approves a kind."""
    return next((str(right.clause) for right in policy.about(Deed.APPROVE, kind)), "")


def _told(step: Step, sort: str, people: tuple[str, ...], what: str, clause: str = "") -> Loosening:
    entry = step.entry
    return Loosening(
        kind=sort, commit=entry.new, seq=entry.seq, time=entry.time,
        people=tuple(dict.fromkeys(people)), what=what, clause=clause,
    )  # fmt: skip
