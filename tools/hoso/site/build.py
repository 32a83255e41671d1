"""From a tree to a site on disk: staged, rendered, listed, swapped in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hoso.findings import HosoError
from hoso.model import School
from hoso.site.accelerator import Quick
from hoso.site.glue import Built, render
from hoso.site.manifest import NAME, manifest
from hoso.site.publish import swap_in, workshop
from hoso.site.settings import FILE, read_settings
from hoso.site.stage import Stage, stage
from hoso.store.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a build made."""

    pages: int
    files: int
    size: int
    warnings: tuple[str, ...]


def build_site(
    tree: Tree,
    school: School,
    target: Path,
    *,
    today: date | None = None,
    commit: str = "",
    quick: Quick | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Report:
    """Builds the public site of a school; the folder at `target` changes at once and only if all
    went well. The same tree and day give the same bytes wherever and whenever it is built.
    """
    progress("Đọc hồ sơ công khai")
    text = _settings_text(tree)
    settings = read_settings(text)
    staged = stage(tree, school, today, also=text)
    del tree, school  # a large school's records need not be kept in memory any longer
    with workshop(target) as folder:
        docs, site = folder / "docs", folder / "site"
        _write(staged, docs)
        staged = staged.without_contents()
        progress("Dựng các trang")
        built = render(staged, settings, docs, site, quick)
        progress("Ghi danh mục")
        report = _list(site, built, staged, commit)
        swap_in(site, target)
    return report


def _settings_text(tree: Tree) -> str:
    try:
        return tree.read(FILE).decode()
    except (KeyError, UnicodeDecodeError) as error:
        raise HosoError(f"không đọc được {FILE} ở gốc kho; chạy hoso init để có tệp mẫu") from error


def _write(staged: Stage, docs: Path) -> None:
    docs.mkdir()
    for file in staged.files:
        path = docs / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def _list(site: Path, built: Built, staged: Stage, commit: str) -> Report:
    listed = manifest(site, built.pages, staged.files, commit)
    (site / NAME).write_bytes(listed)
    files = [path for path in site.rglob("*") if path.is_file()]
    return Report(
        pages=len(built.pages),
        files=len(files),
        size=sum(path.stat().st_size for path in files),
        warnings=built.warnings,
    )
