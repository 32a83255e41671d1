"""`hoso fmt`: records brought into their one spelling."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.findings import Finding, HosoError

if TYPE_CHECKING:
    from hoso.store.tree import Tree


@click.command("fmt", help="Viết lại hồ sơ theo cách viết chuẩn; không đổi nội dung.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--repo", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".",
              help="Thư mục của trường.")  # fmt: skip
def command(paths: tuple[Path, ...], repo: Path) -> int:
    """The verb; its exit code is 1 when some file is left for a person to settle."""
    from hoso.cli.report import as_text
    from hoso.schema.kinds import load_kinds
    from hoso.schema.paths import PathTable
    from hoso.schema.respelling import respell
    from hoso.store.tree import FolderTree
    from hoso.store.writing import write_whole

    tree = FolderTree(repo)
    table = PathTable(load_kinds(tree))
    findings: list[Finding] = []
    changed = 0
    for path in _chosen(tree, repo, paths):
        place = table.find(path)
        if place is None:
            if paths:
                raise HosoError(f"{path} không thuộc loại hồ sơ nào; xem schemas/")
            continue
        raw = tree.read(path)
        wanted = respell(place, path, raw, findings)
        if wanted is not None and wanted != raw:
            write_whole(repo / path, wanted)
            click.echo(f"đã viết lại {path}")
            changed += 1
    if findings:
        click.echo(as_text(findings))
        click.echo(f"{len({each.path for each in findings})} tệp cần người sửa trước.")
        return 1
    click.echo(f"Xong: {changed} tệp viết lại." if changed else "Mọi tệp đã đúng cách viết chuẩn.")
    return 0


def _chosen(tree: Tree, repo: Path, paths: tuple[Path, ...]) -> list[str]:
    from hoso.schema.paths import ROOTS
    from hoso.store.tree import PLAIN

    if not paths:
        return [each.path for root in ROOTS for each in tree.entries(root) if each.mode == PLAIN]
    top = repo.resolve()
    chosen = []
    for path in paths:
        full = (path if path.is_absolute() else Path.cwd() / path).resolve()
        if not full.is_relative_to(top):
            raise HosoError(f"{path} nằm ngoài thư mục của trường")
        name = full.relative_to(top).as_posix()
        inside = [each.path for each in tree.entries(name) if each.mode == PLAIN]
        if not inside and tree.entry(name) is None:
            raise HosoError(f"không có tệp {path}")
        chosen.extend(inside or [name])
    return chosen
