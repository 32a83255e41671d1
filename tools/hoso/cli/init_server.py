"""`hoso init-server`: the bare repository that enforces the regulation, made from a school."""

from __future__ import annotations

import secrets
import sys
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.opening import as_moment
from hoso.findings import HosoError

if TYPE_CHECKING:
    from datetime import datetime

    from hoso.signing.keys import SigningKey
    from hoso.store.tree import Tree


@click.command("init-server", help="Lập kho chung của trường trong thư mục DIR (một kho git trần).")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--from", "school", required=True, metavar="TRƯỜNG",
              help="Thư mục hồ sơ của trường; trong kho git thì lấy bản ghi cuối cùng.",
              type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
@click.option("--key", "key_file", metavar="TỆP",
              help="Khóa riêng đã có cho máy chủ; không ghi là tạo mới.",
              type=click.Path(path_type=Path, dir_okay=False, exists=True))  # fmt: skip
@click.option("--tap-duot", "pretended", metavar='"NGÀY GIỜ"', callback=as_moment,
              help="Lập kho tập dượt: đồng hồ của kho chạy từ lúc này và là giờ giả.")  # fmt: skip
def command(
    folder: Path, school: Path, key_file: Path | None, pretended: datetime | None
) -> int:  # fmt: skip
    """All of the server or nothing; tells what an auditor needs and what to do next."""
    from hoso.cli.clock import real
    from hoso.cli.report import as_text
    from hoso.gate.verdict import VIETNAM, local
    from hoso.server.branches import Refused
    from hoso.server.due import tell
    from hoso.server.founding import found_server, school_files
    from hoso.server.journal import alone
    from hoso.server.place import server_at

    now, files = real(), school_files(_tree(school))
    shift = None
    if pretended is not None:
        shift = timedelta(seconds=ceil((pretended.replace(tzinfo=VIETNAM) - now).total_seconds()))
        now += shift
    try:
        done = found_server(
            folder, files, _key(key_file), secrets.token_hex(32), sys.executable, now, shift
        )
    except Refused as error:
        click.echo(as_text(error.findings), err=True)
        raise HosoError("hồ sơ còn lỗi nên chưa lập kho; xem các dòng trên") from error
    place = folder.absolute()
    with alone(server_at(place)) as held:
        told = tell(held, now)
    if shift is not None:
        click.echo(f"Kho tập dượt: giờ giả, bắt đầu từ {local(now):%H:%M ngày %d/%m/%Y}.")
    click.echo(f"Đã lập kho chung của trường tại {place}.")
    click.echo(f"  Số tệp: {done.files}; lần khóa sổ đã ghi vào nhật ký: {len(told)}")
    click.echo(f"  Tên kho: {done.repo_id}")
    click.echo(f"  Mã bản ghi đầu: {done.genesis}")
    click.echo(f"  Khóa của máy chủ: {done.fingerprint}")
    click.echo("In tên kho và khóa này vào biên bản: người kiểm tra sau này so với chúng.")
    click.echo("Làm tiếp:")
    click.echo(f"  git clone {place}                 # bản sao cho từng người trên máy này")
    click.echo(f"  hoso server keys {place} >> ~/.ssh/authorized_keys   # mở cửa SSH theo khóa ký")
    click.echo(
        f"  hoso server tick {place}          # đặt chạy hằng giờ: ghi lịch khóa vào nhật ký"
    )
    return 0


def _tree(school: Path) -> Tree:
    """The school's last commit where it is a repository of its own, else its files."""
    from hoso.store.git import Repository
    from hoso.store.tree import FolderTree

    try:
        repository = Repository(school)
    except HosoError:
        return FolderTree(school)
    if not repository.is_root or not repository.has_commits():
        return FolderTree(school)
    left = [] if repository.bare else repository.changed_on_disk("records", "content", "schemas")
    if left:
        click.echo(f"Lưu ý: {len(left)} tệp chưa ghi vào git không được lấy.", err=True)
    return repository.tree("HEAD")


def _key(file: Path | None) -> SigningKey:
    from hoso.signing.keys import load_key, new_key

    if file is None:
        return new_key()
    try:
        return load_key(file.read_bytes())
    except OSError as error:
        raise HosoError(f"không đọc được khóa {file}: {error.strerror}") from error
