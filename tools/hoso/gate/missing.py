"""What is still missing before a lock: every page it expects that is not there or not finished.

Which pages a lock expects follows from the records alone. Each part of a kind's key is named by
the lock, or else is every record of the year it refers to (classes), what such a record says of
itself (the grade of a class), the months of the terms, the subjects the law gives the grade, what
people are assigned to write, or what the other locks of the calendar name (the periods). A kind
with a part that none of these tells has no pages that could be missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from hoso.findings import Finding
from hoso.gate.locks import WAITING, decides, waiting
from hoso.gate.policy import YEAR, Assignment, Deed, Lock, Policy, Right
from hoso.gate.regulation import assignments_in
from hoso.model import Key, Kind, Record, covers
from hoso.rules.days import Span, day, months_of
from hoso.rules.pupil_year import class_year
from hoso.schema.school import TreeSchool

FINISHED = "hoan_tat"
#: Whom a page is listed under that nobody may write.
NOBODY = ""


class Lack(Enum):
    """Why a page is not ready to be closed."""

    ABSENT = "chưa có trang"
    UNREADABLE = "không đọc được"
    UNFINISHED = "chưa hoàn tất"
    WAITING = "còn học sinh chờ xét sau hè"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A page that keeps a lock from being complete, and who may write the whole of it."""

    path: str
    kind: str
    key: Key
    why: Lack
    people: tuple[str, ...]

    @property
    def finding(self) -> Finding:
        """The same as a finding of the page."""
        who = ", ".join(self.people) or "chưa ai được phân công"
        return Finding(
            path=self.path, line=1, code="HS885", message=f"{self.why.value}, đến hạn khóa sổ",
            hint=f"người ghi được: {who}",
        )  # fmt: skip


def missing(school: TreeSchool, policy: Policy, lock: Lock) -> tuple[Missing, ...]:
    """Every page of a lock that is absent, unreadable or unfinished, in path order.

    `policy` says who may write each of them; what is expected does not depend on its day.
    """
    return tuple(
        Missing(
            path=path,
            kind=kind.name,
            key=key,
            why=why,
            people=tuple(sorted(policy.able(_writing(policy, kind.name), key))),
        )
        for path, (kind, key) in sorted(expected(school, policy, lock).items())
        if (why := _lack(path, kind, school, lock)) is not None
    )


def by_teacher(found: Iterable[Missing]) -> Mapping[str, tuple[Missing, ...]]:
    """The missing pages by each person who may write them; NOBODY comes last."""
    people: dict[str, list[Missing]] = {}
    for each in found:
        for person in each.people or (NOBODY,):
            people.setdefault(person, []).append(each)
    return {who: tuple(people[who]) for who in sorted(people, key=lambda who: (not who, who))}


def spared(school: TreeSchool, policy: Policy, lock: Lock) -> frozenset[str]:
    """The pupils whose rows a lock leaves open because they wait for the summer."""
    if WAITING not in lock.spares:
        return frozenset()
    pages = (school.at(path) for path in expected(school, policy, lock))
    return frozenset(pupil for page in pages if page is not None for pupil in _waiting(page))


def expected(school: TreeSchool, policy: Policy, lock: Lock) -> Mapping[str, tuple[Kind, Key]]:
    """Path → kind and key of every page a lock closes: those that must be and those that are."""
    pages: dict[str, tuple[Kind, Key]] = {}
    duties = tuple(assignments_in(school, lock.scope[YEAR]))
    for name in sorted(lock.kinds & school.kinds.keys()):
        kind = school.kind(name)
        if not lock.scope.keys() <= set(kind.holes):
            continue
        for key in _Expected(school, policy, lock, kind, duties).rows():
            pages[kind.fill(key)] = kind, key
        for path in school.paths(name, lock.scope):
            pages.setdefault(path, (kind, kind.match(path) or {}))
    return pages


def _writing(policy: Policy, kind: str) -> tuple[Right, ...]:
    """The rights to write whole pages of a kind."""
    return tuple(right for right in policy.about(Deed.WRITE, kind) if not right.fields)


def _lack(path: str, kind: Kind, school: TreeSchool, lock: Lock) -> Lack | None:
    if school.tree.entry(path) is None:
        return Lack.ABSENT
    record = school.at(path)
    if record is None:
        return Lack.UNREADABLE
    if FINISHED in kind.schema.get("properties", {}) and FINISHED not in record.data:
        return Lack.UNFINISHED
    return Lack.WAITING if not lock.spares and _waiting(record) else None


def _waiting(page: Record) -> frozenset[str]:
    return waiting(page) if decides(page.kind) else frozenset()


@dataclass(frozen=True, slots=True)
class _Expected:
    """The keys that a lock expects of one kind."""

    school: TreeSchool
    policy: Policy
    lock: Lock
    kind: Kind
    duties: tuple[Assignment, ...]

    def rows(self) -> Iterator[Key]:
        """Every expected key, once."""
        named = self._named()
        rows: list[dict[str, str]] = [{YEAR: self.lock.scope[YEAR]}]
        # A class is found before its grade and its subjects.
        for hole in sorted(self.kind.holes, key=lambda each: each not in named):
            if hole != YEAR:
                rows = [
                    {**row, hole: value} for row in rows for value in self._values(hole, row, named)
                ]  # fmt: skip
        return (row for row in rows if covers(self.lock.scope, row))

    def _named(self) -> Mapping[str, str]:
        """The parts of the key that are records of the same year, and of which kind."""
        return {
            ref.hole: ref.kind
            for ref in self.kind.refs
            if ref.hole not in (None, YEAR) and YEAR in self.school.kind(ref.kind).holes
        }

    def _values(self, hole: str, row: Key, named: Mapping[str, str]) -> Iterable[str]:
        if hole in named:
            return [each.key[hole] for each in self.school.all(named[hole], nam_hoc=row[YEAR])]
        for other in named.values():
            record = self.school.get(other, **{n: row[n] for n in self.school.kind(other).holes})
            if record is not None and isinstance(record.data.get(hole), str | int):
                return [str(record.data[hole])]
        if hole in self.lock.scope:
            return [self.lock.scope[hole]]
        if hole == "thang":
            return self._months(row)
        if hole == "mon" and "lop" in row and "ky" in self.kind.holes:
            room = class_year(self.school, row[YEAR], row["lop"])
            if room is not None:
                return room.subjects
        rights = [right for right in _writing(self.policy, self.kind.name) if hole in right.scope]
        return self._assigned(hole, row, rights) if rights else self._in_calendar(hole)

    def _months(self, row: Key) -> Iterable[str]:
        year = self.school.get("nam-hoc", nam_hoc=row[YEAR])
        if year is None:
            return ()
        terms = year.data["hoc_ky"].values()
        first, last = min(each["tu"] for each in terms), max(each["den"] for each in terms)
        return months_of(Span(day(first), day(last)))

    def _assigned(self, hole: str, row: Key, rights: list[Right]) -> Iterable[str]:
        """What people have been assigned by the day of the lock, whoever holds it now."""

        def reaches(each: Assignment, right: Right) -> bool:
            known = [name for name in right.scope if name in row]
            return each.role == right.role and all(row[n] in each.scope.get(n, ()) for n in known)

        return sorted(
            {
                value
                for each in self.duties
                for right in rights
                if each.since <= self.lock.closes and reaches(each, right)
                for value in each.scope.get(hole, ())
            }
        )

    def _in_calendar(self, hole: str) -> Iterable[str]:
        return sorted(
            {
                lock.scope[hole]
                for lock in self.policy.locks
                if self.kind.name in lock.kinds
                and hole in lock.scope
                and lock.scope[YEAR] == self.lock.scope[YEAR]
            }
        )
