"""A proposal and a merge judged: signatures and shape first, then the one decision.

The policy, the keys and the records that judge are those of `main` before the merge; from the
proposal nothing is taken but data. Faults of shape stop the judging at once, for what follows
would be read from something that is not what it claims to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hoso.findings import Finding
from hoso.gate.changes import Change, changes_between, effect_digest
from hoso.gate.decision import decide
from hoso.gate.verdict import Approval, Binding, Proposal, Verdict, local
from hoso.ledger.approved import approvals_in
from hoso.ledger.merged import Merged, is_outcome, merged
from hoso.ledger.shape import refuse_bad_files, refuse_hidden_work
from hoso.ledger.soundness import broken_schemas, new_errors
from hoso.ledger.standing import Standing
from hoso.ledger.topic import Faulty, Topic, fault, signer, topic_of
from hoso.ledger.view import MAIN, View
from hoso.signing.commits import RawCommit
from hoso.store.tree import Entry, OverlayTree, Tree

_NOTHING = Merged(pages={}, conflicts=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of judging: faults of shape, or the verdict with all that it was reached from.

    `effect` is what the proposal does to `main`, `after` the tree that it would leave there; of
    a faulty one only the faults and, where pages conflict, the effect are filled.
    """

    commit: str
    received: datetime
    head: str = ""
    merger: str | None = None
    faults: tuple[Finding, ...] = ()
    void: tuple[Finding, ...] = ()
    proposal: Proposal | None = None
    approvals: tuple[Approval, ...] = ()
    verdict: Verdict | None = None
    effect: Merged = _NOTHING
    after: Tree | None = None

    @property
    def ok(self) -> bool:
        """Whether this may become, or may be, the next state of `main`."""
        return self.may_be_proposed and bool(self.verdict)

    @property
    def may_be_proposed(self) -> bool:
        """Whether only approvals are missing."""
        return not self.faults and self.verdict is not None and self.verdict.may_be_proposed

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes on `main`, field by field."""
        return () if self.proposal is None else self.proposal.changes

    @property
    def authors(self) -> frozenset[str]:
        """Everybody who signed a commit of the proposal."""
        return frozenset() if self.proposal is None else self.proposal.authors

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything there is to say against it, by place."""
        said = () if self.verdict is None else self.verdict.findings
        return tuple(sorted({*self.faults, *self.void, *said}, key=lambda each: each.place))


def judge_proposal(
    view: View, head: str, received: datetime, reviews: Iterable[str] = (), *, check: bool = True
) -> Judged:
    """What a proposal would do to `main` as it is now, whether it may be proposed, what it needs.

    `reviews` are texts that hold statements; those that do not count are named in `void`.
    """
    try:
        standing = view.standing(view.main)
        topic, authors = _read_topic(view, head, standing, received)
        effect = _effect(view, topic, standing)
        if effect.conflicts:
            faults = tuple(
                fault(conflict.path, "HS836", "người khác đã sửa cùng chỗ trên main",
                      "xem chỗ vướng: hoso diff; rồi sửa và gửi lại").finding
                for conflict in effect.conflicts
            )  # fmt: skip
            return Judged(commit=head, received=received, head=head, faults=faults, effect=effect)
        modes = {
            path: found.mode for path, found in effect.pages.items() if isinstance(found, Entry)
        }
        theirs = view.standing(head).tree
        after = OverlayTree(standing.tree, effect.files(theirs), modes)
        return _decided(view, head, head, None, authors, effect, after, reviews, received, check)
    except Faulty as error:
        return Judged(commit=head, received=received, head=head, faults=(error.finding,))


def judge_merge(
    view: View, merge: str, received: datetime, pusher: str | None = None, *, check: bool = True
) -> Judged:
    """Whether a commit may follow `main`: two parents, made of what was approved, and approved.

    With a pusher the merge must be signed by that person. `check` also asks whether the records
    hold together afterwards, as `hoso check` does; an audit asks that once, at the end.
    """
    try:
        standing = view.standing(view.main)
        commit = view.commit(merge)
        _follows(commit, view)
        merger = signer(commit, standing.keyring, received, view.verified)
        if pusher is not None and pusher != merger:
            raise fault(merge, "HS832", f"{merger} ký mà {pusher} gửi", "người ký tự gửi")
        head = commit.parents[1]
        topic, authors = _read_topic(view, head, standing, received)
        effect = _effect(view, topic, standing)
        _is_that_effect(view, commit, standing, effect)
        after = view.standing(merge).tree
        return _decided(view, merge, head, merger, authors, effect, after, [commit.message],
                        received, check)  # fmt: skip
    except Faulty as error:
        return Judged(commit=merge, received=received, faults=(error.finding,))


def _follows(commit: RawCommit, view: View) -> None:
    if len(commit.parents) != 2:
        raise fault(
            commit.id, "HS831", f"commit trên main phải có hai cha, ở đây có {len(commit.parents)}",
            "duyệt bằng hoso approve; không gộp, không chuyển gốc",
        )  # fmt: skip
    if commit.parents[0] != view.main:
        raise fault(commit.id, "HS831", "không nối tiếp đầu nhánh main",
                    "main đã đổi: tải về rồi duyệt lại")  # fmt: skip


def _read_topic(
    view: View, head: str, standing: Standing, received: datetime
) -> tuple[Topic, frozenset[str]]:
    topic = topic_of(view.commit, head)
    if not view.on_main(topic.base):
        raise fault(head, "HS833", "đề nghị không bắt đầu từ main, hoặc không thẳng một hàng",
                    "tải main về, gửi lại bằng: hoso propose")  # fmt: skip
    authors = {signer(commit, standing.keyring, received, view.verified)
               for commit in topic.commits}  # fmt: skip
    refuse_bad_files(view, topic, standing)
    return topic, frozenset(authors)


def _effect(view: View, topic: Topic, standing: Standing) -> Merged:
    base, head = view.standing(topic.base).tree, view.standing(topic.commits[-1].id).tree
    net = {path for path, _, _ in view.changed(base.id, head.id)}
    refuse_hidden_work(view, topic, net)
    return merged(base, standing.tree, head, net, standing.school.table)


def _is_that_effect(view: View, commit: RawCommit, standing: Standing, effect: Merged) -> None:
    """Holds a merge's tree to the effect computed anew: nothing more, nothing less."""
    if effect.conflicts:
        raise fault(effect.conflicts[0].path, "HS836", "người khác đã sửa cùng chỗ trên main",
                    "sửa và gửi lại")  # fmt: skip
    done = {path: after for path, _, after in view.changed(standing.tree.id, commit.tree)}
    for path in sorted(done.keys() | effect.pages.keys(), key=ascii):
        if path not in effect.pages or path not in done or not is_outcome(
            effect.pages[path], done[path]
        ):  # fmt: skip
            raise fault(path, "HS835", "nội dung hợp vào main khác nội dung của đề nghị",
                        "duyệt lại bằng hoso approve")  # fmt: skip


def _decided(
    view: View,
    commit: str,
    head: str,
    merger: str | None,
    authors: frozenset[str],
    effect: Merged,
    after: Tree,
    texts: Iterable[str],
    received: datetime,
    check: bool,
) -> Judged:
    standing = view.standing(view.main)
    if not effect.pages:
        raise fault(head, "HS833", "đề nghị không thay đổi gì trên main",
                    "việc này đã có trên main")  # fmt: skip
    changes = changes_between(standing.tree, after, effect.pages, standing.kinds)
    binding = Binding(repo=view.repo_id, ref=MAIN, policy=standing.policy_digest)
    digest = effect_digest(standing.tree, after, effect.pages)
    proposal = Proposal(changes=changes, authors=authors, digest=digest, binding=binding)
    heard = approvals_in(texts, view, standing, received)
    verdict = decide(
        standing.policy(local(received).date()), standing.school, proposal, heard.approvals,
        received, view.state.past,
    )  # fmt: skip
    faults = broken_schemas(after, effect.pages)
    if check and not faults:
        faults = new_errors(standing.tree, after, standing.kinds, effect.pages)
    return Judged(
        commit=commit, received=received, head=head, merger=merger, faults=faults,
        void=heard.void, proposal=proposal, approvals=heard.approvals, verdict=verdict,
        effect=effect, after=after,
    )  # fmt: skip
