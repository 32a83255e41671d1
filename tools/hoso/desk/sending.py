"""What somebody typed at the desk made a proposal: signed by them, judged first, sent once.

    with ask.signing() as (clone, me):
        name = propose(clone, me, {"records/…yml": b"…"}, base, "vì sao")

`base` is the merge of `main` the pages were typed over; where others have changed them since, the
judging merges field by field. With `name` the proposal of that name is continued.
"""

from __future__ import annotations

from collections.abc import Mapping

from hoso.findings import HosoError
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import NotDelivered, Signer
from hoso.proposals.drafting import Draft, content, continued, drafted, unusable
from hoso.proposals.names import Name
from hoso.proposals.sending import Wish, foundation, judged, send, written_topic
from hoso.store.tree import OverlayTree

#: So often a server that is busy with others is asked again.
_TRIES = 8


def propose(
    clone: Clone, me: Signer, files: Mapping[str, bytes | None], base: str, said: str,
    name: Name | None = None,
) -> Name:  # fmt: skip
    """Sends pages as a new proposal, or adds them to one's own; gives its name.

    NotDelivered, with findings, where the gate would refuse it or the server does; HosoError where
    nothing differs or a pupil is named in what is said. Sending the same again is no harm.
    """
    view = clone.view
    if not view.on_main(base):
        raise HosoError("bản nháp đứng trên một bản ghi không có trên main; mở lại trang")
    edited = view.standing(base)
    wanted = OverlayTree(edited.tree, files)
    findings = tuple(unusable(wanted, files, edited.school.table))
    if findings:
        raise NotDelivered("có trang không gửi được", findings)
    if name is None:
        wish = Wish(parent=base, name=None, draft=drafted(wanted, edited.tree, files),
                    sent_before=())  # fmt: skip
    else:
        head = clone.head(name)
        own = view.standing(foundation(clone, head)).tree
        draft = continued(wanted, edited.tree, own, view.standing(head).tree, files,
                          edited.school.table)  # fmt: skip
        wish = Wish(parent=head, name=name, draft=draft, sent_before=())
    if wish.draft.conflicts:
        raise NotDelivered(f"vướng với đề nghị {name}: có ô hai bên ghi khác nhau")
    if not wish.draft.files:
        raise HosoError("chưa có gì khác với hồ sơ đang có nên không có gì để gửi")
    if name is None and (same := _sent_already(clone, me.person, wish.draft)) is not None:
        return same
    topic = written_topic(clone, me, wish, said)
    found = judged(clone, me, topic)
    if not found.may_be_proposed:
        raise NotDelivered("chưa gửi gì cả; cần sửa trước", found.findings)
    return _sent(clone, me, topic, name)


def _sent(clone: Clone, me: Signer, topic: str, name: Name | None) -> Name:
    """Sends, and sends again while the server says it is busy."""
    for attempt in range(_TRIES):
        try:
            found = send(clone, me, topic, name)
        except NotDelivered as error:
            if "HS849" not in str(error) or attempt == _TRIES - 1:
                raise
            me.pause(attempt)
        else:
            clone.refresh()
            return found
    raise AssertionError("the last try returns or raises")


def _sent_already(clone: Clone, author: str, draft: Draft) -> Name | None:
    """The author's open proposal that asks for exactly this: a form that was sent twice."""
    for name, head in clone.proposals().items():
        if name.author == author:
            tree = clone.view.standing(head).tree
            own = clone.view.standing(foundation(clone, head)).tree
            changed = {path for path, _, _ in clone.view.changed(own.id, tree.id)}
            if changed == set(draft.files) and all(
                content(tree, path) == raw for path, raw in draft.files.items()
            ):
                return name
    return None
