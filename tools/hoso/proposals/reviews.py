"""A person's word about a proposal: in which role it would count, and what is signed.

Which role fits is not guessed from names of roles: each one the person holds is tried on the one
decision that the server will make, and the one that leaves the fewest steps open is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hoso.findings import Finding
from hoso.gate.corrections import REQUEST
from hoso.gate.decision import decide
from hoso.gate.policy import Deed, Policy
from hoso.gate.verdict import Approval, Need, Past, Proposal, Verdict
from hoso.proposals.names import MAIN
from hoso.schema.school import TreeSchool
from hoso.signing.statements import Statement

#: What a statement says of a proposal that is sent back; it approves nothing.
RETURNED = "tra-lai"
CHECKED, APPROVED = Deed.CHECK.value, Deed.APPROVE.value
#: Who may fill an open step in one of these ways may also send the proposal back.
_EITHER = (CHECKED, APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A proposal as it stands on `main` now, with all that deciding about it again takes."""

    policy: Policy
    school: TreeSchool
    proposal: Proposal
    received: datetime
    past: Past

    def verdict(self, approvals: Iterable[Approval]) -> Verdict:
        """What would be decided with these approvals."""
        return decide(
            self.policy, self.school, self.proposal, tuple(approvals), self.received, self.past
        )

    def void(self, approval: Approval) -> tuple[Finding, ...]:
        """Why an approval does not count here; nothing where it does."""
        return self.verdict((approval,)).void

    @property
    def correction(self) -> str | None:
        """The approved request that opens a closed page for this proposal, or None."""
        for ground in self.verdict(()).grounds:
            place = self.school.table.find(ground.opened_by or "")
            if place is not None and place.kind.name == REQUEST:
                return ground.opened_by
        return None


def roles_for(
    case: Case, person: str, decision: str, given: tuple[Approval, ...], only: str | None = None
) -> tuple[str, ...]:
    """The roles in which a person's word fills open steps; none where it would fill nothing.

    One role is enough for most proposals; pages of several books may ask for more than one. With
    `only` no other role is tried. To send a proposal back takes a role that could fill a step.
    """
    if decision == RETURNED:
        found = (roles_for(case, person, each, (), only) for each in _EITHER)
        return next((roles[:1] for roles in found if roles), ())
    held = sorted({each.role for each in case.policy.held(person)})
    candidates = [role for role in held if only in (None, role)]
    correction = case.correction
    chosen: list[str] = []
    counted = list(given)
    left = len(case.verdict(counted).needs)
    while left:
        tried = [
            (
                len(
                    case.verdict([*counted, _word(case, person, role, decision, correction)]).needs
                ),
                role,
            )
            for role in candidates
            if role not in chosen
        ]
        fewest, role = min(tried, default=(left, ""))
        if fewest >= left:
            break
        chosen.append(role)
        counted.append(_word(case, person, role, decision, correction))
        left = fewest
    return tuple(chosen)


def in_the_way(case: Case, person: str, role: str | None = None) -> tuple[Finding, ...]:
    """Why no word of a person could count here, whatever it says; nothing where only steps do."""
    held = sorted({each.role for each in case.policy.held(person)})
    word = _word(case, person, role or next(iter(held), ""), APPROVED, case.correction)
    return case.void(word)


def clauses(case: Case, needs: Iterable[Need]) -> tuple[str, ...]:
    """The clauses that say who fills open steps, each once."""
    kinds = {change.path: change.kind or "" for change in case.proposal.changes}
    found = {
        f"{right.role}: {right.clause}": None
        for need in needs
        for deed in sorted(need.deeds, key=lambda each: each.value)
        for right in case.policy.about(deed, kinds.get(need.path, ""))
        if right.role in need.roles and (right.step or 1) == need.step
    }
    return tuple(found)


def statement(
    case: Case, role: str, decision: str, *, base: str, head: str, log: str, nonce: str
) -> Statement:
    """What a person signs: the role and the decision, bound to the effect, here and until when."""
    proposal = case.proposal
    # An hour less than allowed: the clock here may be a little ahead of the server's.
    span = timedelta(days=case.policy.limits.statement_days) - timedelta(hours=1)
    return Statement(
        base=base, digest=proposal.digest,
        paths=len({change.path for change in proposal.changes}),
        correction=case.correction, decision=decision, head=head, log=log, nonce=nonce,
        not_after=int((case.received + span).timestamp()),
        policy=proposal.binding.policy, ref=MAIN, repo=proposal.binding.repo, role=role,
    )  # fmt: skip


def _word(case: Case, person: str, role: str, decision: str, correction: str | None) -> Approval:
    """An approval nobody has signed yet, to be tried on the decision."""
    return Approval(
        person=person, role=role, decision=decision, digest=case.proposal.digest,
        binding=case.proposal.binding, nonce=f"{person} {role}", not_after=case.received,
        correction=correction,
    )  # fmt: skip
