"""`hoso propose`: what was edited on disk, checked, signed and sent to one's own branch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.identity import signing, signs
from hoso.cli.own_keys import tell_touches

if TYPE_CHECKING:
    from hoso.proposals.names import Name
    from hoso.proposals.sending import Wish


@click.command(
    "propose",
    help="Gửi những gì đã sửa thành một đề nghị: kiểm tra, xem lại, ký và gửi lên kho chung. "
    "Tệp trên máy giữ nguyên. Đề nghị bị trả lại thì sửa tiếp rồi gửi thêm bằng --tiep; chưa "
    "được duyệt thì rút lại được bằng hoso withdraw.",
)
@click.argument("paths", metavar="[TỆP…]", nargs=-1)
@click.option("--mo-ta", "said", default="", metavar="LỜI",
              help="Vì sao; ở lại mãi trong lịch sử, đừng ghi họ tên học sinh.")  # fmt: skip
@click.option("--tiep", "name", metavar="ĐỀ_NGHỊ", help="Gửi thêm vào đề nghị đang mở của mình.")
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@signs
def command(
    paths: tuple[str, ...], said: str, name: str | None, named: bool, repo: Path, remote: str,
    who: str | None, key: Path | None, passphrase_from: int | None,
) -> int:  # fmt: skip
    """The verb; exit code 1 when the gate would refuse, and then nothing has been sent."""
    from hoso.cli.telling import tell_faults, tell_needs
    from hoso.gate.merging import conflict_said
    from hoso.gate.readable import readable
    from hoso.proposals.delivery import NotDelivered
    from hoso.proposals.sending import Unusable, judged, send, wished, written_topic
    from hoso.schema.school import TreeSchool

    with signing(repo, remote, who, key, passphrase_from) as (clone, me):
        own = None if name is None else _own(name, me.person)
        try:
            wish = wished(clone, me.person, paths, own)
        except Unusable as error:
            return tell_faults(error.findings)
        base = clone.view.standing(clone.view.main)
        if wish.draft.conflicts:
            click.echo("Chưa gửi gì cả: vướng với những gì người khác đã sửa trên main.")
            for conflict in wish.draft.conflicts:
                for line in conflict_said(conflict, base.school.table, base.school, named=named):
                    click.echo(f"  {line}")
            return 1
        _tell_left_out(wish)
        if not wish.draft.files:
            click.echo("Không có gì mới để gửi.")
            return 0
        tell_touches(me.key.public, "phiên bản", "giấy gửi")
        topic = written_topic(clone, me, wish, said)
        found = judged(clone, me, topic)
        school = base.school if found.after is None else TreeSchool(found.after, base.kinds)
        for line in readable(found.changes, school, named=named):
            click.echo(line)
        if not found.may_be_proposed:
            click.echo("Chưa gửi gì cả. Cần sửa trước:")
            return tell_faults(found.findings)
        try:
            sent = send(clone, me, topic, own)
        except NotDelivered as error:
            click.echo(f"Chưa gửi được: {error}", err=True)
            return 1
        click.echo(f"Đã gửi đề nghị {sent}." if own is None else f"Đã gửi thêm vào {sent}.")
        assert found.verdict is not None  # noqa: S101 - what may be proposed has been decided
        tell_needs(found.verdict.needs, base.school, named=named)
    return 0


def _own(text: str, person: str) -> Name:
    """One's own proposal, by its whole name or its last word."""
    from hoso.findings import HosoError
    from hoso.proposals.names import named

    name = named(text if "/" in text else f"{person}/{text}")
    if name.author != person:
        raise HosoError(f"{name} là đề nghị của {name.author}; mỗi người chỉ sửa đề nghị của mình")
    return name


def _tell_left_out(wish: Wish) -> None:
    if wish.sent_before:
        click.echo(f"Bỏ qua {len(wish.sent_before)} trang đã gửi đúng như thế từ trước.")
