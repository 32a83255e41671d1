"""New records: which kinds somebody may begin, and the key of a new one.

A code that says nothing is drawn by the desk; numbers go on where they stopped; all other parts of
a key are chosen, and a page that is there already is opened and not begun twice.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hoso.desk.asking import Asking, Denied, Missing
from hoso.desk.references import Named, names_for_hole
from hoso.desk.taking_up import writes
from hoso.desk.ways import Way, way_of
from hoso.exchange.cells import one_line
from hoso.findings import HosoError
from hoso.gate.papers import CHANCE, paper_number
from hoso.gate.policy import YEAR, Deed
from hoso.model import Key, Kind
from hoso.schema.shape import explain

_DRAWN = re.compile(r"\^([A-Z]{2})\[0-9A-HJKMNP-TV-Z\]\{6\}\$")
_NUMBERED = re.compile(r"\^([A-Z]{2})\[0-9\]\{([0-9])\}\$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a new page's key that somebody fills in: from a list, by looking, or as text."""

    hole: str
    title: str
    hint: str
    value: str
    choices: tuple[Named, ...] = ()
    kind: str = ""


def kinds_to_begin(ask: Asking) -> list[Kind]:
    """The kinds of records somebody may begin a page of, by title."""
    return sorted(
        (kind for kind in ask.school.kinds.values()
         if way_of(kind) in (Way.TABLE, Way.FORM) and kind.holes and _begins(ask, kind)),
        key=lambda kind: kind.title,
    )  # fmt: skip


def kind_named(ask: Asking, name: str) -> Kind:
    """The kind somebody wants to begin a page of; Missing or Denied where they may not."""
    kind = ask.school.kinds.get(name)
    if kind is None or way_of(kind) not in (Way.TABLE, Way.FORM) or not kind.holes:
        raise Missing("không có loại hồ sơ này để bắt đầu")
    if not _begins(ask, kind):
        raise Denied(f"theo quy chế, thầy cô không lập {kind.title.lower()}")
    return kind


def parts_of(ask: Asking, kind: Kind, filled: Mapping[str, str]) -> list[Part]:
    """The parts of the key that people fill in, with what was filled in before."""
    return [
        _part(ask, kind, hole, node, filled.get(hole, ""))
        for hole, node in kind.key.items() if not _made(hole, kind, node)
    ]  # fmt: skip


def begun_at(ask: Asking, kind: Kind, filled: Mapping[str, str]) -> str:
    """The address of the new page; HosoError for a key that is none, Denied without the right."""
    key: dict[str, str] = {}
    for hole, node in kind.key.items():
        text = one_line(filled.get(hole, ""))
        if not _made(hole, kind, node):
            fault = next(explain(node, text, (), True), None)
            if fault is not None:
                raise HosoError(f"{node['title']}: {fault[2]}; {fault[3]}")
            key[hole] = text
    for hole in kind.key:
        if hole not in key:
            key[hole] = _new(ask, kind, hole, key)
    key = {hole: key[hole] for hole in kind.holes}
    if not writes(ask, kind, key):
        raise Denied(f"theo quy chế, thầy cô không lập {kind.title.lower()} này")
    return kind.fill(key)


def _begins(ask: Asking, kind: Kind) -> bool:
    """Whether some right of theirs is to write whole pages; who writes fields begins none."""
    held = {each.role for each in ask.policy.held(ask.person.id)}
    return any(
        right.role in held and not right.fields for right in ask.policy.about(Deed.WRITE, kind.name)
    )


def _made(hole: str, kind: Kind, node: Mapping[str, Any]) -> bool:
    """Whether the desk makes a part of a key by itself."""
    pattern = str(node.get("pattern", ""))
    named = any(ref.hole == hole for ref in kind.refs)
    return not named and bool(_DRAWN.fullmatch(pattern) or _NUMBERED.fullmatch(pattern))


def _new(ask: Asking, kind: Kind, hole: str, key: Key) -> str:
    pattern = str(kind.key[hole]["pattern"])
    drawn, counted = _DRAWN.fullmatch(pattern), _NUMBERED.fullmatch(pattern)
    if drawn is not None:
        while True:
            code = paper_number(drawn[1], secrets.token_bytes(CHANCE))
            if ask.school.tree.entry(kind.fill({**key, hole: code})) is None:
                return code
    assert counted is not None  # noqa: S101 - asked of such parts only
    # What lies in a proposal or a draft has taken its number too.
    paths = [*ask.school.paths(kind.name, key),
             *(each.path for each in ask.desk.drafts.list(ask.person.id))]  # fmt: skip
    for head in ask.clone.proposals().values():
        paths += (entry.path for entry in
                  ask.view.standing(head).tree.entries(kind.path.partition("/{")[0]))  # fmt: skip
    codes = [found[hole] for path in paths if (found := kind.match(path)) is not None]
    width = int(counted[2])
    last = max((int(code[-width:]) for code in codes if code[-width:].isdecimal()), default=0)
    return f"{counted[1]}{last + 1:0{width}d}"


def _part(ask: Asking, kind: Kind, hole: str, node: Mapping[str, Any], value: str) -> Part:
    names = names_for_hole(ask, kind, hole)
    choices: tuple[Named, ...] = () if names is None else names.listed
    if "enum" in node:
        choices = tuple((each, str(node.get("x-labels", {}).get(each, each)))
                        for each in node["enum"])  # fmt: skip
    return Part(
        hole=hole, title=str(node["title"]), hint=str(node["description"]), choices=choices,
        kind="" if names is None else names.kind,
        value=value or (ask.policy.year if hole == YEAR else ""),
    )  # fmt: skip
