"""The life of a value along `main`: each merge that touched it, who wrote, who agreed, and why.

Signatures are verified and people read from keys, but no merge is judged here: whether each was
lawful is for the replay to say. The time is the log's; a commit's own date is taken only where no
log tells of it, and is marked as such.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial

from hoso.findings import HosoError
from hoso.gate.changes import Change, Part, changes_between, effect_digest
from hoso.gate.locks import order_for
from hoso.gate.policy import Deed, Granted, Policy
from hoso.gate.verdict import local
from hoso.ledger.keyring import WITNESS, Keyring
from hoso.ledger.standing import Shelf, Standing
from hoso.ledger.topic import Faulty, commit_of, topic_of
from hoso.schema.paths import ROOTS
from hoso.schema.school import TreeSchool
from hoso.signing.commits import NAMESPACE, RawCommit
from hoso.signing.entries import Entry, read_entry
from hoso.signing.faults import Fault
from hoso.signing.sshsig import Signature
from hoso.signing.statements import Statements, statements_in
from hoso.store.git import Repository
from hoso.store.tree import MemoryTree

#: Which changes are asked about.
Wanted = Callable[[Change], bool]
_MARK = "\x01"
SERVER = "may-chu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A statement that counted towards a merge, and the clause by which it may be made."""

    person: str
    role: str
    deed: str
    witnessed: bool
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One merge that touched what was asked about; `school` is the school as it left it.

    `seq` is the log's number of it, None where no log tells of it and `when` is the commit's own
    claim. `clauses` are those by which its authors may write, `opened_by` the papers that opened
    closed pages for them.
    """

    commit: str
    when: datetime
    seq: int | None
    authors: tuple[str, ...]
    agreed: tuple[Agreed, ...]
    clauses: tuple[str, ...]
    opened_by: tuple[str, ...]
    changes: tuple[Change, ...]
    school: TreeSchool


class Timeline:
    """History as far as a commit of `main`; `log` is the log's tip, or None where there is none."""

    def __init__(self, repository: Repository, main: str, log: str | None) -> None:
        self.repository = repository
        self.main = repository.resolve(main)
        self._log = log
        self._shelf = Shelf(repository)

    @property
    def school(self) -> TreeSchool:
        """The school as history leaves it."""
        return self.standing(self.main).school

    def standing(self, commit: str) -> Standing:
        """What stands at a commit."""
        return self._shelf.at(commit)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The log's entries by their commits, oldest first; what is no entry is passed over."""
        if self._log is None:
            return {}
        found: dict[str, Entry] = {}
        ids = self.repository.run("rev-list", "--first-parent", "--reverse", self._log)
        for id_ in ids.split():
            with suppress(Faulty, Fault):
                found[id_] = read_entry(commit_of(self.repository, id_).message)
        return found

    @cached_property
    def _received(self) -> dict[str, Entry]:
        return {entry.new: entry for entry in self.entries.values() if entry.event == "nhan"}

    def pages_naming(self, identifier: str) -> list[str]:
        """Every page that names somebody or did so at some time, also by its own path."""
        by_content = self._touched(ROOTS, f"-S{identifier}")
        by_path = self._touched((f"**/*{identifier}*", f"**/*{identifier}*/**"), patterns=True)
        return sorted({path for _, paths in (*by_content, *by_path) for path in paths})

    def turns(self, paths: Sequence[str], wanted: Wanted = lambda change: True) -> Iterator[Turn]:
        """The merges that changed something wanted on the given pages, oldest first."""
        for commit, touched in self._touched(paths) if paths else ():
            turn = self._turn(commit, touched, wanted)
            if turn is not None:
                yield turn

    def _touched(
        self, paths: Iterable[str], *options: str, patterns: bool = False
    ) -> list[tuple[str, list[str]]]:
        """The commits of main's own line that touched some paths, oldest first, with those."""
        told = self.repository.run_bytes(
            "--glob-pathspecs" if patterns else "--literal-pathspecs",
            "-c", "log.showRoot=true", "-c", "log.showSignature=false",
            "log", "--first-parent", "--diff-merges=first-parent", "--reverse", "--no-renames",
            "--name-only", "-z", "--format=%x01%H", *options, "--stdin",
            stdin="".join(f"{line}\n" for line in (self.main, "--", *paths)).encode(),
        )  # fmt: skip
        found: list[tuple[str, list[str]]] = []
        for token in os.fsdecode(told).split("\0"):
            if token.startswith(_MARK):
                found.append((token[1:], []))
            elif token.lstrip("\n"):
                found[-1][1].append(token.lstrip("\n"))
        return found

    def _turn(self, id_: str, touched: Sequence[str], wanted: Wanted) -> Turn | None:
        parents = self.repository.run("rev-parse", f"{id_}^@").split()
        after = self._shelf.at(id_)
        before = self._shelf.at(parents[0]) if parents else None
        old = MemoryTree({}) if before is None else before.tree
        changes = tuple(filter(wanted, changes_between(old, after.tree, touched, after.kinds)))
        if not changes:
            return None
        entry = self._received.get(id_)
        commit = self._read(id_)
        seconds = (
            entry.time if entry is not None
            else int(self.repository.run("show", "-s", "--format=%ct", id_))
        )  # fmt: skip
        when = datetime.fromtimestamp(seconds, UTC)
        # Who may do what, and whose key it is, is told by the records before the merge; what
        # founded the school is told by its own.
        seen = _Seen(before or after, when)
        authors = tuple(sorted(self._authors(commit, parents, seen.standing.keyring, when)))
        said = statements_in("" if commit is None else commit.message)
        digest = ""
        if before is not None and (said.statements or said.witnesses):
            paths = [path for path, _, _ in self.repository.changed(before.tree.id, after.tree.id)]
            digest = effect_digest(before.tree, after.tree, paths)
        agreed, papers = seen.agreed(said, digest, changes)
        return Turn(
            commit=id_, when=local(when), seq=None if entry is None else entry.seq,
            authors=authors, agreed=agreed, clauses=seen.clauses(authors, changes),
            opened_by=tuple(dict.fromkeys((*papers, *seen.orders(authors, changes)))),
            changes=changes, school=after.school,
        )  # fmt: skip

    def _read(self, id_: str) -> RawCommit | None:
        try:
            return commit_of(self.repository, id_)
        except Faulty:
            return None

    def _authors(
        self, commit: RawCommit | None, parents: Sequence[str], keyring: Keyring, when: datetime
    ) -> set[str]:
        """Who signed what came in: the commits of the topic, or the one commit there is."""
        if commit is None:
            return set()
        written: tuple[RawCommit, ...] = (commit,)
        if len(parents) > 1:
            written = ()
            with suppress(Faulty):
                read = partial(commit_of, self.repository)
                written = topic_of(read, parents[1]).commits
        signed = (
            _holder(keyring, each.signature, each.payload, NAMESPACE, when) for each in written
        )
        return {who for who in signed if who is not None}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the records say on the day of a merge."""

    standing: Standing
    when: datetime

    @property
    def policy(self) -> Policy | None:
        try:
            return self.standing.policy(local(self.when).date())
        except HosoError:
            return None

    def agreed(
        self, said: Statements, digest: str, changes: Sequence[Change]
    ) -> tuple[tuple[Agreed, ...], tuple[str, ...]]:
        """Who agreed to exactly this effect with a good key, and the requests they name."""
        found: list[Agreed] = []
        papers: list[str] = []
        for each in said.statements:
            who = self.standing.keyring.holder(each.signature.key, self.when)
            word = each.statement
            if who is not None and who.person is not None and word.digest == digest:
                papers.extend([] if word.correction is None else [word.correction])
                found.append(self._agreed(who.person, word.role, word.decision, False, changes))
        for seen in said.witnesses:
            who = self.standing.keyring.holder(seen.signature.key, self.when)
            told = seen.statement
            if who is not None and who.task == WITNESS and told.digest == digest:
                found.append(self._agreed(told.person, told.role, told.decision, True, changes))
        return tuple(found), tuple(papers)

    def clauses(self, authors: Iterable[str], changes: Sequence[Change]) -> tuple[str, ...]:
        """The clauses by which people may write these changes."""
        found = (
            clause for who in authors for change in changes
            for clause in self._granted(who, Deed.WRITE, change)
        )  # fmt: skip
        return tuple(dict.fromkeys(found))

    def orders(self, authors: Iterable[str], changes: Sequence[Change]) -> Iterator[str]:
        """The orders that opened closed pages for their authors."""
        policy = self.policy
        for change in changes:
            if policy is None or not policy.shut(change.kind or "", change.key):
                continue
            for who in authors:
                order = order_for(change, who, self.standing.school, local(self.when))
                if order is not None:
                    yield order.path

    def _agreed(
        self, person: str, role: str, deed: str, witnessed: bool, changes: Sequence[Change]
    ) -> Agreed:
        known = {each.value for each in Deed}
        by = (
            clause for change in changes if deed in known
            for clause in self._granted(person, Deed(deed), change)
        )  # fmt: skip
        return Agreed(person=person, role=role, deed=deed, witnessed=witnessed,
                      clause=next(by, ""))  # fmt: skip

    def _granted(self, person: str, deed: Deed, change: Change) -> Iterator[str]:
        policy = self.policy
        if policy is not None and change.kind is not None:
            place = change.pointer if change.part is Part.FIELD else None
            found = policy.grants(person, deed, change.kind, change.key, place)
            if isinstance(found, Granted):
                yield str(found.right.clause)


def _holder(
    keyring: Keyring, signature: Signature | None, payload: bytes, namespace: str, when: datetime
) -> str | None:
    if signature is None or not signature.covers(payload, namespace):
        return None
    found = keyring.holder(signature.key, when)
    return None if found is None else found.person or SERVER
