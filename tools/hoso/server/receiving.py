"""What `pre-receive` decides: who pushes what, whether it counts, and what will be done then.

Nothing is changed here. What was decided holds only for `main` and the log as they were read;
carrying it out (`concluding`) looks at both again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hoso.ledger.chain import state_after
from hoso.ledger.judging import Judged, judge_merge, judge_proposal
from hoso.ledger.state import State, as_text
from hoso.ledger.view import MAIN, View
from hoso.server.branches import (
    NOTHING,
    PROPOSALS,
    Command,
    Refused,
    Target,
    about,
    refused,
    target_of,
)
from hoso.server.limits import refuse_too_much
from hoso.server.opinions import refuse_bad_opinion
from hoso.server.pusher import Push, pusher_of
from hoso.server.waiting import Waiting
from hoso.signing.entries import Entry
from hoso.store.git import Quarantine
from hoso.store.refs import Move, refs


def considered(
    push: Push, view: View, quarantine: Quarantine | None, received: datetime
) -> Waiting:
    """What carrying a push out will do; Refused, with all there is to say, where it does not count.

    `quarantine` is where git keeps what the push brought, None where it brought nothing.
    """
    if len(push.commands) != 1:
        raise refused("giay-gui", "HS847", f"{len(push.commands)} nhánh trong một lần gửi",
                      "mỗi lần gửi một nhánh")  # fmt: skip
    command = push.commands[0]
    target = target_of(command.ref)
    refuse_early(view.state, received)
    person = pusher_of(push, view, received)
    if target.owner not in (None, person):
        raise refused(command.ref, "HS847", f"{person} không ghi được nhánh của {target.owner}",
                      "chỉ gửi lên nhánh mang mã của mình")  # fmt: skip
    if quarantine is not None:
        refuse_too_much(view.repository, quarantine)
    if target.owner is None:
        return _merge(push, view, person, received)
    return _own(command, target, view, person, received)


def refuse_early(state: State, received: datetime) -> None:
    """Refused while the server's clock is before the last entry of its own log."""
    if received.timestamp() < state.time:
        raise refused("may-chu", "HS848", "đồng hồ máy chủ chạy sớm hơn mục cuối của nhật ký",
                      "báo người quản trị chỉnh giờ máy chủ rồi gửi lại")  # fmt: skip


def _merge(push: Push, view: View, person: str, received: datetime) -> Waiting:
    command = push.commands[0]
    if command.ends:
        raise refused(command.ref, "HS847", "không ai xóa được main", "không làm gì cả")
    if view.on_main(command.new):
        # Sent again by somebody who never heard that it counted.
        return Waiting(command=command, main=view.main, log=view.state.log, moves=())
    judged = judge_merge(view, command.new, received, person)
    if not judged.ok:
        raise Refused(*judged.findings)
    entry = Entry(
        event="nhan", lock=None, missing=None, new=command.new, old=view.main, pusher=person,
        ref=MAIN, seq=view.state.seq + 1, time=int(received.timestamp()),
    )  # fmt: skip
    there = refs(view.repository)
    return Waiting(
        command=command, main=view.main, log=view.state.log,
        moves=(Move(MAIN, command.new, view.main), *_finished(judged, there)),
        entry=entry, certificate=push.certificate, # The entry has no id before the server signs it.
        state=as_text(state_after(view, entry, "", judged)),
    )  # fmt: skip


def _finished(judged: Judged, there: Mapping[str, str]) -> list[Move]:
    """The proposal that a merge brings in, and what was said about it, go away with it."""
    merged = [ref for ref, id_ in there.items()
              if ref.startswith(f"{PROPOSALS}/") and id_ == judged.head]  # fmt: skip
    gone = dict.fromkeys(ref for proposal in merged for ref in about(proposal, there))
    return [Move(ref, None, there[ref]) for ref in gone]


def _own(command: Command, target: Target, view: View, person: str, received: datetime) -> Waiting:
    there = refs(view.repository)
    if not command.ends:
        if target.proposal is None:
            judged = judge_proposal(view, command.new, received)
            if not judged.may_be_proposed:
                raise Refused(*judged.findings)
        elif target.proposal not in there:
            raise refused(command.ref, "HS847", "đề nghị này không còn mở", "xem: hoso proposals")
        else:
            refuse_bad_opinion(view, command.new, person, received)
    ends = about(command.ref, there) if command.ends and target.proposal is None else ()
    old, new = (None if id_ == NOTHING else id_ for id_ in (command.old, command.new))
    moves = dict.fromkeys((Move(command.ref, new, old),
                           *(Move(ref, None, there[ref]) for ref in ends)))  # fmt: skip
    return Waiting(command=command, main=view.main, log=view.state.log, moves=tuple(moves))
