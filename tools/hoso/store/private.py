"""Files that only their owner may read, written once and never over another."""

from __future__ import annotations

import os
from pathlib import Path

from hoso.findings import HosoError
from hoso.store.writing import why


def write_private(path: Path, content: bytes) -> None:
    """Makes a file that only this user may read; HosoError, and nothing changed, where one is.

    Folders on the way that are missing are made for this user alone.
    """
    try:
        for folder in reversed([each for each in path.parents if not each.exists()]):
            folder.mkdir(mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise HosoError(f"đã có {path}; không ghi đè, hãy chọn thư mục khác") from error
    except OSError as error:
        raise HosoError(f"không ghi được {path}: {why(error)}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink()
        raise HosoError(f"không ghi được {path}: {why(error)}") from error


def replace_private(path: Path, content: bytes) -> None:
    """Puts a file that only this user may read in place in one step, over another or not."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.moi")
    fresh.unlink(missing_ok=True)
    write_private(fresh, content)
    fresh.replace(path)
