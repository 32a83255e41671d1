"""Findings of the gate told at the cells they are about."""

from __future__ import annotations

from collections.abc import Sequence

from hoso.desk.writing import Work, place_of
from hoso.exchange.grid import value_at
from hoso.findings import Finding
from hoso.schema.paths import Place
from hoso.schema.school import read_record


def faults_by_place(
    work: Work, raw: bytes, findings: Sequence[Finding]
) -> tuple[dict[str, str], list[Finding]]:
    """What is wrong by cell, and what is about no cell of this page."""
    record = read_record(Place(work.kind, dict(work.key)), work.path, raw, [])
    lines: dict[int, str] = {}
    if record is not None:
        for pointer, _, _ in work.grid.places():
            if value_at(record.data, pointer) is not None:
                lines.setdefault(record.line(pointer), place_of(pointer))
    at: dict[str, str] = {}
    rest: list[Finding] = []
    for each in findings:
        place = lines.get(each.line) if each.path == work.path and each.line > 1 else None
        if place is None:
            rest.append(each)
        else:
            at[place] = "; ".join(filter(None, (at.get(place, ""), each.message)))
    return at, rest
