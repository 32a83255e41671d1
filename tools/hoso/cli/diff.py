"""`hoso diff`: what changed, in words that a vice principal understands."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("diff", help="Xem những gì đã thay đổi, từng trường, bằng lời dễ hiểu.")
@click.argument("base", metavar="[GỐC]", required=False)
@click.argument("head", metavar="[MỚI]", required=False)
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@click.option("--repo", default=".", help="Thư mục của trường.",
              type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
def command(base: str | None, head: str | None, named: bool, repo: Path) -> int:
    """The verb; without revisions it compares the files on disk with HEAD."""
    from hoso.cli.comparing import compared
    from hoso.gate.readable import readable
    from hoso.schema.school import TreeSchool

    found = compared(repo, base, head)
    # New people are named in the head only, deleted ones in the base only.
    school = TreeSchool(found.head, found.base.kinds)
    for line in readable(found.changes, school, named=named):
        click.echo(line)
    pages = len({change.path for change in found.changes})
    click.echo(f"{len(found.changes)} thay đổi ở {pages} trang." if pages
               else "Không có gì thay đổi.")  # fmt: skip
    return 0
