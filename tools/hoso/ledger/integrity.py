"""Whether a repository is what it seems: whole, unreplaced, with the branches it may have.

A clone can be made to show something else than what is in it (replacements, grafts, borrowed or
missing objects); such a clone proves nothing, so it is refused before anything is read from it.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from hoso.findings import Finding
from hoso.store.git import Repository

#: What a school's repository, or a clone of one, may have as branches and tags.
_REFS = re.compile(
    r"refs/(?:heads|remotes/[A-Za-z0-9._-]+)/"
    r"(?:main|nhat-ky|HEAD|locked/[0-9]{4}-[0-9]{4}/[a-z0-9-]{1,60}"
    r"|de-nghi/NV[0-9]{4}/[a-z0-9]{4,26}|y-kien/NV[0-9]{4}/NV[0-9]{4}-[a-z0-9]{4,26})"
)
_FRESH = "lấy bản sao mới, đầy đủ: git clone --mirror"


def integrity_faults(repository: Repository) -> Iterator[Finding]:
    """Everything for which a repository cannot be trusted to show what is in it."""
    here = repository.git_dir
    if repository.run("rev-parse", "--is-shallow-repository") == "true":
        yield _fault("shallow", "HS830", "bản sao bị cắt ngắn, thiếu phần đầu lịch sử")
    for name, said in (
        ("info/grafts", "lịch sử được ghép lại (grafts)"),
        ("objects/info/alternates", "mượn dữ liệu của kho khác (alternates)"),
    ):
        if (here / name).exists():
            yield _fault(name, "HS830", said)
    if _promised(repository):
        yield _fault("partial", "HS830", "bản sao thiếu dữ liệu (partial clone)")
    for name in branches(repository):
        if name.startswith("refs/replace/"):
            yield _fault(name, "HS830", "dữ liệu bị thay bằng dữ liệu khác (replace)")
        elif _REFS.fullmatch(name) is None:
            yield _fault(ascii(name)[1:-1], "HS838", "nhánh hoặc thẻ ngoài danh mục")


def object_faults(repository: Repository) -> Iterator[Finding]:
    """What `git fsck --strict` finds; it reads every object, so it costs what the archive does."""
    try:
        repository.run("fsck", "--strict", "--full", "--no-dangling", "--no-progress")
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode("utf-8", "replace").splitlines()[:20] or ["git fsck"]
        for line in lines:
            yield _fault("objects", "HS839", ascii(line)[1:-1])


def frozen_faults(closed: Mapping[str, str], repository: Repository) -> Iterator[Finding]:
    """Branches of closed books that are not where the log set them."""
    there = {
        match[1]: id_
        for name, id_ in branches(repository).items()
        if (match := re.fullmatch(r"refs/(?:heads|remotes/[^/]+)/locked/(.+)", name))
    }
    for lock in sorted(closed.keys() | there.keys()):
        if there.get(lock) != closed.get(lock):
            yield Finding(
                path=f"locked/{lock}", line=1, code="HS845",
                message="nhánh chốt sổ không ở chỗ nhật ký ghi", hint=_FRESH,
            )  # fmt: skip


def branches(repository: Repository) -> dict[str, str]:
    """Every ref of a repository by name, with the id it names."""
    told = repository.run("for-each-ref", "--format=%(objectname) %(refname)")
    return {name: id_ for id_, _, name in (line.partition(" ") for line in told.splitlines())}


def _promised(repository: Repository) -> bool:
    packs = Path(repository.git_dir, "objects", "pack")
    return any(packs.glob("*.promisor"))


def _fault(place: str, code: str, message: str) -> Finding:
    return Finding(path=place, line=1, code=code, message=message, hint=_FRESH)
