"""Which records a book is printed from: those on disk, or those of a commit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hoso.books.catalogue import Desk
from hoso.books.page import Source
from hoso.findings import HosoError
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.git import Repository
from hoso.store.tree import PLAIN, FolderTree, Tree


def desk_of(tree: Tree, folder: Path, rev: str | None, lock: tuple[str, ...] | None = None) -> Desk:
    """The school of a tree and the pictures in it, with what the history in a folder tells of it.

    Of locks only those are told that are asked for: one, or with `(year,)` all of a year.
    """
    from hoso.cli.chronicle import chronicle_of

    def picture(path: str) -> bytes | None:
        entry = tree.entry(path)
        return tree.read(path) if entry is not None and entry.mode == PLAIN else None

    school = TreeSchool(tree, load_kinds(tree))
    return Desk(school, picture, chronicle_of(folder, school, rev, lock))


def repository_of(folder: Path) -> Repository | None:
    """The repository whose root a folder is, if it has one."""
    try:
        repository = Repository(folder)
    except HosoError:
        return None
    return repository if repository.is_root else None


def tree_at(folder: Path, rev: str | None) -> tuple[Tree, str | None]:
    """The tree to read and the commit it belongs to; without a revision, the files on disk."""
    if rev is None:
        return FolderTree(folder), None
    repository = repository_of(folder)
    if repository is None:
        raise HosoError(f"{folder} không nằm trong kho git nên không có phiên bản nào")
    return repository.tree(rev), repository.resolve(rev)


def recorded_in(folder: Path, sources: Iterable[Source]) -> str | None:
    """The commit HEAD names, when it holds exactly these sources; None when it does not."""
    repository = repository_of(folder)
    if repository is None or not repository.has_commits():
        return None
    head = repository.tree("HEAD")
    for source in sources:
        entry = head.entry(source.path)
        if entry is None or entry.blob != source.blob:
            return None
    return repository.resolve("HEAD")
