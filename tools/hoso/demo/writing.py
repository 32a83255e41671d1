"""Puts generated files into a folder: each whole or not at all, nobody's work overwritten."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from hoso.findings import HosoError

_SCHOOL = "records/truong.yml"
#: The folders that belong to a school's records and pages, and to nothing else.
_ROOTS = ("records", "content")


def refuse_a_stranger(folder: Path, school: bytes) -> None:
    """HosoError unless the folder is free of records, or holds the very school that is written."""
    if folder.exists() and not folder.is_dir():
        raise HosoError(f"{folder} không phải thư mục; chọn một thư mục khác")
    if not any((folder / root).exists() for root in _ROOTS):
        return
    try:
        there = (folder / _SCHOOL).read_bytes()
    except FileNotFoundError:
        there = b""
    except OSError as error:
        raise HosoError(f"không đọc được {folder / _SCHOOL}: {error.strerror}") from error
    if there != school:
        raise HosoError(
            f"{folder} đã có hồ sơ của trường khác nên không ghi gì; chọn một thư mục khác"
        )


def put(
    folder: Path, files: Iterable[tuple[str, bytes]], progress: Callable[[int], None] | None = None
) -> list[str]:
    """Writes files that are new or differ; the paths of all of them, written or already there.

    A file appears under its name complete, or the old one stays. HosoError says what stopped it.
    """
    made: set[str] = set()
    done: list[str] = []
    root = os.fspath(folder)
    for path, content in files:
        target = f"{root}/{path}"
        parent = target.rpartition("/")[0]
        try:
            if parent not in made:
                Path(parent).mkdir(parents=True, exist_ok=True)
                made.add(parent)
            if not _is_there(target, content):
                _replace(target, content)
        except OSError as error:
            raise HosoError(_why(path, error, len(done))) from error
        done.append(path)
        if progress is not None and len(done) % 100 == 0:
            progress(len(done))
    return done


def left_over(folder: Path, written: Iterable[str]) -> list[str]:
    """Files below the school's folders that the generator did not write, in order."""
    known = set(written)
    found: list[str] = []
    for root in _ROOTS:
        for place, _, names in os.walk(folder / root):
            inside = Path(place).relative_to(folder).as_posix()
            found.extend(f"{inside}/{name}" for name in names if f"{inside}/{name}" not in known)
    return sorted(found)


def _is_there(target: str, content: bytes) -> bool:
    try:
        with open(target, "rb") as file:  # noqa: PTH123 - half a million calls
            return file.read(len(content) + 1) == content
    except FileNotFoundError:
        return False


def _replace(target: str, content: bytes) -> None:
    unfinished = f"{target}.dang-ghi"
    try:
        with open(unfinished, "wb") as file:  # noqa: PTH123 - half a million calls
            file.write(content)
        os.replace(unfinished, target)  # noqa: PTH105 - half a million calls
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _why(path: str, error: OSError, done: int) -> str:
    what = {
        errno.ENOSPC: "hết chỗ trên đĩa",
        errno.EDQUOT: "hết hạn mức đĩa",
        errno.EACCES: "không có quyền ghi",
        errno.EROFS: "hệ thống tệp chỉ đọc",
    }.get(error.errno or 0, error.strerror or "lỗi không rõ")
    return f"không ghi được {path}: {what}; {done} tệp đã ghi xong còn nguyên"
