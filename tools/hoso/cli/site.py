"""`hoso site`: the public site of a school, built once or served and rebuilt while one writes."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

import click

from hoso.findings import HosoError

if TYPE_CHECKING:
    from hoso.site.build import Report

#: Viet Nam keeps UTC+7 all year; the day of a commit is the day there.
_HERE = timezone(timedelta(hours=7))

_REPO = click.option(
    "--repo",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=".",
    help="Thư mục của trường.",
)


@click.group("site", help="Trang web công khai của nhà trường.")
def command() -> None:
    """The verbs about the site."""


@command.command("build", help="Dựng trang web; trang cũ chỉ được thay khi mọi thứ đã xong.")
@_REPO
@click.option("--at", metavar="REV", help="Dựng từ phiên bản này, không từ tệp trên đĩa.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None,
              help="Thư mục kết quả (mặc định: site trong thư mục của trường).")  # fmt: skip
@click.option("--unchecked", is_flag=True, help="Không kiểm tra hồ sơ trước khi dựng.")
def build(repo: Path, at: str | None, out: Path | None, unchecked: bool) -> int:
    """Builds the site; exit code 1 when the records have errors, and then nothing is built."""
    if not unchecked and _errors(repo, at):
        return 1
    target = (out or repo / "site").absolute()
    began = perf_counter()
    with _progress() as progress:
        report = built_at(repo, at, target, os.cpu_count() or 1, progress)
    for warning in report.warnings:
        click.echo(f"Lưu ý: {warning}", err=True)
    size = f"{report.size / 1024 / 1024:.1f}".replace(".", ",")
    seconds = f"{perf_counter() - began:.1f}".replace(".", ",")
    click.echo(
        f"Đã dựng {report.pages} trang, {report.files} tệp, {size} MB "
        f"trong {seconds} giây: {target}"
    )
    return 0


@command.command("serve", help="Xem trang web trên máy này; sửa tệp thì trang tự dựng lại.")
@_REPO
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="Cổng (0: cổng bất kỳ).")
@click.option("--host", default="127.0.0.1", help="Địa chỉ mở cổng; mặc định chỉ máy này xem được.")
def serve(repo: Path, port: int, host: str) -> int:
    """Serves the files on disk until interrupted."""
    from hoso.site.serve import serve_site

    stop = threading.Event()
    with TemporaryDirectory(prefix="hoso-") as folder:
        target = Path(folder) / "site"
        try:
            serve_site(
                repo,
                target,
                lambda: _build_quietly(repo, target),
                host=host,
                port=port,
                say=click.echo,
                stop=stop,
            )
        except KeyboardInterrupt:
            click.echo("Đã dừng.")
    return 0


def _build_quietly(repo: Path, target: Path) -> None:
    # One process: this one has threads, and those are not to be forked.
    for warning in built_at(repo, None, target, 1).warnings:
        click.echo(f"Lưu ý: {warning}", err=True)


def _errors(repo: Path, at: str | None) -> bool:
    """Whether the records have errors; says them."""
    from hoso.cli import report
    from hoso.cli.looking import look
    from hoso.findings import Severity

    shown = sys.stderr.isatty()
    findings, _ = look(repo, at, None, jobs=os.cpu_count() or 1, again=False, shown=shown)
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if errors:
        click.echo(report.as_text(errors))
        click.echo(f"Chưa dựng trang web: hồ sơ có {len(errors)} lỗi.", err=True)
    return bool(errors)


def built_at(
    repo: Path,
    at: str | None,
    target: Path,
    processes: int,
    progress: Callable[[str], None] = lambda step: None,
    *,
    kept: bool = True,
) -> Report:
    """Builds the site of the files on disk, or of a revision on the day of its commit.

    With `kept`, renders of earlier builds are used again; without, nothing but the records counts.
    """
    from hoso.schema.kinds import load_kinds
    from hoso.schema.school import TreeSchool
    from hoso.site.accelerator import Quick
    from hoso.site.build import build_site
    from hoso.store.git import Repository
    from hoso.store.tree import FolderTree, Tree

    tree: Tree = FolderTree(repo)
    commit, today = "", None
    if at is not None:
        repository = Repository(repo)
        commit = repository.resolve(at)
        tree = repository.tree(commit)
        today = _day(repository.run("show", "-s", "--format=%ct", commit))
    return build_site(
        tree,
        TreeSchool(tree, load_kinds(tree)),
        target,
        today=today,
        commit=commit,
        quick=Quick(processes, _renders(repo) if kept else None),
        progress=progress,
    )


def _renders(repo: Path) -> Path | None:
    """Where renders are kept from one build to the next: beside what git keeps, never in it."""
    from hoso.store.git import Repository

    try:
        return Repository(repo).git_dir / "hoso" / "trang-web"
    except HosoError:
        return None


def _day(seconds: str) -> date:
    return datetime.fromtimestamp(int(seconds), _HERE).date()


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Steps on a terminal as they come; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("Dựng trang web", total=None)
        yield lambda step: bar.update(task, description=step)
