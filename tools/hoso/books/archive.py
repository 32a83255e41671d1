"""The archive of a school year: every book of it, and a manifest that proves what is there.

1. A file has its final name only when it is whole; the manifest is written last.
2. What is finished is noted in a journal beside the files, each line with the file's digest and the
   key of its content: the printed data, the templates and the tools, but not the commit.
3. A run first keeps every noted file whose key is still wanted and whose bytes are still those
   noted, then prints the rest. So a run after a broken one ends as if it had never been broken.
4. Files that an earlier run made and this one does not want go away; a file nobody noted is never
   touched, and a folder with such files but without our marks is refused.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from hoso.books.catalogue import BOOKS, Desk, Scope
from hoso.books.page import Page, digest, edition
from hoso.books.press import Sheet, typeset_all
from hoso.books.typesetting import content_key
from hoso.findings import HosoError
from hoso.store.writing import HALF, why, write_whole

MANIFEST = "manifest.json"
JOURNAL = ".dang-lam.jsonl"

#: Called with how many files are ready, how many there will be, and the path of the last one.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One file of the archive, planned: where it goes, what it shows, what decides its bytes."""

    path: str
    book: str
    scope: Scope
    page: Page
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One file of the archive, finished."""

    path: str
    size: int
    sha256: str
    key: str
    commit: str | None


def volumes(desk: Desk, nam_hoc: str) -> Iterator[Volume]:
    """Every book of a school year, in the order of the catalogue; ids in paths, never names."""
    for book in BOOKS:
        for scope in book.volumes(desk.school, nam_hoc):
            page = book.keep(desk, scope, nam_hoc)
            if page is not None:
                yield Volume(
                    path=f"{book.name}/{'/'.join(scope)}.pdf",
                    book=book.name,
                    scope=scope,
                    page=page,
                    key=content_key(page),
                )


def build(
    desk: Desk,
    nam_hoc: str,
    folder: Path,
    *,
    commit: str | None,
    workers: int = 1,
    progress: Progress = lambda done, total, path: None,
) -> list[Made]:
    """Completes the archive of a year in a folder; HosoError when something cannot be written."""
    planned = list(volumes(desk, nam_hoc))
    if not planned:
        raise HosoError(
            f"năm học {nam_hoc} không có sổ nào để lưu: xem lại năm học, ví dụ 2025-2026"
        )
    with _journal(folder) as journal:
        made = _kept(folder, planned)
        _tidy(folder, planned)
        waiting = {volume.path: volume for volume in planned if volume.path not in made}
        sheets = (
            Sheet(path, volume.page, edition(volume.page, commit).line)
            for path, volume in waiting.items()
        )
        try:
            for path, pdf in typeset_all(sheets, min(workers, len(waiting) or 1)):
                write_whole(folder / path, pdf)
                made[path] = _finished(waiting[path], pdf, commit)
                _note(journal, made[path])
                progress(len(made), len(planned), path)
            write_whole(folder / MANIFEST, manifest(planned, made, nam_hoc, commit))
        except HosoError as error:
            raise HosoError(
                f"{error}. Đã xong {len(made)} trong {len(planned)} tệp và giữ nguyên; "
                "sửa nguyên nhân rồi chạy lại lệnh này để làm tiếp"
            ) from error
    (folder / JOURNAL).unlink(missing_ok=True)
    return [made[volume.path] for volume in sorted(planned, key=lambda each: each.path)]


def _finished(volume: Volume, pdf: bytes, commit: str | None) -> Made:
    return Made(
        path=volume.path,
        size=len(pdf),
        sha256=hashlib.sha256(pdf).hexdigest(),
        key=volume.key,
        commit=commit,
    )


def manifest(
    planned: list[Volume], made: Mapping[str, Made], nam_hoc: str, commit: str | None
) -> bytes:
    """What is in the archive: for each file its digest, what it shows and what it was made from."""
    files = [
        {
            **asdict(made[volume.path]),
            "book": volume.book,
            "scope": list(volume.scope),
            "records": digest(volume.page.sources),
            "sources": [{"path": each.path, "blob": each.blob} for each in volume.page.sources],
        }
        for volume in sorted(planned, key=lambda each: each.path)
    ]
    content = {"version": 1, "year": nam_hoc, "commit": commit, "files": files}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _kept(folder: Path, planned: list[Volume]) -> dict[str, Made]:
    """What earlier runs finished and this one would print again with the same content."""
    wanted = {volume.path: volume.key for volume in planned}
    return {
        path: noted
        for path, noted in _noted(folder).items()
        if wanted.get(path) == noted.key and _digest(folder / path) == noted.sha256
    }


def _noted(folder: Path) -> dict[str, Made]:
    """The files that the manifest or the journal of an earlier run lists; the journal is newer."""
    found: dict[str, Made] = {}
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError):
        listed = []
    try:
        lines = (folder / JOURNAL).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        lines = []
    for entry in (*listed, *map(_entry, lines)):
        made = _made(entry)
        if made is not None:
            found[made.path] = made
    return found


def _entry(line: str) -> Any:
    """One line of the journal; a line cut off by a crash is nothing."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def _made(entry: Any) -> Made | None:
    try:
        return Made(**{name: entry[name] for name in ("path", "size", "sha256", "key", "commit")})
    except (KeyError, TypeError):
        return None


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _tidy(folder: Path, planned: list[Volume]) -> None:
    """Removes what broken runs left under other names, and files of ours no longer wanted."""
    wanted = {volume.path for volume in planned}
    for path in folder.rglob(f"{HALF}*"):
        path.unlink(missing_ok=True)
    for name in set(_noted(folder)) - wanted:
        target = folder / name
        if target.resolve().is_relative_to(folder.resolve()):
            target.unlink(missing_ok=True)


@contextmanager
def _journal(folder: Path) -> Iterator[IO[str]]:
    """The open journal, held by one run at a time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ours = any((folder / name).exists() for name in (MANIFEST, JOURNAL))
        if not ours and any(folder.iterdir()):
            raise HosoError(f"{folder} đã có tệp khác: chọn một thư mục mới cho kho lưu trữ")
        journal = (folder / JOURNAL).open("a", encoding="utf-8")
    except OSError as error:
        raise HosoError(f"không ghi được vào {folder}: {why(error)}") from error
    with journal:
        try:
            fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HosoError(f"đang có một lệnh khác ghi vào {folder}: chờ lệnh ấy xong") from error
        yield journal


def _note(journal: IO[str], made: Made) -> None:
    try:
        journal.write(json.dumps(asdict(made)) + "\n")
        journal.flush()
        os.fsync(journal.fileno())
    except OSError as error:
        raise HosoError(f"không ghi được {JOURNAL}: {why(error)}") from error
