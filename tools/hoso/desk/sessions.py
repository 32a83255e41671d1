"""Who is logged in where: sessions on the disk by a hash only, unlocked keys in memory only."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass

from hoso.signing.keys import SigningKey
from hoso.store.database import Database

#: Seconds without a request after which a session ends, and after which it ends in any case.
IDLE, LONGEST = 30 * 60, 10 * 3600
#: `seen` is written at most so often, so that reading a page is no change of the disk.
_GRAIN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser somebody is logged in at; `form` is what its forms must carry to be believed."""

    token: bytes
    person: str
    form: str
    name: str
    made: int
    seen: int
    address: str
    browser: str
    said: str

    @property
    def ends(self) -> int:
        """When it ends if nothing more is asked."""
        return min(self.seen + IDLE, self.made + LONGEST)


class Sessions:
    """All sessions; keys unlocked in one are forgotten with it, and when the program ends."""

    def __init__(self, store: Database, seconds: Callable[[], int]) -> None:
        self._store, self._seconds = store, seconds
        self._keys: dict[bytes, SigningKey] = {}
        self._lock = threading.Lock()

    def begin(self, person: str, address: str, browser: str, key: SigningKey | None) -> str:
        """A new session; gives the token the browser shall hold, which is kept nowhere here."""
        token, now = secrets.token_urlsafe(32), self._seconds()
        hashed = _hash(token)
        with self._store.change() as change:
            change.execute(
                "INSERT INTO sessions (token, person, form, name, made, seen, address, browser)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (hashed, person, secrets.token_urlsafe(32), secrets.token_hex(8), now, now,
                 address, browser[:200]),
            )  # fmt: skip
        if key is not None:
            with self._lock:
                self._keys[hashed] = key
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token, which goes on by this; None where it has run out."""
        found = self._store.row("SELECT * FROM sessions WHERE token = ?", _hash(token))
        if found is None:
            return None
        session, now = _session(found), self._seconds()
        if not session.made <= now < session.ends:
            self._end(session.token)
            return None
        if now - session.seen >= _GRAIN:
            with self._store.change() as change:
                change.execute("UPDATE sessions SET seen = ? WHERE token = ?", (now, session.token))
        return session

    def of(self, person: str) -> list[Session]:
        """Where somebody is logged in now, the newest first."""
        self.sweep()
        found = self._store.rows(
            "SELECT * FROM sessions WHERE person = ? ORDER BY seen DESC, name", person
        )
        return [_session(row) for row in found]

    def end(self, person: str, name: str) -> None:
        """Ends one of somebody's sessions by its name."""
        for session in self.of(person):
            if session.name == name:
                self._end(session.token)

    def end_all(self, person: str, spared: bytes = b"") -> None:
        """Ends all of somebody's sessions but one."""
        for session in self.of(person):
            if session.token != spared:
                self._end(session.token)

    def sweep(self) -> None:
        """Ends what has run out, and forgets the keys that were unlocked there."""
        now = self._seconds()
        for row in self._store.rows("SELECT * FROM sessions"):
            if not row["made"] <= now < _session(row).ends:
                self._end(row["token"])
        alive = {row["token"] for row in self._store.rows("SELECT token FROM sessions")}
        with self._lock:
            self._keys = {token: key for token, key in self._keys.items() if token in alive}

    def key(self, session: Session) -> SigningKey | None:
        """The key unlocked in a session, None where it is locked."""
        with self._lock:
            return self._keys.get(session.token)

    def keep_key(self, session: Session, key: SigningKey) -> None:
        """Unlocks a key for as long as a session lasts."""
        with self._lock:
            self._keys[session.token] = key

    def forget_key(self, session: Session) -> None:
        """Locks the key of a session again."""
        with self._lock:
            self._keys.pop(session.token, None)

    def say(self, session: Session, text: str) -> None:
        """Keeps a sentence for the next page that this browser is shown."""
        with self._store.change() as change:
            change.execute(
                "UPDATE sessions SET said = ? WHERE token = ?", (text[:2000], session.token)
            )

    def _end(self, token: bytes) -> None:
        with self._store.change() as change:
            change.execute("DELETE FROM sessions WHERE token = ?", (token,))
        with self._lock:
            self._keys.pop(token, None)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _session(row: sqlite3.Row) -> Session:
    return Session(**dict(row))
