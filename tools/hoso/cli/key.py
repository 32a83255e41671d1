"""`hoso key`: a person's signing key, made on their own PC, and the keys the records name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.opening import as_moment, opened
from hoso.cli.own_keys import PUBLIC, key_file, key_folder, public_line
from hoso.proposals.enrolling import enrolled, keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hoso.signing.keys import PublicKey

_SHORTEST = 8
_repo = click.option("--repo", default=".", help="Thư mục của trường.",
                     type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip


@click.group("key", help="Khóa ký: lập khóa của mình, xem các khóa đã ghi trong sổ khóa ký.")
def command() -> None:
    """The group of verbs about keys."""


@command.command("new", help="Lập một khóa ký trên máy này và ghi khóa công khai vào sổ khóa ký.")
@click.option("--who", required=True, metavar="MÃ_NHÂN_SỰ", help="Khóa của ai, ví dụ NV0012.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Nơi giữ khóa riêng; không ghi là thư mục cài đặt của bạn.")  # fmt: skip
@click.option("--thay", "replaced", metavar="KHÓA",
              help="Ngừng khóa cũ này (ví dụ k1) khi khóa mới có hiệu lực.")  # fmt: skip
@click.option("--khong-mat-khau", "open_", is_flag=True,
              help="Không đặt mật khẩu; chỉ dùng khi ổ đĩa đã mã hóa.")  # fmt: skip
@click.option("--tu", "since", metavar='"NGÀY GIỜ"', callback=as_moment,
              help="Có hiệu lực từ lúc này; không ghi là từ bây giờ.")  # fmt: skip
@_repo
def new(
    who: str, out: Path | None, replaced: str | None, open_: bool, since: datetime | None,
    repo: Path,
) -> int:  # fmt: skip
    """Nothing is written before everything is known to be right; no key is ever overwritten."""
    from hoso.findings import HosoError
    from hoso.signing.keys import new_key
    from hoso.store.private import write_private
    from hoso.store.writing import write_whole

    key = new_key()
    begin = moment(repo) if since is None else f"{since:%Y-%m-%d %H:%M}"
    name, path, text = enrolled(opened(repo, None), who, key.public.line, replaced, begin)
    kept = key_file(key_folder() if out is None else out, who, name)
    if kept.exists():
        raise HosoError(f"đã có {kept}; không ghi đè, hãy chọn thư mục khác bằng --out")
    write_private(kept, key.written(None if open_ else _passphrase(who, name)))
    public = kept.with_name(f"{kept.name}.pub")
    try:
        write_whole(public, f"{key.public.line} {who}@hoso\n".encode())
        write_whole(repo / path, text)
    except HosoError:
        # A key that no page names would only bar the way of the next one.
        kept.unlink()
        public.unlink(missing_ok=True)
        raise
    click.echo(f"Đã lập khóa {name} của {who}.")
    click.echo(f"  Khóa riêng:      {kept}  (giữ kín, không gửi cho ai)")
    click.echo(f"  Khóa công khai:  {public}")
    _say_what_next(who, name, replaced, key.public, path)
    return 0


@command.command("add", help="Ghi vào sổ khóa ký một khóa công khai đã có (tệp .pub).")
@click.argument("file", metavar="TỆP.pub",
                type=click.Path(path_type=Path, dir_okay=False, exists=True))  # fmt: skip
@click.option("--who", required=True, metavar="MÃ_NHÂN_SỰ", help="Khóa của ai, ví dụ NV0012.")
@click.option("--thay", "replaced", metavar="KHÓA",
              help="Ngừng khóa cũ này (ví dụ k1) khi khóa mới có hiệu lực.")  # fmt: skip
@_repo
def add(file: Path, who: str, replaced: str | None, repo: Path) -> int:
    """For a first key, which somebody else must propose, and for keys that OpenSSH made."""
    from hoso.store.writing import write_whole

    key = public_line(file)
    name, path, text = enrolled(opened(repo, None), who, key.line, replaced, moment(repo))
    write_whole(repo / path, text)
    click.echo(f"Đã nhận khóa {name} của {who}.")
    _say_what_next(who, name, replaced, key, path)
    return 0


def moment(repo: Path) -> str:
    """The moment by the school's clock, as records write moments."""
    from hoso.cli.clock import now_in
    from hoso.gate.verdict import local

    return f"{local(now_in(repo)):%Y-%m-%d %H:%M}"


def _say_what_next(who: str, name: str, replaced: str | None, key: PublicKey, path: str) -> None:
    click.echo(f"  Dấu vân tay:     {key.fingerprint}")
    click.echo(f"Đã ghi khóa công khai vào {path}" + (f", ngừng {replaced}." if replaced else "."))
    click.echo("Làm tiếp:")
    click.echo(
        f"  Đọc dấu vân tay cho người duyệt so lại, trực tiếp hoặc qua điện thoại với {who}."
    )
    click.echo("  hoso check     # kiểm tra hồ sơ")
    click.echo("  hoso propose   # gửi đề nghị, ký bằng một khóa đang có hiệu lực")
    if name == "k1":
        click.echo("Khóa đầu tiên của một người do Ban quản trị phần mềm đề nghị thay:")
        click.echo(f"  họ chạy hoso key add TỆP.pub --who {who} với khóa công khai nhận được.")
    click.echo("Khóa ký được từ khi đề nghị này được duyệt.")


@command.command("use", help="Nhớ trong bản sao này: tôi là ai và ký bằng khóa riêng nào "
                "(khóa ssh-agent giữ thì ghi tệp .pub).")  # fmt: skip
@click.argument("file", metavar="TỆP",
                type=click.Path(path_type=Path, dir_okay=False, exists=True))  # fmt: skip
@_repo
def use(file: Path, repo: Path) -> int:
    """Who it is, is what the records say of the public line given, or beside the key."""
    from hoso.cli.identity import KEY, WHO
    from hoso.findings import HosoError
    from hoso.store.git import Repository

    public = file if file.suffix == PUBLIC else file.with_name(f"{file.name}{PUBLIC}")
    if not public.is_file():
        raise HosoError(f"không có {public}; viết ra bằng: ssh-keygen -y -f {file} > {public}")
    line, school = public_line(public).line, opened(repo, None)
    holders = {
        record.key["nhan_su"]
        for record in school.all("khoa-ky")
        if line in {key["cong_khai"] for key in record.data["khoa"].values()}
    }
    if len(holders) != 1:
        raise HosoError("chưa có trang nào trong sổ khóa ký ghi khóa này; xem hoso key show")
    (who,), repository = holders, Repository(repo)
    repository.run("config", WHO, who)
    repository.run("config", KEY, str(file.absolute()))
    click.echo(f"Từ nay bản sao này là của {who}, ký bằng {file.absolute()}.")
    return 0


@command.command("show", help="Bảng các khóa ký đã ghi: của ai, dấu vân tay, có hiệu lực từ đâu.")
@click.option("--who", metavar="MÃ_NHÂN_SỰ", help="Chỉ khóa của người này.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Nơi giữ khóa riêng; không ghi là thư mục cài đặt của bạn.")  # fmt: skip
@_repo
def show(who: str | None, out: Path | None, repo: Path) -> int:
    """A line for every key of one person or of everybody, and whether this PC holds it."""
    from rich.console import Console
    from rich.table import Table

    from hoso.signing.keys import PublicKey

    school, now = opened(repo, None), moment(repo)
    if who is not None:
        keys_of(school, who)
    table = Table(title="Sổ khóa ký")
    for column in ("Nhân sự", "Khóa", "Dấu vân tay", "Từ", "Đến", "Tình trạng"):
        table.add_column(column, no_wrap=True)
    for record in school.all("khoa-ky", **({} if who is None else {"nhan_su": who})):
        for name, key in record.data["khoa"].items():
            person = record.key["nhan_su"]
            here = key_file(key_folder() if out is None else out, person, name).exists()
            table.add_row(
                person, name, PublicKey.parse(key["cong_khai"]).fingerprint, key["tu"],
                key.get("den", ""), _state(key, now) + (", có ở máy này" if here else ""),
            )  # fmt: skip
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(table if table.row_count else "Chưa có khóa nào được ghi.")
    return 0


def _state(key: Mapping[str, str], now: str) -> str:
    if key["tu"] > now:
        return "chưa có hiệu lực"
    if "den" in key and key["den"] <= now:
        return "đã ngừng"
    return "nghi bị lộ" if "nghi_ngo_tu" in key else "đang dùng"


def _passphrase(who: str, name: str) -> bytes:
    while True:
        said = str(
            click.prompt(
                f"Mật khẩu cho khóa {name} của {who}", hide_input=True,
                confirmation_prompt="Nhập lại mật khẩu",
            )
        )  # fmt: skip
        if len(said) >= _SHORTEST:
            return said.encode()
        click.echo(f"Mật khẩu phải có ít nhất {_SHORTEST} ký tự.", err=True)
