"""Merges judged one after the other, each once the one before it came in.

Whoever judged a merge while another was about to come in would have judged it for nothing. So
everybody waits in line; who finds that `main` has moved meanwhile is told so, and the next turn is
theirs for the short while in which a program makes the merge again. A turn ends with the process
that has it, however that ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from hoso.server.journal import PATIENCE, alone
from hoso.server.place import Server
from hoso.server.waiting import pending
from hoso.store.exclusive import exclusive

_TURN, _NEXT = "turn", "next"
#: A program is back sooner; a person who was told by git to go again is not waited for.
_COURTESY = timedelta(seconds=1.5)
#: So long after somebody was waited for in vain nobody else is.
_VAIN = timedelta(seconds=15)


@contextmanager
def in_turn(
    server: Server, work: str, clock: Callable[[], datetime], patience: float = PATIENCE
) -> Iterator[bool]:
    """The turn to judge a merge of some work, for a block; Busy where it never comes.

    `work` is the last commit of the proposal, which stays the same however often it is merged.
    Gives whether it may be promised the next turn, should this one be for nothing.
    """

    def ready() -> bool:
        now = clock()
        if pending(server, now):
            return False
        after = _after_promise(server, work, now)
        return after is None or after >= _COURTESY

    with exclusive(server.own / _TURN, patience, ready):
        after = _after_promise(server, work, clock())
        # Promised to somebody who did not come, the file stays: the others in line need not wait.
        vain = after is not None and after < _VAIN
        if not vain:
            (server.own / _NEXT).unlink(missing_ok=True)
        with alone(server):
            # What is just being carried out has come in then.
            pass
        yield not vain


def promise(server: Server, work: str) -> None:
    """Keeps the next turn for a while for some work whose turn this was, for nothing."""
    (server.own / _NEXT).write_text(work, "ascii")


def _after_promise(server: Server, work: str, now: datetime) -> timedelta | None:
    """How long ago the next turn was promised to other work; None where it was not."""
    place = server.own / _NEXT
    try:
        since, promised = place.stat().st_mtime, place.read_text("ascii")
    except FileNotFoundError:
        return None
    return None if promised == work else timedelta(seconds=abs(now.timestamp() - since))
