"""A forge's proposal held to the one decision: signed statements count, bare reviews may.

A statement in a review is the person's own signature (T1). A review without one is at most what a
notary key may witness (T2), for kinds whose regulation accepts that; who is behind an account is
what the key records of `main` say. Whatever else the forge knows or believes is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hoso.findings import Finding
from hoso.forge.protocol import Outcome, Pull, Review, Said
from hoso.gate.decision import decide
from hoso.gate.policy import APPROVAL, Policy
from hoso.gate.verdict import Approval, Proposal, Verdict, local
from hoso.ledger.approved import approvals_in
from hoso.ledger.judging import Judged, judge_proposal
from hoso.ledger.keyring import PEOPLE
from hoso.ledger.view import View
from hoso.model import School

_STATEMENT = re.compile(r"(Phe-Duyet|Chung-Thuc)(-Sig)?: .*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A review without a statement, by a person of the school, and what it may count as.

    A notary key would witness each of `words`; they are one person's, so they fill one step.
    """

    review: Review
    person: str
    words: tuple[Approval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """What came of a proposal on a forge.

    `verdict` counts the statements (`texts` are those that count) and also what a notary may
    witness (`seen`); it is None where the proposal has faults of shape. `void` names statements
    that do not hold, `ignored` reviews that nobody of the school gave to this commit.
    """

    pull: Pull
    judged: Judged
    verdict: Verdict | None = None
    texts: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    void: tuple[Finding, ...] = ()
    ignored: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What the forge is told."""
        if self.judged.faults or self.verdict is None or not self.verdict.may_be_proposed:
            return Outcome.REFUSED
        return Outcome.ENOUGH if self.verdict else Outcome.WAITING


def gate(
    view: View, pull: Pull, head: str, reviews: Iterable[Review], forge: str, received: datetime
) -> Gated:
    """The verdict about the commit that was fetched for a proposal, with its reviews.

    A proposal that has moved on since, or that is not for `main`, is refused.
    """
    wrong = _elsewhere(pull, head)
    if wrong:
        return Gated(pull=pull, judged=Judged(commit=head, received=received, faults=wrong))
    judged = judge_proposal(view, head, received)
    if judged.proposal is None or judged.verdict is None:
        return Gated(pull=pull, judged=judged)
    standing, proposal = view.standing(view.main), judged.proposal
    policy = standing.policy(local(received).date())

    def decided(approvals: Iterable[Approval]) -> Verdict:
        return decide(policy, standing.school, proposal, tuple(approvals), received,
                      view.state.past)  # fmt: skip

    people = accounts(standing.school, forge)
    last = _last_words(reviews)
    given = [each for each in last if each.said in (Said.APPROVED, Said.REMARKED)]
    withdrawn = {people.get(each.account.casefold()) for each in last if each not in given}
    signed: dict[str, Approval] = {}
    void: list[Finding] = []
    for text in (text for each in given for text in statements_of(each.body)):
        heard = approvals_in([text], view, standing, received)
        void.extend(heard.void)
        for each in heard.approvals:
            if each.person not in withdrawn:
                signed[text] = each
    bare = [each for each in given if not statements_of(each.body)]
    open_now = len(decided(signed.values()).needs)
    seen: list[Seen] = []
    idle: list[Approval] = []
    for review in bare:
        person = people.get(review.account.casefold())
        if person is None or review.commit != head:
            continue
        words = tuple(_words(review, person, forge, proposal, policy, received))
        filling = tuple(
            word for word in words if len(decided((*signed.values(), word)).needs) < open_now
        )
        seen.extend([Seen(review=review, person=person, words=filling)] if filling else [])
        # One word that fills nothing is still judged, so that the verdict says why not.
        idle.extend([] if filling else words[:1])
    return Gated(
        pull=pull,
        judged=judged,
        verdict=decided((*signed.values(), *idle, *(word for each in seen for word in each.words))),
        texts=tuple(text for text, said in signed.items() if not decided((said,)).void),
        seen=tuple(seen),
        void=tuple(void),
        ignored=tuple(_ignored(bare, people, head)),
    )


def statements_of(body: str) -> tuple[str, ...]:
    """What a review claims to be statements, each with its signature's line as messages hold it."""
    found: list[str] = []
    label = ""
    for line in body.splitlines():
        match = _STATEMENT.fullmatch(line)
        if match is not None and match[2] and match[1] == label:
            found[-1] += f"\n{line}"
        elif match is not None:
            found.append(line)
        label = "" if match is None or match[2] else match[1]
    return tuple(dict.fromkeys(found))


def accounts(school: School, forge: str) -> dict[str, str]:
    """Account (in lower case, as forges compare them) → person; one claimed twice is nobody's."""
    found: dict[str, list[str]] = {}
    for record in school.all(PEOPLE):
        name = record.data.get("tai_khoan", {}).get(forge)
        if name is not None:
            found.setdefault(str(name).casefold(), []).append(record.key["nhan_su"])
    return {name: people[0] for name, people in found.items() if len(people) == 1}


def _elsewhere(pull: Pull, head: str) -> tuple[Finding, ...]:
    if pull.head != head:
        return (_finding("HS899", f"đề nghị đã sang commit khác với {head[:12]}",
                         "lấy đề nghị về lại rồi xét"),)  # fmt: skip
    if pull.base != "main":
        return (_finding("HS899", f"đề nghị vào nhánh {ascii(pull.base)[1:-1]}, không vào main",
                         "đổi nhánh nhận thành main"),)  # fmt: skip
    return ()


def _last_words(reviews: Iterable[Review]) -> list[Review]:
    """Of each account the last review that says anything.

    A remark that carries statements is a word, any other leaves the one before it standing.
    """
    last: dict[str, Review] = {}
    for each in reviews:
        if each.said is not Said.REMARKED or statements_of(each.body):
            last[each.account.casefold()] = each
    return list(last.values())


def _ignored(bare: Iterable[Review], people: Mapping[str, str], head: str) -> Iterator[Finding]:
    for each in bare:
        if each.account.casefold() not in people:
            yield _finding("HS898", f"tài khoản {ascii(each.account)[1:-1]} không của ai ở trường",
                           "ghi tài khoản vào sổ khóa ký, hoặc tự ký lời duyệt")  # fmt: skip
        elif each.commit != head:
            yield _finding("HS898", f"{people[each.account.casefold()]} duyệt một commit khác",
                           "xem lại rồi duyệt lại")  # fmt: skip


def _words(
    review: Review,
    person: str,
    forge: str,
    proposal: Proposal,
    policy: Policy,
    received: datetime,
) -> Iterator[Approval]:
    """What a bare review could mean: the person in each role held, checking or approving."""
    for role in sorted({each.role for each in policy.held(person)}):
        for deed in sorted(APPROVAL, key=lambda each: each.value):
            yield Approval(
                person=person, role=role, decision=deed.value, digest=proposal.digest,
                binding=proposal.binding, nonce=f"{forge}/{review.number}", not_after=received,
                witnessed=True,
            )  # fmt: skip


def _finding(code: str, message: str, hint: str) -> Finding:
    return Finding(path="de-nghi", line=1, code=code, message=message, hint=hint)
