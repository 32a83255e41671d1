"""`hoso verify-site`: what is published equals what was approved."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from hoso.findings import Finding, HosoError

if TYPE_CHECKING:
    from hoso.audit.published import Manifest
    from hoso.store.git import Repository
    from hoso.store.published import Published


@click.command("verify-site", help="So trang web đang đăng tải với bản ghi đã duyệt, từng tệp một.")
@click.argument("site", metavar="THƯ_MỤC|ĐỊA_CHỈ")
@click.option("--repo", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".",
              help="Bản sao kho hồ sơ.")  # fmt: skip
@click.option("--at", "rev", metavar="REV", help="Trang web phải đúng là của phiên bản này.")
@click.option("--rebuild", is_flag=True, help="Dựng lại từ bản ghi rồi so từng byte.")
@click.option("--seconds", type=click.FloatRange(1, 3600), default=300.0,
              help="Chờ máy chủ web nhiều nhất bao lâu.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              help="Cách trình bày kết quả.")  # fmt: skip
def command(
    site: str, repo: Path, rev: str | None, rebuild: bool, seconds: float, form: str
) -> int:
    """The verb; its exit code is 1 when the site is not what was approved."""
    from hoso.audit import published
    from hoso.cli import report
    from hoso.store.git import Repository
    from hoso.store.published import FolderSite, WebSite

    repository = Repository(repo)
    there: Published
    if site.startswith(("http://", "https://")):
        there = WebSite(site, seconds)
    elif Path(site).is_dir():
        there = FolderSite(Path(site))
    else:
        raise HosoError(f"{site} không phải thư mục, cũng không phải địa chỉ http(s)")
    claimed = published.manifest_of(there)
    wanted = None if rev is None else repository.resolve(rev)
    wrong = published.misfit(claimed, wanted, _on_main(repository, claimed.commit))
    findings: list[Finding] = [] if wrong is None else [wrong]
    commit = wanted or ("" if wrong else claimed.commit)
    if commit:
        findings.extend(published.unapproved(claimed, repository.tree(commit)))
    if rebuild and commit:
        built = _rebuilt(repo, commit)
        findings.extend(published.against_rebuilt(there, claimed, built))
    else:
        findings.extend(published.differences(there, claimed))
    if form == "json":
        click.echo(report.as_json(findings))
    else:
        if findings:
            click.echo(report.as_text(findings))
        click.echo(_summary(claimed, len(findings), rebuild and bool(commit)))
        if site.startswith("http"):
            click.echo(
                "Qua mạng không thấy được tệp thừa mà không trang nào trong danh mục kể tới."
            )
    return 1 if findings else 0


def _on_main(repository: Repository, commit: str) -> bool:
    """Whether a commit is a state that main has had."""
    from hoso.cli.branches import ends

    main, _ = ends(repository)
    return commit in repository.run("rev-list", "--first-parent", main, "--").split()


def _rebuilt(repo: Path, commit: str) -> Manifest:
    """The manifest of a second build of a commit; nothing kept from earlier builds is used."""
    from hoso.audit.published import manifest_of
    from hoso.cli.site import built_at
    from hoso.store.published import FolderSite

    with TemporaryDirectory(prefix="hoso-") as folder:
        target = Path(folder) / "site"
        built_at(repo, commit, target, os.cpu_count() or 1, kept=False)
        return manifest_of(FolderSite(target))


def _summary(claimed: Manifest, wrong: int, rebuilt: bool) -> str:
    what = f"{len(claimed.files)} tệp của bản ghi {claimed.commit[:12] or '(không rõ)'}"
    if wrong:
        return f"Đã so {what}: {wrong} chỗ khác với bản đã duyệt."
    how = (
        "đã dựng lại và trùng từng byte"
        if rebuilt
        else "trùng danh mục, nguồn trùng bản ghi; thêm --rebuild để không phải tin danh mục"
    )
    return f"Đã so {what}: {how}."
