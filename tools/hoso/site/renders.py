"""What was rendered before, kept by the digest of everything it was made from.

A store that is missing, broken, locked or cannot be written is an empty one: only time is lost.
What the last builds did not use is dropped. Pages of a site are alike: each is packed as what it
says differently from the one that was seen first, the pattern.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

#: How many builds an unused render is kept for: a build with drafts, one without, and back.
_KEPT = 3
_FORMAT = 3
_PATTERN = b"pattern"
_WINDOW = 32768


class Renders:
    """Rendered things by key; written once, when closed."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._known: set[bytes] = set()
        self._used: set[bytes] = set()
        self._new: dict[bytes, tuple[int, int]] = {}
        self._fresh: BinaryIO | None = None
        self._pattern = b""
        self._build = 0
        self._process = os.getpid()
        self._open()

    def _open(self) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=5, check_same_thread=False)
            try:
                self._read_keys(connection)
            except sqlite3.DatabaseError:
                connection.close()
                self.path.unlink()
                connection = sqlite3.connect(self.path, timeout=5, check_same_thread=False)
                self._read_keys(connection)
        except (OSError, sqlite3.Error):
            return
        self._connection = connection

    def _read_keys(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA synchronous=OFF")
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found != _FORMAT:
            connection.execute("DROP TABLE IF EXISTS renders")
            connection.execute(f"PRAGMA user_version={_FORMAT}")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS renders (key BLOB PRIMARY KEY, build INTEGER, value BLOB)"
        )
        self._known = {key for (key,) in connection.execute("SELECT key FROM renders")}
        row = connection.execute("SELECT value FROM renders WHERE key = ?", (_PATTERN,)).fetchone()
        self._pattern = row[0] if row else b""
        self._used = {_PATTERN} if row else set()
        (last,) = connection.execute("SELECT max(build) FROM renders").fetchone()
        self._build = (last or 0) + 1

    def __contains__(self, key: bytes) -> bool:
        return key in self._known or key in self._new

    def get(self, key: bytes) -> Any | None:
        """The value kept under a key, or None."""
        if key in self._new:
            return self._unpacked(self._fresh_value(key))
        if self._connection is None or key not in self._known:
            return None
        try:
            row = (
                self._reader().execute("SELECT value FROM renders WHERE key = ?", (key,)).fetchone()
            )
            value = None if row is None else self._unpacked(row[0])
        except (sqlite3.Error, zlib.error, ValueError):
            self._known.discard(key)
            return None
        self._used.add(key)
        return value

    def _reader(self) -> sqlite3.Connection:
        """A connection of this process: one must not be used on both sides of a fork."""
        assert self._connection is not None and self.path is not None  # noqa: S101, PT018 - asked before
        if self._process != os.getpid():
            self._inherited, self._process = self._connection, os.getpid()
            self._connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)
        return self._connection

    def use(self, key: bytes) -> None:
        """Say that a value was used in another process."""
        self._used.add(key)

    def put(self, key: bytes, packed: bytes) -> None:
        """Keep what `pack` made of a value, until the end outside of memory."""
        if self._connection is None or self.path is None:
            return
        try:
            if self._fresh is None:
                self._fresh = TemporaryFile(dir=self.path.parent)  # noqa: SIM115 - closed by close
            place = self._fresh.seek(0, os.SEEK_END)
            self._fresh.write(packed)
        except OSError:
            return
        self._new[key] = (place, len(packed))

    def _fresh_value(self, key: bytes) -> bytes:
        assert self._fresh is not None  # noqa: S101 - keys are noted after their values
        place, length = self._new[key]
        self._fresh.seek(place)
        return self._fresh.read(length)

    def pack(self, value: Mapping[str, Any]) -> bytes:
        """A value as it is kept."""
        packer = zlib.compressobj(3, zlib.DEFLATED, 15, 9, zlib.Z_DEFAULT_STRATEGY, self._pattern)
        return packer.compress(_bytes(value)) + packer.flush()

    def follow(self, value: Mapping[str, Any]) -> None:
        """Make a value the pattern, if there is none yet; a forked child cannot."""
        if self._connection is not None and not self._pattern and self._process == os.getpid():
            self._pattern = _bytes(value)[-_WINDOW:]
            self.put(_PATTERN, self._pattern)

    def _unpacked(self, packed: bytes) -> Any:
        return json.loads(zlib.decompressobj(15, self._pattern).decompress(packed))

    def close(self) -> None:
        """Write what is new, drop what is old."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            with connection:
                connection.executemany(
                    "UPDATE renders SET build = ? WHERE key = ?",
                    [(self._build, key) for key in sorted(self._used & self._known)],
                )
                connection.executemany(
                    "INSERT OR REPLACE INTO renders VALUES (?, ?, ?)",
                    ((key, self._build, self._fresh_value(key)) for key in self._new),
                )
                connection.execute("DELETE FROM renders WHERE build <= ?", (self._build - _KEPT,))
        except (OSError, sqlite3.Error):
            pass
        finally:
            connection.close()
            if self._fresh is not None:
                self._fresh.close()


def _bytes(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
