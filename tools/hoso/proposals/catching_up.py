"""A clone brought to what `main` is now, with the files somebody is editing kept, field by field.

Git would refuse while an edited file has changed on `main` as well, even where both are the same.
Here the index is told first what `main` has at the edited paths; then git moves every other file
and leaves these alone. A kill at any moment leaves the files as edited or as merged, never less.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from hoso.findings import HosoError
from hoso.gate.merging import Conflict, merge_page
from hoso.proposals.clone import Clone
from hoso.proposals.drafting import chosen, content, unusable
from hoso.proposals.sending import Unusable, edited_paths, started_from
from hoso.store.tree import FolderTree
from hoso.store.writing import write_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """What moving on to `main` does to edited files: their new content, or where they disagree."""

    base: str
    onto: str
    files: Mapping[str, bytes | None]
    conflicts: tuple[Conflict, ...]


def catch_up(clone: Clone) -> CatchUp:
    """What is needed to go on from `main` as it was fetched; nothing is touched yet.

    HosoError where the clone has commits of its own; Unusable for files that cannot be read.
    """
    view, base = clone.view, started_from(clone)
    if clone.repository.resolve("HEAD") != base:
        raise HosoError(
            "thư mục có bản ghi riêng (git commit) nên chưa cập nhật được; gửi hoặc bỏ chúng trước"
        )
    old, new = view.standing(base), view.standing(view.main)
    disk = FolderTree(clone.repository.path)
    paths = chosen(edited_paths(clone, base), ())
    findings = tuple(unusable(disk, paths, old.school.table))
    if findings:
        raise Unusable(findings)
    files: dict[str, bytes | None] = {}
    conflicts: list[Conflict] = []
    for path in paths:
        sides = (content(old.tree, path), content(disk, path), content(new.tree, path))
        found = merge_page(path, *sides, new.school.table)
        if isinstance(found, Conflict):
            conflicts.append(found)
        else:
            files[path] = found
    return CatchUp(base=base, onto=view.main, files=files, conflicts=tuple(conflicts))


def move_on(clone: Clone, found: CatchUp) -> None:
    """Moves the clone's branch and files on; HosoError, and edited files untouched, on failure."""
    repository = clone.repository
    new = clone.view.standing(found.onto).tree
    try:
        for path in found.files:
            entry = new.entry(path)
            if entry is None:
                repository.run("update-index", "--force-remove", "--", path)
            else:
                told = f"{entry.mode},{entry.blob},{path}"
                repository.run("update-index", "--add", "--cacheinfo", told)
        repository.run("read-tree", "-m", "-u", found.base, found.onto)
        repository.run("update-ref", "-m", "hoso update", "HEAD", found.onto, found.base)
    except subprocess.CalledProcessError as error:
        with contextlib.suppress(subprocess.CalledProcessError):
            repository.run("read-tree", repository.resolve("HEAD"))
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise HosoError(
            f"git không chuyển được tệp: {said[0] if said else 'không rõ vì sao'}; "
            "các tệp đang sửa còn nguyên"
        ) from error
    disk = FolderTree(repository.path)
    for path, raw in found.files.items():
        if raw == content(disk, path):
            continue
        if raw is None:
            (repository.path / path).unlink()
        else:
            write_whole(repository.path / path, raw)
