"""Values that name other records: declared by `x-ref`, found in a record, resolved to a target."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hoso.model import Key, Kind, Pointer, Record, Ref
from hoso.schema.lint import Problem

#: As last part of a place: the keys of the mapping there, not its values.
KEYS = "@"
ANY = "*"
#: As source of a target's hole: the value itself.
VALUE = "."


@dataclass(frozen=True, slots=True)
class Mention:
    """One value in a record and what it must name."""

    pointer: Pointer
    value: str
    ref: Ref
    key: Key


def declared(kind: str, holes: tuple[str, ...], schema: Mapping[str, Any],
             key: Mapping[str, Mapping[str, Any]], targets: Mapping[str, tuple[str, ...]],
             problems: list[Problem]) -> tuple[Ref, ...]:  # fmt: skip
    """The references a kind declares; `targets` gives every kind's holes. Adds what is wrong."""
    found = []
    for hole, node in key.items():
        if "x-ref" in node:
            at: Pointer = ("x-kind", "key", hole, "x-ref")
            found.append(_ref(node["x-ref"], (), hole, holes, targets, at, problems))
    for place, node, at in _marked(schema, (), ()):
        found.append(_ref(node["x-ref"], place, None, holes, targets, (*at, "x-ref"), problems))
    return tuple(ref for ref in found if ref is not None)


def _marked(
    node: Mapping[str, Any], place: tuple[str, ...], at: Pointer
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any], Pointer]]:
    if "x-ref" in node:
        yield place, node, at
    for name, member in node.get("properties", {}).items():
        yield from _marked(member, (*place, name), (*at, "properties", name))
    if "x-ref" in node.get("propertyNames", {}):
        yield (*place, KEYS), node["propertyNames"], (*at, "propertyNames")
    for word in ("additionalProperties", "items"):
        if isinstance(node.get(word), Mapping):
            yield from _marked(node[word], (*place, ANY), (*at, word))


def _ref(mark: Any, place: tuple[str, ...], hole: str | None, holes: tuple[str, ...],
         targets: Mapping[str, tuple[str, ...]], at: Pointer,
         problems: list[Problem]) -> Ref | None:  # fmt: skip
    mark = {"kind": mark} if isinstance(mark, str) else mark
    if not isinstance(mark, Mapping) or not mark.keys() <= {"kind", "key", "at"}:
        problems.append((at, "x-ref cần tên loại, hoặc {kind, key, at}"))
        return None
    target = str(mark.get("kind"))
    if target not in targets:
        problems.append((at, f"x-ref nói tới loại {target!r} không có"))
        return None
    inside = mark.get("at")
    if inside is not None and not str(inside).startswith("/"):
        problems.append((at, "at phải bắt đầu bằng dấu gạch chéo"))
        return None
    wanted = targets[target]
    sources = {name: name for name in wanted if name in holes}
    if hole is None and inside is None and "key" not in mark:
        # A bare reference names the target by the part its own key does not settle.
        open_ = [name for name in wanted if name not in sources] or list(wanted[-1:])
        sources |= dict.fromkeys(open_[-1:], VALUE)
    sources |= mark.get("key", {})
    missing = [name for name in wanted if name not in sources]
    if missing:
        problems.append((at, f"x-ref tới {target} thiếu phần khóa {', '.join(missing)}"))
        return None
    pointer = tuple(str(inside)[1:].split("/")) if inside is not None else None
    return Ref(place=place, hole=hole, kind=target, key=sources, at=pointer)


def mentions(record: Record) -> Iterator[Mention]:
    """Every reference of a record with the key of its target; ill-typed values are passed over."""
    for ref in record.kind.refs:
        if ref.hole is not None:
            value = record.key[ref.hole]
            yield Mention((), value, ref, _target(ref, record, value))
            continue
        # One key for all where the value is no part of it, so that a reader can ask once.
        fixed = None if VALUE in ref.key.values() else _target(ref, record, "")
        for pointer, value in values_at(record.data, ref.place):
            yield Mention(pointer, value, ref, fixed or _target(ref, record, value))


#: The target of a Markdown link or picture, without its title.
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")


def links(record: Record) -> Iterator[tuple[int, str]]:
    """The files a Markdown body links to within the school, as paths, each with its line.

    Addresses with a scheme, anchors and links from the root are not files of the school.
    """
    folder = record.path.rpartition("/")[0]
    for number, line in enumerate(record.body.split("\n"), record.body_line):
        for target in _LINK.findall(line):
            file = target.partition("#")[0].partition("?")[0]
            if file and not file.startswith("/") and ":" not in file:
                yield number, posixpath.normpath(f"{folder}/{file}")


def values_at(
    value: Any, place: tuple[str, ...], pointer: Pointer = ()
) -> Iterator[tuple[Pointer, str]]:
    """The texts at a place of a value, spelled as in `model.Ref`, each with its pointer."""
    if not place:
        if isinstance(value, str):
            yield pointer, value
        return
    head, rest = place[0], place[1:]
    if isinstance(value, Mapping):
        if head == KEYS:
            yield from (((*pointer, name), name) for name in value)
        elif head == ANY:
            for name, member in value.items():
                yield from values_at(member, rest, (*pointer, name))
        elif head in value:
            yield from values_at(value[head], rest, (*pointer, head))
    elif isinstance(value, list) and head == ANY:
        for position, member in enumerate(value):
            yield from values_at(member, rest, (*pointer, position))


def _target(ref: Ref, record: Record, value: str) -> dict[str, str]:
    return {name: _source(source, record, value) for name, source in ref.key.items()}


def _source(source: str, record: Record, value: str) -> str:
    if source == VALUE:
        return value
    if source.startswith("/"):
        # A date field gives its year: files are kept by calendar year.
        return str(record.data.get(source[1:], "")).partition("-")[0]
    return record.key[source]


def shared_holes(ref: Ref, holer: Kind) -> dict[str, str]:
    """Target holes that come straight from the referring record's own key."""
    return {name: source for name, source in ref.key.items() if source in holer.holes}
