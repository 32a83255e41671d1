"""The rights of one day: what the regulation grants, who holds which role, which books close.

No right is written here. A right is a point of the regulation; it reaches a record through a
dated assignment whose scope names, for every part of the key the right asks for, the key's own
value. There are only grants, so the order of rights and assignments decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TypeVar

from hoso.model import Key, Pointer, covers

#: Every role bound to part of a key is also bound to the school year it was assigned in.
YEAR = "nam_hoc"
_Name = TypeVar("_Name")
_Each = TypeVar("_Each")


class Deed(Enum):
    """What can be done with a record; the values are the regulation's own words."""

    READ = "doc"
    WRITE = "ghi"
    CHECK = "kiem-tra"
    APPROVE = "duyet"
    LOCK = "khoa"
    UNLOCK = "mo"
    PRINT = "in"


#: What a proposal passes through after it is written.
APPROVAL = frozenset({Deed.CHECK, Deed.APPROVE})
UNLOCKING = frozenset({Deed.UNLOCK})
#: What decides who may do what and when books close: always approved by the person's own key.
SIGNED_ONLY = frozenset({"quy-che", "khung", "phan-cong", "nam-hoc", "khoa-ky", "may-chu",
                         "mo-so", "de-nghi-sua"})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The ground one can quote: a lettered point of a clause, with the words people read."""

    year: str
    article: str
    clause: str
    point: str
    words: str

    def __str__(self) -> str:
        return f"điểm {self.point} khoản {self.clause} Điều {self.article} Quy chế {self.year}"

    @property
    def pointer(self) -> Pointer:
        """Where the point stands in the regulation's record."""
        return ("dieu", self.article, "khoan", self.clause, "quyen", self.point)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One point: a role may do a deed to kinds, within a scope, for all fields or for some.

    `step` is the place in the chain of approval; not written means the first.
    """

    role: str
    deed: Deed
    kinds: frozenset[str]
    scope: tuple[str, ...] = ()
    fields: tuple[tuple[str, ...], ...] = ()
    step: int | None = None
    clause: Clause

    def allows(self, place: Pointer | None) -> bool:
        """Whether the value at a pointer is meant; no pointer stands for the record as a whole."""
        if not self.fields:
            return True
        return place is not None and any(_above(pattern, place) for pattern in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A role one person holds from a day to a day, for the parts of keys that it names.

    With `instead_of` the person acts in another's place; the rights are those of the role.
    """

    person: str
    role: str
    scope: Mapping[str, frozenset[str]] = field(default_factory=dict)
    since: date
    until: date | None = None
    decision: str
    path: str
    code: str = ""
    instead_of: str | None = None

    def holds(self, on: date) -> bool:
        """Whether the role is held on a day; first and last day are included."""
        return self.since <= on and (self.until is None or on <= self.until)

    def reaches(self, scope: tuple[str, ...], key: Key) -> bool:
        """Whether a right with this scope, held through this assignment, is about that key."""
        if not scope:
            return True
        asked = (*scope, YEAR) if YEAR in key else scope
        return all(name in key and key[name] in self.scope.get(name, ()) for name in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """An entry of a year's lock calendar: after the day `closes`, pages in its scope are shut.

    `scope` holds the school year and whatever else the entry names (`ky`, `thang` …), `spares`
    the sorts of pupils whose rows stay open (`cho-he`).
    """

    name: str
    kinds: frozenset[str]
    scope: Key
    closes: date
    spares: frozenset[str] = frozenset()

    def covers(self, kind: str, key: Key) -> bool:
        """Whether a page belongs to what this entry closes."""
        return kind in self.kinds and covers(self.scope, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Numbers a regulation may set: what people can read, and how long anything stays open."""

    #: Pages of one proposal; more than this nobody reads before signing.
    pages: int = 100
    #: Hours that an order keeps a closed book open.
    order_hours: int = 48
    #: Days for which somebody may sign in advance.
    statement_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Yes, by this right held through this assignment."""

    right: Right
    assignment: Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """No, and in one sentence why not."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All rights on one day.

    `assignments` are those of the school years open on that day, also the ones which have not
    begun or have run out: they explain a refusal, but they grant nothing.
    """

    year: str
    on: date
    rights: tuple[Right, ...]
    assignments: tuple[Assignment, ...]
    locks: tuple[Lock, ...] = ()
    limits: Limits = Limits()
    #: Kinds that an approval without the person's own signature may pass, seen by a machine.
    witnessed: frozenset[str] = frozenset()
    _rights: Mapping[tuple[Deed, str], tuple[Right, ...]] = field(
        init=False, repr=False, compare=False
    )
    _held: Mapping[str, tuple[Assignment, ...]] = field(init=False, repr=False, compare=False)
    _cast: Mapping[str, tuple[Assignment, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rights = (((each.deed, kind), each) for each in self.rights for kind in each.kinds)
        now = [each for each in self.assignments if each.holds(self.on)]
        object.__setattr__(self, "_rights", _grouped(rights))
        object.__setattr__(self, "_held", _grouped((each.person, each) for each in now))
        object.__setattr__(self, "_cast", _grouped((each.role, each) for each in now))

    def people(self) -> tuple[str, ...]:
        """Everybody who holds a role on this day."""
        return tuple(sorted(self._held))

    def held(self, person: str) -> tuple[Assignment, ...]:
        """What a person holds on this day."""
        return self._held.get(person, ())

    def cast(self, role: str) -> tuple[Assignment, ...]:
        """By which assignments a role is held on this day, deputies included."""
        return self._cast.get(role, ())

    def about(self, deed: Deed, kind: str) -> tuple[Right, ...]:
        """Every right to do a deed to a kind, whoever has it."""
        return self._rights.get((deed, kind), ())

    def grants(
        self, person: str, deed: Deed, kind: str, key: Key, place: Pointer | None = None
    ) -> Granted | Refused:
        """Whether a person may do a deed to the value at a pointer, or to a record as a whole."""
        for right in self.about(deed, kind):
            found = self.through(person, right, key) if right.allows(place) else None
            if found is not None:
                return Granted(right=right, assignment=found)
        return Refused(because=self._refusal(person, deed, kind))

    def through(self, person: str, right: Right, key: Key) -> Assignment | None:
        """The assignment by which a person has a right over a key, or None."""
        for each in self.held(person):
            if each.role == right.role and each.reaches(right.scope, key):
                return each
        return None

    def chain(
        self, kind: str, place: Pointer | None = None, deeds: frozenset[Deed] = APPROVAL
    ) -> Mapping[int, tuple[Right, ...]]:
        """The steps a change of a value passes: each needs one person having one of its rights.

        A step whose rights are all about other fields is no step for this value.
        """
        steps: dict[int, tuple[Right, ...]] = {}
        for deed in Deed:
            for right in self.about(deed, kind) if deed in deeds else ():
                if right.allows(place):
                    number = right.step or 1
                    steps[number] = (*steps.get(number, ()), right)
        return dict(sorted(steps.items()))

    def able(self, step: tuple[Right, ...], key: Key) -> frozenset[str]:
        """The people who can fulfil a step for a key."""
        return frozenset(
            each.person
            for right in step
            for each in self.cast(right.role)
            if each.reaches(right.scope, key)
        )

    def shut(self, kind: str, key: Key) -> tuple[Lock, ...]:
        """The entries of the lock calendar that have closed a page by this day."""
        return tuple(
            lock for lock in self.locks if lock.closes < self.on and lock.covers(kind, key)
        )

    def _refusal(self, person: str, deed: Deed, kind: str) -> str:
        roles = {right.role for right in self.about(deed, kind)}
        if not roles:
            return f"không điều khoản nào của Quy chế {self.year} trao quyền này"
        held = {each.role for each in self.held(person)}
        if not held:
            return f"{person} không giữ vai nào vào ngày {self.on:%d/%m/%Y}"
        if not held & roles:
            return f"{person} không giữ vai nào có quyền này ({', '.join(sorted(roles))})"
        return f"quyền của {person} không tới hồ sơ hoặc trường dữ liệu này"


def _above(pattern: tuple[str, ...], place: Pointer) -> bool:
    """Whether a field of the regulation is the value at a pointer or contains it."""
    return len(pattern) <= len(place) and all(
        asked in ("*", str(part)) for asked, part in zip(pattern, place, strict=False)
    )


def _grouped(pairs: Iterable[tuple[_Name, _Each]]) -> dict[_Name, tuple[_Each, ...]]:
    found: dict[_Name, list[_Each]] = {}
    for name, each in pairs:
        found.setdefault(name, []).append(each)
    return {name: tuple(group) for name, group in found.items()}
