"""Two states of a school side by side: two revisions, or a revision and the files on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hoso.gate.changes import Change, changes_between, effect_digest
from hoso.gate.corrections import Request, carried_out, requests_for
from hoso.ledger.standing import Standing
from hoso.model import Kind
from hoso.schema.paths import ROOTS
from hoso.schema.school import TreeSchool
from hoso.store.git import Repository
from hoso.store.tree import FolderTree, Tree

#: What stands beside the records and belongs to the school as well.
_BESIDE = ("schemas", ".github", "mkdocs.yml")


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between a base and a head; kinds are the base's."""

    repository: Repository
    standing: Standing
    head: Tree
    changes: tuple[Change, ...]
    digest: str

    @property
    def base(self) -> TreeSchool:
        """The school at the base."""
        return self.standing.school


def compared(folder: Path, base: str | None, head: str | None) -> Compared:
    """The changes from a revision (or HEAD) to another (or what is on disk)."""
    repository = Repository(folder)
    base = base or "HEAD"
    if head is None and repository.bare:
        head = "HEAD"
    old = repository.tree(base)
    new: Tree = FolderTree(folder) if head is None else repository.tree(head)
    then = repository.resolve(head or "HEAD", "tree")
    paths = {path for path, _, _ in repository.changed(old.id, then)}
    if head is None:
        paths.update(repository.changed_on_disk(*ROOTS, *_BESIDE))
    standing = Standing(base, old)
    return Compared(
        repository, standing, new, changes_between(old, new, paths, standing.kinds),
        effect_digest(old, new, paths),
    )  # fmt: skip


def used_requests(found: Compared, base: str | None) -> frozenset[str]:
    """The correction requests about changed pages that history shows carried out already."""
    pages = {change.path for change in found.changes}
    return frozenset(
        request.path
        for page in pages
        for request in requests_for(page, found.base)
        if is_used(found.repository, found.base.kinds, request, base or "HEAD")
    )


def is_used(repository: Repository, kinds: Mapping[str, Kind], request: Request, base: str) -> bool:
    """Whether the history of a revision shows a correction request carried out already."""
    return carried_out(request, _later(repository, kinds, request.path, request.page, base))


def _later(
    repository: Repository, kinds: Mapping[str, Kind], request: str, page: str, base: str
) -> Iterator[tuple[Change, ...]]:
    """What each merge after the request's own changed on its page."""
    tip = repository.resolve(base)
    # A request never changes once it stands, so the last commit that touched it brought it.
    added = repository.run("rev-list", "--first-parent", "-1", tip, "--", request)
    since = repository.run("rev-list", "--first-parent", f"{added}..{tip}", "--", page)
    for commit in since.split():
        trees = repository.tree(f"{commit}^1"), repository.tree(commit)
        yield changes_between(*trees, [page], kinds)
