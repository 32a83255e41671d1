"""`hoso archive`: every book of a school year, with a manifest."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hoso.books.archive import Made
    from hoso.books.catalogue import Desk


@click.command("archive", help="Lập kho lưu trữ PDF của một năm học; dừng giữa chừng thì chạy lại.")
@click.argument("nam_hoc", metavar="NĂM_HỌC")
@click.argument("folder", metavar="THƯ_MỤC", type=click.Path(path_type=Path, file_okay=False))
@click.option("--repo", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".",
              help="Thư mục của trường.")  # fmt: skip
@click.option("--at", "rev", metavar="REV", help="Phiên bản git; không ghi là bản mới nhất.")
@click.option("--jobs", type=click.IntRange(1), default=None, help="Số tiến trình.")
def command(nam_hoc: str, folder: Path, repo: Path, rev: str | None, jobs: int | None) -> int:
    """The verb; records with errors are not archived (exit code 1)."""
    from hoso.cli.looking import look
    from hoso.cli.printing import desk_of, repository_of, tree_at
    from hoso.findings import Severity

    repository = repository_of(repo)
    if rev is None and repository is not None and repository.has_commits():
        rev = "HEAD"
    jobs = jobs or os.cpu_count() or 1
    shown = sys.stderr.isatty()
    findings, _ = look(repo, rev, None, jobs=jobs, again=False, shown=shown)
    errors = sum(each.severity is Severity.ERROR for each in findings)
    if errors:
        click.echo(f"Hồ sơ còn {errors} lỗi nên chưa lưu trữ được: chạy hoso check.", err=True)
        return 1
    tree, commit = tree_at(repo, rev)
    began = time.monotonic()
    desk = desk_of(tree, repo, rev, (nam_hoc,))
    made = _build(desk, nam_hoc, folder, commit=commit, jobs=jobs, shown=shown)
    size = sum(each.size for each in made)
    click.echo(
        f"Kho lưu trữ {nam_hoc}: {len(made)} tệp PDF, {size / 1e6:.1f} MB ở {folder}, "
        f"bản kê manifest.json; {time.monotonic() - began:.1f} giây."
    )
    return 0


def _build(
    desk: Desk, nam_hoc: str, folder: Path, *, commit: str | None, jobs: int, shown: bool
) -> list[Made]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from hoso.books.archive import build

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task("Đang chuẩn bị", total=None)

        def progress(done: int, total: int, path: str) -> None:
            bar.update(task, completed=done, total=total, description=f"Đang in {path}")

        return build(desk, nam_hoc, folder, commit=commit, workers=jobs, progress=progress)
