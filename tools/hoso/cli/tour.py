"""`hoso tour`: the main job once through: check, the story of a mark, site, archive, audit."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

_Step = tuple[str, Callable[[], int], str]
#: The folder of the story, below that of the tour's results; each time it is cleared first.
_STORY = "chuyen"


@click.command(
    "tour",
    help="Làm một vòng: kiểm tra hồ sơ; kể chuyện một sổ điểm từ lúc ghi tới lúc khóa, sửa, kiểm "
    "toán, trên một kho tập dượt; dựng trang web; lập kho lưu trữ; in báo cáo kiểm toán.",
)
@click.option("--repo", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".",
              help="Thư mục của trường.")  # fmt: skip
@click.option("--year", "nam_hoc", default="2025-2026", help="Năm học để lưu trữ.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default="build/demo",
              help="Thư mục kết quả.")  # fmt: skip
@click.option("--chi-chuyen", "only_story", is_flag=True, help="Chỉ kể chuyện, không làm gì khác.")
def command(repo: Path, nam_hoc: str, out: Path, only_story: bool) -> int:
    """The verb; it stops at the first step that fails, with that step's exit code."""
    from rich.table import Table

    from hoso.cli.story import told
    from hoso.cli.story_stage import console

    stage = console()
    if only_story:
        return told(out / _STORY, stage)
    table = Table("Việc", "Kết quả ở", "Giây", title="Một vòng việc của nhà trường")
    for title, step, place in _steps(repo, nam_hoc, out, stage):
        stage.rule(f"[bold]{title}", align="left")
        began = time.monotonic()
        code = step()
        if code != 0:
            return code
        table.add_row(title, place, f"{time.monotonic() - began:.1f}".replace(".", ","))
        stage.print()
    stage.print(table)
    stage.print(
        "Xem trang web: make serve, hoặc hoso site serve. Sách là các tệp PDF trong kho lưu trữ."
    )
    return 0


def _steps(repo: Path, nam_hoc: str, out: Path, stage: Console) -> tuple[_Step, ...]:
    from hoso.cli.main import outcome
    from hoso.cli.printing import repository_of
    from hoso.cli.story import told

    repository = repository_of(repo)
    kept = repository is not None and repository.has_commits()
    rev = ["HEAD"] if kept else []
    at = ["--at", "HEAD"] if kept else []
    here = ["--repo", str(repo)]
    site, archive = out / "site", out / f"kho-luu-tru-{nam_hoc}"
    report, clone = out / "bao-cao-kiem-toan.pdf", out / _STORY / "may" / "kiem-tra"
    verbs = (
        ("Kiểm tra hồ sơ", ["check", *rev, *here, "--again"], "mọi tệp trong records/ và content/"),
        ("Dựng trang web", ["site", "build", *here, *at, "--unchecked", "--out", str(site)],
         f"{site}/index.html"),
        ("Lập kho lưu trữ", ["archive", nam_hoc, str(archive), *here], f"{archive}/"),
        ("Báo cáo kiểm toán", ["audit", str(clone), "--format", "pdf", "--out", str(report)],
         str(report)),
    )  # fmt: skip
    steps = [(title, partial(outcome, verb), place) for title, verb, place in verbs]
    story: _Step = ("Chuyện một sổ điểm", lambda: told(out / _STORY, stage), f"{out / _STORY}/")
    return (steps[0], story, *steps[1:])
