"""One process at a time: a lock on a file that the system lets go of when its holders end."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hoso.findings import HosoError

_PAUSE = 0.02


def alive(process: int) -> bool:
    """Whether there is a process of a number; it may be another than the one that was meant."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # It is there, but somebody else's.
        pass
    return True


class Busy(HosoError):
    """Somebody else held the lock for all the time that was allowed."""


@contextmanager
def exclusive(
    path: Path, patience: float, ready: Callable[[], bool] = lambda: True
) -> Iterator[int]:
    """The lock on a file for the length of a block, as an open file; Busy after so many seconds.

    Once it is had, `ready` is asked; while that says no, the lock is given back to others.
    The lock lasts as long as any process has that open file: hand it to a child, and a parent
    who is killed does not free the lock before the child has ended.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + patience
        while not _taken(descriptor, ready):
            if time.monotonic() > until:
                raise Busy("máy chủ đang bận ghi việc của người khác; thử lại sau một phút")
            time.sleep(_PAUSE)
        yield descriptor
    finally:
        os.close(descriptor)


def _taken(descriptor: int, ready: Callable[[], bool]) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if ready():
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False
