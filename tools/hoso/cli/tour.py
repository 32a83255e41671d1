"""`hoso tour`: the main job once through: check the records, build the site, archive a year."""

from __future__ import annotations

import time
from pathlib import Path

import click


@click.command(
    "tour", help="Làm một vòng: kiểm tra hồ sơ, dựng trang web, lập kho lưu trữ một năm."
)
@click.option("--repo", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".",
              help="Thư mục của trường.")  # fmt: skip
@click.option("--year", "nam_hoc", default="2025-2026", help="Năm học để lưu trữ.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default="build/demo",
              help="Thư mục kết quả.")  # fmt: skip
def command(repo: Path, nam_hoc: str, out: Path) -> int:
    """The verb; it stops at the first step that fails, with that step's exit code."""
    from rich.console import Console
    from rich.table import Table

    from hoso.cli.main import outcome
    from hoso.cli.printing import repository_of

    repository = repository_of(repo)
    kept = repository is not None and repository.has_commits()
    rev = ["HEAD"] if kept else []
    at = ["--at", "HEAD"] if kept else []
    here = ["--repo", str(repo)]
    site, archive = out / "site", out / f"kho-luu-tru-{nam_hoc}"
    steps = (
        ("Kiểm tra hồ sơ", ["check", *rev, *here, "--again"], "mọi tệp trong records/ và content/"),
        ("Dựng trang web", ["site", "build", *here, *at, "--unchecked", "--out", str(site)],
         f"{site}/index.html"),
        ("Lập kho lưu trữ", ["archive", nam_hoc, str(archive), *here], f"{archive}/"),
    )  # fmt: skip
    console = Console()
    table = Table("Việc", "Kết quả ở", "Giây", title="Một vòng việc của nhà trường")
    for title, arguments, place in steps:
        console.rule(f"[bold]{title}", align="left")
        began = time.monotonic()
        code = outcome(arguments)
        if code != 0:
            return code
        table.add_row(title, place, f"{time.monotonic() - began:.1f}".replace(".", ","))
    console.print(table)
    console.print(
        "Xem trang web: make serve, hoặc hoso site serve. Sách là các tệp PDF trong kho lưu trữ."
    )
    return 0
