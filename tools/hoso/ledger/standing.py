"""What stands at a commit, and what follows from it: the school, its keys, its policy on a day.

Most of a school is the same from one merge to the next, so records are kept by the id of their
file, kinds by the id of the schemas' folder, and policies by the ids of everything they are read
from. What is kept never decides anything that reading again would decide otherwise.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from hoso.findings import HosoError
from hoso.gate.policy import Assignment, Policy
from hoso.gate.regulation import policy_of, policy_on
from hoso.ledger.keyring import MACHINES, PEOPLE, Keyring, keyring_of
from hoso.model import Kind, Record
from hoso.rules.days import day
from hoso.schema.kinds import FOLDER as SCHEMAS
from hoso.schema.kinds import kinds_of, sound_schemas
from hoso.schema.paths import PathTable
from hoso.schema.school import TreeSchool
from hoso.store.git import CommitTree, Repository
from hoso.store.memory import Memory, deciders
from hoso.store.tree import Tree

#: Where the regulation stands; with the schemas it is what a statement is bound to.
REGULATION = "records/quy-che"
_STAFF = "records/nhan-su"
_MOST_RECORDS = 20_000
_MOST_POLICIES = 64
_MOST_STANDINGS = 12
_MOST_YEARS = 256


@dataclass(slots=True)
class _Read:
    """What this process has read already; every entry is named by the content it came from."""

    kinds: dict[str, dict[str, Kind]] = field(default_factory=dict)
    records: dict[tuple[str, str], Record | None] = field(default_factory=dict)
    policies: dict[tuple[object, ...], Policy] = field(default_factory=dict)
    keyrings: dict[tuple[str, ...], Keyring] = field(default_factory=dict)
    digests: dict[tuple[str, str], str] = field(default_factory=dict)
    years: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)


class _Unread:
    """Stands for a page nobody has read yet; None stands for one that cannot be read."""


_UNREAD = _Unread()
#: One for all repositories: equal ids are equal contents, and a hook opens one repository thrice.
READ = _Read()


@dataclass(slots=True)
class Shelf:
    """What stands at the commits of one repository that have been looked at last."""

    repository: Repository
    standings: dict[str, Standing] = field(default_factory=dict)

    def at(
        self, commit: str, tree: CommitTree | None = None, like: Standing | None = None
    ) -> Standing:
        """What stands at a commit; its tree saves asking git for it.

        `like` is a standing that differs in nothing that says who may do what (`says_who`).
        """
        if commit not in self.standings:
            if len(self.standings) >= _MOST_STANDINGS:
                del self.standings[next(iter(self.standings))]
            found = Standing(commit, tree or self.repository.tree(commit))
            if like is not None:
                found.take_over(like)
            self.standings[commit] = found
        return self.standings[commit]


class KeptSchool(TreeSchool):
    """The school of a commit, whose unchanged pages are those read at another commit."""

    def __init__(self, tree: CommitTree, kinds: Mapping[str, Kind], schemas: str) -> None:
        super().__init__(tree, kinds)
        self._schemas = schemas

    def _read(self, path: str) -> Record | None:
        entry = self.tree.entry(path)
        if entry is None:
            return None
        known, at = READ.records, (f"{self._schemas}:{path}", f"{entry.mode} {entry.blob}")
        # Other threads may clear what is known between one line and the next.
        found = known.get(at, _UNREAD)
        if isinstance(found, _Unread):
            if len(known) > _MOST_RECORDS:
                known.clear()
            found = known[at] = super()._read(path)
        return found


class Standing:
    """A commit as the gate sees it; everything is read when it is asked for."""

    def __init__(self, commit: str, tree: CommitTree) -> None:
        self.commit = commit
        self.tree = tree

    def take_over(self, like: Standing) -> None:
        """Takes over what has been read for a standing of which all that says who is the same."""
        with contextlib.suppress(HosoError):
            for name in _WHO:
                self.__dict__[name] = getattr(like, name)

    def told(
        self, on: date, keyring: Keyring, regulation: str, assignments: tuple[Assignment, ...]
    ) -> None:
        """Takes over what was read of an equal standing: its keys, and who does what on a day.

        `regulation` is the page that is in force then; HosoError where there is none.
        """
        page = self.school.at(regulation)
        if page is None:
            raise HosoError(f"không đọc được {regulation}")
        self.__dict__["keyring"] = keyring
        self._footprints[on] = (f"as told: {self.tree.id}",)
        at = (on, *self._footprints[on])
        READ.policies[at] = policy_of(page, self.school, on, assignments)

    @cached_property
    def _schemas(self) -> str:
        return self.tree.folder_id(SCHEMAS)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The kinds of this commit's own schemas; BrokenSchemas where they are unsound."""
        known = READ.kinds
        if self._schemas not in known:
            known[self._schemas] = _kinds(self.tree)
        return known[self._schemas]

    @cached_property
    def school(self) -> KeptSchool:
        """The school of this commit."""
        return KeptSchool(self.tree, self.kinds, self._schemas)

    @cached_property
    def keyring(self) -> Keyring:
        """Who holds which key, as this commit's records say."""
        entry = self.tree.entry(f"records/{MACHINES}.yml")
        at = (
            self._schemas, self.tree.folder_id(f"records/{PEOPLE}"),
            "" if entry is None else entry.blob,
        )  # fmt: skip
        known = READ.keyrings
        if at not in known:
            known[at] = keyring_of(self.school)
        return known[at]

    def policy(self, on: date) -> Policy:
        """The policy of a day; HosoError where there is none."""
        if on not in self._footprints:
            self._footprints[on] = self._footprint(on)
        known, at = READ.policies, (on, *self._footprints[on])
        found = known.get(at)
        if found is None:
            if len(known) >= _MOST_POLICIES:
                known.clear()
            found = known[at] = policy_on(self.school, on)
        return found

    @cached_property
    def policy_digest(self) -> str:
        """What statements are bound to: SHA-256 over the regulation and the schemas."""
        known = READ.digests
        at = (self.tree.folder_id(REGULATION), self._schemas)
        if at not in known:
            known[at] = policy_digest(self.tree)
        return known[at]

    @cached_property
    def _footprints(self) -> dict[date, tuple[str, ...]]:
        return {}

    def _footprint(self, on: date) -> tuple[str, ...]:
        """The ids of everything a policy is read from; equal footprints give equal policies.

        Years that are over stand there as a whole: they change seldom, and there are many.
        """
        found = [self._schemas, *(self.tree.folder_id(each) for each in (REGULATION, _STAFF))]
        for path in self.school.paths("nam-hoc", {}):
            above = path.rpartition("/")[0]
            id_ = self.tree.folder_id(above)
            if not self._goes_on(path, on):
                found.append(id_)
                continue
            at = (self._schemas, above, id_)
            if at not in READ.years:
                if len(READ.years) >= _MOST_YEARS:
                    READ.years.clear()
                READ.years[at] = self._of_year(path, above)
            found.extend(READ.years[at])
        return tuple(found)

    def _goes_on(self, path: str, on: date) -> bool:
        """Whether a school year has begun and some of its books are still to close."""
        year = self.school.at(path)
        if year is None or on < day(year.data["bat_dau"]):
            return False
        return any(on <= day(entry["ngay"]) for entry in year.data["lich_khoa"].values())

    def _of_year(self, path: str, above: str) -> tuple[str, ...]:
        """The ids of what a policy is read from in one school year's folder."""
        rooms = self.school.paths("lop", {"nam_hoc": above.rpartition("/")[2]})
        files = (_blob(self.tree, each) for each in (path, *rooms))
        return (self.tree.folder_id(f"{above}/phan-cong"), *files)


#: What of a standing follows from nothing but the files of which `says_who` holds.
_WHO = ("_schemas", "kinds", "keyring", "policy_digest", "_footprints")
_SAYING = frozenset({"quy-che", "nhan-su", "phan-cong", "nam-hoc", "lop", PEOPLE, MACHINES})


def says_who(path: str, table: PathTable) -> bool:
    """Whether schemas, keys, the regulation or a policy are read from the file at a path."""
    place = table.find(path)
    return place is None or place.kind.name in _SAYING


def policy_digest(tree: Tree) -> str:
    """SHA-256 over every file of the regulation and the schemas: path, mode and content."""
    digest = hashlib.sha256(b"hoso-policy-1\0")
    for folder in (REGULATION, SCHEMAS):
        for entry in tree.entries(folder):
            content = hashlib.sha256(tree.read(entry.path)).hexdigest()
            digest.update(f"{entry.mode} {content}\t{entry.path}\0".encode())
    return digest.hexdigest()


def _kinds(tree: CommitTree) -> dict[str, Kind]:
    """The kinds of a tree, from what an earlier process kept where its schemas were the same."""
    memory = Memory(tree.repository.git_dir / "hoso", deciders(tree, SCHEMAS))
    schemas = memory.schemas()
    if schemas is None:
        memory.keep_schemas(schemas := sound_schemas(tree))
    return kinds_of(schemas)


def _blob(tree: Tree, path: str) -> str:
    entry = tree.entry(path)
    return "" if entry is None else f"{path}:{entry.blob}"
