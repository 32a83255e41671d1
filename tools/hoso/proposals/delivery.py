"""A person's word carried to the server: as a merge where it completes the verdict, or a review.

Between looking and pushing `main` may move. Then the merge is made anew on what is there now; the
statements bind the effect, so an unrelated merge leaves them standing, and a touch of the same
page ends the attempt: nobody's signature is put under anything they have not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hoso.findings import Finding, HosoError
from hoso.ledger.approved import approvals_in
from hoso.ledger.judging import judge_merge
from hoso.proposals.clone import Clone
from hoso.proposals.messages import merge_message
from hoso.proposals.names import FOR_MAIN
from hoso.proposals.reviews import statement
from hoso.proposals.stages import Standing, school_after, standing
from hoso.proposals.words import written_review
from hoso.signing.commits import written_commit
from hoso.signing.keys import Signs
from hoso.signing.statements import signed
from hoso.store.objects import put, tree_with
from hoso.store.remote import Answer, Outcome

#: So often `main` may move away under a merge before its author is asked to try later.
TRIES = 20
#: So often something is sent that nobody answers; sent again, what counted is told to have counted.
_HEARINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs and with which key; how clock and chance are asked, and time is let pass."""

    person: str
    key: Signs
    clock: Callable[[], datetime]
    chance: Callable[[int], bytes]
    pause: Callable[[int], None]


class NotDelivered(HosoError):
    """A word that did not reach the server, with what there is to say against it, if anything."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a word: the merge that came of it, or None where others must still speak."""

    merge: str | None
    found: Standing


def spoken(found: Standing, me: Signer, decision: str, roles: Sequence[str], log: str) -> str:
    """What a person signs about a proposal as they have seen it, a pair of lines for each role."""
    case = found.case
    assert case is not None  # noqa: S101 - no role was found without one
    return "\n".join(
        signed(
            statement(case, role, decision, base=found.base, head=found.head, log=log,
                      nonce=me.chance(16).hex()),
            me.key,
        )
        for role in roles
    )  # fmt: skip


def file_review(
    clone: Clone, found: Standing, me: Signer, lines: str, reason: str | None = None
) -> None:
    """Puts a person's word beside the proposal, for others to complete."""
    when = int(clone.now(me.clock()).timestamp())
    commit = written_review(clone.view, me.person, me.key, when, lines, reason)
    answer = pushed(clone, me, commit, found.name.review_ref(me.person))
    if answer.outcome is not Outcome.ACCEPTED:
        raise NotDelivered(refusal(answer))
    clone.refresh()


def deliver(clone: Clone, seen: Standing, me: Signer, lines: str) -> Delivered:
    """Merges the proposal where nothing is missing any more, else files the word as a review.

    `lines` are the person's new statements about what they have `seen`, "" for none. NotDelivered
    where the proposal became another meanwhile, or where the server refuses.
    """
    found, filed = seen, not lines
    for attempt in range(TRIES):
        verdict = _verdict(clone, found, lines)
        if not verdict:
            if filed:
                return Delivered(None, found)
            # A new review takes the place of the old one, whose statements may still count.
            own = [word.text for word in found.counting if word.person == me.person]
            file_review(clone, found, me, "\n".join([*own, lines]))
            filed, lines = True, ""
        else:
            merge, built_on = _merge(clone, found, me, lines), clone.view.main
            answer = pushed(clone, me, merge, FOR_MAIN)
            clone.refresh()
            if clone.on_main(merge):
                return Delivered(merge, found)
            if clone.view.main == built_on and not _busy(answer):
                raise NotDelivered(refusal(answer))
            me.pause(attempt)
        if clone.on_main(seen.head):
            return Delivered(clone.view.main, found)
        found = _again(clone, seen, me)
    raise NotDelivered(f"main đổi {TRIES} lần trong lúc gửi; chạy lại lệnh này sau ít phút")


def pushed(clone: Clone, me: Signer, commit: str | None, ref: str) -> Answer:
    """What became of a commit sent to a ref, None to end it; sent again while nothing is heard."""
    answer = clone.remote.push(commit, ref)
    for attempt in range(1, _HEARINGS):
        if answer.outcome is not Outcome.UNHEARD:
            break
        me.pause(attempt)
        answer = clone.remote.push(commit, ref)
    return answer


def refusal(answer: Answer) -> str:
    """Why a push did not count, as the server said it, or that nobody knows."""
    said = "\n".join(answer.said)
    if answer.outcome is Outcome.REFUSED:
        return f"máy chủ không nhận:\n{said}"
    return f"mất liên lạc lúc đang gửi, chưa biết máy chủ đã nhận chưa; chạy lại lệnh này\n{said}"


def _verdict(clone: Clone, found: Standing, lines: str) -> bool:
    case = found.case
    if case is None or not found.judged.may_be_proposed:
        raise NotDelivered("đề nghị này không hợp vào main được nữa", found.judged.findings)
    base = clone.view.standing(clone.view.main)
    mine = approvals_in([lines], clone.view, base, case.received)
    void = [wrong for each in mine.approvals for wrong in case.void(each)]
    if mine.void or void:
        raise NotDelivered("lời ký này không được tính", (*mine.void, *void))
    return bool(case.verdict((*found.approvals, *mine.approvals)))


def _merge(clone: Clone, found: Standing, me: Signer, lines: str) -> str:
    """The merge of a proposal that has all it needs, judged as the server will judge it."""
    view, judged, when = clone.view, found.judged, clone.now(me.clock())
    theirs = view.standing(found.head).tree
    tree = tree_with(
        view.repository, view.standing(view.main).tree.id, judged.effect.files(theirs)
    )  # fmt: skip
    statements = [word.text for word in found.counting]
    message = merge_message(
        found.name, judged.changes, school_after(clone, found),
        [*statements, *([lines] if lines else [])],
    )  # fmt: skip
    raw = written_commit(
        tree, (view.main, found.head), me.person, int(when.timestamp()), message, me.key
    )
    merge = put(view.repository, "commit", raw)
    said = judge_merge(view, merge, when, me.person)
    if not said.ok:
        raise NotDelivered("máy chủ sẽ không nhận", said.findings)
    return merge


def _again(clone: Clone, seen: Standing, me: Signer) -> Standing:
    """The proposal looked at once more; NotDelivered where it is no longer what was seen."""
    if clone.proposals().get(seen.name) != seen.head:
        raise NotDelivered(f"{seen.name} vừa được sửa thêm; xem lại: hoso diff {seen.name}")
    found = standing(clone, seen.name, clone.now(me.clock()))
    assert seen.case is not None  # noqa: S101 - a word was given about it
    if found.case is None or found.case.proposal.digest != seen.case.proposal.digest:
        raise NotDelivered(
            f"trang của {seen.name} vừa được người khác sửa; "
            f"xem lại rồi ký lại: hoso diff {seen.name}",
            found.judged.findings,
        )
    return found


def _busy(answer: Answer) -> bool:
    return any("HS849" in line for line in answer.said)
