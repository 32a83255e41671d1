"""`hoso proposals`: the open proposals, what each waits for and who can take the next step."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.clock import now
from hoso.cli.identity import asker, looking, person_at, reads

if TYPE_CHECKING:
    from datetime import datetime

    from hoso.proposals.clone import Clone
    from hoso.proposals.stages import Standing

_ME = frozenset({"tôi", "toi"})


@click.command("proposals", help="Các đề nghị đang mở: của ai, trang nào, chờ gì, ai làm tiếp.")
@click.option("--cho", "whose", metavar="TÔI",
              help="Chỉ việc người này làm tiếp được: tôi, hoặc một mã nhân sự.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              help="Cách trình bày kết quả.")  # fmt: skip
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@asker
@reads
def command(
    whose: str | None, form: str, named: bool, repo: Path, remote: str, who: str | None
) -> int:
    """The verb; a proposal that cannot be read is listed as such and stops nothing."""
    from hoso.proposals.stages import standing

    clone = looking(repo, remote)
    when = clone.now(now(clone.repository))
    found = [standing(clone, name, when) for name in clone.proposals()]
    if whose is not None:
        person = person_at(clone, who) if whose.casefold() in _ME else whose
        found = [each for each in found if person in each.able]
    if form == "json":
        data = [_as_data(clone, each) for each in found]
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    elif found:
        _print(clone, found, named, when)
    else:
        click.echo("Không có đề nghị nào đang mở." if whose is None
                   else "Không có đề nghị nào đang chờ người này.")  # fmt: skip
    return 0


def _print(clone: Clone, found: list[Standing], named: bool, when: datetime) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from hoso.cli.telling import age, people
    from hoso.proposals.stages import page_title

    school = clone.view.standing(clone.view.main).school
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Đề nghị", "Trang", "Đang", "Người làm tiếp", "Từ"):
        table.add_column(column, no_wrap=column in ("Đề nghị", "Đang", "Từ"))
    for each in found:
        table.add_row(
            str(each.name), escape(page_title(clone, each, named=named)), each.stage.value,
            escape(people(each.able, school, named=named)), age(each.since, when),
        )  # fmt: skip
    console = Console(highlight=False) if sys.stdout.isatty() else Console(width=160)
    console.print(table)


def _as_data(clone: Clone, each: Standing) -> dict[str, object]:
    from hoso.proposals.stages import page_title

    return {
        "name": str(each.name),
        "author": each.name.author,
        "head": each.head,
        "title": page_title(clone, each),
        "pages": sorted({change.path for change in each.judged.changes}),
        "stage": each.stage.name.lower(),
        "next": list(each.able),
        "since": each.since,
        "needs": [
            {
                "path": need.path,
                "step": need.step,
                "deeds": sorted(deed.value for deed in need.deeds),
                "roles": sorted(need.roles),
                "people": sorted(need.people),
                "why": need.why,
            }
            for need in each.needs
        ],
        "words": [
            {
                "person": word.person,
                "role": word.approval.role,
                "decision": word.approval.decision,
            }
            for word in each.counting
        ],
        "returned": None if each.returned is None else {
            "person": each.returned.person, "reason": each.returned.reason,
        },
    }  # fmt: skip
