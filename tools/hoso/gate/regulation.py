"""The policy of a day, read from the regulation, the assignments and the calendars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hoso.findings import HosoError
from hoso.gate.policy import YEAR, Assignment, Clause, Deed, Limits, Lock, Policy, Right
from hoso.model import Record, School
from hoso.rules.days import Span, day, span, written

#: What an assignment says about itself; everything else it names is part of keys.
_ABOUT_ITSELF = frozenset({"vai", "mang", "so_tiet", "tu", "den", "thay", "quyet_dinh"})
#: What a lock says about itself; everything else it names is part of keys.
_ABOUT_LOCK = frozenset({"ngay", "loai", "tru"})
_PUPIL = "hoc_sinh"


def policy_on(school: School, on: date) -> Policy:
    """The rights of a day: the regulation in force then, and the roles of the years open then."""
    regulation = regulation_on(school, on)
    if regulation is None:
        raise HosoError(f"chưa có quy chế nào có hiệu lực vào ngày {written(on)}")
    return policy_of(regulation, school, on)


def policy_of(
    regulation: Record, school: School, on: date, assignments: tuple[Assignment, ...] | None = None
) -> Policy:
    """The rights of a day as if this regulation were the one in force.

    `assignments` are those of an equal policy, where they are known already.
    """
    rights = rights_of(regulation)
    if assignments is None:
        assignments = tuple(assignments_on(school, on))
        if any(_PUPIL in right.scope for right in rights):
            known: dict[tuple[str, str], frozenset[str]] = {}
            assignments = tuple(with_pupils(each, school, on, known) for each in assignments)
    if not rights or not any(each.holds(on) for each in assignments):
        what = "điều khoản nào trao quyền" if not rights else "ai được phân công giữ vai nào"
        raise HosoError(f"ngày {written(on)} không có {what}; phải có ít nhất một")
    return Policy(
        year=regulation.key[YEAR],
        on=on,
        rights=rights,
        assignments=assignments,
        locks=tuple(locks(school)),
        limits=limits_of(regulation),
        witnessed=frozenset(regulation.data.get("chung_thuc", ())),
    )


def regulation_on(school: School, on: date) -> Record | None:
    """The regulation in force on a day: the one that took effect last."""
    begun = [each for each in school.all("quy-che") if day(each.data["hieu_luc_tu"]) <= on]
    return max(begun, key=lambda each: (each.data["hieu_luc_tu"], each.path), default=None)


def limits_of(regulation: Record) -> Limits:
    """The numbers a regulation sets, the usual ones where it sets none."""
    said, usual = regulation.data.get("gioi_han", {}), Limits()
    return Limits(
        pages=said.get("trang", usual.pages),
        order_hours=said.get("mo_so_gio", usual.order_hours),
        statement_days=said.get("loi_duyet_ngay", usual.statement_days),
    )


def rights_of(regulation: Record) -> tuple[Right, ...]:
    """Every right a regulation grants, in the order of its articles."""
    return tuple(
        Right(
            role=data["vai"],
            deed=Deed(data["viec"]),
            kinds=frozenset(data["loai"]),
            scope=tuple(data.get("pham_vi", ())),
            fields=tuple(tuple(name.split("/")) for name in data.get("truong", ())),
            step=data.get("buoc"),
            clause=clause,
        )
        for clause, data in _points(regulation)
    )


def _points(regulation: Record) -> Iterator[tuple[Clause, Mapping[str, Any]]]:
    for article, chapter in sorted(regulation.data["dieu"].items(), key=_numbered):
        for number, clause in sorted(chapter["khoan"].items(), key=_numbered):
            for point, data in clause.get("quyen", {}).items():
                yield (
                    Clause(
                        year=regulation.key[YEAR],
                        article=article,
                        clause=number,
                        point=point,
                        words=clause["loi"],
                    ),
                    data,
                )


def _numbered(item: tuple[str, object]) -> int:
    return int(item[0])


def locks(school: School) -> Iterator[Lock]:
    """Every entry of every year's lock calendar: old years stay shut."""
    for year in school.all("nam-hoc"):
        for name, entry in year.data["lich_khoa"].items():
            scope = {part: str(entry[part]) for part in entry if part not in _ABOUT_LOCK}
            yield Lock(
                name=name,
                kinds=frozenset(entry["loai"]),
                scope={YEAR: year.key[YEAR], **scope},
                closes=day(entry["ngay"]),
                spares=frozenset(entry.get("tru", ())),
            )


def open_years(school: School, on: date) -> tuple[str, ...]:
    """The school years whose roles can be held on a day, the newest first.

    A year opens on its first day. It stays open until the next year's first day, and beyond it
    until its own last book closes; a next year in which nobody is assigned yet replaces nothing.
    """
    started = [each for each in school.all("nam-hoc") if day(each.data["bat_dau"]) <= on]
    years: list[str] = []
    for year in sorted(started, key=lambda each: str(each.data["bat_dau"]), reverse=True):
        name = year.key[YEAR]
        last = max(day(entry["ngay"]) for entry in year.data["lich_khoa"].values())
        # Of years that are over nothing else is read, however many there are.
        if (not years or on <= last) and school.all("phan-cong", nam_hoc=name):
            years.append(name)
    return tuple(years)


def assignments_on(school: School, on: date) -> Iterator[Assignment]:
    """The assignments of the years open on a day, those outside their dates included."""
    for year in open_years(school, on):
        yield from assignments_in(school, year)


def assignments_in(school: School, year: str) -> Iterator[Assignment]:
    """Every assignment of a school year; nobody holds a role after leaving the school."""
    plain: dict[tuple[str, str], list[Assignment]] = {}
    deputies: list[Assignment] = []
    for record in school.all("phan-cong", nam_hoc=year):
        stay = _stay(school, record.key["nhan_su"])
        for code, duty in record.data["vai"].items():
            each = _assignment(record, code, duty, stay)
            if each.instead_of is not None:
                deputies.append(each)
            else:
                plain.setdefault((each.person, each.role), []).append(each)
    for group in plain.values():
        yield from group
    for each in deputies:
        yield from _in_place(each, plain.get((each.instead_of or "", each.role), []))


def _stay(school: School, person: str) -> Span | None:
    record = school.get("nhan-su", nhan_su=person)
    if record is None or "ngay_vao_truong" not in record.data:
        return None
    return span(record.data, "ngay_vao_truong", "ngay_roi_truong")


def _assignment(
    record: Record, code: str, duty: Mapping[str, Any], stay: Span | None
) -> Assignment:
    held = span(duty)
    since, until = held.first, held.last
    if stay is not None:
        since = max(since, stay.first)
        until = stay.last if until is None else min(until, stay.last or until)
    person = record.key["nhan_su"]
    scope = {name: _names(value) for name, value in duty.items() if name not in _ABOUT_ITSELF}
    return Assignment(
        person=person,
        role=duty["vai"],
        scope={**scope, YEAR: frozenset({record.key[YEAR]}), "nhan_su": frozenset({person})},
        since=since,
        until=until,
        decision=duty["quyet_dinh"]["so"],
        path=record.path,
        code=code,
        instead_of=duty.get("thay"),
    )


def _names(value: object) -> frozenset[str]:
    return (
        frozenset(map(str, value)) if isinstance(value, list | tuple) else frozenset({str(value)})
    )


def _in_place(deputy: Assignment, replaced: list[Assignment]) -> Iterator[Assignment]:
    """A deputy whose assignment names no class, subject or team has those of the other person."""
    own = deputy.scope.keys() - {YEAR, "nhan_su"}
    theirs = [each for each in replaced if each.scope.keys() - {YEAR, "nhan_su"}]
    if own or not theirs:
        yield deputy
        return
    for each in theirs:
        ends = [until for until in (deputy.until, each.until) if until is not None]
        yield replace(
            deputy,
            scope={**each.scope, "nhan_su": frozenset({deputy.person})},
            since=max(deputy.since, each.since),
            until=min(ends, default=None),
        )


def with_pupils(
    assignment: Assignment,
    school: School,
    on: date,
    known: dict[tuple[str, str], frozenset[str]] | None = None,
) -> Assignment:
    """An assignment for classes also names the pupils who are in those classes on that day.

    `known` keeps the pupils of each class for the other assignments of the same day.
    """
    rooms = [
        (year, lop)
        for year in assignment.scope.get(YEAR, ())
        for lop in assignment.scope.get("lop", ())
    ]
    known = {} if known is None else known
    for room in rooms:
        if room not in known:
            known[room] = _present(school, *room, on)
    pupils = frozenset[str]().union(*(known[room] for room in rooms))
    if not pupils:
        return assignment
    return replace(assignment, scope={**assignment.scope, _PUPIL: pupils})


def _present(school: School, year: str, lop: str, on: date) -> frozenset[str]:
    """The pupils who are in a class on a day."""
    room = school.get("lop", nam_hoc=year, lop=lop)
    pupils = {} if room is None else room.data.get(_PUPIL, {})
    return frozenset(pupil for pupil, entry in pupils.items() if on in span(entry, "vao", "ra"))
