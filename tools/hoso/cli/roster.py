"""`hoso roster`: the lists a school begins with, from Excel to pages, all of a file or nothing."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.filing import repo_option

if TYPE_CHECKING:
    from hoso.exchange.enrolled import Plan
    from hoso.schema.school import TreeSchool

_KIND = click.Choice(["hoc-sinh", "nhan-su"])


@click.group("roster", help="Danh sách lớp, danh sách nhân sự từ bảng tính .xlsx thành hồ sơ.")
def command() -> None:
    """The group of verbs about lists."""


@command.command("out", help="Ghi tệp mẫu .xlsx để điền danh sách LOẠI: hoc-sinh hay nhan-su.")
@click.argument("kind", metavar="LOẠI", type=_KIND)
@click.argument("file", metavar="TỆP.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@repo_option
def out(kind: str, file: Path, repo: Path) -> int:
    """Writes the template; a file that is there already is never overwritten."""
    from hoso.cli.opening import opened
    from hoso.exchange.roster_out import template_of
    from hoso.exchange.rosters import roster_named
    from hoso.findings import HosoError
    from hoso.store.writing import write_whole

    if file.exists():
        raise HosoError(f"đã có tệp {file}; chọn tên khác")
    write_whole(file, template_of(roster_named(kind), opened(repo, None).kinds))
    click.echo(f"Đã ghi tệp mẫu {file}. Điền xong: hoso roster in {kind} {file}")
    return 0


@command.command("in", help="Đọc danh sách LOẠI từ các tệp .xlsx, báo từng ô chưa đúng và "
                 "những gì sẽ lập; mọi dòng đều đúng và có --ghi thì ghi.")  # fmt: skip
@click.argument("kind", metavar="LOẠI", type=_KIND)
@click.argument("files", metavar="TỆP.xlsx…", nargs=-1, required=True,
                type=click.Path(path_type=Path, dir_okay=False, exists=True))  # fmt: skip
@click.option("--lop", "room", metavar="LỚP", default="",
              help="Lớp của cả tệp; không ghi thì lấy ở cột Lớp.")  # fmt: skip
@click.option("--nam-hoc", "year", metavar="NĂM_HỌC", default="",
              help="Năm học của lớp; không ghi là năm học mới nhất.")  # fmt: skip
@click.option("--buoi-hoc", "sessions", type=click.Choice(["mot-buoi", "hai-buoi"]), default=None,
              help="Lớp chưa có thì lập: học một buổi hay hai buổi mỗi ngày.")  # fmt: skip
@click.option("--ghi", "writing", is_flag=True, help="Ghi hồ sơ; không có thì chỉ xem.")
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@repo_option
def into(
    kind: str, files: tuple[Path, ...], room: str, year: str, sessions: str | None,
    writing: bool, named: bool, repo: Path,
) -> int:  # fmt: skip
    """Takes the files one after another; exit code 1 when one of them was not taken."""
    return max(
        _one(kind, file, room.upper(), year, sessions or "", writing, named, repo)
        for file in files
    )  # fmt: skip


def _one(
    kind: str, file: Path, room: str, year: str, sessions: str, writing: bool, named: bool,
    repo: Path,
) -> int:  # fmt: skip
    from hoso.cli.opening import opened
    from hoso.exchange.enrolled import Wanted, enrolled
    from hoso.exchange.roster_in import read_roster
    from hoso.exchange.rosters import roster_named
    from hoso.exchange.unpacked import MOST_BYTES

    school = opened(repo, None)
    with file.open("rb") as found:
        raw = found.read(MOST_BYTES + 1)
    listed = read_roster(raw, roster_named(kind), school.kinds, file.name)
    wanted = Wanted(year=year or _newest(school), room=room, sessions=sessions,
                    chance=secrets.token_bytes)  # fmt: skip
    plan = enrolled(listed, kind, school, wanted)
    _report(plan, listed.file)
    click.echo(f"{file.name}: {len(listed.rows)} người; {plan.there} đã có hồ sơ.")
    if not plan.sound:
        click.echo("Chưa ghi gì cả: sửa những dòng lỗi trong tệp rồi đưa lại.")
        return 1
    _told(plan, named)
    if not plan.files:
        click.echo("Không có gì phải ghi thêm.")
    elif writing:
        _write(plan, school, repo)
    else:
        click.echo("Mới xem, chưa ghi; chạy lại với --ghi để ghi.")
    return 0


def _report(plan: Plan, file: str) -> None:
    from hoso.cli.report import shown

    for each in plan.findings:
        where = "" if each.path == file else f"{shown(each.path)} "
        click.echo(f"  {where}dòng {each.line}: {each.severity.value} {each.code}: {each.message}")
        if each.hint:
            click.echo(f"    → {each.hint}")


def _newest(school: TreeSchool) -> str:
    return max((each.key["nam_hoc"] for each in school.all("nam-hoc")), default="")


def _told(plan: Plan, named: bool) -> None:
    new = sum(each.new for each in plan.made)
    rooms = sorted({each.room for each in plan.made if each.room})
    where = f"; vào lớp {', '.join(rooms)}" if rooms else ""
    click.echo(f"Lập mới {new} hồ sơ, {len(plan.files)} tệp{where}.")
    for each in plan.made if named else ():
        click.echo(f"  dòng {each.row.line}: {each.id} {each.row.data['ho_ten']} {each.room}")


def _write(plan: Plan, school: TreeSchool, repo: Path) -> None:
    """Puts the pages in place; the class lists last, so that they never name who is not there."""
    from hoso.cli.filing import put
    from hoso.gate.papers import Paper

    for path in sorted(plan.files, key=lambda path: (path.endswith("/lop.yml"), path)):
        before = None if school.tree.entry(path) is None else school.tree.read(path)
        put(repo, Paper(path=path, content=plan.files[path]), before)
    click.echo(f"Đã ghi {len(plan.files)} tệp. Bước tiếp: hoso check; tệp .xlsx có thông tin cá "
               "nhân, dùng xong thì xóa.")  # fmt: skip
