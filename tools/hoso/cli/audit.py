"""`hoso audit`: whether every merge of a history was allowed, proven from a clone alone."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.findings import HosoError

if TYPE_CHECKING:
    from hoso.audit.findings import Tally
    from hoso.audit.replay import Audit, Examined
    from hoso.ledger.state import State

_KEPT = "kiem-toan.json"
_FORMS = {"text": "as_text", "json": "as_json", "html": "as_html", "pdf": "as_pdf"}


@click.command("audit", help="Kiểm toán lịch sử của một bản sao: mọi lần duyệt có đúng quy chế "
               "của ngày ấy không, chữ ký và nhật ký có thật không.")  # fmt: skip
@click.argument("clone", metavar="[BẢN_SAO]", default=".",
                type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
@click.option("--genesis", metavar="MÃ", help="Mã commit lập kho mà người kiểm mang theo.")
@click.option("--log-head", "heads", metavar="MÃ", multiple=True,
              help="Đầu nhật ký in trong biên bản khóa sổ; ghi được nhiều lần.")  # fmt: skip
@click.option("--again", is_flag=True, help="Xem lại từ đầu, không dùng kết quả lần trước.")
@click.option("--quick", is_flag=True,
              help="Không đọc lại từng đối tượng git và không kiểm tra hồ sơ hiện có.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(list(_FORMS)), default="text",
              help="Cách trình bày báo cáo; pdf phải có --out.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Ghi báo cáo ra tệp.")
@click.option("--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1,
              show_default="số nhân", help="Số tiến trình.")  # fmt: skip
def command(
    clone: Path, genesis: str | None, heads: tuple[str, ...], again: bool, quick: bool, form: str,
    out: Path | None, jobs: int,
) -> int:  # fmt: skip
    """The verb; exit code 1 when something broke the rules."""
    from hoso.audit import report
    from hoso.audit.kept import as_text
    from hoso.audit.replay import Audit
    from hoso.cli.branches import ends
    from hoso.store.git import Repository
    from hoso.store.memory import program
    from hoso.store.writing import write_whole

    if form == "pdf" and out is None:
        raise click.UsageError("báo cáo PDF phải ghi ra tệp: thêm --out bao-cao.pdf")
    repository = Repository(clone)
    main, log = ends(repository)
    if log is None:
        raise HosoError("bản sao này không có nhánh nhật ký nhat-ky: không có gì để kiểm toán")
    for given in (*heads, *([genesis] if genesis else ())):
        repository.resolve(given)
    audit = Audit(
        repository=repository, main=main, log=log, genesis=genesis, witnesses=heads,
        objects=not quick, records=not quick, jobs=jobs,
    )  # fmt: skip
    place = repository.git_dir / "hoso" / _KEPT
    deciders = program("signing", "gate", "ledger", "audit")
    found = _with_bar(audit, None if again else _before(audit, place, deciders))
    if found.state.seq >= 0:
        with contextlib.suppress(HosoError):
            write_whole(place, as_text(found, deciders).encode())
    said = getattr(report, _FORMS[form])(found.report)
    if out is None:
        click.echo(said)
    else:
        write_whole(out, said if isinstance(said, bytes) else said.encode())
        click.echo(f"Đã ghi báo cáo: {out}")
    return 0 if found.report.clean else 1


def _before(audit: Audit, place: Path, deciders: str) -> tuple[Tally, State] | None:
    """What the last audit of this clone ended with, if the log still goes on from there."""
    from hoso.audit.kept import going_on

    try:
        return going_on(audit, place.read_text("utf-8"), deciders)
    except (OSError, ValueError):
        return None


def _with_bar(audit: Audit, known: tuple[Tally, State] | None) -> Examined:
    from rich.console import Console
    from rich.progress import Progress as Bar

    from hoso.audit.replay import examined

    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Đang xem lại lịch sử", total=None)
        return examined(
            audit, known, lambda done, total: bar.update(task, completed=done, total=total)
        )
