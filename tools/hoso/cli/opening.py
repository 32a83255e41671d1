"""A school opened for reading, from disk or from a revision, and the day that is asked about."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import click

from hoso.cli.clock import now_in
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.git import Repository
from hoso.store.tree import FolderTree, Tree

#: Việt Nam keeps one time all year.
_HERE = timedelta(hours=7)
_MOMENT = "%Y-%m-%d %H:%M"


def opened(repo: Path, rev: str | None) -> TreeSchool:
    """The school in a folder, or at a revision of its repository."""
    tree: Tree = FolderTree(repo) if rev is None else Repository(repo).tree(rev)
    return TreeSchool(tree, load_kinds(tree))


def today(repo: Path) -> date:
    """The day it is at the school in a folder."""
    return (now_in(repo) + _HERE).date()


def as_day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """What an option says as a day, or a complaint that shows how days are written."""
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        said = f"“{ascii(value)[1:-1]}” không phải là ngày, ví dụ đúng: 2026-09-05"
        raise click.BadParameter(said, ctx, param) from None


def as_moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """What an option says as a moment by the school's clock, or a complaint that shows one."""
    try:
        return None if value is None else datetime.strptime(value, _MOMENT)  # noqa: DTZ007
    except ValueError:
        shown = ascii(value)[1:-1]
        raise click.BadParameter(
            f"“{shown}” không phải ngày và giờ, ví dụ đúng: 2026-11-24 07:30", ctx, param
        ) from None
