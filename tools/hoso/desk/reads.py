"""Who has looked at restricted pages: a line for each look, for those who are asked about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hoso.store.database import Database

#: Looking at one page again within this time is the same look.
_SAME_LOOK = 300


@dataclass(frozen=True, slots=True)
class Read:
    """One look of one person at one page."""

    time: int
    person: str
    path: str


class Reads:
    """The lines of everybody's looks; lines are only ever added."""

    def __init__(self, store: Database, seconds: Callable[[], int]) -> None:
        self._store, self._seconds = store, seconds

    def note(self, person: str, path: str) -> None:
        """Adds a line, unless the same person has just looked at the same page."""
        now = self._seconds()
        with self._store.change() as change:
            again = change.execute(
                "SELECT 1 FROM reads WHERE path = ? AND person = ? AND time > ?",
                (path, person, now - _SAME_LOOK),
            ).fetchone()
            if again is None:
                change.execute("INSERT INTO reads VALUES (?, ?, ?)", (now, person, path))

    def of(self, path: str = "", *, most: int = 500) -> list[Read]:
        """The last looks at a page, or at all of them, the newest first."""
        found = self._store.rows(
            "SELECT * FROM reads WHERE ? IN ('', path) ORDER BY time DESC, rowid DESC LIMIT ?",
            path, most,
        )  # fmt: skip
        return [Read(row["time"], row["person"], row["path"]) for row in found]
