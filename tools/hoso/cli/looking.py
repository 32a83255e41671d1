"""Which tree a check looks at, and how much of it needs to be read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hoso.check import Progress, check_again, check_changed, check_whole
from hoso.findings import Finding, HosoError
from hoso.model import Kind
from hoso.schema.kinds import FOLDER, kinds_of, load_kinds, sound_schemas
from hoso.schema.paths import ROOTS
from hoso.store.git import Repository
from hoso.store.memory import LastCheck, Memory, deciders
from hoso.store.tree import FolderTree, Tree


def look(
    folder: Path, rev: str | None, since: str | None, *, jobs: int, again: bool, shown: bool
) -> tuple[list[Finding], str]:
    """The findings of a check and, in words, what was looked at.

    Without a revision the files on disk are checked; they need not be in git unless `since` is
    given. The schemas are those of the tree that is checked.
    """
    repository = _repository(folder)
    if repository is None:
        if rev is not None or since is not None:
            raise HosoError(f"{folder} không nằm trong kho git nên không có phiên bản nào")
        tree: Tree = FolderTree(folder)
        return _whole(tree, load_kinds(tree), jobs, shown)
    if repository.bare:
        rev = rev or "HEAD"
    tree = repository.tree(rev) if rev is not None else FolderTree(folder)
    memory = Memory(repository.git_dir / "hoso", deciders(tree, FOLDER))
    kinds = _kinds(memory, tree)
    if since is not None:
        paths = _differing(repository, repository.resolve(since, "tree"), rev)
        if any(path.startswith("schemas/") for path in paths):
            return _whole(tree, kinds, jobs, shown)
        return check_changed(tree, kinds, paths)[0], f"{len(paths)} tệp đã thay đổi"
    if rev is None and not repository.has_commits():
        return _whole(tree, kinds, jobs, shown)
    last = None if again else memory.last_check()
    if last is not None and _is_there(repository, last):
        paths = _differing(repository, last.tree, rev)
        then = repository.tree(last.tree)
        findings = check_again(tree, kinds, then, last.findings, paths)
        what = f"cả trường, đọc lại {len(paths)} tệp"
    else:
        findings, what = _whole(tree, kinds, jobs, shown)
    if rev is not None or not repository.changed_on_disk(*ROOTS, "schemas"):
        memory.keep_check(repository.resolve(rev or "HEAD", "tree"), findings)
    return findings, what


def _whole(tree: Tree, kinds: dict[str, Kind], jobs: int, shown: bool) -> tuple[list[Finding], str]:
    read = 0
    with _bar(shown) as bar:

        def progress(done: int, total: int) -> None:
            nonlocal read
            read = total
            if bar is not None:
                bar(done, total)

        findings = check_whole(tree, kinds, jobs, progress)
    return findings, f"cả trường, đọc {read} tệp"


def _kinds(memory: Memory, tree: Tree) -> dict[str, Kind]:
    schemas = memory.schemas()
    if schemas is None:
        schemas = sound_schemas(tree)
        memory.keep_schemas(schemas)
    return kinds_of(schemas)


def _is_there(repository: Repository, last: LastCheck) -> bool:
    try:
        repository.object(last.tree)
    except KeyError:
        return False
    return True


def _differing(repository: Repository, old: str, rev: str | None) -> list[str]:
    """Paths that differ between an earlier tree and what is checked now."""
    new = repository.resolve(rev or "HEAD", "tree")
    paths = [path for path, _, _ in repository.changed(old, new)]
    return paths if rev is not None else [*paths, *repository.changed_on_disk(*ROOTS, "schemas")]


def _repository(folder: Path) -> Repository | None:
    try:
        repository = Repository(folder)
    except HosoError:
        return None
    return repository if repository.is_root else None


@contextmanager
def _bar(shown: bool) -> Iterator[Progress | None]:
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Đang kiểm tra", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
