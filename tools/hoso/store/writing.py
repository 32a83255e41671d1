"""Files written whole or not at all.

What a killed process leaves half written stands beside the page under a name of its own: nothing
here reads it, and the next file written in that folder an hour later takes it away.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from hoso.findings import HosoError

#: How the name of a file begins that is not whole yet.
HALF = ".ghi-"
#: Seconds after which nobody is still writing one.
_LONGEST = 3600
#: What usually goes wrong with a disk, in words for the person who has to put it right.
_REASONS = {
    errno.ENOSPC: "ổ đĩa đã hết chỗ",
    errno.EDQUOT: "đã dùng hết hạn mức đĩa",
    errno.EFBIG: "tệp lớn hơn mức cho phép",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.EACCES: "không có quyền ghi",
    errno.EPERM: "không có quyền ghi",
    errno.ENOTDIR: "trên đường dẫn có một tệp không phải thư mục",
    errno.EISDIR: "đó là một thư mục",
    errno.ENAMETOOLONG: "tên quá dài",
}


def why(error: OSError) -> str:
    """The reason of a failed write in Vietnamese, or as the system says it."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Puts a file in place in one step; HosoError, and the old file untouched, when it fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=HALF)
    except OSError as error:
        raise HosoError(f"không ghi được {path}: {why(error)}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            _tidy(path.parent, os.fstat(file.fileno()).st_mtime - _LONGEST)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError as error:
        raise HosoError(f"không ghi được {path}: {why(error)}; tệp cũ còn nguyên") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()


def _tidy(folder: Path, before: float) -> None:
    """Removes what was left half written in a folder before a time by the disk's own clock."""
    # What cannot be removed is in nobody's way.
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for left in [each for each in found if each.name.startswith(HALF)]:
            if left.is_file() and left.stat(follow_symlinks=False).st_mtime < before:
                Path(left).unlink()


def write_durably(path: Path, content: bytes) -> None:
    """As `write_whole`, and the file is still there after the machine loses its power."""
    write_whole(path, content)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Waits until the disk holds which files a folder has."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
