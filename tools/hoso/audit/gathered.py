"""Everything an audit will ask of git, asked at once: commits, what differs, sizes, signatures.

A hook asks about one merge; an audit asks about all, and a process (or a round trip) per question
would cost more than the answers. What is gathered here answers the same questions of the same
`View`; a question nobody foresaw is asked of git as ever.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hoso.ledger.state import State
from hoso.ledger.topic import Changed, commit_of
from hoso.ledger.view import View
from hoso.signing.commits import NAMESPACE, MalformedCommit, RawCommit, read_commit
from hoso.signing.sshsig import Signature
from hoso.signing.statements import statements_in
from hoso.store.git import Repository
from hoso.store.tree import Entry

#: Fewer signatures than this are verified sooner than a second process starts.
_WORTH_A_PROCESS = 400
_NOTHING = "000000"


class Gathered(View):
    """A view that knows beforehand what an audit from its state to the tips will ask."""

    def __init__(
        self, repository: Repository, state: State, main: str, log: str, jobs: int = 1
    ) -> None:
        super().__init__(repository, state)
        ids = repository.run("rev-list", main, log).split()
        self._raw = _commits(repository, ids)
        self._read: dict[str, RawCommit] = {}
        self._main = {id_: at for at, id_ in enumerate(_line(self._raw, main))}
        self._log = {id_: at for at, id_ in enumerate(_line(self._raw, log))}
        start = self._main.get(state.main, 0), self._log.get(state.log, 0)
        fresh = [id_ for id_ in ids if self._main.get(id_, start[0] + 1) > start[0]]
        fresh = [id_ for id_ in fresh if self._log.get(id_, start[1] + 1) > start[1]]
        for pair, found in _differences(repository, set(_pairs(self._raw, fresh))):
            self._changed[pair] = found
        blobs = {entry.blob for found in self._changed.values() for _, _, entry in found if entry}
        self._sizes = repository.sizes(sorted(blobs))
        self._good = _verified(self._raw, fresh, repository, jobs)
        self.commits, self.signatures = len(ids), len(self._good)

    def commit(self, id_: str) -> RawCommit:
        if id_ not in self._raw:
            return commit_of(self.repository, id_)
        if id_ not in self._read:
            try:
                self._read[id_] = read_commit(id_, self._raw[id_])
            except MalformedCommit:
                return commit_of(self.repository, id_)
        return self._read[id_]

    def sizes(self, ids: Iterable[str]) -> Mapping[str, tuple[str, int]]:
        asked = list(ids)
        if all(id_ in self._sizes for id_ in asked):
            return self._sizes
        return super().sizes(asked)

    def on_main(self, commit: str) -> bool:
        return self._main.get(commit, len(self._main)) <= self._main.get(self.state.main, -1)

    def in_log(self, commit: str) -> bool:
        return self._log.get(commit, len(self._log)) <= self._log.get(self.state.log, -1)

    def verified(self, signature: Signature, message: bytes, namespace: str) -> bool:
        if _mark(signature, message, namespace) in self._good:
            return True
        return super().verified(signature, message, namespace)

    @property
    def unlogged(self) -> list[str]:
        """The commits of main's own line after the state's, oldest first."""
        start = self._main.get(self.state.main, -1)
        return [id_ for id_, at in self._main.items() if at > start]


def _commits(repository: Repository, ids: Sequence[str]) -> dict[str, bytes]:
    asked = "".join(f"{id_}\n" for id_ in ids).encode()
    told = repository.run_bytes("cat-file", "--batch", "--buffer", stdin=asked)
    found: dict[str, bytes] = {}
    at = 0
    while at < len(told):
        end = told.index(b"\n", at)
        id_, _, size = told[at:end].split(b" ")
        at = end + 1 + int(size)
        found[id_.decode()] = told[end + 1 : at]
        at += 1
    return found


def _tree(raw: bytes) -> str:
    return raw[5 : raw.index(b"\n")].decode("ascii", "replace")


def _parents(raw: bytes) -> list[str]:
    head = raw.partition(b"\nauthor ")[0].split(b"\n")[1:]
    return [line[7:].decode("ascii", "replace") for line in head if line.startswith(b"parent ")]


def _line(raw: Mapping[str, bytes], tip: str) -> list[str]:
    """The first-parent line below a tip, oldest first."""
    found: list[str] = []
    at = tip
    while at in raw:
        found.append(at)
        at = next(iter(_parents(raw[at])), "")
    return found[::-1]


def _pairs(raw: Mapping[str, bytes], ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The trees an audit compares: every commit with its parent, and every topic as a whole."""
    for id_ in ids:
        parents = _parents(raw[id_])
        if not parents or parents[0] not in raw:
            continue
        yield _tree(raw[parents[0]]), _tree(raw[id_])
        if len(parents) == 2 and parents[1] in raw:
            at, above = parents[1], _parents(raw[parents[1]])
            while len(above) == 1 and above[0] in raw:
                at = above[0]
                above = _parents(raw[at])
            yield _tree(raw[at]), _tree(raw[parents[1]])


def _differences(
    repository: Repository, pairs: Iterable[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], tuple[Changed, ...]]]:
    """What differs between many pairs of trees, from one process; never renames."""
    asked = sorted(pairs)
    told = repository.run_bytes(
        "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev",
        stdin="".join(f"{old} {new}\n" for old, new in asked).encode(),
    )  # fmt: skip
    found: dict[tuple[str, str], list[Changed]] = {pair: [] for pair in asked}
    at, here = 0, asked[0] if asked else ("", "")
    while at < len(told):
        if told[at : at + 1] != b":":
            end = told.index(b"\n", at)
            old, _, new = told[at:end].decode().partition(" ")
            here, at = (old, new), end + 1
            continue
        middle = told.index(b"\0", at)
        end = told.index(b"\0", middle + 1)
        old_mode, new_mode, old_blob, new_blob, _ = told[at + 1 : middle].decode().split(" ")
        path = os.fsdecode(told[middle + 1 : end])
        before = None if old_mode == _NOTHING else Entry(path, old_mode, old_blob)
        after = None if new_mode == _NOTHING else Entry(path, new_mode, new_blob)
        found[here].append((path, before, after))
        at = end + 1
    for pair, changes in found.items():
        yield pair, tuple(changes)


def _mark(signature: Signature, message: bytes, namespace: str) -> bytes:
    """What names a signature together with exactly what it was found to cover."""
    digest = hashlib.sha256(namespace.encode() + b"\0" + message)
    digest.update(b"\0" + signature.blob)
    return digest.digest()


def _verified(
    raw: Mapping[str, bytes], ids: Sequence[str], repository: Repository, jobs: int
) -> set[bytes]:
    """The marks of every signature of commits and statements that holds."""
    if jobs < 2 or len(ids) < _WORTH_A_PROCESS:
        return set(_marks(raw, ids))
    size = -(-len(ids) // (jobs * 4))
    parts = [ids[start : start + size] for start in range(0, len(ids), size)]
    context = multiprocessing.get_context("fork")
    # Workers inherit the commits by forking; only ids and marks cross the pipe.
    with context.Pool(jobs, initializer=_begin, initargs=(raw,)) as pool:
        return {mark for found in pool.imap_unordered(_marks_here, parts) for mark in found}


_inherited: list[Mapping[str, bytes]] = []


def _begin(raw: Mapping[str, bytes]) -> None:
    _inherited[:] = [raw]


def _marks_here(ids: Sequence[str]) -> list[bytes]:
    return list(_marks(_inherited[0], ids))


def _marks(raw: Mapping[str, bytes], ids: Iterable[str]) -> Iterator[bytes]:
    found: list[bytes] = []

    def covers(signature: Signature, message: bytes, namespace: str) -> bool:
        held = signature.covers(message, namespace)
        if held:
            found.append(_mark(signature, message, namespace))
        return held

    for id_ in ids:
        try:
            commit = read_commit(id_, raw[id_])
        except MalformedCommit:
            continue
        if commit.signature is not None:
            covers(commit.signature, commit.payload, NAMESPACE)
        statements_in(commit.message, covers)
        yield from found
        found.clear()
