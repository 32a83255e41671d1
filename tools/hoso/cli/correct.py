"""`hoso correct`: a request to mend a closed page drawn up, or an approved one carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.filing import at_head, drawn, known_person, pair, put, repo_option, said, told
from hoso.cli.opening import as_day, today

if TYPE_CHECKING:
    from hoso.gate.papers import Paper, Wish
    from hoso.gate.policy import Policy
    from hoso.schema.school import TreeSchool


@click.command(
    "correct",
    help="Lập giấy đề nghị sửa trang đã khóa; --apply ghi đúng giá trị của giấy đã duyệt.",
)
@click.argument("page", metavar="[TRANG]", required=False)
@click.argument("wishes", metavar="[TRƯỜNG=GIÁ_TRỊ]…", nargs=-1)
@click.option("--who", metavar="MÃ_NHÂN_SỰ", help="Người đề nghị.")
@click.option("--ly-do", "reason", metavar="LÝ_DO",
              help="nhap-sai, cham-lai, thieu-minh-chung hay khac.")  # fmt: skip
@click.option("--minh-chung", "evidence", multiple=True, metavar="TỆP[:LOẠI]",
              help="Tệp minh chứng nhà trường giữ; chỉ ghi mã SHA-256. Loại: bai-kiem-tra, "
                   "giay-khai-sinh, bien-ban, khac.")  # fmt: skip
@click.option("--giai-thich", "explanation", metavar="LỜI", help="Nói rõ thêm; không ghi họ tên.")
@click.option("--han", "until", metavar="NGÀY", callback=as_day,
              help="Hạn sửa; không ghi là bảy ngày.")  # fmt: skip
@click.option("--apply", "code", metavar="MÃ_GIẤY",
              help="Ghi vào trang đúng những giá trị của giấy đã duyệt này.")  # fmt: skip
@click.option("--on", "when", metavar="NGÀY", callback=as_day,
              help="Xem như hôm nay là ngày này.")  # fmt: skip
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@repo_option
def command(
    page: str | None, wishes: tuple[str, ...], who: str | None, reason: str | None,
    evidence: tuple[str, ...], explanation: str | None, until: date | None, code: str | None,
    when: date | None, named: bool, repo: Path,
) -> int:  # fmt: skip
    """Writes the request, or with --apply the page, into the work tree."""
    from hoso.gate.papers import Wish

    on = when or today(repo)
    if code is not None:
        if page is not None or wishes:
            raise click.UsageError("--apply chỉ cần mã giấy; giá trị lấy từ giấy đã duyệt")
        return _apply(code, on, named, repo)
    if page is None or not wishes or who is None or reason is None or not evidence:
        raise click.UsageError(
            "cần TRANG, ít nhất một TRƯỜNG=GIÁ_TRỊ, --who, --ly-do, --minh-chung"
        )
    wish = Wish(
        page=page.removeprefix("./"), fields=_fields(wishes), requester=who, reason=reason,
        evidence=_hashed(evidence), until=until,
        explanation=None if explanation is None else said(explanation),
    )  # fmt: skip
    return _request(wish, on, named, repo)


def _request(wish: Wish, on: date, named: bool, repo: Path) -> int:
    from hoso.gate.papers import request_paper
    from hoso.gate.regulation import policy_on

    _, school = at_head(repo)
    known_person(school, wish.requester)
    policy = policy_on(school, on)
    code = drawn("DN")
    paper = request_paper(wish, code, school, policy)
    put(repo, paper, None)
    click.echo(f"Đã ghi {paper.path}")
    for line in _summary(wish, paper, school, policy, named):
        click.echo(line)
    click.echo(f"Bước tiếp: hoso propose; khi giấy được duyệt: hoso correct --apply {code}")
    return 0


def _summary(
    wish: Wish, paper: Paper, school: TreeSchool, policy: Policy, named: bool
) -> Iterator[str]:
    from hoso.gate.corrections import REQUEST
    from hoso.gate.papers import executors

    kind = school.kind(REQUEST)
    yield from told(paper.changes, school, named=named)
    yield f"  Lý do: {kind.label(('ly_do',), wish.reason)}"
    for digest, sort in wish.evidence.items():
        yield f"  Minh chứng: {kind.label(('minh_chung', digest, 'loai'), sort)}, SHA-256 {digest}"
    yield f"  Hạn sửa: hết ngày {paper.until:%d/%m/%Y}"
    able = frozenset.intersection(*(executors(change, policy) for change in paper.changes))
    others = sorted(able - {wish.requester})
    if others:
        yield f"  Người sửa được: {', '.join(others)}"
    elif able:
        yield (
            f"  Chỉ {wish.requester} sửa được trang này: vì cũng là người đề nghị nên lúc sửa "
            "cần thêm chữ ký của người ra lệnh mở sổ"
        )


def _apply(code: str, on: date, named: bool, repo: Path) -> int:
    from hoso.cli.comparing import is_used
    from hoso.findings import HosoError
    from hoso.gate.corrections import REQUEST, request_of
    from hoso.gate.papers import carried_out_page

    repository, school = at_head(repo)
    records = school.all(REQUEST, ma=code)
    if not records:
        raise HosoError(
            f"HEAD chưa có giấy {ascii(code)[1:-1]}; giấy được duyệt rồi thì lấy bản mới về"
        )
    request = request_of(records[0])
    used = {request.path} if is_used(repository, school.kinds, request, "HEAD") else set()
    paper = carried_out_page(request, school, frozenset(used), on)
    put(repo, paper, school.tree.read(paper.path))
    click.echo(f"Đã ghi {paper.path} theo giấy {code}")
    for line in told(paper.changes, school, named=named):
        click.echo(line)
    click.echo("Bước tiếp: hoso propose")
    return 0


def _fields(wishes: tuple[str, ...]) -> Mapping[str, str | None]:
    from hoso.findings import HosoError

    fields: dict[str, str | None] = {}
    for wish in wishes:
        name, value = pair(wish, "hoc_sinh/HS7K3QZ9/diem=8")
        if name in fields:
            raise HosoError(f"{ascii(name)[1:-1]} được ghi hai lần")
        fields[name] = value or None
    return fields


def _hashed(evidence: tuple[str, ...]) -> dict[str, str]:
    from hoso.findings import HosoError
    from hoso.store.evidence import file_digest

    found: dict[str, str] = {}
    for each in evidence:
        name, colon, sort = each.rpartition(":")
        if not colon or Path(each).is_file():
            name, sort = each, "khac"
        if not Path(name).is_file():
            raise HosoError(f"không có tệp minh chứng {ascii(name)[1:-1]}")
        found[file_digest(Path(name))] = sort
    return found
