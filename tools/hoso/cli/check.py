"""`hoso check`: the whole school, one commit, or what changed since another."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from hoso.findings import Finding, Severity


@click.command("check", help="Kiểm tra hồ sơ: cả trường, một phiên bản, hoặc phần đã thay đổi.")
@click.argument("rev", required=False)
@click.option("--since", metavar="REV", help="Chỉ kiểm tra phần khác với phiên bản này.")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text",
              help="Cách trình bày kết quả.")  # fmt: skip
@click.option("--repo", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".",
              help="Thư mục của trường.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), default=None, help="Số tiến trình.")
@click.option("--again", is_flag=True, help="Kiểm tra lại từ đầu, không dùng kết quả lần trước.")
def command(
    rev: str | None, since: str | None, form: str, repo: Path, jobs: int | None, again: bool
) -> int:
    """The verb; its exit code is 1 when there is an error among the findings."""
    from hoso.cli import report
    from hoso.cli.looking import look

    shown = form == "text" and sys.stderr.isatty()
    jobs = jobs or os.cpu_count() or 1
    findings, what = look(repo, rev, since, jobs=jobs, again=again, shown=shown)
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if form == "json":
        click.echo(report.as_json(findings))
    elif form == "github":
        if findings:
            click.echo(report.as_github(findings))
    else:
        if findings:
            click.echo(report.as_text(findings))
        click.echo(_summary(findings, errors, what))
    return 1 if errors else 0


def _summary(findings: list[Finding], errors: list[Finding], what: str) -> str:
    if not findings:
        return f"Đã kiểm tra {what}: không có lỗi."
    return f"Đã kiểm tra {what}: {len(errors)} lỗi, {len(findings) - len(errors)} điều nhắc."
