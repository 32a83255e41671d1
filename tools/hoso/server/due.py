"""Locks as the log tells of them: which fell due while nobody pushed, whose books are complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hoso.findings import HosoError
from hoso.gate.missing import Missing, missing
from hoso.gate.policy import YEAR, Lock
from hoso.gate.regulation import locks
from hoso.gate.verdict import local
from hoso.ledger.opening import opened, remember
from hoso.ledger.state import after_lock
from hoso.ledger.view import LOG, View
from hoso.rules.days import written
from hoso.server.journal import Alone
from hoso.server.log import SERVER, write_entry
from hoso.server.receiving import refuse_early
from hoso.signing.entries import LOCKED, Entry
from hoso.store.refs import Move

_NOTHING = "0" * 40
#: Only the locks of a period close books for good; the others come back every month.
_PERIOD = "ky"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A lock that the log now tells of: that it fell due, or that its books are complete."""

    lock: str
    complete: bool
    missing: int


def name_of(lock: Lock) -> str:
    """What the log calls a lock: its school year and its name in the calendar."""
    return f"{lock.scope[YEAR]}/{lock.name}"


def fallen(view: View, moment: datetime) -> tuple[Lock, ...]:
    """The locks whose day has passed, by date."""
    today = local(moment).date()
    found = (lock for lock in locks(view.standing(view.main).school) if lock.closes < today)
    return tuple(sorted(found, key=lambda lock: (lock.closes, name_of(lock))))


def untold(view: View, moment: datetime) -> bool:
    """Whether a lock fell due that the log has not told of yet; this costs next to nothing.

    Whether books have become complete is another question: it reads all of their pages.
    """
    return any(name_of(lock) not in view.state.fallen for lock in fallen(view, moment))


def tell(held: Alone, moment: datetime) -> tuple[Told, ...]:
    """Writes into the log what fell due and what has become complete, each once, by date."""
    view = opened(held.server.repository)
    refuse_early(view.state, moment)
    told: list[Told] = []
    for lock in fallen(view, moment):
        new = name_of(lock) not in view.state.fallen
        if not new and not _open(view, lock):
            continue
        left = len(lacking(view, lock, moment))
        if new:
            _write(held, view, lock, moment, left)
            told.append(Told(lock=name_of(lock), complete=False, missing=left))
        if not left and _PERIOD in lock.scope:
            _write(held, view, lock, moment, None)
            told.append(Told(lock=name_of(lock), complete=True, missing=0))
    return tuple(told)


def close(held: Alone, name: str, moment: datetime) -> tuple[Missing, ...]:
    """Freezes a period's books at `main`; changes nothing, and tells what, where pages miss.

    HosoError where the calendar has no such lock, its day has not passed, or it closes no period.
    """
    tell(held, moment)
    view = opened(held.server.repository)
    known = {name_of(lock): lock for lock in locks(view.standing(view.main).school)}
    lock = known.get(name)
    if lock is None:
        there = ", ".join(sorted(known)) or "không có gì"
        raise HosoError(f"lịch khóa không có {ascii(name)[1:-1]}; có: {there}")
    if lock.closes >= local(moment).date():
        raise HosoError(f"{name} khóa hết ngày {written(lock.closes)}; hôm nay chưa chốt được")
    if _PERIOD not in lock.scope:
        raise HosoError(f"{name} không khóa theo kỳ nên không có nhánh chốt sổ")
    return () if name in view.state.closed else lacking(view, lock, moment)


def lacking(view: View, lock: Lock, moment: datetime) -> tuple[Missing, ...]:
    """The pages that a lock still waits for, as `main` is now."""
    standing = view.standing(view.main)
    return missing(standing.school, standing.policy(local(moment).date()), lock)


def _open(view: View, lock: Lock) -> bool:
    return _PERIOD in lock.scope and name_of(lock) not in view.state.closed


def _write(held: Alone, view: View, lock: Lock, moment: datetime, left: int | None) -> None:
    """One entry: `khoa` with the number of pages left, or without one `chot` and the branch."""
    state, name = view.state, name_of(lock)
    branch = f"{LOCKED}{name}"
    entry = Entry(
        event="chot" if left is None else "khoa", lock=name, missing=left, new=state.main,
        old=_NOTHING if left is None else state.main, pusher=SERVER,
        ref=branch if left is None else "", seq=state.seq + 1, time=int(moment.timestamp()),
    )  # fmt: skip
    log = write_entry(held.server, held.server.key(), entry, state.log)
    frozen = (Move(branch, state.main, None),) if left is None else ()
    held.move((*frozen, Move(LOG, log, state.log)))
    view.state = after_lock(state, entry, log)
    remember(view.repository, view.state)
