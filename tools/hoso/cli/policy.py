"""`hoso policy`: the regulation proved, and who may do what as a table."""

from __future__ import annotations

import sys
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.opening import as_day, opened, today
from hoso.findings import Severity

if TYPE_CHECKING:
    from rich.table import Table

    from hoso.gate.rights_table import Row
    from hoso.gate.soundness import Proof

_repo = click.option("--repo", default=".", help="Thư mục của trường.",
                     type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
_at = click.option("--at", "rev", metavar="REV",
                   help="Xem ở một phiên bản git; không ghi là trên đĩa.")  # fmt: skip


@click.group("policy", help="Quy chế: chứng minh nó đủ và kín; bảng ai được làm gì.")
def command() -> None:
    """The group of verbs about the regulation."""


@command.command("check", help="Chứng minh quy chế đủ người viết, người duyệt, không ai tự duyệt.")
@_repo
@_at
@click.option("--year", metavar="NĂM_HỌC", help="Chỉ quy chế của năm học này.")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text",
              help="Cách trình bày kết quả.")  # fmt: skip
def check(repo: Path, rev: str | None, year: str | None, form: str) -> int:
    """Exit code 1 when a regulation has an error."""
    from hoso.cli import report
    from hoso.findings import HosoError
    from hoso.gate.soundness import prove

    school = opened(repo, rev)
    years = [year] if year else [each.key["nam_hoc"] for each in school.all("quy-che")]
    if not years:
        raise HosoError("không có quy chế nào đọc được; chạy: hoso check")
    proofs = [prove(school, each) for each in years]
    findings = [finding for proof in proofs for finding in proof.findings]
    if form == "json":
        click.echo(report.as_json(findings))
    elif form == "github":
        if findings:
            click.echo(report.as_github(findings))
    else:
        for proof in proofs:
            _tell(proof)
    return 1 if any(each.severity is Severity.ERROR for each in findings) else 0


def _tell(proof: Proof) -> None:
    from hoso.cli import report

    errors = sum(each.severity is Severity.ERROR for each in proof.findings)
    click.echo(
        f"Quy chế {proof.year}: {proof.rights} quyền, {errors} lỗi, "
        f"{len(proof.findings) - errors} điều nhắc."
    )
    if proof.findings:
        click.echo(report.as_text(proof.findings))
    by_people = [each for each in proof.idle if each.sources]
    by_nothing = [each for each in proof.idle if not each.sources]
    if by_people:
        said = ", ".join(
            f"khoản {each.clause} Điều {each.article} ({', '.join(each.sources)})"
            for each in by_people
        )
        click.echo(f"  Khoản không trao quyền, do con người hoặc phần khác thực hiện: {said}.")
    if by_nothing:
        said = ", ".join(f"khoản {each.clause} Điều {each.article}" for each in by_nothing)
        click.echo(f"  Khoản không trao quyền và không dẫn yêu cầu nào: {said}.")
    if proof.unused:
        click.echo("  Quyền chưa ai dùng được theo phân công của năm học:")
        for clause, points in groupby(proof.unused, lambda each: (each.article, each.clause)):
            letters = ", ".join(each.point for each in points)
            click.echo(f"    khoản {clause[1]} Điều {clause[0]}: điểm {letters}")


@command.command("table", help="Bảng ai được làm gì, kèm điều khoản; --html ghi thành một trang.")
@_repo
@_at
@click.option(
    "--on", "when", metavar="NGÀY", callback=as_day, help="Theo quy chế và phân công của ngày này."
)
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False),
              help="Ghi thành một trang HTML đứng riêng.")  # fmt: skip
def table(repo: Path, rev: str | None, when: date | None, page: Path | None) -> int:
    """Prints the table, or writes the page."""
    from hoso.gate.regulation import policy_on, regulation_on
    from hoso.gate.rights_page import rights_page
    from hoso.gate.rights_table import holders, rows

    school, on = opened(repo, rev), when or today(repo)
    policy, regulation = policy_on(school, on), regulation_on(school, on)
    assert regulation is not None  # noqa: S101 - a policy was read from it
    laid_out = list(rows(policy, school.kinds, regulation))
    if page is not None:
        held = list(holders(policy, school, regulation))
        page.write_text(rights_page(policy, regulation, laid_out, held), "utf-8", newline="\n")
        click.echo(f"Đã ghi {page}.")
        return 0
    from rich.console import Console

    # Piped into a file there is no terminal width; what is cut off would be a right unread.
    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(_table(laid_out, f"Quy chế {policy.year}, ngày {on:%d/%m/%Y}"))
    return 0


def _table(laid_out: list[Row], title: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from hoso.gate.rights_table import COLUMNS

    found = Table(title=title, show_lines=True)
    found.add_column("Loại hồ sơ", style="bold", min_width=12)
    for column in COLUMNS:
        found.add_column(column, min_width=10, ratio=1)
    for row in laid_out:
        cells = ("\n".join(f"{each.short}, {each.ground}" for each in row.cells[column])
                 for column in COLUMNS)  # fmt: skip
        found.add_row(escape(row.kind.title), *(escape(cell) or "–" for cell in cells))
    return found
