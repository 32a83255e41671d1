"""Pictures and attachments somebody has added to a page that is not sent yet.

They lie beside the draft of their page, go out with it and are let go with it.
"""

from __future__ import annotations

from collections.abc import Callable

from hoso.store.database import Database

#: Bytes of files that one person's unsent pages may have together.
MOST_BYTES = 64_000_000


class Uploads:
    """The files of everybody's drafts; nobody's is ever found under another's name."""

    def __init__(self, store: Database, seconds: Callable[[], int]) -> None:
        self._store, self._seconds = store, seconds

    def put(self, person: str, page: str, path: str, content: bytes) -> bool:
        """Keeps a file of a page; False where somebody has kept too much already."""
        with self._store.change() as change:
            held = change.execute(
                "SELECT COALESCE(SUM(LENGTH(content)), 0) FROM uploads WHERE person = ?", (person,)
            ).fetchone()[0]
            if held + len(content) > MOST_BYTES:
                return False
            change.execute(
                "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?)",
                (person, page, path, content, self._seconds()),
            )
        return True

    def of(self, person: str, page: str) -> dict[str, bytes]:
        """The files of a page by where they shall stand."""
        found = self._store.rows(
            "SELECT path, content FROM uploads WHERE person = ? AND page = ? ORDER BY path",
            person, page,
        )  # fmt: skip
        return {row["path"]: bytes(row["content"]) for row in found}

    def drop(self, person: str, page: str) -> None:
        """Lets all files of a page go."""
        with self._store.change() as change:
            change.execute("DELETE FROM uploads WHERE person = ? AND page = ?", (person, page))
