"""What following a log brings together: violations with their clauses, loosenings, counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hoso.audit.account import Loosening, Told, Violation
from hoso.audit.loosenings import loosenings
from hoso.findings import Finding, HosoError
from hoso.gate.policy import Deed, Policy
from hoso.gate.verdict import local
from hoso.ledger.chain import Step, follow
from hoso.ledger.topic import Faulty, fault
from hoso.ledger.view import View

_LOCKED = frozenset({"HS865", "HS866", "HS867", "HS868"})


@dataclass(slots=True, kw_only=True)
class Tally:
    """What is found, entry by entry; tallies of stretches that follow each other add up."""

    violations: list[Violation] = field(default_factory=list)
    loosenings: list[Loosening] = field(default_factory=list)
    locks: dict[str, Told] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    first: int = 0
    merges: int = 0
    commits: int = 0
    signatures: int = 0

    def add(self, findings: Iterable[Finding]) -> None:
        """Violations that belong to no entry of the log."""
        self.violations.extend(
            Violation(commit="", seq=None, time=None, finding=found) for found in findings
        )

    def extend(self, later: Tally) -> None:
        """What a later stretch brought."""
        self.violations.extend(later.violations)
        self.loosenings.extend(later.loosenings)
        for told in later.locks.values():
            self._tell(told)
        self.people |= later.people
        self.first = self.first or later.first
        self.merges += later.merges
        self.commits += later.commits
        self.signatures += later.signatures

    def follow(self, view: View, id_: str) -> None:
        """Follows one entry of the log and goes on from it, whatever is wrong with it."""
        try:
            step = follow(view, id_)
            policy = _policy(view, step)
        except HosoError as error:
            found = fault(id_, "HS841", str(error), "xem lại mục này bằng tay").finding
            found = error.finding if isinstance(error, Faulty) else found
            self.violations.append(Violation(commit=id_, seq=None, time=None, finding=found))
            view.state = replace(view.state, log=id_, seq=view.state.seq + 1)
            return
        entry, judged = step.entry, step.judged
        self.violations.extend(
            Violation(commit=entry.new, seq=entry.seq, time=entry.time, finding=found,
                      clause=_clause(found, step, policy))
            for found in step.findings
        )  # fmt: skip
        if policy is not None:
            self.loosenings.extend(loosenings(step, policy))
        self.signatures += 1
        if judged is None:
            self._lock(step)
        else:
            self.merges += 1
            self.people |= judged.authors | {each.person for each in judged.approvals}
            self.signatures += 2 + len(judged.approvals)
        view.state = step.state

    def _lock(self, step: Step) -> None:
        entry = step.entry
        told = Told(lock=entry.lock or "", fell=0, missing=0)
        if entry.event == "khoa":
            self._tell(replace(told, fell=entry.time, missing=entry.missing or 0))
        else:
            self._tell(replace(told, closed=entry.time, commit=entry.new))

    def _tell(self, told: Told) -> None:
        """What the log tells of a lock; what it told first stays."""
        known = self.locks.get(told.lock, told)
        first = known if known.fell else replace(known, fell=told.fell, missing=told.missing)
        if first.closed is None:
            first = replace(first, closed=told.closed, commit=told.commit)
        self.locks[told.lock] = first


def _policy(view: View, step: Step) -> Policy | None:
    """The policy under which a step was judged; None where the day had none."""
    try:
        on = local(datetime.fromtimestamp(step.entry.time, UTC)).date()
        return view.standing(view.main).policy(on)
    except HosoError:
        return None


def _clause(found: Finding, step: Step, policy: Policy | None) -> str:
    """The clause that a finding about a page goes against, where one can be quoted."""
    judged = step.judged
    if judged is None or policy is None:
        return ""
    kind = next((each.kind for each in judged.changes if each.path == found.path), None)
    deeds = [Deed.LOCK, Deed.UNLOCK] if found.code in _LOCKED else [Deed.APPROVE, Deed.WRITE]
    rights = [right for deed in deeds for right in policy.about(deed, kind or "")]
    return str(rights[0].clause) if rights else ""
