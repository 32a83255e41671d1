"""Edited files made a commit of their author and sent to the author's own branch.

Work tree, index and branches of the clone are only read. What fails leaves nothing behind but
objects that no branch names, which git clears away by itself.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hoso.findings import Finding, HosoError
from hoso.gate.changes import changes_between
from hoso.ledger.judging import Judged, judge_proposal
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import NotDelivered, Signer, pushed, refusal
from hoso.proposals.drafting import FRAME, Draft, chosen, content, continued, drafted, unusable
from hoso.proposals.messages import pupils_named, topic_message
from hoso.proposals.names import Name, slug
from hoso.schema.paths import ROOTS
from hoso.schema.school import TreeSchool
from hoso.signing.commits import written_commit
from hoso.store.objects import put, tree_with
from hoso.store.remote import Outcome
from hoso.store.tree import FolderTree, OverlayTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Edited files ready to be signed: what they change, on which commit they would stand."""

    parent: str
    name: Name | None
    draft: Draft
    sent_before: tuple[str, ...]


class Unusable(HosoError):
    """Files that cannot be sent, with what is wrong with each."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(f"{len(self.findings)} tệp chưa gửi được")


def wished(clone: Clone, author: str, wanted: tuple[str, ...], name: Name | None) -> Wish:
    """What the files on disk ask for, as a new proposal or, with a name, in addition to that one.

    Without wanted paths, files that stand just so on `main` by now or in another open proposal of
    the author are left out. Unusable where a file is a link, a pipe or of no kind.
    """
    view, base = clone.view, started_from(clone)
    disk, edited = FolderTree(clone.repository.path), view.standing(base)
    paths = chosen(edited_paths(clone, base), wanted)
    findings = tuple(unusable(disk, paths, edited.school.table))
    if findings:
        raise Unusable(findings)
    if name is not None:
        head = clone.head(name)
        own = view.standing(foundation(clone, head)).tree
        draft = continued(
            disk, edited.tree, own, view.standing(head).tree, paths, edited.school.table
        )
        return Wish(parent=head, name=name, draft=draft, sent_before=())
    draft = drafted(disk, edited.tree, paths)
    before = () if wanted else _sent(clone, author, draft)
    files = {path: raw for path, raw in draft.files.items() if path not in before}
    return Wish(parent=base, name=None, draft=Draft(files), sent_before=before)


def written_topic(clone: Clone, me: Signer, wish: Wish, said: str) -> str:
    """The wish as a commit signed by its author; HosoError where its words name a pupil."""
    parent = clone.view.standing(wish.parent)
    after = OverlayTree(parent.tree, wish.draft.files)
    changes = changes_between(parent.tree, after, wish.draft.files, parent.kinds)
    school = TreeSchool(after, parent.kinds)
    pupils = list(pupils_named(said, changes, school))
    if pupils:
        raise HosoError(
            f"lời mô tả ở lại trong lịch sử mãi mãi: đừng ghi họ tên học sinh, ghi {pupils[0]}"
        )
    tree = tree_with(clone.repository, parent.tree.id, wish.draft.files)
    message = topic_message(changes, school, said)
    when = int(clone.now(me.clock()).timestamp())
    raw = written_commit(tree, (wish.parent,), me.person, when, message, me.key)
    return put(clone.repository, "commit", raw)


def judged(clone: Clone, me: Signer, topic: str) -> Judged:
    """A commit judged as the server will judge it."""
    return judge_proposal(clone.view, topic, clone.now(me.clock()))


def send(clone: Clone, me: Signer, topic: str, name: Name | None) -> Name:
    """Pushes a commit to its author's branch, a new one without a name; NotDelivered on refusal."""
    name = name or _new_name(clone, me)
    answer = pushed(clone, me, topic, name.ref)
    if answer.outcome is not Outcome.ACCEPTED:
        clone.refresh()
        if clone.proposals().get(name) != topic:
            raise NotDelivered(refusal(answer))
    return name


def started_from(clone: Clone) -> str:
    """The merge of `main` that the files of the clone were edited from."""
    view = clone.view
    if not clone.repository.has_commits():
        return view.main
    try:
        base = clone.repository.run("merge-base", "HEAD", view.main)
    except subprocess.CalledProcessError as error:
        raise HosoError("thư mục này không phải bản sao của kho chung; lấy bản sao mới") from error
    if len(view.commit(base).parents) == 1:
        raise HosoError("thư mục đang đứng ở một đề nghị cũ; chuyển về main: git switch main")
    return base


def foundation(clone: Clone, head: str) -> str:
    """The merge of `main` that a proposal stands on."""
    at = clone.view.commit(head)
    while len(at.parents) == 1:
        at = clone.view.commit(at.parents[0])
    return at.id


def edited_paths(clone: Clone, base: str) -> Iterator[str]:
    """Paths of records, content and frame that differ, or may differ, from where editing began."""
    yield from clone.repository.changed_on_disk(*ROOTS, *FRAME)
    if clone.repository.has_commits():
        trees = (clone.repository.resolve(each, "tree") for each in (base, "HEAD"))
        for path, _, _ in clone.repository.changed(*trees):
            if path.partition("/")[0] in (*ROOTS, *FRAME):
                yield path


def _sent(clone: Clone, author: str, draft: Draft) -> tuple[str, ...]:
    """Drafted paths that stand just so on `main` or in one of the author's own open proposals."""
    main = clone.view.standing(clone.view.main).tree
    found = {path for path, raw in draft.files.items() if content(main, path) == raw}
    for name, head in clone.proposals().items():
        if name.author != author:
            continue
        tree = clone.view.standing(head).tree
        own = clone.view.standing(foundation(clone, head)).tree
        found.update(
            path
            for path, _, _ in clone.view.changed(own.id, tree.id)
            if path in draft.files and content(tree, path) == draft.files[path]
        )
    return tuple(sorted(found))


def _new_name(clone: Clone, me: Signer) -> Name:
    taken = clone.proposals()
    while (name := Name(me.person, slug(me.chance(16)))) in taken:
        pass
    return name
