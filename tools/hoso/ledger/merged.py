"""What a merge of a proposal into `main` must be: computed anew, never taken on trust."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hoso.gate.changes import Part
from hoso.gate.merging import Clash, Conflict, merge_page
from hoso.schema.paths import ROOTS, PathTable
from hoso.store.tree import PLAIN, Entry, Tree, blob_id

#: What comes to stand at a path: the proposal's own file, a page merged field by field, nothing.
Outcome = Entry | bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge changes on `main`, by path; with conflicts it cannot be made."""

    pages: Mapping[str, Outcome]
    conflicts: tuple[Conflict, ...]

    def files(self, theirs: Tree) -> dict[str, bytes | None]:
        """The content of every changed page, None where it goes away."""
        return {
            path: theirs.read(path) if isinstance(found, Entry) else found
            for path, found in self.pages.items()
        }


def merged(base: Tree, ours: Tree, theirs: Tree, paths: Iterable[str], table: PathTable) -> Merged:
    """The effect on `ours` of what happened from `base` to `theirs` at the given paths."""
    pages: dict[str, Outcome] = {}
    conflicts: list[Conflict] = []
    for path in sorted(set(paths)):
        was, here, there = (tree.entry(path) for tree in (base, ours, theirs))
        if same_file(here, there) or same_file(was, there):
            continue
        if same_file(was, here):
            pages[path] = there
            continue
        found = _page(path, (base, ours, theirs), table)
        if isinstance(found, Conflict):
            conflicts.append(found)
        elif not is_outcome(found, here):
            pages[path] = found
    return Merged(pages=pages, conflicts=tuple(conflicts))


def same_file(one: Entry | None, other: Entry | None) -> bool:
    """Whether two entries of one path are the same file, or both nothing."""
    if one is None or other is None:
        return one is other
    return (one.mode, one.blob) == (other.mode, other.blob)


def is_outcome(outcome: Outcome, entry: Entry | None) -> bool:
    """Whether what stands at a path is what a merge had to bring there."""
    if isinstance(outcome, bytes):
        return entry is not None and (entry.mode, entry.blob) == (PLAIN, blob_id(outcome))
    return same_file(outcome, entry)


def _page(path: str, trees: tuple[Tree, Tree, Tree], table: PathTable) -> bytes | Conflict | None:
    entries = [tree.entry(path) for tree in trees]
    inside = path.partition("/")[0] in ROOTS
    if not inside or any(entry is not None and entry.mode != PLAIN for entry in entries):
        return Conflict(path=path, clashes=(Clash(part=Part.FILE),))
    base, ours, theirs = (
        None if entry is None else tree.read(path)
        for tree, entry in zip(trees, entries, strict=True)
    )
    return merge_page(path, base, ours, theirs, table)
