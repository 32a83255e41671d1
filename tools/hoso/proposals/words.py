"""What people have said about a proposal: their statements, each held to its signature.

A review is a commit that its reviewer signed. Its statements could stand alone, but a reason for
sending back could not: that words are somebody's, only the commit's signature says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hoso.findings import Finding
from hoso.gate.verdict import Approval
from hoso.ledger.approved import approvals_in
from hoso.ledger.topic import Faulty, fault, signer
from hoso.ledger.view import View
from hoso.proposals.reviews import RETURNED
from hoso.signing.commits import written_commit
from hoso.signing.keys import Signs
from hoso.signing.statements import statements_in
from hoso.signing.wire import to_base64
from hoso.store.objects import put, tree_with

STATEMENT, REASON = "loi-duyet", "ly-do"
#: A reason is read in one look; a file that is longer is not read at all.
MOST_REASON = 2000
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One statement of one person; `head` is the commit that was looked at."""

    approval: Approval
    text: str
    head: str
    reason: str
    said: int

    @property
    def person(self) -> str:
        """Who said it, by the key that signed."""
        return self.approval.person

    @property
    def returns(self) -> bool:
        """Whether the proposal was sent back with it."""
        return self.approval.decision == RETURNED


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything said about a proposal, and a finding for each review that says nothing sound."""

    words: tuple[Word, ...]
    void: tuple[Finding, ...]


def heard(view: View, reviews: Mapping[str, str], received: datetime) -> Heard:
    """What the reviews of a proposal say, by reviewer and in the order it is written there."""
    words: list[Word] = []
    void: list[Finding] = []
    for reviewer, commit in sorted(reviews.items()):
        try:
            words.extend(_words(view, reviewer, commit, received))
        except Faulty as error:
            void.append(error.finding)
    return Heard(tuple(words), tuple(void))


def written_review(
    view: View, reviewer: str, key: Signs, when: int, statements: str, reason: str | None
) -> str:
    """A new review in the repository, signed by its reviewer; gives the commit's id."""
    files: dict[str, bytes | None] = {STATEMENT: f"{statements}\n".encode()}
    if reason is not None:
        files[REASON] = f"{reason}\n".encode()
    tree = tree_with(view.repository, None, files)
    raw = written_commit(tree, (), reviewer, when, "Ý kiến về một đề nghị", key)
    return put(view.repository, "commit", raw)


def _words(view: View, reviewer: str, id_: str, received: datetime) -> Iterator[Word]:
    commit, standing = view.commit(id_), view.standing(view.main)
    if signer(commit, standing.keyring, received, view.verified) != reviewer:
        raise fault(
            id_, "HS893", f"ý kiến mang tên {reviewer} mà người khác ký", "bỏ qua ý kiến này"
        )
    text, reason = (_text(view, id_, name) for name in (STATEMENT, REASON))
    for each in statements_in(text).statements:
        pair = f"Phe-Duyet: {each.text}\nPhe-Duyet-Sig: {to_base64(each.signature.blob)}"
        for approval in approvals_in((pair,), view, standing, received).approvals:
            if approval.person == reviewer:
                yield Word(approval=approval, text=pair, head=each.statement.head,
                           reason=reason.strip(), said=commit.committed)  # fmt: skip


def _text(view: View, commit: str, name: str) -> str:
    """A small text of a review, "" where there is none; what is no text is a fault."""
    entry = view.standing(commit).tree.entry(name)
    if entry is None:
        return ""
    kind, size = view.repository.sizes([entry.blob]).get(entry.blob, ("", 0))
    try:
        if kind == "blob" and size <= _MOST_BYTES:
            return view.repository.object(entry.blob)[1].decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise fault(commit, "HS894", f"ý kiến có {name} không đọc được", "nhờ người ấy gửi lại ý kiến")
