"""Why somebody may do something, or what is missing in the rights that come nearest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hoso.gate.policy import YEAR, Assignment, Deed, Granted, Lock, Policy, Right
from hoso.model import Key, Kind, Pointer
from hoso.rules.days import written

#: How many of the nearest rights are worth showing.
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A right somebody does not have, and in words everything that is missing."""

    right: Right
    assignment: Assignment | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Yes with the ground, or no with the nearest rights; and what else stands in the way.

    `steps` are the people who could fulfil each step after the person has written.
    """

    granted: Granted | None
    nearest: tuple[Near, ...]
    shut: tuple[Lock, ...]
    steps: tuple[tuple[int, Deed, frozenset[str]], ...]


def why(
    policy: Policy, kind: Kind, key: Key, person: str, deed: Deed, place: Pointer | None = None
) -> Answer:
    """The answer about one person, one deed and one place on the policy's day."""
    found = policy.grants(person, deed, kind.name, key, place)
    granted = found if isinstance(found, Granted) else None
    writing = deed is Deed.WRITE
    return Answer(
        granted=granted,
        nearest=() if granted else _nearest(policy, kind, key, person, deed, place),
        shut=policy.shut(kind.name, key) if writing else (),
        steps=tuple(
            (number, step[0].deed, policy.able(step, key) - {person})
            for number, step in policy.chain(kind.name, place).items()
        )
        if writing and granted
        else (),
    )


def _nearest(
    policy: Policy, kind: Kind, key: Key, person: str, deed: Deed, place: Pointer | None
) -> tuple[Near, ...]:
    near = [
        _near(policy, right, kind, key, person, place) for right in policy.about(deed, kind.name)
    ]
    return tuple(sorted(near, key=_distance)[:_SHOWN])


def _near(
    policy: Policy, right: Right, kind: Kind, key: Key, person: str, place: Pointer | None
) -> Near:
    field = () if right.allows(place) else (_other_fields(right, kind),)
    held = [each for each in policy.assignments if (each.person, each.role) == (person, right.role)]
    if not held:
        return Near(
            right=right, assignment=None, missing=(f"{person} không giữ vai {right.role}", *field)
        )
    tried = [
        Near(
            right=right,
            assignment=each,
            missing=(*_dates(policy, each), *_scope(right, each, kind, key), *field),
        )
        for each in held
    ]
    return min(tried, key=_distance)


def _distance(near: Near) -> tuple[bool, int]:
    return near.assignment is None, len(near.missing)


def _other_fields(right: Right, kind: Kind) -> str:
    names = ", ".join(
        " › ".join("mỗi em" if part == "*" else kind.heading(field[: depth + 1])
                   for depth, part in enumerate(field))
        for field in right.fields
    )  # fmt: skip
    return f"quyền này chỉ về: {names}"


def _dates(policy: Policy, held: Assignment) -> Iterator[str]:
    if held.holds(policy.on):
        return
    if policy.on < held.since:
        yield f"giữ vai này từ ngày {written(held.since)}, chưa tới"
    elif held.until is not None:
        yield f"giữ vai này đến hết ngày {written(held.until)}"


def _scope(right: Right, held: Assignment, kind: Kind, key: Key) -> Iterator[str]:
    if not right.scope:
        return
    asked = dict.fromkeys((*right.scope, YEAR)) if YEAR in key else dict.fromkeys(right.scope)
    for name in asked:
        if name not in key:
            yield f"loại này không chia theo {name}"
        elif key[name] not in held.scope.get(name, ()):
            schema = kind.key[name]
            title, wanted = str(schema["title"]).lower(), _label(kind, name, key[name])
            ours = sorted(held.scope.get(name, ()))
            named = ", ".join(_label(kind, name, value) for value in ours[:4])
            more = f" và {len(ours) - 4} mục khác" if len(ours) > 4 else ""
            # A label may begin with the title itself: "khối Khối 8" says it twice.
            said = "" if wanted.lower().startswith(title) else f"{title} "
            yield (
                f"phân công nêu {said}{named}{more}, hồ sơ này là {wanted}"
                if ours
                else f"phân công không nêu {title}, hồ sơ này là {wanted}"
            )


def _label(kind: Kind, hole: str, value: str) -> str:
    return str(kind.key[hole].get("x-labels", {}).get(value, value))
