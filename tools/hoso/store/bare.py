"""A bare repository made from nothing: what stands in it, how it behaves, which hooks it has."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from hoso.findings import HosoError
from hoso.store.git import Repository
from hoso.store.writing import write_whole


def new_bare(folder: Path) -> Repository:
    """An empty bare repository in an empty folder, with `main` to come and nobody's templates."""
    kept = {name: each for name, each in os.environ.items() if not name.startswith("GIT_")}
    made = subprocess.run(  # noqa: S603 - a fixed program without a shell
        ["git", "init", "--quiet", "--bare", "--template=", "--object-format=sha1",  # noqa: S607
         "--initial-branch=main", os.fspath(folder)],
        capture_output=True, check=False, env={**kept, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    if made.returncode:
        raise HosoError(f"git không tạo được kho: {made.stderr.decode('utf-8', 'replace').strip()}")
    return Repository(folder)


def configure(repository: Repository, settings: Iterable[tuple[str, str]]) -> None:
    """Sets a repository's own settings; a name that comes twice has both values."""
    for name, value in settings:
        repository.run("config", "--local", "--add", name, value)


def install_hooks(repository: Repository, hooks: Mapping[str, str]) -> None:
    """Puts hooks in place, each a script that its owner may run and whole at every moment."""
    for name, script in hooks.items():
        write_whole(repository.git_dir / "hooks" / name, script.encode(), 0o755)
