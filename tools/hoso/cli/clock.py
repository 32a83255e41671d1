"""What time it is: the machine's clock, moved for a training server and for clones of it.

Everything that judges by a clock asks here, and only here is the machine's clock read for it. A
repository founded for training says so in its first commit; for every other the clock is real.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from hoso.findings import HosoError
from hoso.ledger.training import SHIFT, as_seconds, from_seconds, training_shift
from hoso.store.git import Repository

Clock = Callable[[], datetime]


def real() -> datetime:
    """The moment by this machine's clock."""
    return datetime.now(UTC)


def clock_of(repository: Repository) -> Clock:
    """The clock that goes for a server or a clone; HosoError where a real one was given a shift."""
    shift = shift_of(repository) or timedelta(0)
    return lambda: real() + shift


def now(repository: Repository) -> datetime:
    """The moment by that clock."""
    return clock_of(repository)()


def now_in(folder: Path) -> datetime:
    """The moment in whatever folder somebody works in, be it a clone or not."""
    try:
        repository = Repository(folder)
    except HosoError:
        return real()
    return now(repository)


def founding_shift(repository: Repository) -> timedelta | None:
    """How far the clock was off when a training repository was founded; None for a real one."""
    from hoso.cli.branches import ends
    from hoso.ledger.topic import commit_of

    try:
        main, log = ends(repository)
    except HosoError:
        return None
    if log is None:
        return None
    first = repository.run("rev-list", "--max-parents=0", "--first-parent", main)
    return training_shift(commit_of(repository, first).message)


def set_shift(repository: Repository, moment: datetime) -> timedelta:
    """Lets the clock of a training server go on from a moment; gives how far it is off now."""
    shift = timedelta(seconds=ceil((moment - real()).total_seconds()))
    repository.run("config", SHIFT, as_seconds(shift))
    return shift


def shift_of(repository: Repository) -> timedelta | None:
    """How far off the clock of a training server or a clone of one goes; None for a real one.

    HosoError where a real one was given a shift.
    """
    kept = repository.setting(SHIFT)
    if kept is None and repository.bare:
        # Founding wrote it down for a training server, so a real one need not look any further.
        return None
    founded = founding_shift(repository)
    if kept is None:
        return founded
    if founded is None:
        raise HosoError(
            f"kho này không phải kho tập dượt mà có giờ giả; bỏ đi: git config --unset {SHIFT}"
        )
    shift = from_seconds(kept)
    if shift is None:
        raise HosoError(f"{SHIFT} phải là số giây; bỏ đi: git config --unset {SHIFT}")
    return shift
