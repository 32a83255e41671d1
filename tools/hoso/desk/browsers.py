"""Browsers that somebody has logged in at before: guesses there are counted apart from others'.

Being known opens nothing. It only keeps a stranger's guesses from locking somebody out of the
browser they use every day.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from hoso.store.database import Database

#: Seconds for which a browser is remembered after the last login there.
LASTS = 180 * 86_400


class Browsers:
    """Known browsers, each by the hash of what it holds."""

    def __init__(self, store: Database, seconds: Callable[[], int]) -> None:
        self._store, self._seconds = store, seconds

    def known(self, token: str, person: str) -> str:
        """A short name of a browser that somebody has logged in at before, "" for any other."""
        hashed = _hash(token)
        found = self._store.row(
            "SELECT 1 FROM browsers WHERE token = ? AND person = ? AND seen > ?",
            hashed, person, self._seconds() - LASTS,
        )  # fmt: skip
        return "" if found is None else hashed.hex()[:16]

    def remember(self, token: str, person: str) -> str:
        """Remembers a browser as somebody's; gives what it shall hold from now on."""
        now = self._seconds()
        kept = token if self.known(token, person) else secrets.token_urlsafe(32)
        with self._store.change() as change:
            change.execute("DELETE FROM browsers WHERE seen <= ?", (now - LASTS,))
            change.execute(
                "INSERT OR REPLACE INTO browsers VALUES (?, ?, ?)", (_hash(kept), person, now)
            )
        return kept


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
