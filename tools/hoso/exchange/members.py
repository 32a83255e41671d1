"""New members of a page's collections: which there can be, and room for them to be typed in."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hoso.model import Kind, Pointer
from hoso.schema.shape import explain


def begun(kind: Kind, data: Mapping[str, Any], members: Iterable[Pointer]) -> dict[str, Any]:
    """The data with room for new members of its `collections`, all others left out."""
    made: dict[str, Any] = copy.deepcopy(dict(data))
    open_ = {name for name, _ in collections(kind)}
    for pointer in members:
        node = made if pointer[0] in open_ and _can_be(kind, pointer) else {}
        for part in pointer:
            node = node.setdefault(str(part), {})
            if not isinstance(node, dict):
                break
    return made


def collections(kind: Kind) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The collections of a page that people add members to, each with what its keys are.

    The rows of a class's page are none: they come from the class list alone.
    """
    for name, node in kind.schema.get("properties", {}).items():
        keys = node.get("propertyNames", {})
        from_list = isinstance(keys.get("x-ref"), Mapping) and "at" in keys["x-ref"]
        if isinstance(node.get("additionalProperties"), Mapping) and not from_list:
            yield name, {**keys, "title": node["title"]}


def _can_be(kind: Kind, pointer: Pointer) -> bool:
    """Whether pages of a kind have something at a pointer, by the shape of its keys."""
    if kind.field(pointer) is None:
        return False
    for depth, part in enumerate(pointer):
        above = kind.field(pointer[:depth]) or {}
        if part not in above.get("properties", {}) and any(
            explain(above["propertyNames"], part, ())
        ):
            return False
    return True
