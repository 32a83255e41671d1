"""`hoso lock`: when the books of a year close, and what is still missing before they do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.opening import as_day, opened, today

if TYPE_CHECKING:
    from hoso.gate.missing import Missing
    from hoso.gate.policy import Lock, Policy
    from hoso.schema.school import TreeSchool

_repo = click.option("--repo", default=".", help="Thư mục của trường.",
                     type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
_at = click.option("--at", "rev", metavar="REV",
                   help="Xem ở một phiên bản git; không ghi là trên đĩa.")  # fmt: skip
_on = click.option("--on", "when", metavar="NGÀY", callback=as_day,
                   help="Xem như hôm nay là ngày này.")  # fmt: skip


@click.group("lock", help="Khóa sổ: lịch khóa của năm học và những trang còn thiếu trước khi khóa.")
def command() -> None:
    """The group of verbs about locks."""


@command.command("status", help="Bảng các lần khóa sổ của một năm học và số trang còn thiếu.")
@click.argument("year", metavar="[NĂM_HỌC]", required=False)
@_repo
@_at
@_on
def status(year: str | None, repo: Path, rev: str | None, when: date | None) -> int:
    """Prints a line for every lock of the year, the next ones to come among the past."""
    from rich.console import Console
    from rich.table import Table

    from hoso.gate.missing import expected, missing
    from hoso.gate.regulation import policy_on

    school, on = opened(repo, rev), when or today(repo)
    policy = policy_on(school, on)
    found = Table(title=f"Lịch khóa sổ {year or policy.year}, ngày {on:%d/%m/%Y}")
    found.add_column("Lần khóa", style="bold")
    for column in ("Hết ngày", "Loại hồ sơ", "Tình trạng"):
        found.add_column(column)
    for column in ("Số trang", "Còn thiếu"):
        found.add_column(column, justify="right")
    for lock in _locks_of(policy, year or policy.year):
        kinds = [school.kinds[name].title for name in sorted(lock.kinds & school.kinds.keys())]
        found.add_row(
            lock.name, f"{lock.closes:%d/%m/%Y}", "; ".join(kinds), _state(lock, on),
            str(len(expected(school, policy, lock))), str(len(missing(school, policy, lock))),
        )  # fmt: skip
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(found)
    return 0


@command.command("missing", help="Những trang còn thiếu trước một lần khóa sổ, theo từng người.")
@click.argument("year", metavar="NĂM_HỌC")
@click.argument("name", metavar="LẦN_KHÓA")
@_repo
@_at
@_on
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              help="Cách trình bày kết quả.")  # fmt: skip
def missing_pages(
    year: str, name: str, repo: Path, rev: str | None, when: date | None, named: bool, form: str
) -> int:
    """Exit code 1 when any page is missing."""
    from hoso.findings import HosoError
    from hoso.gate.missing import missing
    from hoso.gate.regulation import policy_on

    school = opened(repo, rev)
    policy = policy_on(school, when or today(repo))
    locks = {lock.name: lock for lock in _locks_of(policy, year)}
    if name not in locks:
        raise HosoError(
            f"năm học {year} không có lần khóa {ascii(name)[1:-1]}; có: {', '.join(locks)}"
        )
    found = missing(school, policy, locks[name])
    if form == "json":
        click.echo(_as_json(found))
    else:
        for line in _told(found, school, policy, locks[name], named):
            click.echo(line)
    return 1 if found else 0


@command.command("close", help="Chốt sổ một kỳ trên kho chung: đóng băng một nhánh khi đủ trang.")
@click.argument("year", metavar="NĂM_HỌC")
@click.argument("name", metavar="LẦN_KHÓA")
@click.option("--server", "folder", required=True, help="Thư mục của kho chung trên máy chủ.",
              type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
def close(year: str, name: str, folder: Path) -> int:
    """Exit code 1, and the missing pages by teacher, where the books are not complete."""
    from hoso.cli.clock import now
    from hoso.gate.missing import NOBODY, by_teacher
    from hoso.ledger.opening import opened as followed
    from hoso.server.due import close as closed
    from hoso.server.journal import alone
    from hoso.server.place import server_at

    server = server_at(folder.absolute())
    with alone(server) as held:
        left = closed(held, f"{year}/{name}", now(server.repository))
    if not left:
        at = followed(server.repository).state.closed[f"{year}/{name}"]
        click.echo(f"Đã chốt sổ {year}/{name} tại {at[:12]}.")
        return 0
    for person, pages in by_teacher(left).items():
        who = "Chưa ai được phân công ghi" if person == NOBODY else person
        click.echo(f"{who}: còn {len(pages)} trang", err=True)
        for each in pages:
            click.echo(f"  {each.path}: {each.why.value}", err=True)
    click.echo(f"Chưa chốt được {year}/{name}: còn thiếu {len(left)} trang.", err=True)
    return 1


def _locks_of(policy: Policy, year: str) -> list[Lock]:
    """The locks of a year in the order in which they fall due."""
    from hoso.findings import HosoError
    from hoso.gate.policy import YEAR

    found = [lock for lock in policy.locks if lock.scope[YEAR] == year]
    if not found:
        years = ", ".join(sorted({lock.scope[YEAR] for lock in policy.locks}))
        raise HosoError(f"không có lịch khóa của năm học {ascii(year)[1:-1]}; có: {years}")
    return sorted(found, key=lambda lock: (lock.closes, lock.name))


def _state(lock: Lock, on: date) -> str:
    left = (lock.closes - on).days
    if left < 0:
        return "đã khóa"
    return "khóa hết hôm nay" if left == 0 else f"còn {left} ngày"


def _told(
    found: tuple[Missing, ...], school: TreeSchool, policy: Policy, lock: Lock, named: bool
) -> Iterator[str]:
    from hoso.gate.missing import NOBODY, by_teacher, expected, spared
    from hoso.gate.readable import place_name

    pages = len(expected(school, policy, lock))
    yield f"Lần khóa {lock.name}, hết ngày {lock.closes:%d/%m/%Y}: {pages} trang."
    if waiting := spared(school, policy, lock):
        yield f"Để ngỏ dòng của {len(waiting)} học sinh chờ đánh giá bổ sung trong hè."
    for person, pages_left in by_teacher(found).items():
        who = "Chưa ai được phân công ghi" if person == NOBODY else _someone(person, school, named)
        yield f"{who}: còn {len(pages_left)} trang"
        for each in pages_left:
            page = place_name(school.kind(each.kind), each.key, school, named=named)
            yield f"  {page} — {each.why.value}"
    yield f"Còn thiếu {len(found)} trang." if found else "Không thiếu trang nào."


def _someone(person: str, school: TreeSchool, named: bool) -> str:
    record = school.get("nhan-su", nhan_su=person) if named else None
    return person if record is None else f"{record.data['ho_ten']} ({person})"


def _as_json(found: tuple[Missing, ...]) -> str:
    return json.dumps(
        [
            {"path": each.path, "why": each.why.name.lower(), "people": list(each.people)}
            for each in found
        ],
        indent=2,
    )
