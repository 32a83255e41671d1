"""`hoso diff`: what changed, in words that a vice principal understands."""

from __future__ import annotations

from pathlib import Path

import click

from hoso.cli.clock import now
from hoso.cli.identity import looking, reads


@click.command(
    "diff",
    help="Xem những gì đã thay đổi, từng trường, bằng lời dễ hiểu. Với tên một đề nghị "
    "(NV0015/k7p2xq): điều nó sẽ làm với main lúc này, hoặc chỗ nó vướng.",
)
@click.argument("base", metavar="[GỐC|ĐỀ_NGHỊ]", required=False)
@click.argument("head", metavar="[MỚI]", required=False)
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@reads
def command(base: str | None, head: str | None, named: bool, repo: Path, remote: str) -> int:
    """The verb; without revisions it compares the files on disk with HEAD."""
    from hoso.proposals.names import is_name

    if base is not None and head is None and is_name(base):
        return _proposal(base, repo, remote, named)
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


def _proposal(text: str, repo: Path, remote: str, named: bool) -> int:
    """What an open proposal does to `main` now; exit code 1 where it is in the way of others."""
    from hoso.cli.telling import tell_faults, tell_needs, tell_standing
    from hoso.proposals.names import named as name_of
    from hoso.proposals.stages import standing

    clone = looking(repo, remote)
    found = standing(clone, name_of(text), clone.now(now(clone.repository)))
    tell_standing(clone, found, named=named)
    tell_needs(found.needs, clone.view.standing(clone.view.main).school, named=named)
    if found.judged.may_be_proposed:
        return 0
    return tell_faults(found.judged.findings)
