"""What the clone in a folder can tell the books of its history."""

from __future__ import annotations

from pathlib import Path

from hoso.audit.chronicle import chronicle
from hoso.books.chronicle import Chronicle
from hoso.cli.branches import ends
from hoso.cli.printing import repository_of
from hoso.findings import HosoError
from hoso.schema.school import TreeSchool
from hoso.store.refs import refs


def chronicle_of(
    folder: Path, school: TreeSchool, rev: str | None, lock: tuple[str, ...] | None = None
) -> Chronicle:
    """What the clone in a folder knows of a school's papers, and of locks if asked for.

    With a revision, only what came before it is told. A folder without history has nothing to
    tell.
    """
    repository = repository_of(folder)
    if repository is None:
        return Chronicle()
    try:
        main, log = ends(repository)
    except HosoError:
        return Chronicle()
    return chronicle(repository, rev or main, log, school, lock)


def locked_at(folder: Path, nam_hoc: str, name: str) -> str | None:
    """The ref under which a clone keeps the books of a lock as they were when complete."""
    repository = repository_of(folder)
    known = {} if repository is None else refs(repository, "refs/")
    asked = (f"refs/{place}/locked/{nam_hoc}/{name}" for place in ("remotes/origin", "heads"))
    return next((ref for ref in asked if ref in known), None)
