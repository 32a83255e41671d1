"""`hoso forge`: what a forge is told of the regulation, compared byte by byte, and its gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.forge_gate import gate, merge

if TYPE_CHECKING:
    from hoso.findings import Finding
    from hoso.forge.options import Options
    from hoso.store.tree import Tree

_repo = click.option("--repo", default=".", help="Thư mục của trường.",
                     type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip


@click.group("forge", help="Nơi đặt kho (GitHub, Forgejo): viết cấu hình ra từ quy chế, so từng "
             "byte, xét đề nghị.")  # fmt: skip
def command() -> None:
    """The group of verbs about forges."""


command.add_command(gate)
command.add_command(merge)


@command.command("write", help="Viết CODEOWNERS, luật nhánh, quy trình, biểu mẫu ra từ quy chế.")
@_repo
@click.option("--to-chuc", metavar="TÊN", help="Tổ chức trên nơi đặt kho, có một nhóm cho mỗi vai.")
@click.option(
    "--tai-khoan/--nhom",
    default=None,
    help="Ghi tài khoản của người giữ vai thay cho nhóm, nơi mọi người giữ vai đều có.",
)
@click.option(
    "--ung-dung",
    type=click.IntRange(min=1),
    metavar="SỐ",
    help="Ứng dụng của máy chủ, được ghi nhật ký và tạo nhánh đóng băng.",
)
@click.option("--chuong-trinh", metavar="GÓI", help="Quy trình cài gói nào, như viết cho pip.")
def write(
    repo: Path, to_chuc: str | None, tai_khoan: bool | None, ung_dung: int | None,
    chuong_trinh: str | None,
) -> int:  # fmt: skip
    """Writes every generated file that differs; what is not said stays as it was said before."""
    from hoso.findings import HosoError
    from hoso.forge.generated import generated
    from hoso.forge.options import Options, options_in
    from hoso.schema.kinds import load_kinds
    from hoso.schema.school import TreeSchool
    from hoso.store.tree import FolderTree
    from hoso.store.writing import write_whole

    tree = FolderTree(repo)
    before = options_in(tree)
    if to_chuc is None and before is None:
        raise HosoError("lần đầu phải nói tổ chức: hoso forge write --to-chuc TÊN")
    chosen = before or Options(to_chuc=to_chuc or "")
    chosen = Options(
        to_chuc=to_chuc or chosen.to_chuc,
        tai_khoan=chosen.tai_khoan if tai_khoan is None else tai_khoan,
        ung_dung=ung_dung or chosen.ung_dung,
        chuong_trinh=chuong_trinh or chosen.chuong_trinh,
    )
    kinds = load_kinds(tree)
    wanted = generated(TreeSchool(tree, kinds), kinds, chosen)
    changed = [path for path, raw in wanted.items()
               if tree.entry(path) is None or tree.read(path) != raw]  # fmt: skip
    for path in changed:
        write_whole(repo / path, wanted[path])
        click.echo(f"đã viết {path}")
    click.echo(f"{len(wanted)} tệp, {len(changed)} tệp đổi.")
    return 0


@command.command("check", help="So cấu hình đang có với điều quy chế viết ra; soát CODEOWNERS và "
                 "câu trả lời đã lưu của GitHub.")  # fmt: skip
@_repo
@click.option("--at", "rev", metavar="REV",
              help="Xem ở một phiên bản git; không ghi là trên đĩa.")  # fmt: skip
@click.option(
    "--settings",
    "saved",
    metavar="TỆP.json",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Câu trả lời của GitHub về cài đặt, luật nhánh, đã lưu thành một tệp.",
)
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text",
              help="Cách trình bày kết quả.")  # fmt: skip
def check(repo: Path, rev: str | None, saved: Path | None, form: str) -> int:
    """Exit code 1 when anything differs or a setting is weaker than demanded."""
    from hoso.cli import report
    from hoso.forge.options import options_in
    from hoso.forge.owners_lint import lint
    from hoso.store.git import Repository
    from hoso.store.tree import FolderTree

    tree: Tree = FolderTree(repo) if rev is None else Repository(repo).tree(rev)
    options = options_in(tree)
    findings = [*_drift(tree, options), *lint(tree), *_audited(saved, options)]
    if form == "json":
        click.echo(report.as_json(findings))
    elif findings:
        click.echo(report.as_github(findings) if form == "github" else report.as_text(findings))
    elif form == "text":
        click.echo("Cấu hình nơi đặt kho đúng như quy chế viết ra.")
    return 1 if findings else 0


def _drift(tree: Tree, options: Options | None) -> tuple[Finding, ...]:
    from hoso.findings import Finding
    from hoso.forge import options as chosen
    from hoso.forge.generated import drift
    from hoso.schema.kinds import load_kinds
    from hoso.schema.school import TreeSchool

    if options is None:
        return (
            Finding(path=chosen.PATH, line=1, code="HS895", message="chưa viết cấu hình lần nào",
                    hint="chạy: hoso forge write --to-chuc TÊN"),
        )  # fmt: skip
    kinds = load_kinds(tree)
    return drift(tree, TreeSchool(tree, kinds), kinds, options)


def _audited(saved: Path | None, options: Options | None) -> tuple[Finding, ...]:
    from hoso.findings import HosoError
    from hoso.forge.settings import audit

    if saved is None:
        return ()
    if options is None:
        raise HosoError("chưa có gì để so; chạy trước: hoso forge write --to-chuc TÊN")
    try:
        answers = json.loads(saved.read_bytes())
    except (ValueError, RecursionError) as error:
        raise HosoError(f"{saved} không phải JSON đọc được") from error
    return audit(saved.name, answers, options)
