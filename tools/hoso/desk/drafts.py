"""What people have typed and not yet sent: kept by person and page, on the disk before answering.

`desk.drafts.put(person, path, base, content)` and `get(person, path)` give a Draft (or None),
`list(person)` all of one's own, `drop(person, path)` lets one go.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from hoso.findings import HosoError
from hoso.store.database import Database

#: Bytes that one person's drafts may have together.
MOST_BYTES = 32_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A page as somebody wants it; `base` is the merge of `main` they saw it at."""

    person: str
    path: str
    base: str
    content: bytes
    updated: int


class Drafts:
    """The drafts of everybody; nobody's is ever found under another's name."""

    def __init__(self, store: Database, seconds: Callable[[], int]) -> None:
        self._store, self._seconds = store, seconds

    def put(self, person: str, path: str, base: str, content: bytes) -> Draft:
        """Keeps a draft in place of what was there; it outlives a kill from now on.

        HosoError where somebody has kept too much already.
        """
        now = self._seconds()
        with self._store.change() as change:
            others = change.execute(
                "SELECT COALESCE(SUM(LENGTH(content)), 0) FROM drafts WHERE person = ?"
                " AND path != ?", (person, path),
            ).fetchone()[0]  # fmt: skip
            if others + len(content) > MOST_BYTES:
                raise HosoError("bản nháp của thầy cô nhiều quá; bỏ bớt bản nháp cũ rồi lưu lại")
            change.execute(
                "INSERT INTO drafts VALUES (?, ?, ?, ?, ?) ON CONFLICT (person, path) DO UPDATE"
                " SET base = excluded.base, content = excluded.content, updated = excluded.updated",
                (person, path, base, content, now),
            )
        return Draft(person=person, path=path, base=base, content=content, updated=now)

    def get(self, person: str, path: str) -> Draft | None:
        """Somebody's draft of a page, or None."""
        found = self._store.row("SELECT * FROM drafts WHERE person = ? AND path = ?", person, path)
        return None if found is None else _draft(found)

    def drop(self, person: str, path: str) -> None:
        """Lets a draft go, if there is one."""
        with self._store.change() as change:
            change.execute("DELETE FROM drafts WHERE person = ? AND path = ?", (person, path))

    def list(self, person: str) -> list[Draft]:
        """All of somebody's drafts, the newest first."""
        found = self._store.rows(
            "SELECT * FROM drafts WHERE person = ? ORDER BY updated DESC, path", person
        )
        return [_draft(row) for row in found]


def _draft(row: sqlite3.Row) -> Draft:
    return Draft(**dict(row))
