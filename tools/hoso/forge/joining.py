"""A forge's proposal made a merge of `main`: statements collected, bare reviews witnessed.

A witness is signed by a notary key that the school's records name; what it says is that the forge
showed this review of this commit at this time. The merge is signed by whoever makes it, and judged
here as the server will judge it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from hoso.findings import Finding, HosoError
from hoso.forge.comment import changed
from hoso.forge.gating import Gated
from hoso.ledger.judging import judge_merge
from hoso.ledger.view import View
from hoso.signing.commits import written_commit
from hoso.signing.keys import Signs
from hoso.signing.statements import Witness, signed
from hoso.store.objects import put, tree_with


class NotJoined(HosoError):
    """A merge that the server would refuse, with what there is to say against it."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


def witnessed(
    gated: Gated, forge: str, key: Signs, chance: Callable[[int], bytes]
) -> Iterator[str]:
    """The two lines of a witness for each word of each review that needs one."""
    for each in gated.seen:
        for word in each.words:
            yield signed(
                Witness(
                    digest=word.digest,
                    paths=len({change.path for change in gated.judged.changes}),
                    commit=each.review.commit, decision=word.decision, forge=forge,
                    nonce=chance(16).hex(), person=each.person, policy=word.binding.policy,
                    ref=word.binding.ref, repo=word.binding.repo, review=str(each.review.number),
                    role=word.role, time=int(each.review.at.timestamp()),
                ),
                key,
            )  # fmt: skip


def joined(
    view: View, gated: Gated, witnesses: Iterable[str], person: str, key: Signs, when: datetime
) -> str:
    """The merge of a proposal, written into the repository; gives its id. `main` does not move."""
    judged = gated.judged
    if not judged.may_be_proposed:
        raise NotJoined("đề nghị này không hợp vào main được", judged.findings)
    tree = tree_with(
        view.repository,
        view.standing(view.main).tree.id,
        judged.effect.files(view.standing(judged.head).tree),
    )
    message = "\n\n".join([
        f"Duyệt đề nghị số {gated.pull.number} trên nơi đặt kho",
        "\n".join(changed(judged, view)),
        "\n".join([*gated.texts, *witnesses]),
    ]).rstrip("\n")  # fmt: skip
    raw = written_commit(
        tree, (view.main, judged.head), person, int(when.timestamp()), message, key
    )
    merge = put(view.repository, "commit", raw)
    said = judge_merge(view, merge, when, person)
    if not said.ok:
        raise NotJoined("chưa đủ để gộp vào main", said.findings)
    return merge
