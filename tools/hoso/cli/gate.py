"""`hoso gate`: whether a proposal could be merged, by which clause, and who must still approve."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.clock import now_in
from hoso.cli.opening import as_day
from hoso.cli.report import shown

if TYPE_CHECKING:
    from hoso.cli.comparing import Compared
    from hoso.gate.verdict import Ground, Need, Verdict


@click.command(
    "gate", help="Xét một đề nghị: ai được ghi gì theo điều khoản nào, còn thiếu ai duyệt."
)
@click.argument("base", metavar="[GỐC]", required=False)
@click.argument("head", metavar="[MỚI]", required=False)
@click.option("--who", "authors", required=True, multiple=True, metavar="MÃ_NHÂN_SỰ",
              help="Người viết; ghi nhiều lần khi có nhiều người.")  # fmt: skip
@click.option(
    "--on", "when", metavar="NGÀY", callback=as_day, help="Ngày nhận; không ghi là lúc này."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              help="Cách trình bày kết quả.")  # fmt: skip
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@click.option("--repo", default=".", help="Thư mục của trường.",
              type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
def command(
    base: str | None, head: str | None, authors: tuple[str, ...], when: date | None, form: str,
    named: bool, repo: Path,
) -> int:  # fmt: skip
    """The verb; exit code 0 when only approvals are missing, 1 when something is refused."""
    from hoso.cli.comparing import compared, used_requests
    from hoso.findings import HosoError
    from hoso.gate.decision import decide
    from hoso.gate.verdict import VIETNAM, Binding, Past, Proposal, Verdict, local
    from hoso.ledger.who import know_who

    received = now_in(repo) if when is None else datetime.combine(when, time(12), VIETNAM)
    found = compared(repo, base, head)
    for author in authors:
        if found.base.get("nhan-su", nhan_su=author) is None:
            raise HosoError(f"không có nhân sự {ascii(author)[1:-1]}; ví dụ đúng: NV0012")
    if not found.changes:
        nothing = Verdict(grounds=(), refusals=(), void=(), needs=())
        click.echo(_as_json(nothing, found) if form == "json" else "Không có gì thay đổi.")
        return 0
    today, nowhere = local(received).date(), Binding(repo="", ref="", policy="")
    know_who(found.standing, today)
    verdict = decide(
        found.standing.policy(today),
        found.base,
        Proposal(changes=found.changes, authors=frozenset(authors), digest=found.digest,
                 binding=nowhere),
        (),
        received,
        Past(used=used_requests(found, base)),
    )  # fmt: skip
    if form == "json":
        click.echo(_as_json(verdict, found))
    else:
        for line in _told(verdict, found, named):
            click.echo(line)
    return 0 if verdict.may_be_proposed else 1


def _told(verdict: Verdict, found: Compared, named: bool) -> Iterator[str]:
    from hoso.cli.report import as_text
    from hoso.gate.readable import readable
    from hoso.schema.school import TreeSchool

    school = TreeSchool(found.head, found.base.kinds)
    for ground in verdict.grounds:
        yield "\n".join(readable((ground.change,), school, named=named))
        yield f"    được ghi: {_because(ground)}"
    if verdict.refusals:
        yield "Không được:"
        yield as_text(verdict.refusals)
    if verdict.needs:
        yield "Còn cần duyệt:"
        yield from (f"  {_missing(need)}" for need in verdict.needs)
    count = len(found.changes)
    if not verdict.may_be_proposed:
        yield f"Từ chối: {len(verdict.refusals)} điều không được, trong {count} thay đổi."
    else:
        yield f"Gửi được: {count} thay đổi có căn cứ, còn {len(verdict.needs)} bước duyệt."


def _missing(need: Need) -> str:
    finding = need.finding
    return f"{shown(finding.path)}: {finding.message}; {finding.hint}"


def _because(ground: Ground) -> str:
    held = ground.granted.assignment
    said = f"{ground.author}, {ground.granted.right.clause}, phân công số {held.decision}"
    return said if ground.opened_by is None else f"{said}, sổ mở theo {ground.opened_by}"


def _as_json(verdict: Verdict, found: Compared) -> str:
    data = {
        "may_be_proposed": verdict.may_be_proposed,
        "digest": found.digest,
        "grounds": [
            {
                "path": ground.change.path,
                "part": ground.change.part.name.lower(),
                "pointer": list(ground.change.pointer),
                "author": ground.author,
                "clause": str(ground.granted.right.clause),
                "assignment": ground.granted.assignment.path,
                "decision": ground.granted.assignment.decision,
                "opened_by": ground.opened_by,
            }
            for ground in verdict.grounds
        ],
        "refusals": [
            {"path": each.path, "line": each.line, "code": each.code, "message": each.message}
            for each in verdict.refusals
        ],
        "needs": [
            {
                "path": need.path,
                "step": need.step,
                "deeds": sorted(deed.value for deed in need.deeds),
                "roles": sorted(need.roles),
                "people": sorted(need.people),
                "why": need.why,
            }
            for need in verdict.needs
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)
