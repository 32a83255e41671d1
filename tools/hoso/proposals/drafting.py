"""What a person's edited files come to as a proposal: which pages, and what each shall hold.

The files on disk were edited from one commit of `main`. A new proposal stands on that commit; one
that is continued stays on its own, so what others did to a page meanwhile is taken out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hoso.findings import Finding, HosoError
from hoso.gate.merging import Conflict, merge_page
from hoso.schema.paths import ROOTS, PathTable
from hoso.store.tree import Tree

#: What stands beside the records and belongs to the school as well.
FRAME = ("schemas", ".github", "mkdocs.yml")
#: What the table of kinds says of the frame, which has no kinds.
_NO_KIND = frozenset({"HS201", "HS202"})
Files = Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Draft:
    """The files a proposal changes, None where one goes away, and pages that cannot be told."""

    files: Files
    conflicts: tuple[Conflict, ...] = ()


def chosen(paths: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """Of changed paths those a person asked for, files or folders; all where none is asked for.

    HosoError for a wish that no changed path fulfils.
    """
    there = sorted(set(paths))
    wishes = [wish.rstrip("/").removeprefix("./") for wish in wanted]
    if not wishes or "." in wishes:
        return tuple(there)
    for wish in wishes:
        if not any(_within(path, wish) for path in there):
            raise HosoError(f"không có thay đổi nào ở {ascii(wish)[1:-1]}")
    return tuple(path for path in there if any(_within(path, wish) for wish in wishes))


def unusable(disk: Tree, paths: Iterable[str], table: PathTable) -> Iterator[Finding]:
    """What is wrong with files before anything reads them: links, pipes, names no kind claims."""
    for path in paths:
        entry = disk.entry(path)
        for found in () if entry is None else table.problems(entry):
            # Whether a file may be run is nothing that a proposal says; many disks mark all.
            known = found.code in _NO_KIND and path.partition("/")[0] not in ROOTS
            if not known and found.code != "HS205":
                yield found


def drafted(disk: Tree, base: Tree, paths: Iterable[str]) -> Draft:
    """A new proposal: what the files on disk do to the commit they were edited from."""
    return Draft({path: now for path, _, now in _edits(disk, base, paths)})


def continued(
    disk: Tree, base: Tree, own: Tree, head: Tree, paths: Iterable[str], table: PathTable
) -> Draft:
    """What is added to a proposal: its last commit is `head`, and it stands on `own`.

    The disk holds the person's whole wish for each page it changes. Where others have changed
    the page between `own` and `base`, the wish is carried over to `own` field by field.
    """
    files: dict[str, bytes | None] = {}
    conflicts: list[Conflict] = []
    for path, was, now in _edits(disk, base, paths):
        found = merge_page(path, was, content(own, path), now, table)
        if isinstance(found, Conflict):
            conflicts.append(found)
        elif found != content(head, path):
            files[path] = found
    return Draft(files, tuple(conflicts))


def content(tree: Tree, path: str) -> bytes | None:
    """The bytes at a path, None where there is no file."""
    return None if tree.entry(path) is None else tree.read(path)


def _edits(
    disk: Tree, base: Tree, paths: Iterable[str]
) -> Iterator[tuple[str, bytes | None, bytes | None]]:
    for path in sorted(set(paths)):
        was, now = content(base, path), content(disk, path)
        if was != now:
            yield path, was, now


def _within(path: str, wish: str) -> bool:
    return path == wish or path.startswith(f"{wish}/")
