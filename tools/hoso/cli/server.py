"""`hoso server`: the school's server looked after: due locks, keys for SSH, its state, repair."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from hoso.cli.opening import as_moment
from hoso.ledger.training import SHIFT, as_seconds

_folder = click.argument("folder", metavar="DIR",
                         type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip


@click.group(
    "server", help="Trông nom kho chung: lịch khóa đến hạn, khóa SSH, tình trạng, sửa chữa."
)
def command() -> None:
    """The group of verbs for whoever looks after the server."""


@command.command("tick", help="Ghi vào nhật ký những lần khóa sổ đã đến hạn; đặt chạy hằng giờ.")
@_folder
def tick(folder: Path) -> int:
    """Writes due locks and complete books into the log, renews signers and hooks, packs."""
    from hoso.cli.clock import now, real
    from hoso.ledger.opening import opened
    from hoso.server.due import tell
    from hoso.server.gathering import gather
    from hoso.server.journal import alone
    from hoso.server.place import server_at
    from hoso.server.settings import hooks
    from hoso.server.upkeep import refresh_signers
    from hoso.server.waiting import clear
    from hoso.store.bare import install_hooks

    server = server_at(folder.absolute())
    yesterday = (real() - timedelta(days=1)).timestamp()
    with alone(server) as held:
        moment = now(server.repository)
        told = tell(held, moment)
        refresh_signers(server, opened(server.repository), moment)
        install_hooks(server.repository, hooks(sys.executable))
        clear(server, yesterday)
    gathered = gather(server, yesterday)
    for each in told:
        said = (
            "đủ trang, đã chốt" if each.complete else f"đã đến hạn, còn thiếu {each.missing} trang"
        )
        click.echo(f"{each.lock}: {said}")
    if not told:
        click.echo("Không có lần khóa nào mới đến hạn.")
    if gathered:
        click.echo(f"Đã gom {gathered} mục dữ liệu rời vào gói.")
    return 0


@command.command("keys", help="In các dòng authorized_keys theo khóa ký đang có hiệu lực.")
@_folder
@click.option(
    "--signers", is_flag=True, help="In danh sách allowed_signers cho người dùng git thường."
)
def keys(folder: Path, signers: bool) -> int:
    """Prints a line for every key that is valid now."""
    from hoso.cli.clock import now
    from hoso.ledger.opening import opened
    from hoso.server.doors import allowed_signers, authorized_keys
    from hoso.server.journal import alone
    from hoso.server.place import server_at

    server = server_at(folder.absolute())
    moment = now(server.repository)
    with alone(server):
        view = opened(server.repository)
    keyring = view.standing(view.main).keyring
    program = (sys.executable, "-I", "-m", "hoso.cli.main")
    lines = (
        allowed_signers(keyring, moment)
        if signers
        else authorized_keys(keyring, moment, program, server.repository.git_dir)
    )
    for line in lines:
        click.echo(line)
    return 0


@command.command("status", help="Đầu nhật ký, đầu main và những việc gần nhất.")
@_folder
@click.option(
    "--last", default=10, show_default=True, type=click.IntRange(1), help="Số việc gần nhất."
)
def status(folder: Path, last: int) -> int:
    """Prints both tips and the last entries of the log; never a name."""
    from hoso.cli.clock import founding_shift, now
    from hoso.gate.verdict import local
    from hoso.ledger.opening import opened
    from hoso.server.journal import alone
    from hoso.server.place import server_at
    from hoso.server.upkeep import last_entries, said_of

    server = server_at(folder.absolute())
    with alone(server):
        view = opened(server.repository)
    click.echo(f"Kho: {view.repo_id}")
    if founding_shift(server.repository) is not None:
        moment = local(now(server.repository))
        click.echo(f"Kho tập dượt: giờ giả, bây giờ ở đây là {moment:%H:%M ngày %d/%m/%Y}.")
    click.echo(f"main: {view.main}")
    click.echo(f"nhật ký: mục số {view.state.seq}, {view.state.log}")
    for entry in last_entries(view, last):
        when = local(datetime.fromtimestamp(entry.time, UTC))
        click.echo(f"  {entry.seq:>5}  {when:%d/%m/%Y %H:%M}  {said_of(entry)}")
    return 0


@command.command("repair", help="Làm nốt việc dở dang sau khi máy chủ bị tắt ngang, rồi soát kho.")
@_folder
def repair(folder: Path) -> int:
    """Finishes what was left half done; exit code 1 when the repository is not whole then."""
    from hoso.cli.report import as_text
    from hoso.ledger.opening import opened
    from hoso.server.journal import alone
    from hoso.server.place import server_at
    from hoso.server.upkeep import faults, remove_stale_locks

    server = server_at(folder.absolute())
    with alone(server):
        removed = remove_stale_locks(server)
        found = list(faults(server))
    if removed:
        click.echo(f"Đã bỏ {len(removed)} tệp khóa còn sót: {', '.join(removed)}")
    if found:
        click.echo(as_text(found), err=True)
        return 1
    view = opened(server.repository)
    click.echo(f"Kho nguyên vẹn: mục nhật ký số {view.state.seq}, main {view.main[:12]}.")
    return 0


@command.command("backup", help="Chép kho chung ra bản lưu: lịch sử, khóa máy chủ, tài khoản.")
@_folder
@click.argument("copy", metavar="BẢN_LƯU", type=click.Path(path_type=Path, file_okay=False))
def backup(folder: Path, copy: Path) -> int:
    """Brings a copy on another disk up to date; refuses to follow a rewritten history."""
    from hoso.server.backup import back_up
    from hoso.server.place import server_at

    kept = back_up(server_at(folder.absolute()), copy.absolute(), _stores())
    click.echo(f"Đã lưu {kept.repo_id}: mục nhật ký số {kept.seq}, {kept.log}; main {kept.main}")
    click.echo("Bản lưu có khóa của máy chủ: cất như cất con dấu.")
    return 0


@command.command("restore", help="Lập lại kho chung từ bản lưu, trong một thư mục mới.")
@click.argument("copy", metavar="BẢN_LƯU",
                type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def restore(copy: Path, folder: Path) -> int:
    """Makes a server from a copy and says where its log ends."""
    from hoso.server.backup import restore as restored

    kept = restored(copy.absolute(), folder.absolute(), sys.executable, _stores())
    click.echo(
        f"Đã lập lại {kept.repo_id}: mục nhật ký số {kept.seq}, {kept.log}; main {kept.main}"
    )
    click.echo("So đầu nhật ký với biên bản, với bản sao của mọi người; rồi mở lại cửa SSH:")
    click.echo(f"  hoso server keys {folder} > ~/.ssh/authorized_keys")
    return 0


def _stores() -> tuple[str, ...]:
    from hoso.desk.place import FOLDER, STORE

    return (f"{FOLDER}/{STORE}",)


@command.command("clock", help="Cho đồng hồ của kho tập dượt chạy tới một lúc sau; chỉ đi tới.")
@_folder
@click.option("--den", "wanted", required=True, metavar='"NGÀY GIỜ"', callback=as_moment,
              help="Đồng hồ của kho chạy tiếp từ lúc này.")  # fmt: skip
def clock(folder: Path, wanted: datetime) -> int:
    """Moves a training server's clock; a real server's clock is the machine's and stays so."""
    from hoso.cli.clock import founding_shift, now, set_shift
    from hoso.findings import HosoError
    from hoso.gate.verdict import VIETNAM, local
    from hoso.server.journal import alone
    from hoso.server.place import server_at

    server, wanted = server_at(folder.absolute()), wanted.replace(tzinfo=VIETNAM)
    with alone(server):
        if founding_shift(server.repository) is None:
            raise HosoError("đây là kho thật: đồng hồ của kho là đồng hồ của máy, không đặt được")
        moment = now(server.repository)
        if wanted <= moment:
            raise HosoError(f"ở kho này đã là {local(moment):%H:%M ngày %d/%m/%Y}; chỉ đi tới được")
        shift = set_shift(server.repository, wanted)
    click.echo(f"Giờ tập dượt: {wanted:%H:%M ngày %d/%m/%Y}. Lịch khóa đến hạn: hoso server tick.")
    click.echo(f"Bản sao muốn xem theo giờ này: git config {SHIFT} {as_seconds(shift)}")
    return 0
