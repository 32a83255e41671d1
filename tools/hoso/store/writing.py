"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from hoso.findings import HosoError


def write_whole(path: Path, content: bytes) -> None:
    """Puts a file in place in one step; HosoError, and the old file untouched, when it fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".ghi-")
    except OSError as error:
        raise HosoError(f"không ghi được {path}: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise HosoError(f"không ghi được {path}: {error.strerror}; tệp cũ còn nguyên") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
