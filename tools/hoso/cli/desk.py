"""`hoso desk`: the desk over a server, and the one-time codes by which people come in."""

from __future__ import annotations

import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.findings import HosoError

if TYPE_CHECKING:
    from datetime import datetime

    from hoso.desk.place import Desk

PORT = 8321
#: When the exercises with the reference school begin: the day before the books of half-term close.
_BEGINS = "2026-11-12 07:30"
#: Known to everybody who reads this; only ever given to people who do not exist.
_DEMO = "hoa-phuong-do"
_repo = click.option("--repo", default="build/ban-lam-viec", show_default=True, metavar="DIR",
                     help="Kho chung của trường (kho trần do hoso init-server lập).",
                     type=click.Path(path_type=Path, file_okay=False))  # fmt: skip


@click.group(
    "desk", invoke_without_command=True,
    help="Mở bàn làm việc: mọi người viết, kiểm tra, duyệt trong trình duyệt.",
)  # fmt: skip
@_repo
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535),
              help="Cổng để nghe; 0 là cổng trống bất kỳ.")  # fmt: skip
@click.option(
    "--lan",
    is_flag=True,
    help="Cho máy khác trong mạng của trường vào, qua HTTPS, chứng thư tự làm.",
)
@click.option("--trang-web", "site_port", metavar="CỔNG", type=click.IntRange(0, 65535),
              help="Mở cả trang web công khai ở cổng này, dựng lại mỗi khi có bài được duyệt.",
)  # fmt: skip
@click.option("--doi-mat-khau", "remind_after", default=90, show_default=True, metavar="NGÀY",
              type=click.IntRange(1), help="Sau bấy nhiêu ngày thì nhắc đổi mật khẩu.",
)  # fmt: skip
@click.option("--mau", "sample", metavar="TRƯỜNG",
              type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="Chưa có kho ở DIR thì lập kho tập dượt từ thư mục hồ sơ này.")  # fmt: skip
@click.pass_context
def command(
    context: click.Context, repo: Path, port: int, lan: bool, site_port: int | None,
    remind_after: int, sample: Path | None,
) -> int:  # fmt: skip
    """Serves until it is interrupted."""
    if context.invoked_subcommand is not None:
        return 0
    from hoso.desk.app import application
    from hoso.desk.certificates import own_certificate
    from hoso.desk.serving import listening, server

    if not repo.exists():
        if sample is None:
            raise HosoError(f"chưa có kho ở {repo}: chạy hoso init-server, hoặc thêm --mau TRƯỜNG")
        _found(repo, sample)
    desk = _desk(repo, secure=lan, remind_after=remind_after)
    try:
        at = listening("0.0.0.0" if lan else "127.0.0.1", port)  # noqa: S104 - asked for by --lan
    except OSError as error:
        raise HosoError(f"không mở được cổng {port}: {error.strerror}; chọn --port khác") from error
    bound = at.getsockname()[1]
    hosts = ["127.0.0.1", "localhost", *(_own_addresses() if lan else ())]
    names = frozenset(f"{host}:{bound}" for host in hosts)
    if bound == (443 if lan else 80):
        names |= frozenset(hosts)
    certificate = None
    if lan:
        from hoso.cli.clock import real

        certificate, fingerprint = own_certificate(desk.folder, hosts, real())
        _tell_lan(hosts[2:], bound, fingerprint)
    else:
        click.echo(f"Bàn làm việc: http://127.0.0.1:{bound}/  (chỉ máy này vào được)")
    if desk.training:
        _tell_people(desk)
    click.echo("Dừng bằng Ctrl+C.")
    with at, _site(desk, site_port, lan=lan):
        server(application(desk, lambda: names), certificate).run(sockets=[at])
    desk.close()
    return 0


@contextmanager
def _site(desk: Desk, port: int | None, *, lan: bool) -> Iterator[None]:
    """The public site beside the desk, where it was asked for; one built before is caught up."""
    if port is None:
        # Somebody else may serve the folder: what was approved before a kill must reach it too.
        if desk.site.begun():
            desk.site.catch_up()
        yield
        return
    from hoso.desk.public_site import public_site

    with public_site(desk.site.folder, "0.0.0.0" if lan else "127.0.0.1", port) as bound:  # noqa: S104 - asked for by --lan
        click.echo(f"Trang web của trường: http://127.0.0.1:{bound}/")
        desk.site.catch_up()
        yield


@command.command("account", help="In mã một lần (dùng trong 7 ngày) để một người đặt mật khẩu.")
@click.argument("who", metavar="MÃ_NHÂN_SỰ")
@_repo
def account(who: str, repo: Path) -> int:
    """A new code for somebody among the staff; their old passphrase stands until it is used."""
    from hoso.desk.accounts import CODE_DAYS

    desk = _desk(repo)
    try:
        view = desk.clone().view
        if view.standing(view.main).school.get("nhan-su", nhan_su=who) is None:
            raise HosoError(f"không có nhân sự {ascii(who)[1:-1]}; ví dụ đúng: NV0012")
        known = desk.accounts.get(who)
        code = desk.accounts.invite(who)
    finally:
        desk.close()
    click.echo(f"Mã một lần của {who}: {code}")
    click.echo(f"Dùng trong {CODE_DAYS} ngày, một lần, ở trang Đăng nhập, mục “Lần đầu”.")
    click.echo("Đưa tận tay người ấy; không gửi qua mạng xã hội.")
    if known is not None and known.ready:
        click.echo("Người này đã có tài khoản: dùng mã thì khóa ký cũ bỏ đi, phải ghi khóa mới.")
    return 0


@command.command("editor", help="Mang trình soạn thảo Decap về cạnh kho, một lần; cần mạng.")
@_repo
@click.option("--goi", "packed", metavar="TỆP", help="Gói npm đã tải sẵn, khi máy không có mạng.",
              type=click.Path(path_type=Path, exists=True, dir_okay=False))  # fmt: skip
def editor(repo: Path, packed: Path | None) -> int:
    """Brings in the one version that was tried."""
    from hoso.store.editor_files import PACKAGE, fetch_editor

    desk = _desk(repo)
    desk.close()
    fetch_editor(desk.editor, packed)
    click.echo(f"Đã có {PACKAGE}; mở ở trang Viết bài của bàn làm việc.")
    return 0


def _desk(repo: Path, *, secure: bool = False, remind_after: int = 90) -> Desk:
    from hoso.cli.clock import clock_of, founding_shift
    from hoso.desk.place import Desk
    from hoso.server.place import server_at

    repository = server_at(repo.absolute()).repository
    return Desk(repo, clock_of(repository), secure=secure, remind_after=remind_after,
                training=founding_shift(repository) is not None)  # fmt: skip


def _found(repo: Path, sample: Path) -> None:
    from datetime import timedelta

    from hoso.cli.clock import real
    from hoso.desk.founding import Chances, found_training
    from hoso.server.founding import school_files
    from hoso.store.tree import FolderTree

    begins = _moment(_BEGINS)
    shift = timedelta(seconds=round((begins - real()).total_seconds()))
    click.echo(f"Lập kho tập dượt ở {repo} từ hồ sơ trong {sample} …")

    def told(done: int, of: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r  khóa ký {done}/{of}", nl=done == of, err=True)

    found_training(repo, school_files(FolderTree(sample)), begins, shift, _DEMO,
                   Chances(seed=secrets.token_hex(32), python=sys.executable), told)  # fmt: skip


def _moment(text: str) -> datetime:
    from datetime import datetime

    from hoso.gate.verdict import VIETNAM

    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def _tell_people(desk: Desk) -> None:
    from rich.console import Console
    from rich.table import Table

    from hoso.desk.people import person_at
    from hoso.gate.verdict import local

    now = desk.now()
    view = desk.clone().view
    standing = view.standing(view.main)
    policy = standing.policy(local(now).date())
    table = Table("Mã", "Họ và tên", "Vai", title="Người của trường mẫu (đều không có thật)")
    for who in desk.accounts.people():
        person = person_at(standing, policy, who)
        if person is not None:
            table.add_row(who, person.name, ", ".join(person.roles))
    (Console() if sys.stdout.isatty() else Console(width=120)).print(table)
    click.echo(f"Mật khẩu của mọi người: {_DEMO}")
    click.echo(f"Kho tập dượt, giờ giả: bây giờ ở đó là {local(now):%H:%M ngày %d/%m/%Y}.")


def _tell_lan(hosts: list[str], port: int, fingerprint: str) -> None:
    for host in hosts or ["<địa chỉ máy này>"]:
        click.echo(f"Bàn làm việc: https://{host}:{port}/")
    click.echo("Mọi máy trong mạng của trường vào được; ai muốn xem gì vẫn phải đăng nhập.")
    click.echo("Chứng thư do máy này tự làm nên trình duyệt sẽ cảnh báo một lần. Chỉ bấm tiếp tục")
    click.echo("khi dấu vân tay SHA-256 mà trình duyệt cho xem đúng là:")
    click.echo(f"  {fingerprint}")
    click.echo("Khác thì có kẻ đứng giữa: đừng nhập mật khẩu.")


def _own_addresses() -> list[str]:
    """This machine's names and addresses in its network."""
    name = socket.gethostname()
    # The second is how machines without a name server call each other.
    found = {name} if "." in name else {name, f"{name}.local"}
    with suppress(OSError):
        found.update(str(each[4][0]) for each in socket.getaddrinfo(name, None, socket.AF_INET))
    # Nothing is sent: the system only says which of its addresses it would speak from.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        found.add(str(probe.getsockname()[0]))
    return sorted(each for each in found if not each.startswith("127."))
