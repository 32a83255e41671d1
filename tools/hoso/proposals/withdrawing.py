"""An author's own open proposal taken back, with everything that was said about it."""

from __future__ import annotations

from hoso.findings import HosoError
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import NotDelivered, Signer, pushed, refusal
from hoso.proposals.names import Name


def withdraw(clone: Clone, me: Signer, name: Name) -> None:
    """The proposal is open no more, and nothing of it has come into the books.

    HosoError where it is not one's own or not open; NotDelivered where it was approved in that
    moment, or the server does not take the push.
    """
    if name.author != me.person:
        raise HosoError(f"{name} là đề nghị của {name.author}; chỉ người viết rút được")
    head = clone.head(name)
    answer = pushed(clone, me, None, name.ref)
    clone.refresh()
    if clone.on_main(head):
        raise NotDelivered(f"{name} vừa được duyệt và đã vào sổ nên không rút được nữa")
    if name in clone.proposals():
        raise NotDelivered(refusal(answer))
