"""A finished folder takes the place of the old one in a single step, or not at all.

1. Everything is built in a hidden folder beside the target, on the same file system.
2. The two folders trade names in one system call where the kernel can; else the old one steps
   aside, the new one takes its name, and a start after a crash between the two steps undoes it.
3. Only a folder that is empty or carries our manifest is ever replaced.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from hoso.findings import HosoError
from hoso.site.manifest import NAME

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES}
_EXCHANGE = 2
_HERE = -100


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """An empty folder beside the target, gone afterwards whatever happens."""
    restore(target)
    if target.is_symlink() or (target.exists() and not _is_ours(target)):
        raise HosoError(
            f"{target} không phải trang web do hoso dựng; chọn thư mục khác hoặc xóa thư mục đó"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=f".{target.name}-moi-", dir=target.parent))
    except OSError as error:
        raise HosoError(f"không ghi được vào {target.parent}: {error.strerror}") from error
    try:
        yield folder
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise HosoError(
                f"không ghi được trang web mới: {error.strerror}; trang cũ vẫn nguyên"
            ) from error
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def half_built(target: Path) -> list[Path]:
    """The folders beside a target in which it is being built, or was when its builder died."""
    return list(target.parent.glob(f".{target.name}-moi-*"))


def clear_away(target: Path) -> None:
    """Throws away what killed builds left beside a target that nobody else is building."""
    for folder in half_built(target):
        shutil.rmtree(folder, ignore_errors=True)


def swap_in(built: Path, target: Path) -> None:
    """`built` becomes `target`; the old target is gone afterwards."""
    if not target.exists():
        built.rename(target)
        return
    if _exchange(built, target):
        shutil.rmtree(built)
        return
    aside = _aside(target)
    target.rename(aside)
    built.rename(target)
    shutil.rmtree(aside)


def restore(target: Path) -> None:
    """Puts back the old folder if a swap was cut off between its two steps."""
    aside = _aside(target)
    if aside.is_dir():
        if target.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(target)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}-cu")


def _is_ours(target: Path) -> bool:
    return target.is_dir() and ((target / NAME).is_file() or not any(target.iterdir()))


def _exchange(one: Path, other: Path) -> bool:
    """Trades the names of two folders atomically; False where the system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    result: int = rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return result == 0
