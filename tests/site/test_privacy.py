"""Nothing private reaches the site: not a value, not a pupil's code, in no byte of any file."""

import gzip
import html
import json
import re

import pytest
from schools import Marked, build, kinds, reference, school

from hoso.model import Privacy, walk
from hoso.site.public import Publication, public_view

#: Everything a mark can look like: words of ours, pupils' codes, long numbers.
MARK = re.compile(
    r"Kin[bcdfghjklmnpqrstvwxz]{12}|(?:HS|BD)[0-9A-HJKMNP-TV-Z]{6}|(?<!\d)\d{4}/\d{4}(?!\d)|\d{9,}"
)


@pytest.fixture(scope="module")
def marked():
    return Marked()


@pytest.fixture(scope="module")
def site(marked, tmp_path_factory):
    return build(marked.files, tmp_path_factory.mktemp("kin") / "site")


def texts(site):
    """Every file of the site as text, unpacked and also with its escapes undone."""
    for path in site.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        text = content.decode("utf-8", "replace")
        yield path, text
        yield path, html.unescape(text)
        if path.suffix == ".json":
            yield path, json.dumps(json.loads(text), ensure_ascii=False)


def marks_in(text, marks):
    return set(MARK.findall(text)) & marks.keys()


def test_no_mark_of_a_private_value_is_in_any_byte_of_the_site(marked, site):
    for path, text in texts(site):
        found = marks_in(text, marked.marks)
        assert {(mark, marked.marks[mark]) for mark in found} == set(), path


def test_no_salary_is_on_a_page_or_in_a_feed(marked, site):
    salaries = {mark for mark in marked.marks if re.fullmatch(r"\d,\d\d", mark)}
    assert salaries
    for path, text in texts(site):
        if path.suffix in {".html", ".xml", ".ics"} or path.parent.name == "search":
            assert set(re.findall(r"(?<!\d)\d,\d\d(?!\d)", text)) & salaries == set(), path


def test_every_private_text_of_every_kind_carried_a_mark(marked):
    assert marked.unmarked == set()
    private = {kind.name for kind in kinds().values() if kind.privacy is not Privacy.PUBLIC}
    assert {name.partition(":")[0] for name in marked.marked} >= private - {
        "diem-danh"
    }  # codes only
    assert all(MARK.fullmatch(mark) or len(mark) == 4 for mark in marked.marks)


def test_the_marks_would_be_seen(marked, tmp_path):
    """The search of the first test finds a mark that is published on purpose."""
    mark = next(mark for mark in marked.marks if mark.startswith("Kin"))
    page = next(path for path in marked.files if path.startswith("content/trang/"))
    files = {**marked.files, page: marked.files[page] + f"\nMã {mark} lộ.\n".encode()}
    built = build(files, tmp_path / "site")
    where = {path.name for path, text in texts(built) if mark in marks_in(text, marked.marks)}
    assert {"index.html", "search_index.json"} <= where


def test_the_public_view_keeps_exactly_the_public_leaves():
    _, read = school(reference())
    for path in reference():
        record = read.at(path)
        if record is None:
            continue
        public = {
            (pointer, value)
            for pointer, value in walk(record.data)
            if record.kind.privacy_of(pointer) is Privacy.PUBLIC
        }
        view = public_view(record)
        # Positions in lists move when a private item goes; the values do not.
        assert sorted(map(str, (v for _, v in walk(view.data)))) == sorted(
            map(str, (v for _, v in public))
        ), path
        assert view.body in ("", record.body)
        assert not view.body or record.kind.privacy is Privacy.PUBLIC


def test_a_body_is_private_where_its_kind_is():
    _, read = school(reference())
    publication = Publication(read)
    for kind in ("ke-hoach-to", "ke-hoach-giao-vien", "bai-day"):
        assert read.all(kind)
        assert {record.body for record in publication.all(kind)} == {""}


def test_internal_pages_and_files_nobody_shows_are_not_published(site):
    published = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    assert not [path for path in published if "bai-day" in path or "NV0" in path]
    shown = " ".join(path.read_text("utf-8") for path in site.rglob("*.html"))
    for path in published:
        if re.match(r"(?:hinh|tep)/\d{4}/", path):
            assert path.rpartition("/")[2] in shown


def test_a_picture_without_a_post_stays_inside(tmp_path):
    files = dict(reference())
    files["content/hinh/2026/khong-ai-dung.png"] = files["content/hinh/2026/khai-giang.png"]
    site = build(files, tmp_path / "site")
    assert (site / "hinh/2026/khai-giang.png").is_file()
    assert not (site / "hinh/2026/khong-ai-dung.png").exists()
