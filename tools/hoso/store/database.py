"""A small database in one private file: changes survive a kill, readers never wait."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hoso.findings import HosoError
from hoso.store.private import write_private

#: So long one change waits for another before it gives up.
_PATIENCE = 20.0


class Database:
    """A database that many threads use at once, each through a connection of its own."""

    def __init__(self, path: Path, tables: Iterable[str]) -> None:
        """Opens the file, making it and what it lacks; HosoError where that cannot be done.

        `tables` are statements that do nothing where they were done before.
        """
        self.path = path
        self._mine = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            with self.change() as change:
                for statement in tables:
                    change.execute(statement)
        except (OSError, sqlite3.Error) as error:
            raise HosoError(f"không mở được {path.name}: {error}") from error

    def rows(self, question: str, *values: object) -> list[sqlite3.Row]:
        """Everything that answers a question, as it stood at one moment."""
        return self._connection().execute(question, values).fetchall()

    def row(self, question: str, *values: object) -> sqlite3.Row | None:
        """The first answer to a question, or None."""
        found: sqlite3.Row | None = self._connection().execute(question, values).fetchone()
        return found

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One change: all of it is on the disk when the block ends well, nothing of it otherwise.

        No other change comes in between, so what is read inside stays true.
        """
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """Closes every thread's connection; the database is not used any more."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if found is None:
            found = sqlite3.connect(
                self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            found.row_factory = sqlite3.Row
            found.execute("PRAGMA journal_mode=WAL")
            # What a person was told is saved must outlive a power cut, not only a kill.
            found.execute("PRAGMA synchronous=FULL")
            self._mine.connection = found
            with self._lock:
                self._all.append(found)
        return found


def copy_database(source: Path, target: Path) -> None:
    """Puts a copy of a database, as it stands at one moment, in place in one step, for this user.

    Others may go on changing the source meanwhile; HosoError where either cannot be used.
    """
    fresh = target.with_name(f".{target.name}.moi")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        write_private(fresh, b"")
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(fresh)) as there:
            here.backup(there)
        fresh.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise HosoError(f"không chép được {source.name}: {error}") from error
