"""`hoso update`: a clone brought to what `main` is now, keeping what somebody is editing."""

from __future__ import annotations

from pathlib import Path

import click

from hoso.cli.identity import looking, reads


@click.command(
    "update",
    help="Lấy hồ sơ mới nhất của kho chung về; tệp đang sửa dở được giữ lại, hợp từng trường với "
    "những gì người khác đã sửa.",
)
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@reads
def command(named: bool, repo: Path, remote: str) -> int:
    """The verb; exit code 1, and nothing touched, where an edited field changed on both sides."""
    from hoso.cli.telling import tell_faults
    from hoso.gate.merging import conflict_said
    from hoso.proposals.catching_up import catch_up, move_on
    from hoso.proposals.sending import Unusable

    clone = looking(repo, remote)
    try:
        found = catch_up(clone)
    except Unusable as error:
        return tell_faults(error.findings)
    if found.conflicts:
        new = clone.view.standing(found.onto)
        click.echo("Chưa cập nhật: những chỗ này người khác đã sửa khác với tệp trên máy.")
        for conflict in found.conflicts:
            for line in conflict_said(conflict, new.school.table, new.school, named=named):
                click.echo(f"  {line}")
        click.echo("Sửa tệp theo giá trị bên kia (bên kia là main), hoặc bỏ phần sửa ấy; "
                   "rồi chạy lại.")  # fmt: skip
        return 1
    kept = sum(clone.view.standing(found.onto).tree.entry(path) is None
               or raw != clone.view.standing(found.onto).tree.read(path)
               for path, raw in found.files.items())  # fmt: skip
    move_on(clone, found)
    state = "Đang ở" if found.base == found.onto else "Đã về"
    click.echo(f"{state} main mới nhất (nhật ký mục số {clone.view.state.seq}); "
               f"tệp đang sửa dở: {kept}.")  # fmt: skip
    return 0
