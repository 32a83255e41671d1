"""`hoso unlock`: an order that opens closed books for one person and a time, drawn up."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import click

from hoso.cli.clock import now_in
from hoso.cli.filing import at_head, drawn, known_person, pair, put, repo_option, said
from hoso.cli.opening import as_day, as_moment


@click.command("unlock", help="Lập lệnh mở sổ đã khóa cho một người, một phạm vi, một khoảng giờ.")
@click.argument("person", metavar="MÃ_NHÂN_SỰ")
@click.option("--loai", "kinds", required=True, multiple=True, metavar="LOẠI",
              help="Loại hồ sơ được mở; ghi nhiều lần khi có nhiều loại.")  # fmt: skip
@click.option("--pham-vi", "scope", required=True, multiple=True, metavar="TÊN=GIÁ_TRỊ",
              help="Phần được mở, ví dụ lop=3A; ghi nhiều lần để hẹp lại.")  # fmt: skip
@click.option("--tu", "begin", required=True, metavar='"NGÀY GIỜ"', callback=as_moment,
              help="Mở từ lúc nào.")  # fmt: skip
@click.option("--den", "end", required=True, metavar='"NGÀY GIỜ"', callback=as_moment,
              help="Khóa lại lúc nào.")  # fmt: skip
@click.option("--ly-do", "reason", required=True, metavar="LỜI",
              help="Vì sao phải mở; không ghi họ tên học sinh.")  # fmt: skip
@click.option("--lenh", "number", required=True, metavar="SỐ", help="Số của văn bản ra lệnh mở sổ.")
@click.option("--ngay-lenh", "decided", required=True, metavar="NGÀY", callback=as_day,
              help="Ngày của văn bản ấy.")  # fmt: skip
@click.option("--nam-hoc", "year", metavar="NĂM_HỌC",
              help="Năm học của sổ; không ghi là năm học này.")  # fmt: skip
@click.option("--on", "when", metavar="NGÀY", callback=as_day,
              help="Xem như hôm nay là ngày này.")  # fmt: skip
@repo_option
def command(
    person: str, kinds: tuple[str, ...], scope: tuple[str, ...], begin: datetime, end: datetime,
    reason: str, number: str, decided: date, year: str | None, when: date | None, repo: Path,
) -> int:  # fmt: skip
    """Writes the order into the work tree."""
    from hoso.findings import HosoError
    from hoso.gate.order_paper import Opening, order_paper
    from hoso.gate.readable import part_name
    from hoso.gate.regulation import policy_on
    from hoso.gate.verdict import local

    now = local(now_in(repo)).replace(tzinfo=None)
    now = now if when is None else datetime.combine(when, time())
    _, school = at_head(repo)
    policy = policy_on(school, now.date())
    parts = dict(pair(each, "lop=3A") for each in scope)
    if len(parts) < len(scope):
        raise HosoError("một phần của phạm vi được ghi hai lần")
    wish = Opening(
        person=known_person(school, person), kinds=kinds, year=year or policy.year, scope=parts,
        begin=begin, end=end, reason=said(reason), number=said(number), decided=decided,
    )  # fmt: skip
    paper = order_paper(wish, drawn("MS"), school, policy, now)
    put(repo, paper, None)
    opened = [school.kind(name) for name in dict.fromkeys(kinds)]
    click.echo(f"Đã ghi {paper.path}")
    click.echo(f"  Mở cho {person}: {'; '.join(kind.title for kind in opened)}")
    where = ", ".join(
        part_name(opened[0], name, value, school, named=False) for name, value in parts.items()
    )
    click.echo(f"  Phạm vi: năm học {wish.year}, {where}")
    click.echo(f"  Từ {begin:%H:%M %d/%m/%Y} đến {end:%H:%M %d/%m/%Y}, hết giờ tự khóa lại")
    click.echo(f"  Lý do: {wish.reason}; lệnh số {wish.number} ngày {decided:%d/%m/%Y}")
    click.echo("Bước tiếp: hoso propose")
    return 0
