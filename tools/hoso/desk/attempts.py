"""Attempts at guessing: each is counted before it is tried, and too many have to wait.

A browser that somebody has logged in at before is counted by itself. So whoever guesses at their
passphrase from elsewhere keeps them out of nothing, and gains no more guesses than anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from hoso.findings import HosoError
from hoso.store.database import Database

#: Failures that cost nothing yet. One school's people may all sit behind one address.
_FREE_PERSON, _FREE_ADDRESS = 5, 20
_FIRST_WAIT, _MOST_WAIT, _FORGOTTEN = 5, 15 * 60, 86_400
PERSON = re.compile(r"NV[0-9]{4}")
#: What is counted, each with the failures that are free.
Counted = Mapping[str, int]


class Wrong(HosoError):
    """A login or a passphrase that did not fit; the message tells nothing about which part."""


class TooMany(Wrong):
    """Somebody has to wait before the next attempt counts at all."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        minutes = f"{seconds} giây" if seconds < 90 else f"{-(-seconds // 60)} phút"
        super().__init__(f"sai quá nhiều lần; chờ {minutes} rồi thử lại")


def counted(person: str, address: str, browser: str = "") -> Counted:
    """What an attempt of somebody is counted at: a browser known to be theirs, or all others."""
    if browser:
        return {f"{person}#{browser}": _FREE_PERSON}
    return {person if PERSON.fullmatch(person) else "?": _FREE_PERSON, **counted_at(address)}


def counted_at(address: str) -> Counted:
    """What an attempt is counted at that names nobody."""
    return {f"@{address}": _FREE_ADDRESS}


class Attempts:
    """The counts of failed attempts; they outlive a restart."""

    def __init__(self, store: Database, seconds: Callable[[], int]) -> None:
        self._store, self._seconds = store, seconds

    def begin(self, at: Counted) -> None:
        """Counts an attempt as failed before it is tried; TooMany where it may not be tried."""
        now = self._seconds()
        with self._store.change() as change:
            change.execute("DELETE FROM failures WHERE last < ?", (now - _FORGOTTEN,))
            for who, free in at.items():
                row = change.execute("SELECT * FROM failures WHERE who = ?", (who,)).fetchone()
                if row is not None and row["until"] > now:
                    raise TooMany(row["until"] - now)
                count = 1 if row is None else row["count"] + 1
                wait = 0 if count < free else min(_MOST_WAIT, _FIRST_WAIT * 2 ** (count - free))
                change.execute(
                    "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)",
                    (who, count, now + wait, now),
                )

    def succeeded(self, at: Counted) -> None:
        """Takes the counts back that an attempt was counted at."""
        with self._store.change() as change:
            for who in at:
                if not who.startswith("@"):
                    change.execute("DELETE FROM failures WHERE who = ?", (who,))
                    continue
                # This attempt alone: an account of one's own buys no guesses at others'.
                change.execute(
                    "UPDATE failures SET count = count - 1, until = 0 WHERE who = ?", (who,)
                )
