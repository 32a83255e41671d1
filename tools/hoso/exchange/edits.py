"""Values put into a page, and two people's values brought together cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoso.exchange.grid import Grid
from hoso.gate.changes import Leaf, gathered, leaves
from hoso.gate.merging import Conflict, merge_page
from hoso.model import Kind, Pointer
from hoso.schema.paths import PathTable
from hoso.schema.spelling import spell

#: Values by place; None takes one away.
Edits = Mapping[Pointer, Any]


def edited(grid: Grid, data: Mapping[str, Any], edits: Edits) -> dict[str, Any]:
    """The data of a page after edits; what was not edited stays as it is.

    A row whose last value goes away goes with it; the table itself stays, be it empty.
    """
    found = leaves(data)
    for pointer, value in edits.items():
        if value is None:
            found.pop(pointer, None)
        else:
            found[pointer] = _leaf(value)
    made = gathered(found)
    if grid.rows_at and grid.rows_at in grid.kind.schema.get("required", ()):
        made.setdefault(grid.rows_at, {})
    return made


def page_bytes(kind: Kind, data: Mapping[str, Any], body: str = "") -> bytes:
    """A page in the one spelling."""
    return spell(kind, data, body).encode()


def brought_in(
    grid: Grid, base: bytes | None, wanted: bytes, current: bytes | None, table: PathTable
) -> bytes | Conflict:
    """What a page becomes when `wanted`, which was made of `base`, comes to what is there now."""
    found = merge_page(grid.path, base, current, wanted, table)
    return wanted if found is None else found


def _leaf(value: Any) -> Leaf:
    found: Leaf = tuple(value) if isinstance(value, list) else value
    return found
