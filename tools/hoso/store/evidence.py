"""Files that the school keeps elsewhere, known to the records by their SHA-256 alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hoso.findings import HosoError


def file_digest(path: Path) -> str:
    """The SHA-256 of a file of any size, in hexadecimal; HosoError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise HosoError(f"không đọc được {path}: {error.strerror}") from error
