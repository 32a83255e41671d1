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

from hoso.server.journal import PATIENCE
from hoso.server.place import Server
from hoso.server.waiting import pending
from hoso.store.exclusive import exclusive

_TURN, _NEXT = "turn", "next"
#: A program is back sooner; a person who was told by git to go again is not waited for.
_COURTESY = timedelta(seconds=1.5)


@contextmanager
def in_turn(server: Server, work: str, clock: Callable[[], datetime]) -> Iterator[None]:
    """The turn to judge a merge of some work, for a block; Busy after a minute without it.

    `work` is the last commit of the proposal, which stays the same however often it is merged.
    """

    def ready() -> bool:
        now = clock()
        return not pending(server, now) and _promised(server, now) in (None, work)

    with exclusive(server.own / _TURN, PATIENCE, ready):
        (server.own / _NEXT).unlink(missing_ok=True)
        yield


def promise(server: Server, work: str) -> None:
    """Keeps the next turn for a while for some work whose turn this was, for nothing."""
    (server.own / _NEXT).write_text(work, "ascii")


def _promised(server: Server, now: datetime) -> str | None:
    place = server.own / _NEXT
    try:
        since, work = place.stat().st_mtime, place.read_text("ascii")
    except FileNotFoundError:
        return None
    return work if 0 <= now.timestamp() - since < _COURTESY.total_seconds() else None
