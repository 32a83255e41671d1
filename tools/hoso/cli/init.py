"""`hoso init`: an empty school repository that already passes its own check."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import click

from hoso.findings import HosoError


@click.command("init", help="Tạo kho hồ sơ cho một trường mới trong thư mục DIR.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--ten", default="Trường Tiểu học Mới", help="Tên trường.", show_default=True)
@click.option("--ky-hieu", default="THM", help="Chữ viết tắt trong số văn bản.", show_default=True)
@click.option("--xa", default="Xã Mới", help="Xã, phường.", show_default=True)
@click.option("--tinh", default="Tỉnh Mới", help="Tỉnh, thành phố.", show_default=True)
@click.option("--to-chuc", metavar="TÊN",
              help="Tổ chức trên GitHub giữ kho; có thì viết luôn CODEOWNERS.")  # fmt: skip
def command(folder: Path, ten: str, ky_hieu: str, xa: str, tinh: str, to_chuc: str | None) -> int:
    """The verb: all of the repository or nothing, and never over something that is there."""
    from hoso.check import check_whole
    from hoso.cli.report import as_text
    from hoso.schema.kinds import load_kinds
    from hoso.starter.new_school import Details, starting_files
    from hoso.store.tree import MemoryTree

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise HosoError(f"{folder} đã có và không trống; chọn một thư mục mới")
    content = starting_files(
        Details(name=ten, code=ky_hieu, place=xa, province=tinh, organisation=to_chuc)
    )
    tree = MemoryTree(content)
    findings = check_whole(tree, load_kinds(tree))
    if findings:
        click.echo(as_text(findings), err=True)
        raise HosoError("tên trường hoặc địa danh chưa dùng được; xem các dòng trên")
    _place(folder, content)
    click.echo(f"Đã tạo kho hồ sơ của {ten} tại {folder}.")
    click.echo("Làm tiếp:")
    click.echo(f"  cd {folder}")
    click.echo("  hoso check        # kiểm tra hồ sơ")
    click.echo("  hoso site serve   # xem trang web trên máy này")
    return 0


def _place(folder: Path, content: dict[str, bytes]) -> None:
    """Builds the repository beside its place and moves it there in one step."""
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".hoso-init-"))
    try:
        for path, raw in sorted(content.items()):
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_bytes(raw)
        _commit(made)
        made.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except OSError as error:
        raise HosoError(f"không tạo được {folder}: {error.strerror}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _commit(folder: Path) -> None:
    """A first commit, so that history begins with what the school was given."""
    environment = {name: each for name, each in os.environ.items() if not name.startswith("GIT_")}
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        ("-c", "user.name=hoso", "-c", "user.email=hoso@localhost", "-c", "commit.gpgSign=false",
         "commit", "--quiet", "--message", "Khởi tạo kho hồ sơ"),
    ):  # fmt: skip
        done = subprocess.run(  # noqa: S603 - a fixed program without a shell
            ["git", "-C", os.fspath(folder), *arguments],  # noqa: S607 - the git of PATH
            capture_output=True, text=True, check=False, env=environment,
        )  # fmt: skip
        if done.returncode != 0:
            raise HosoError(f"git {arguments[0]} không chạy được: {done.stderr.strip()}")
