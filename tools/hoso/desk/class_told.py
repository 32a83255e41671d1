"""A class and a pupil as told by the pages somebody may read: lists, absences, results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoso.desk.asking import Asking
from hoso.desk.charts import Bar, Chart, chart
from hoso.desk.laid_out import Fact, row_of
from hoso.desk.seen import Sight
from hoso.desk.told_standing import person_said, role_said
from hoso.gate.missing import FINISHED
from hoso.gate.policy import YEAR
from hoso.gate.readable import part_name, place_name
from hoso.model import Key, Kind, Record
from hoso.rules.days import day, span
from hoso.schema.school import TreeSchool

_ROWS, _ABSENT, _ATTENDANCE, _MARKS = "hoc_sinh", "vang", "diem-danh", "danh-gia-mon"
_EXCUSED = "phep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A pupil in a class's list; `gone` is the day they left, or None."""

    code: str
    name: str
    number: int
    since: date
    gone: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page in a list: its path, its name and how far it is."""

    path: str
    title: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The pages of one kind."""

    title: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What one page says of one pupil."""

    title: str
    path: str
    facts: tuple[Fact, ...]


def members(room: Record, school: TreeSchool) -> list[Member]:
    """The pupils of a class by their numbers."""
    found = []
    for code, entry in room.data[_ROWS].items():
        stay = span(entry, "vao", "ra")
        found.append(Member(code=code, name=pupil_said(code, school), number=entry["stt"],
                            since=stay.first, gone=stay.last))  # fmt: skip
    return sorted(found, key=lambda each: (each.number, each.code))


def pupil_said(code: str, school: TreeSchool) -> str:
    """A pupil by name; the identifier where there is no record."""
    record = school.get("hoc-sinh", hoc_sinh=code)
    return code if record is None else str(record.data["ho_ten"])


def teachers(ask: Asking, key: Key) -> list[tuple[str, str, str]]:
    """Who holds a role for a class today: identifier, name, and what they do there."""
    found: dict[str, dict[str, None]] = {}
    marks = ask.school.kinds.get(_MARKS)
    for each in ask.policy.assignments:
        if not (each.holds(ask.policy.on) and key["lop"] in each.scope.get("lop", ())):
            continue
        if key[YEAR] not in each.scope.get(YEAR, ()):
            continue
        subjects = [
            part_name(marks, "mon", mon, ask.school, named=False)
            for mon in sorted(each.scope.get("mon", ())) if marks is not None
        ]  # fmt: skip
        role = role_said(each.role, ask.policy, ask.school)
        said = f"{role} ({', '.join(subjects)})" if subjects else role
        found.setdefault(each.person, {})[said] = None
    return [(who, person_said(who, ask.school), "; ".join(said)) for who, said in found.items()]


def duties_of(ask: Asking, who: str) -> list[tuple[str, str, date, date | None, str]]:
    """What somebody has been assigned: role, where, from when, until when, by which decision."""
    found = []
    for each in sorted(ask.policy.assignments, key=lambda each: (each.since, each.code)):
        if each.person == who:
            where = [
                _scope_said(ask, hole, value) for hole in ("lop", "mon", "to")
                for value in sorted(each.scope.get(hole, ()))
            ]  # fmt: skip
            role = role_said(each.role, ask.policy, ask.school)
            if each.instead_of is not None:
                where.append(f"thay {person_said(each.instead_of, ask.school)}")
            found.append((role, ", ".join(where), each.since, each.until, each.decision))
    return found


def shelves(ask: Asking, sight: Sight, key: Key) -> list[Shelf]:
    """The pages of a class that somebody may read, kind by kind."""
    found = []
    for kind in ask.school.kinds.values():
        if {YEAR, "lop"} <= set(kind.holes) and len(kind.holes) > len(key):
            leaves = tuple(_leaves(ask.school, sight, kind, key))
            if leaves:
                found.append(Shelf(title=kind.title, leaves=leaves))
    return found


def absences(ask: Asking, sight: Sight, key: Key, pupil: str | None = None) -> Chart | None:
    """The sessions missed by a class or one pupil, month by month."""
    bars = []
    for record in ask.school.all(_ATTENDANCE, **key):
        if not sight.whole(record.kind, record.key):
            continue
        counted = _counted(record.data, pupil)
        missed = sum(counted.values())
        excused = counted[_EXCUSED]
        said = f"{missed} buổi" + (f", {excused} có phép" if missed else "")
        month = record.key["thang"]
        bars.append(Bar(f"Tháng {month[5:].lstrip('0')}/{month[:4]}", missed, missed, said))
    title = "Số buổi vắng theo tháng" + ("" if pupil else " của cả lớp")
    return chart("vang", title, bars, of_all=False)


def rooms_of(school: TreeSchool, sight: Sight, pupil: str) -> list[Record]:
    """The classes a pupil has been in whose list may be read, the latest first."""
    found = [
        room for room in school.naming("lop", {}, pupil)
        if pupil in room.data[_ROWS] and sight.whole(room.kind, room.key)
    ]  # fmt: skip
    return sorted(found, key=lambda room: (room.key[YEAR], room.key["lop"]), reverse=True)


def results(ask: Asking, sight: Sight, room: Key, pupil: str) -> list[tuple[str, list[Results]]]:
    """What the pages of a class say of a pupil, period by period."""
    school = ask.school
    year = school.get("nam-hoc", nam_hoc=room[YEAR])
    periods = sorted(
        ({} if year is None else year.data["ky_danh_gia"]).items(), key=lambda each: each[1]["tu"]
    )
    kinds = [each for each in school.kinds.values() if {YEAR, "lop", "ky"} <= set(each.holes)]
    found = []
    for period, _ in periods:
        said = []
        for kind in kinds:
            for record in school.all(kind.name, **room, ky=period):
                facts = row_of(record, (_ROWS, pupil), school, _seen(sight, record))
                if facts and sight.page(kind, record.key):
                    said.append(Results(title=_short(kind, record, school), path=record.path,
                                        facts=facts))  # fmt: skip
        if said:
            name = part_name(kinds[0], "ky", period, school, named=False)
            found.append((name, said))
    return found


def titled(kind: Kind, key: Key, record: Record | None, school: TreeSchool) -> str:
    """What a page is called: what it calls itself where it has a title, else by its place."""
    own = None if record is None else record.data.get("tieu_de")
    return str(own) if own else place_name(kind, key, school, named=True)


def leaf(school: TreeSchool, kind: Kind, key: Key, path: str) -> Leaf:
    """A page in a list."""
    record = school.at(path)
    if record is None:
        state = "không đọc được"
    elif FINISHED in kind.schema.get("properties", {}):
        done = record.data.get(FINISHED)
        state = "đang ghi" if done is None else f"hoàn tất {day(done):%d/%m/%Y}"
    else:
        state = ""
    return Leaf(path=path, title=titled(kind, key, record, school), state=state)


def _leaves(school: TreeSchool, sight: Sight, kind: Kind, key: Key) -> Iterator[Leaf]:
    for path in school.paths(kind.name, key):
        found = kind.match(path)
        if found is not None and sight.page(kind, found):
            yield leaf(school, kind, found, path)


def _scope_said(ask: Asking, hole: str, value: str) -> str:
    kind = next((each for each in ask.school.kinds.values() if hole in each.key), None)
    return value if kind is None else part_name(kind, hole, value, ask.school, named=False)


def _counted(data: Mapping[str, Any], pupil: str | None) -> Counter[str]:
    absent: Mapping[str, Any] = data[_ABSENT]
    rows: Sequence[Mapping[str, Any]] = (
        list(absent.values()) if pupil is None else [absent.get(pupil, {})]
    )
    return Counter(
        str(reason) for days in rows for sessions in days.values() for reason in sessions.values()
    )


def _seen(sight: Sight, record: Record) -> Any:
    if sight.whole(record.kind, record.key):
        return lambda place: True
    return lambda place: sight.value(record.kind, record.key, place)


def _short(kind: Kind, record: Record, school: TreeSchool) -> str:
    if "mon" in record.key:
        return part_name(kind, "mon", record.key["mon"], school, named=False)
    return kind.title
