"""`hoso withdraw`: one's own open proposals taken back."""

from __future__ import annotations

from pathlib import Path

import click

from hoso.cli.identity import signing, signs


@click.command(
    "withdraw",
    help="Rút lại những đề nghị của chính mình khi chưa được duyệt. Nhánh đề nghị và mọi ý kiến "
    "về nó mất khỏi kho chung; sổ không đổi, tệp trên máy giữ nguyên.",
)
@click.argument("names", metavar="ĐỀ_NGHỊ…", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Không hỏi lại trước khi rút.")
@signs
def command(
    names: tuple[str, ...], yes: bool, repo: Path, remote: str, who: str | None, key: Path | None,
    passphrase_from: int | None,
) -> int:  # fmt: skip
    """The verb; exit code 1, and nothing withdrawn, where the person says no."""
    from hoso.proposals.names import named
    from hoso.proposals.withdrawing import withdraw

    asked = [named(text) for text in names]
    if not yes and not click.confirm(f"Rút lại {', '.join(map(str, asked))}?"):
        return 1
    with signing(repo, remote, who, key, passphrase_from) as (clone, me):
        for name in asked:
            withdraw(clone, me, name)
            click.echo(f"Đã rút đề nghị {name}.")
    return 0
