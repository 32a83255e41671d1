"""The posts, notices and pictures made by hand: right letters, right length, nothing dangling."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from hoso.demo.prose import drawn
from hoso.model import Record
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.store.tree import FolderTree

HERE = Path(__file__).resolve().parents[2]
PROSE = HERE / "tools/hoso/demo/prose"
PICTURES = HERE / "tools/hoso/demo/pictures"
KINDS = load_kinds(FolderTree(HERE))
SCHOOL = TreeSchool(FolderTree(PROSE), KINDS)
POSTS = [
    pytest.param(record, id=record.path)
    for kind in ("tin-tuc", "thong-bao")
    for record in SCHOOL.all(kind)
]
DRAWINGS = [
    pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in PICTURES.rglob("*.svg")
]
#: "hoà", "khoẻ", "thuỷ": the mark on the second vowel of an open oa, oe or uy.
OLD_MARKS = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])\b", re.IGNORECASE)
LINK = re.compile(r"\]\(([^)]+)\)")


def _drawing(path: str) -> Path:
    return PICTURES / path.removeprefix("content/hinh/").replace(".png", ".svg")


def _targets(post: Record) -> Iterator[Path]:
    for link in LINK.findall(post.body):
        whole = (PROSE / post.path).parent.joinpath(link).resolve()
        path = whole.relative_to(PROSE).as_posix()
        yield _drawing(path) if path.startswith("content/hinh/") else whole
    if "anh" in post.data:
        yield _drawing(f"content/hinh/{post.key['nam']}/{post.data['anh']}")


def test_there_are_forty_posts_and_twenty_notices():
    assert (len(list(SCHOOL.all("tin-tuc"))), len(list(SCHOOL.all("thong-bao")))) == (40, 20)


@pytest.mark.parametrize("post", POSTS)
def test_a_post_is_composed_marks_vowels_the_modern_way_and_is_spelled_canonically(post):
    text = (PROSE / post.path).read_text("utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert OLD_MARKS.findall(text) == []
    assert text == spell(post.kind, post.data, post.body)


@pytest.mark.parametrize("post", POSTS)
def test_a_post_is_long_enough_to_say_something_and_short_enough_to_be_read(post):
    assert 180 <= len(post.body.split()) <= 450


@pytest.mark.parametrize("post", POSTS)
def test_every_picture_and_page_a_post_points_to_exists(post):
    assert [target for target in _targets(post) if not target.is_file()] == []


@pytest.mark.parametrize("post", POSTS)
def test_a_post_holds_no_raw_html_and_stands_in_the_folder_of_its_year(post):
    assert "<" not in post.body
    assert post.data["ngay"].startswith(post.key["nam"])


@pytest.mark.parametrize("wanted", ["lễ khai giảng", "lịch đón", "thực đơn bán trú", "kế hoạch"])
def test_what_the_search_must_find_stands_in_a_title(wanted):
    assert any(wanted in post.values[0].data["tieu_de"].lower() for post in POSTS)


def test_no_drawing_is_left_unused():
    used = {target for post in POSTS for target in _targets(post.values[0])}
    assert {path.values[0] for path in DRAWINGS} <= used


@pytest.mark.parametrize("path", DRAWINGS)
def test_a_drawing_has_no_letters_needs_no_other_file_and_stays_small_as_png(path):
    text = path.read_text("utf-8")
    assert "<text" not in text
    assert "href" not in text
    assert len(drawn(text)) < 250 * 1024
