"""`hoso explain`: why a pupil has the result of a school year, by which data and which article."""

from __future__ import annotations

import re
from pathlib import Path

import click


@click.command("explain", help="Giải thích kết quả năm học của một học sinh, kèm điều khoản.")
@click.argument("hoc_sinh", metavar="MÃ_HỌC_SINH")
@click.argument("nam_hoc", metavar="NĂM_HỌC")
@click.option("--repo", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".",
              help="Thư mục của trường.")  # fmt: skip
@click.option("--at", "rev", metavar="REV", help="Xem ở một phiên bản git; không ghi là trên đĩa.")
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
def command(hoc_sinh: str, nam_hoc: str, repo: Path, rev: str | None, named: bool) -> int:
    """The verb; exit code 1 when there is no such pupil in that year."""
    from hoso.findings import HosoError
    from hoso.rules.explain import explain
    from hoso.schema.kinds import load_kinds
    from hoso.schema.school import TreeSchool
    from hoso.store.git import Repository
    from hoso.store.tree import FolderTree, Tree

    kinds_tree: Tree = FolderTree(repo) if rev is None else Repository(repo).tree(rev)
    kinds = load_kinds(kinds_tree)
    for value, kind, hole in (
        (hoc_sinh, "hoc-sinh", "hoc_sinh"),
        (nam_hoc, "nam-hoc", "nam_hoc"),
    ):
        if kind not in kinds or not re.fullmatch(kinds[kind].key[hole]["pattern"], value):
            example = "HS7K3QZ9" if hole == "hoc_sinh" else "2025-2026"
            raise HosoError(f"“{value}” không đúng dạng, ví dụ đúng: {example}")
    school = TreeSchool(kinds_tree, kinds)
    lines = list(explain(school, nam_hoc, hoc_sinh))
    if not lines:
        click.echo(f"Năm học {nam_hoc} không có lớp nào ghi {hoc_sinh}.", err=True)
        return 1
    if named:
        person = school.get("hoc-sinh", hoc_sinh=hoc_sinh)
        click.echo("Chưa có hồ sơ học sinh." if person is None else person.data["ho_ten"])
    for line in lines:
        click.echo(line)
    return 0
