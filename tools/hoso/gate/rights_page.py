"""The page that says who may do what: one file, readable by everyone, asking nothing of the net."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from hoso.gate.policy import Policy
from hoso.gate.rights_table import COLUMNS, Holder, Row
from hoso.model import Record
from hoso.rules.days import written


def rights_page(
    policy: Policy, regulation: Record, rows: Sequence[Row], held: Sequence[Holder]
) -> str:
    """The HTML of the page; the same rights give the same bytes."""
    environment = Environment(
        loader=PackageLoader("hoso.gate"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["written"] = written
    return environment.get_template("quyen.html").render(
        policy=policy,
        decision=regulation.data["quyet_dinh"],
        columns=tuple(COLUMNS),
        rows=rows,
        roles=[(role, list(group)) for role, group in groupby(held, lambda each: each.role)],
    )
