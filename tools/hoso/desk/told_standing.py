"""Where an open proposal stands, as a person reads it: grounds, steps, words, warnings, haste."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hoso.findings import Finding
from hoso.gate.changes import Change
from hoso.gate.policy import Deed, Granted, Lock, Policy
from hoso.gate.readable import place_name
from hoso.gate.verdict import Ground
from hoso.ledger.soundness import new_warnings
from hoso.model import School
from hoso.proposals.clone import Clone
from hoso.proposals.reviews import clauses
from hoso.proposals.stages import Standing, school_after
from hoso.rules.days import written
from hoso.schema.school import TreeSchool

DEEDS = {Deed.CHECK: "kiểm tra", Deed.APPROVE: "duyệt", Deed.UNLOCK: "ra lệnh mở sổ"}
#: A lock that falls within so many days makes a proposal urgent.
SOON = 3
_MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An open step: its number, what it takes, who can take it and by which clauses."""

    number: int
    deeds: str
    roles: str
    people: tuple[str, ...]
    why: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why some pages may be changed: who wrote, by which clause and assignment, opened by what."""

    person: str
    role: str
    clause: str
    words: str
    decision: str
    instead_of: str
    opened_by: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to know before signing; `grave` where it stops the proposal."""

    grave: bool
    code: str
    message: str
    hint: str


def person_said(who: str, school: School) -> str:
    """A member of staff by name; the identifier where there is no record."""
    record = school.get("nhan-su", nhan_su=who)
    return who if record is None else str(record.data["ho_ten"])


def addressed(who: str, school: School) -> str:
    """A member of staff by name as colleagues speak of them."""
    record = school.get("nhan-su", nhan_su=who)
    word = {"nu": "cô ", "nam": "thầy "}.get("" if record is None else record.data["gioi_tinh"], "")
    return f"{word}{person_said(who, school)}"


def role_said(role: str, policy: Policy, school: School) -> str:
    """A role as the year's regulation calls it."""
    record = school.get("quy-che", nam_hoc=policy.year)
    roles = {} if record is None else record.data.get("vai", {})
    return str(roles[role]["ten"]) if role in roles else role


def steps(found: Standing, policy: Policy, school: School) -> tuple[Step, ...]:
    """The open steps, each once with the number of its pages."""
    counted: dict[tuple[int, str, str, tuple[str, ...], str], set[str]] = {}
    for need in found.needs:
        deeds = " hoặc ".join(DEEDS[deed] for deed in sorted(need.deeds, key=lambda d: d.value))
        roles = ", ".join(role_said(role, policy, school) for role in sorted(need.roles))
        people = tuple(person_said(who, school) for who in sorted(need.people))
        counted.setdefault((need.step, deeds, roles, people, need.why), set()).add(need.path)
    return tuple(
        Step(number=number, deeds=deeds, roles=roles, people=people, why=why, pages=len(pages))
        for (number, deeds, roles, people, why), pages in sorted(counted.items())
    )


def clauses_said(found: Standing, policy: Policy, school: School) -> tuple[str, ...]:
    """The clauses that say who takes the open steps."""
    if found.case is None:
        return ()
    said = (line.partition(": ") for line in clauses(found.case, found.needs))
    return tuple(f"{role_said(role, policy, school)}: {clause}" for role, _, clause in said)


def reasons(found: Standing, policy: Policy, school: TreeSchool) -> tuple[Reason, ...]:
    """Why its pages may be changed, equal grounds once."""
    pages: dict[tuple[str, str, str, str, str, str, str], dict[str, None]] = {}
    for each in grounds_of(found):
        right, held = each.granted.right, each.granted.assignment
        deputy = "" if held.instead_of is None else person_said(held.instead_of, school)
        said = (
            f"{person_said(each.author, school)} ({each.author})",
            role_said(right.role, policy, school), str(right.clause), right.clause.words,
            held.decision, deputy, _paper(each.opened_by, school),
        )  # fmt: skip
        pages.setdefault(said, {})[each.change.path] = None
    return tuple(
        Reason(person=person, role=role, clause=clause, words=words, decision=decision,
               instead_of=deputy, opened_by=opened, pages=tuple(paths))
        for (person, role, clause, words, decision, deputy, opened), paths in pages.items()
    )  # fmt: skip


def grounds_of(found: Standing) -> tuple[Ground, ...]:
    """Why its changes may be written; nothing where it could not be decided about."""
    # A verdict that lacks approvals counts as false, so it is not asked whether it is true.
    return () if found.judged.verdict is None else found.judged.verdict.grounds


def notices(clone: Clone, found: Standing, policy: Policy) -> tuple[Notice, ...]:
    """What stops the proposal, and what is odd about it: late, opened, against a rule's advice."""
    told = [_notice(each, grave=True) for each in _faults(found)]
    base = clone.view.standing(clone.view.main)
    if found.judged.after is not None and found.case is not None:
        paths = found.judged.effect.pages
        for each in new_warnings(base.tree, found.judged.after, base.kinds, paths):
            told.append(_notice(each, grave=False))
    told.extend(
        Notice(grave=False, code=why.code, message=f"lời ký của "
               f"{person_said(word.person, base.school)} không còn tính: {why.message}",
               hint=why.hint)
        for word, why in found.idle
    )  # fmt: skip
    opened = {
        ground.opened_by: None for ground in grounds_of(found) if ground.opened_by is not None
    }
    told.extend(
        Notice(grave=False, code="", message="sổ của trang này đã khóa; sửa theo "
               + _paper(path, school_after(clone, found)), hint="xem giấy trước khi ký")
        for path in opened
    )  # fmt: skip
    lock = deadline(found.judged.changes, policy)
    if lock is not None and (lock.closes - policy.on).days <= SOON:
        told.append(Notice(grave=False, code="", message=f"sổ khóa {deadline_said(lock, policy)}",
                           hint="hết ngày ấy chưa duyệt xong thì phải xin sửa"))  # fmt: skip
    return tuple(told)


def deadline(changes: Iterable[Change], policy: Policy) -> Lock | None:
    """The next lock that will close a page of these changes, or None."""
    keys = {change.path: (change.kind or "", change.key) for change in changes}
    coming = (
        lock for lock in policy.locks
        if lock.closes >= policy.on and any(lock.covers(*each) for each in keys.values())
    )  # fmt: skip
    return min(coming, key=lambda lock: (lock.closes, lock.name), default=None)


def deadline_said(lock: Lock, policy: Policy) -> str:
    """When a lock falls, in words."""
    return days_said(lock.closes, policy.on)


def days_said(day: date, today: date) -> str:
    """A day ahead of today in words."""
    left = (day - today).days
    if left < 0:
        return f"đã khóa hết ngày {written(day)}"
    if left == 0:
        return "hết hôm nay"
    if left == 1:
        return "hết ngày mai"
    return f"sau {left} ngày, hết {written(day)}" if left <= _MONTH else f"hết ngày {written(day)}"


def age_said(then: int, now: datetime) -> str:
    """How long ago something was."""
    past = timedelta(seconds=max(0, int(now.timestamp()) - then))
    if past.days:
        return f"{past.days} ngày trước"
    hours, minutes = past.seconds // 3600, past.seconds // 60
    if hours:
        return f"{hours} giờ trước"
    return f"{minutes} phút trước" if minutes else "vừa xong"


def may_see(found: Standing, person: str, policy: Policy, school: TreeSchool) -> bool:
    """Whether a person may read a proposal: its author, who can act on it, who reads its pages."""
    if person in (found.name.author, *found.judged.authors, *found.able):
        return True
    paths = {conflict.path for conflict in found.judged.effect.conflicts}
    places = [
        *((change.kind or "", change.key, None if change.whole else change.pointer)
          for change in found.judged.changes),
        *((place.kind.name, place.key, None)
          for place in map(school.table.find, sorted(paths)) if place is not None),
    ]  # fmt: skip
    return bool(places) and all(
        any(isinstance(policy.grants(person, deed, *place), Granted) for deed in _SEEN)
        for place in places
    )


_SEEN = (Deed.READ, Deed.WRITE, Deed.CHECK, Deed.APPROVE)


def _faults(found: Standing) -> tuple[Finding, ...]:
    refusals = () if found.judged.verdict is None else found.judged.verdict.refusals
    every = {*found.judged.faults, *refusals}
    return tuple(sorted(every, key=lambda each: each.place))


def _notice(finding: Finding, *, grave: bool) -> Notice:
    return Notice(grave=grave, code=finding.code, message=finding.message, hint=finding.hint)


def _paper(path: str | None, school: TreeSchool) -> str:
    if path is None:
        return ""
    place = school.table.find(path)
    return path if place is None else place_name(place.kind, place.key, school, named=True)
