"""The tables from which people, calendars, remarks and posts are composed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from hoso.findings import Finding
from hoso.store.strict_yaml import parse


@cache
def table(name: str) -> Any:
    """The content of `tables/<name>.yml`; a broken table is our own bug."""
    text = (files("hoso.demo") / "tables" / f"{name}.yml").read_text("utf-8")
    findings: list[Finding] = []
    value, _ = parse(f"{name}.yml", text, findings)
    if findings:
        raise ValueError(f"{name}.yml: {findings[0].message}")
    return value
