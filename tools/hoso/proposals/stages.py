"""Where an open proposal stands: what it would do to `main`, who has spoken, whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from hoso.findings import Finding
from hoso.gate.changes import Change, Part
from hoso.gate.merging import conflict_said
from hoso.gate.policy import Deed
from hoso.gate.readable import readable
from hoso.gate.verdict import Approval, Need, local
from hoso.ledger.judging import Judged, judge_proposal
from hoso.ledger.topic import Faulty
from hoso.proposals.clone import Clone
from hoso.proposals.messages import title
from hoso.proposals.names import Name
from hoso.proposals.reviews import RETURNED, Case, roles_for
from hoso.proposals.words import Heard, Word, heard
from hoso.schema.school import TreeSchool


class Stage(Enum):
    """What an open proposal waits for; the values are what people read."""

    CHECK = "chờ kiểm tra"
    APPROVE = "chờ duyệt"
    READY = "đủ lời duyệt"
    RETURNED = "trả lại"
    CONFLICT = "vướng"
    REFUSED = "không được"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An open proposal, judged on `main` as it was fetched, with what was said about it.

    `case` is None where it has faults or conflicts that no approval can heal.
    """

    name: Name
    base: str
    head: str
    judged: Judged
    heard: Heard
    case: Case | None
    returned: Word | None
    since: int

    @property
    def stage(self) -> Stage:
        """What it waits for."""
        if self.judged.effect.conflicts:
            return Stage.CONFLICT
        if not self.judged.may_be_proposed:
            return Stage.REFUSED
        if self.returned is not None:
            return Stage.RETURNED
        if not self.needs:
            return Stage.READY
        return Stage.CHECK if Deed.CHECK in self.turn[0].deeds else Stage.APPROVE

    @property
    def needs(self) -> tuple[Need, ...]:
        """The steps that nobody has filled yet."""
        return () if self.judged.verdict is None else self.judged.verdict.needs

    @property
    def turn(self) -> tuple[Need, ...]:
        """Of the open steps those that come first."""
        first = min((need.step for need in self.needs), default=0)
        return tuple(need for need in self.needs if need.step == first)

    @property
    def able(self) -> tuple[str, ...]:
        """The people who can take the next step; of one sent back, its author."""
        if self.stage in (Stage.RETURNED, Stage.CONFLICT, Stage.REFUSED):
            return (self.name.author,)
        return tuple(sorted({person for need in self.turn for person in need.people}))

    @property
    def counting(self) -> tuple[Word, ...]:
        """The words that count as it stands, each statement once."""
        if self.case is None:
            return ()
        found = {
            word.approval.nonce: word
            for word in self.heard.words
            if not word.returns and not self.case.void(word.approval)
        }
        return tuple(found.values())

    @property
    def idle(self) -> tuple[tuple[Word, Finding], ...]:
        """The words that do not count any more, and why not."""
        if self.case is None:
            return ()
        return tuple(
            (word, void[0])
            for word in self.heard.words
            if not word.returns and (void := self.case.void(word.approval))
        )

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """What those words say."""
        return tuple(word.approval for word in self.counting)


def standing(clone: Clone, name: Name, received: datetime) -> Standing:
    """An open proposal as it stands; HosoError where there is none of that name."""
    view, head = clone.view, clone.head(name)
    found = heard(view, clone.reviews(name), received)
    texts = [word.text for word in found.words if not word.returns]
    judged = judge_proposal(view, head, received, texts)
    case = None
    if judged.proposal is not None:
        base = view.standing(view.main)
        case = Case(
            policy=base.policy(local(received).date()), school=base.school,
            proposal=judged.proposal, received=received, past=view.state.past,
        )  # fmt: skip
    return Standing(
        name=name, base=view.main, head=head, judged=judged, heard=found, case=case,
        returned=_returned(found, head, case), since=_since(clone, head),
    )  # fmt: skip


def told(clone: Clone, found: Standing, *, named: bool) -> tuple[str, ...]:
    """What the proposal does to `main`, or where it is in the way of what others did."""
    base = clone.view.standing(clone.view.main).school
    if found.judged.effect.conflicts:
        return tuple(
            line
            for conflict in found.judged.effect.conflicts
            for line in conflict_said(conflict, base.table, base, named=named)
        )
    return readable(found.judged.changes, school_after(clone, found), named=named)


def page_title(clone: Clone, found: Standing, *, named: bool = False) -> str:
    """The pages of a proposal in a few words, also of one that cannot be merged."""
    if found.judged.changes:
        return title(found.judged.changes, school_after(clone, found), named=named)
    base = clone.view.standing(clone.view.main).school
    paths = {
        *(conflict.path for conflict in found.judged.effect.conflicts),
        *(finding.path for finding in found.judged.findings),
    }
    places = ((path, base.table.find(path)) for path in sorted(paths))
    pages = [
        Change(path=path, kind=place.kind.name, key=place.key, part=Part.PAGE)
        for path, place in places
        if place is not None
    ]
    return title(pages, base, named=named) if pages else "không đọc được"


def school_after(clone: Clone, found: Standing) -> TreeSchool:
    """The school as it would be: new people are named only there."""
    base = clone.view.standing(clone.view.main)
    after = found.judged.after
    return base.school if after is None else TreeSchool(after, base.kinds)


def _returned(found: Heard, head: str, case: Case | None) -> Word | None:
    """The last word that sent back exactly this commit, by somebody who could have approved it."""
    backs = [
        word
        for word in found.words
        if word.returns
        and word.head == head
        and (case is None or roles_for(case, word.person, RETURNED, ()))
    ]
    return max(backs, key=lambda word: word.said, default=None)


def _since(clone: Clone, head: str) -> int:
    """When the last commit says it was made: for a person's eyes, decides nothing."""
    try:
        return clone.view.commit(head).committed
    except Faulty:
        return 0
