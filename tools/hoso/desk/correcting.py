"""What correcting a closed page takes: the field as a form asks for it, a request's way so far."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from hoso.gate.changes import ABSENT, Change, Part, Value, leaves
from hoso.gate.corrections import REQUEST, Request, request_of
from hoso.gate.locks import shut
from hoso.gate.papers import executors
from hoso.gate.policy import Policy
from hoso.gate.readable import as_text, field_name, place_name, value_said
from hoso.model import Pointer, Record
from hoso.schema.school import TreeSchool

#: Texts that may be longer than this are written in a box of several lines.
_ONE_LINE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field of a page as a form asks for it: what stands there, which values there could be.

    `sort` is `chon` (one of `choices`), `so`, `dai` (a long text) or `chu`.
    """

    place: str
    title: str
    hint: str
    old: str
    old_said: str
    sort: str
    choices: tuple[tuple[str, str], ...]
    least: int | None
    most: int | None


class Way(Enum):
    """How far a request has come; the values are what people read."""

    OPEN = "đã duyệt, chờ sửa"
    SENT = "đã sửa, chờ duyệt"
    DONE = "đã thực hiện"
    OVER = "hết hạn, chưa sửa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A request that stands in the records, in words, and what a person may do with it."""

    code: str
    path: str
    page: str
    page_path: str
    requester: str
    rows: tuple[tuple[str, str, str], ...]
    reason: str
    explanation: str
    until: date
    asked: str
    way: Way
    able: frozenset[str]


def asked(page: Record, place: str, school: TreeSchool) -> Asked | None:
    """A field that a request may name; None where the kind has no such single value."""
    pointer: Pointer = tuple(place.split("/"))
    node = page.kind.field(pointer)
    if node is None or node.get("type") == "object":
        return None
    old = leaves(page.data).get(pointer, ABSENT)
    sort, choices = _sort(node)
    return Asked(
        place=place, title=field_name(page.kind, pointer, school, named=True),
        hint=str(node.get("description", "")),
        old="" if old is ABSENT else _typed(old),
        old_said=value_said(old, page.kind, pointer, school, named=True) or "",
        sort=sort, choices=choices, least=node.get("minimum"), most=node.get("maximum"),
    )  # fmt: skip


def cells(page: Record, school: TreeSchool) -> tuple[tuple[str, tuple[Asked, ...]], ...]:
    """Every single value of a page that a request may name, there or not yet, row by row."""
    found: dict[str, list[Asked]] = {}
    for place in _places(page.kind.schema, page.data, ()):
        each = asked(page, "/".join(place), school)
        if each is not None:
            row, _, _ = each.title.rpartition(" · ")
            found.setdefault(row, []).append(each)
    return tuple((row, tuple(values)) for row, values in found.items())


def is_shut(page: Record, places: Iterable[str], policy: Policy, school: TreeSchool) -> bool:
    """Whether every one of these fields is closed today, so that a request is the way."""
    return all(bool(shut(_at(page, place), policy, school)) for place in places)


def requests(
    school: TreeSchool, policy: Policy, used: frozenset[str], sent: frozenset[str]
) -> list[Told]:
    """Every request of the records, the newest first; `sent` are those being carried out."""
    found = [_told(each, school, policy, used, sent) for each in school.all(REQUEST)]
    return sorted(found, key=lambda each: (each.asked, each.code), reverse=True)


def digest_of(content: bytes) -> str:
    """What the records keep of a piece of evidence; the file itself stays with the school."""
    return hashlib.sha256(content).hexdigest()


def able_to_carry_out(request: Request, page: Record, policy: Policy) -> frozenset[str]:
    """Who may write every field that a request names."""
    found = [executors(_at(page, place), policy) for place in request.fields]
    return frozenset.intersection(*found) if found else frozenset()


def _told(
    record: Record, school: TreeSchool, policy: Policy, used: frozenset[str], sent: frozenset[str]
) -> Told:
    request, page = request_of(record), school.at(record.data["tep"])
    place = school.table.find(request.page)
    way = Way.OPEN
    if request.path in used:
        way = Way.DONE
    elif policy.on > request.until:
        way = Way.OVER
    elif request.path in sent:
        way = Way.SENT
    rows = [
        (name, _said(name, sides[0], school, place), _said(name, sides[1], school, place))
        if place is None
        else (field_name(place.kind, tuple(name.split("/")), school, named=True),
              _said(name, sides[0], school, place), _said(name, sides[1], school, place))
        for name, sides in request.fields.items()
    ]  # fmt: skip
    return Told(
        code=record.key["ma"], path=record.path,
        page=request.page if place is None
        else place_name(place.kind, place.key, school, named=True),
        page_path=request.page, requester=request.requester, rows=tuple(rows),
        reason=record.kind.label(("ly_do",), record.data["ly_do"]),
        explanation=str(record.data.get("giai_thich", "")), until=request.until,
        asked=str(record.data["ngay"]), way=way,
        able=frozenset() if page is None else able_to_carry_out(request, page, policy),
    )  # fmt: skip


def _said(name: str, value: str | None, school: TreeSchool, place: Any) -> str:
    if value is None:
        return "(trống)"
    if place is None:
        return value
    return value_said(value, place.kind, tuple(name.split("/")), school, named=True) or value


def _at(page: Record, place: str) -> Change:
    return Change(path=page.path, kind=page.kind.name, key=page.key, part=Part.FIELD,
                  pointer=tuple(place.split("/")))  # fmt: skip


def _typed(value: Value) -> str:
    """A leaf as somebody types it: lists with commas."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is ABSENT else as_text(value)


def _places(
    node: Mapping[str, Any], data: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    known = node.get("properties", {})
    more = node.get("additionalProperties")
    for name in dict.fromkeys((*known, *data)):
        below = known.get(name, more)
        if not isinstance(below, Mapping):
            continue
        if below.get("type") == "object":
            inside = data.get(name, {})
            yield from _places(below, inside if isinstance(inside, Mapping) else {}, (*above, name))
        else:
            yield (*above, name)


def _sort(node: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    if "enum" in node:
        labels = node.get("x-labels", {})
        return "chon", tuple((str(each), str(labels.get(each, each))) for each in node["enum"])
    if node.get("type") == "boolean":
        return "chon", (("true", "có"), ("false", "không"))
    if node.get("type") == "integer":
        return "so", ()
    if node.get("type") == "string" and node.get("maxLength", 0) > _ONE_LINE:
        return "dai", ()
    return "chu", ()
