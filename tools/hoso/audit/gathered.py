"""Everything an audit will ask of git, asked at once: commits, what differs, sizes, contents.

A hook asks about one merge; an audit asks about all, and a process (or a round trip) per question
would cost more than the answers. What is gathered here answers the same questions of the same
`View`; a question nobody foresaw is asked of git as ever.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hoso.ledger.standing import Standing, says_who
from hoso.ledger.state import State
from hoso.ledger.topic import Changed, commit_of
from hoso.ledger.view import View
from hoso.signing.commits import MalformedCommit, RawCommit, read_commit
from hoso.store.git import CommitTree, Repository
from hoso.store.tree import Entry

_FOLDER = "040000"
_NO_FILE = frozenset({"000000", _FOLDER})
_Near = dict[str, tuple[str, list[tuple[str, str, str]]]]


class Gathered(View):
    """A view that knows beforehand what following the log from its state to `log` will ask.

    `main` is where the log says that main is then.
    """

    def __init__(self, repository: Repository, state: State, main: str, log: str) -> None:
        super().__init__(repository, state)
        told = repository.run("rev-list", main, log, "--not", state.main, state.log)
        self._raw = read_commits(repository, [*told.split(), state.main, state.log])
        self._read: dict[str, RawCommit] = {}
        self._main = {id_: at for at, id_ in enumerate(_line(self._raw, main, state.main))}
        self._log = {id_: at for at, id_ in enumerate(_line(self._raw, log, state.log))}
        near: _Near = {}
        self._changed.update(differences(repository, set(_pairs(self._raw)), near))
        sides = (each for found in self._changed.values() for _, *both in found for each in both)
        blobs = {entry.blob for entry in sides if entry is not None}
        self._sizes = repository.read_ahead(sorted({*blobs, *_unlike(near)}), near)
        #: How many commits there are to look at.
        self.commits = len(self._raw) - 2

    def commit(self, id_: str) -> RawCommit:
        if id_ not in self._read:
            try:
                self._read[id_] = read_commit(id_, self._raw[id_])
            except (KeyError, MalformedCommit):
                return commit_of(self.repository, id_)
        return self._read[id_]

    def standing(self, commit: str) -> Standing:
        known, raw = self.shelf.standings.get(commit), self._raw.get(commit)
        if known is not None or raw is None:
            return known or self.shelf.at(commit)
        tree = CommitTree(self.repository, tree_id(raw))
        above = self.shelf.standings.get(next(iter(parents(raw)), ""))
        if above is None or (changes := self._changed.get((above.tree.id, tree.id))) is None:
            return self.shelf.at(commit, tree)
        for path, before, after in changes:
            above.tree.know(path, before)
            tree.know(path, after)
        alike = not any(says_who(path, above.school.table) for path, _, _ in changes)
        return self.shelf.at(commit, tree, above if alike else None)

    def sizes(self, ids: Iterable[str]) -> Mapping[str, tuple[str, int]]:
        asked = list(ids)
        return self._sizes if self._sizes.keys() >= set(asked) else super().sizes(asked)

    def on_main(self, commit: str) -> bool:
        at = self._main.get(commit)
        if at is None:
            return commit not in self._raw and super().on_main(commit)
        return at <= self._main.get(self.state.main, -1)

    def in_log(self, commit: str) -> bool:
        at = self._log.get(commit)
        if at is None:
            return commit not in self._raw and super().in_log(commit)
        return at <= self._log.get(self.state.log, -1)


def read_commits(repository: Repository, ids: Sequence[str]) -> dict[str, bytes]:
    """The bytes of many commits, from one process."""
    return {id_: raw for id_, _, raw in repository.objects(ids)}


def tree_id(raw: bytes) -> str:
    """The id of a commit's tree."""
    return raw[5 : raw.index(b"\n")].decode("ascii", "replace")


def parents(raw: bytes) -> list[str]:
    """The ids of a commit's parents."""
    head = raw.partition(b"\nauthor ")[0].split(b"\n")[1:]
    return [line[7:].decode("ascii", "replace") for line in head if line.startswith(b"parent ")]


def _line(raw: Mapping[str, bytes], tip: str, start: str) -> list[str]:
    """The first-parent line from a start to a tip, oldest first."""
    found: list[str] = []
    at = tip
    while at in raw:
        found.append(at)
        if at == start:
            break
        at = next(iter(parents(raw[at])), "")
    return found[::-1]


def _pairs(raw: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The trees an audit compares: every commit with its parent, and every topic as a whole."""
    for commit in raw.values():
        above = parents(commit)
        if not above or above[0] not in raw:
            continue
        yield tree_id(raw[above[0]]), tree_id(commit)
        if len(above) == 2 and above[1] in raw:
            at = above[1]
            while len(below := parents(raw[at])) == 1 and below[0] in raw:
                at = below[0]
            yield tree_id(raw[at]), tree_id(raw[above[1]])


def differences(
    repository: Repository, pairs: Iterable[tuple[str, str]], near: _Near | None = None
) -> dict[tuple[str, str], Sequence[Changed]]:
    """What differs between many pairs of trees, from one process; never renames.

    Nothing is known beforehand where one of the trees is malformed: each is then asked about.
    `near` is told which folders are like which others.
    """
    asked = sorted(pairs)
    near = {} if near is None else near
    try:
        told = repository.run_bytes(
            "diff-tree", "--stdin", "-r", "-t", "-z", "--raw", "--no-renames", "--no-abbrev",
            stdin="".join(f"{old} {new}\n" for old, new in asked).encode(),
        )  # fmt: skip
    except subprocess.CalledProcessError:
        return {}
    found: dict[tuple[str, str], list[Changed]] = {pair: [] for pair in asked}
    here: list[Changed] = []
    inside: dict[str, list[tuple[str, str, str]]] = {}
    fields = os.fsdecode(told).split("\0")
    for head, path in zip(fields[:-1:2], fields[1::2], strict=True):
        pair, _, said = head.rpartition("\n")
        if pair:
            old, _, new = pair.rpartition("\n")[2].partition(" ")
            here, inside = found[old, new], {"": []}
            near[new] = (old, inside[""])
        old_mode, new_mode, old, new, _ = said[1:].split(" ")
        above, _, name = path.rpartition("/")
        if above in inside:
            inside[above].append((name, old, new))
        if new_mode == _FOLDER:
            near[new] = (old, inside.setdefault(path, []))
        before = None if old_mode in _NO_FILE else Entry(path, old_mode, old)
        after = None if new_mode in _NO_FILE else Entry(path, new_mode, new)
        if before is not None or after is not None:
            here.append((path, before, after))
    return {pair: tuple(changes) for pair, changes in found.items()}


def _unlike(near: _Near) -> Iterator[str]:
    """The folders that have to be read: those that others are made from, or with other members."""
    for id_, (other, differing) in near.items():
        if other not in near:
            yield other
        if not differing or any(
            not (before.strip("0") and after.strip("0")) for _, before, after in differing
        ):
            yield id_
