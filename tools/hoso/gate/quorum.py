"""Whether there are people enough: a writer for every page, others for every step after them.

For every stretch of days without change, every kind and every part of the school that the rights
about that kind tell apart, each possible author is set aside and every step must still find a
person of its own. What only one person could complete therefore never passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from hoso.findings import Finding
from hoso.gate.frame import with_frame
from hoso.gate.holders import enough, joined, stretches, told
from hoso.gate.policy import APPROVAL, UNLOCKING, YEAR, Assignment, Deed, Policy, Right
from hoso.gate.regulation import with_pupils
from hoso.model import Key, Kind, Pointer, Record
from hoso.rules.days import Span
from hoso.schema.school import TreeSchool

Steps = Mapping[int, tuple[Right, ...]]


@dataclass(frozen=True, slots=True)
class _Case:
    """One way in which people are missing; the same case on other days is one finding."""

    code: str
    right: Right
    message: str
    hint: str


def shortages(
    regulation: Record,
    rights: tuple[Right, ...],
    school: TreeSchool,
    assignments: tuple[Assignment, ...],
    days: Span,
    locked: frozenset[str],
) -> Iterator[Finding]:
    """Everything for which people are missing on some day, with the parts and the days."""
    seen: dict[_Case, tuple[set[str], list[Span]]] = {}
    for stretch in stretches(assignments, days):
        people = assignments
        if any("hoc_sinh" in right.scope for right in rights):
            people = tuple(with_pupils(each, school, stretch.first) for each in assignments)
        policy = Policy(
            year=regulation.key[YEAR], on=stretch.first, rights=rights, assignments=people
        )
        for kind in with_frame(school.kinds).values():
            for case, part in _cases(policy, kind, school, kind.name in locked):
                parts, spans = seen.setdefault(case, (set(), []))
                parts.add(part)
                spans.append(stretch)
    for case, (parts, spans) in seen.items():
        named = sorted(part for part in parts if part)
        where = f" ({_some(named)})" if named else ""
        yield regulation.finding(
            case.code,
            case.right.clause.pointer,
            f"{case.message}{where}, {told(joined(spans))}",
            case.hint,
        )


def _cases(
    policy: Policy, kind: Kind, school: TreeSchool, locked: bool
) -> Iterator[tuple[_Case, str]]:
    writing = policy.about(Deed.WRITE, kind.name)
    if not writing:
        return
    chains = [("duyệt", place, policy.chain(kind.name, place)) for place in _places(policy, kind)]
    if locked:
        chains.append(("mở sổ", None, policy.chain(kind.name, None, UNLOCKING)))
    about = [
        *writing,
        *(right for *_, steps in chains for step in steps.values() for right in step),
    ]
    asked = {name for right in about for name in right.scope}
    there = _parts_there(kind, school, policy.year, asked)
    for key in there:
        if not any(policy.able((right,), key) for right in writing if not right.fields):
            yield (
                _Case(
                    "HS810", writing[0], f"loại {kind.name}: có trang mà không ai được viết",
                    "phân công người phụ trách, hoặc người làm thay có thời hạn",
                ),
                _said(key),
            )  # fmt: skip
    for key in _each_once([*there, *_parts_assigned(kind, writing, policy, asked)]):
        for what, place, steps in chains:
            able = [policy.able(step, key) for step in steps.values()]
            wrote = tuple(right for right in writing if place is None or right.allows(place))
            for author in sorted(policy.able(wrote, key)):
                others = [people - {author} for people in able]
                if not enough(others):
                    case = _short(kind, author, what, steps, others)
                    yield case, _said(key)


def _places(policy: Policy, kind: Kind) -> list[Pointer | None]:
    """The record as a whole, and every field that has a chain of its own."""
    rights = [right for deed in APPROVAL for right in policy.about(deed, kind.name)]
    return [None, *sorted({field for right in rights for field in right.fields})]


def _short(
    kind: Kind, author: str, what: str, steps: Steps, others: Sequence[frozenset[str]]
) -> _Case:
    left = "; ".join(
        f"bước {number}: {_some(sorted(people)) or 'không ai'}"
        for number, people in zip(steps, others, strict=True)
    )
    return _Case(
        "HS808" if what == "duyệt" else "HS812",
        next(iter(steps.values()))[0],
        f"loại {kind.name}: khi {author} viết thì không đủ người khác nhau để {what} – {left}",
        "trao bước này cho thêm một vai, hoặc phân công thêm người",
    )


def _parts_there(kind: Kind, school: TreeSchool, year: str, asked: set[str]) -> list[Key]:
    """The parts of the school, as far as the rights tell them apart, that have pages already."""
    scope = {YEAR: year} if YEAR in kind.holes else {}
    keys = (kind.match(path) or {} for path in school.paths(kind.name, scope))
    return _each_once({name: key[name] for name in key if name in asked or name == YEAR}
                      for key in keys)  # fmt: skip


def _parts_assigned(
    kind: Kind, writing: Sequence[Right], policy: Policy, asked: set[str]
) -> Iterator[Key]:
    """The parts of the school in which somebody may write, pages or none."""
    names = [name for name in kind.holes if name in asked]
    year = {YEAR: policy.year} if YEAR in kind.holes else {}
    every: dict[str, set[str]] = {name: set() for name in names}
    for each in policy.assignments:
        for name in names:
            every[name] |= each.scope.get(name, frozenset())
    for right in writing:
        for each in policy.cast(right.role):
            choices = [
                sorted(each.scope.get(name, ()) if name in right.scope else every[name])
                for name in names
            ]
            for values in product(*choices):
                yield {**year, **dict(zip(names, values, strict=True))}


def _each_once(keys: Iterable[Key]) -> list[Key]:
    return list({tuple(sorted(key.items())): key for key in keys}.values())


def _said(key: Key) -> str:
    return " ".join(value for name, value in key.items() if name != YEAR)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4])
    return f"{shown} và {len(names) - 4} mục khác" if len(names) > 4 else shown
