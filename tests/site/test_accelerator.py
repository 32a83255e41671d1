"""Whatever is taken from other processes or from earlier builds, the bytes are MkDocs' own."""

import re
import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.site.accelerator import Quick
from hoso.site.build import build_site
from hoso.site.renders import Renders
from hoso.store.tree import FolderTree

REPOSITORY = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 23)
PARTS = ("content", "records", "schemas")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A copy of the reference school to edit, its quick builds so far in `renders`."""
    folder = tmp_path_factory.mktemp("accelerator")
    for part in PARTS:
        shutil.copytree(REPOSITORY / part, folder / "school" / part)
    settings = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    assert "pagination_per_page: 12" in settings
    shorter = settings.replace("pagination_per_page: 12", "pagination_per_page: 3")
    (folder / "school" / "mkdocs.yml").write_text(shorter, encoding="utf-8")
    built(folder, "stock")
    quickly(folder, "cold")
    return folder


def built(bench, name, quick=None):
    tree = FolderTree(bench / "school")
    build_site(tree, TreeSchool(tree, load_kinds(tree)), bench / name, today=TODAY, quick=quick)
    return contents(bench / name)


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def quickly(bench, name, processes=2):
    return built(bench, name, Quick(processes, bench / "renders"))


def differing(one, other):
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def kept(bench):
    with sqlite3.connect(bench / "renders") as connection:
        keys = {key for (key,) in connection.execute("SELECT key FROM renders")}
    connection.close()
    return keys


def edit(bench, path, pattern, replacement):
    file = bench / "school" / path
    text = file.read_text(encoding="utf-8")
    changed = re.sub(pattern, replacement, text, count=1, flags=re.MULTILINE)
    assert changed != text
    file.write_text(changed, encoding="utf-8")


def some_posts(bench):
    posts = sorted((bench / "school" / "content" / "tin-tuc").rglob("*.md"))
    assert len(posts) >= 40
    return [post.relative_to(bench / "school").as_posix() for post in posts]


def test_a_first_build_is_the_same(bench):
    assert differing(contents(bench / "cold"), contents(bench / "stock")) == []


def test_a_build_in_one_process_is_the_same(bench):
    alone = built(bench, "alone", Quick(1))
    assert differing(alone, contents(bench / "stock")) == []


def test_a_second_build_is_the_same_and_renders_nothing(bench):
    before = kept(bench)
    assert differing(quickly(bench, "warm"), contents(bench / "cold")) == []
    assert kept(bench) == before


def test_whatever_process_made_it_all_that_is_kept_can_be_read(bench):
    renders = Renders(bench / "renders")
    values = [renders.get(key) for key in kept(bench) - {b"pattern"}]
    renders.close()
    pages = [value for value in values if value and "html" in value]
    texts = [value for value in values if value and "content" in value]
    assert len(pages) >= len(texts) > 200
    assert values.count(None) == len(texts)  # the marks of the source files


def test_a_changed_sentence_is_the_same_and_renders_little(bench):
    before = kept(bench)
    edit(bench, some_posts(bench)[10], r"\Z", "\nThêm một câu nữa cho bài này.\n")
    quick = quickly(bench, "sentence")
    new = kept(bench) - before
    assert differing(quick, built(bench, "sentence-stock")) == []
    assert 0 < len(new) < 25
    assert 1 < len(differing(quick, contents(bench / "cold"))) < 12


def test_titles_subjects_dates_and_whole_posts_may_change(bench):
    posts = some_posts(bench)
    edit(bench, posts[5], r"^tieu_de: .*$", 'tieu_de: Tên mới & "lạ" của bài')
    edit(bench, posts[15], r"^  - (\S+)$", r"  - thu-vien")
    edit(bench, posts[20], r"^tom_tat: .*$", "tom_tat: Tóm tắt đã viết lại cho gọn hơn.")
    (bench / "school" / posts[25]).unlink()
    again = bench / "school" / posts[30]
    copy = again.with_name("bai-viet-them.md")
    copy.write_text(again.read_text(encoding="utf-8"), encoding="utf-8")
    assert differing(quickly(bench, "many"), built(bench, "many-stock")) == []


def test_a_broken_store_of_renders_changes_nothing(bench):
    before = quickly(bench, "whole")
    (bench / "renders").write_bytes(b"broken" * 1000)
    assert differing(quickly(bench, "broken"), before) == []


def test_a_store_that_cannot_be_written_changes_nothing(bench):
    nowhere = Quick(2, bench / "school" / "mkdocs.yml" / "renders")
    assert differing(built(bench, "nowhere", nowhere), quickly(bench, "somewhere")) == []
