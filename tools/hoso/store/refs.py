"""Branches read and moved: many at once, each from the commit that the caller saw it at."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from hoso.findings import HosoError
from hoso.store.git import Repository

_NOTHING = "0" * 40


@dataclass(frozen=True, slots=True)
class Move:
    """A ref and where it goes; `old` is None where it is not there yet, `new` None to end it."""

    ref: str
    new: str | None
    old: str | None


class NotMoved(HosoError):
    """Refs that could not be moved; the message holds git's own words."""


def refs(repository: Repository, prefix: str = "refs/") -> dict[str, str]:
    """The commit (or other object) of every ref at or below a prefix, by the ref's full name."""
    told = repository.run("for-each-ref", "--format=%(objectname) %(refname)", prefix)
    pairs = (line.split(" ", 1) for line in told.splitlines())
    return {name: id_ for id_, name in pairs}


def leads_to(repository: Repository, commit: str, tip: str) -> bool:
    """Whether a commit is another one, or in its history; no where either is not there."""
    try:
        repository.run("merge-base", "--is-ancestor", commit, tip)
    except subprocess.CalledProcessError:
        return False
    return True


def update(repository: Repository, moves: Iterable[Move], holding: tuple[int, ...] = ()) -> None:
    """Moves refs in one transaction; NotMoved where one is not at its old place any more.

    The files named by `holding` stay open in git's process too: a lock held through one of them
    is not free before git has ended, even if the caller dies meanwhile.
    """
    # Without its last word the transaction counts for nothing: a caller who dies while writing
    # leaves every ref where it was.
    words = ["start", *(_word(move) for move in moves), "prepare", "commit", ""]
    try:
        repository.run_bytes(
            "update-ref", "--stdin", "-z", stdin="\0".join(words).encode(), holding=holding
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise NotMoved(f"git không đổi được nhánh: {said}") from error


def _word(move: Move) -> str:
    old = move.old or _NOTHING
    if move.new is None:
        return f"delete {move.ref}\0{old}"
    return f"update {move.ref}\0{move.new}\0{old}"
