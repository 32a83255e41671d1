"""Papers put into the work tree: read from HEAD, numbered by chance, told in words."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.findings import HosoError
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.git import Repository
from hoso.store.tree import PLAIN, FolderTree
from hoso.store.writing import write_whole

if TYPE_CHECKING:
    from hoso.gate.changes import Change
    from hoso.gate.papers import Paper

repo_option = click.option(
    "--repo", default=".", help="Thư mục của trường.",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
)  # fmt: skip


def at_head(folder: Path) -> tuple[Repository, TreeSchool]:
    """The repository whose root a folder is, and the school at its HEAD."""
    repository = Repository(folder)
    if repository.bare or not repository.is_root:
        raise HosoError(f"{folder} không phải thư mục gốc của bản làm việc")
    tree = repository.tree("HEAD")
    return repository, TreeSchool(tree, load_kinds(tree))


def drawn(prefix: str) -> str:
    """A number for a paper that says nothing about what is in it."""
    from hoso.gate.papers import CHANCE, paper_number

    return paper_number(prefix, secrets.token_bytes(CHANCE))


def said(text: str) -> str:
    """What somebody typed as records write it: composed letters, no blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def put(folder: Path, paper: Paper, before: bytes | None) -> None:
    """Writes a paper where the work tree still holds what it held; HosoError where it does not."""
    disk = FolderTree(folder)
    entry = disk.entry(paper.path)
    there = disk.read(paper.path) if entry is not None and entry.mode == PLAIN else None
    if there != before or (entry is None) != (before is None):
        raise HosoError(f"{paper.path} trên đĩa khác với HEAD; gửi hoặc bỏ những sửa đổi ấy trước")
    for above in Path(paper.path).parents:
        if (folder / above).is_symlink():
            raise HosoError(f"{above} là liên kết tượng trưng; không ghi qua đó")
    write_whole(folder / paper.path, paper.content)


def told(changes: Iterable[Change], school: TreeSchool, *, named: bool) -> Iterator[str]:
    """The changes of a paper, indented."""
    from hoso.gate.readable import readable

    yield from (f"  {line}" for line in readable(changes, school, named=named))


def known_person(school: TreeSchool, who: str) -> str:
    """The staff member of that identifier, or HosoError."""
    if school.get("nhan-su", nhan_su=who) is None:
        raise HosoError(f"không có nhân sự {ascii(who)[1:-1]}; ví dụ đúng: NV0012")
    return who


def pair(text: str, example: str) -> tuple[str, str]:
    """The two sides of `name=value`."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise HosoError(f"“{ascii(text)[1:-1]}” chưa đúng dạng; ví dụ: {example}")
    return name, said(value)
