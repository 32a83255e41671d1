"""What parents type into the search box, and what they must find."""

import re
import shutil
import unicodedata
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import expect

from browsing import DESKTOP, watch
from hoso.site.configuration import THEME, WORD_ENDS

HERE = Path(__file__).parent
FOLDING = Path("assets/javascripts/lunr/min/lunr.vi.min.js")
ASKING = re.compile("Nhập để bắt đầu tìm kiếm")


@pytest.fixture(scope="module")
def small_site(tmp_path_factory, serve):
    """Eleven pages made for these questions, with Material and our folding only."""
    folder = tmp_path_factory.mktemp("search")
    (folder / "theme" / FOLDING).parent.mkdir(parents=True)
    shutil.copyfile(THEME / FOLDING, folder / "theme" / FOLDING)
    (folder / "mkdocs.yml").touch()
    config = load_config(
        str(folder / "mkdocs.yml"),
        site_name="Trường thử",
        docs_dir=str(HERE / "search_pages"),
        site_dir=str(folder / "site"),
        theme={"name": "material", "language": "vi", "font": False, "custom_dir": "theme"},
        plugins=[{"search": {"lang": "vi", "separator": WORD_ENDS}}],
    )
    build(config)
    return serve(folder / "site")


class Box:
    """The search box of one open page."""

    def __init__(self, watched):
        self.watched = watched
        self.page = watched.page
        self.input = self.page.locator("[data-md-component=search-query]")
        self.said = self.page.locator(".md-search-result__meta")

    def open(self):
        self.page.goto(self.watched.base)
        self.input.focus()
        expect(self.said).to_have_text(ASKING, timeout=15_000)
        return self

    def find(self, words):
        """The addresses of the pages found, best first."""
        self.input.fill("")
        self.input.press("End")
        expect(self.said).to_have_text(ASKING)
        self.input.fill(words)
        self.input.press("End")
        expect(self.said).not_to_have_text(ASKING)
        links = self.page.locator(
            ".md-search-result__item > .md-search-result__link:has(h1)"
        ).evaluate_all("links => links.map(link => link.pathname)")
        return [link.strip("/") for link in links]

    def marked(self):
        return self._words(".md-search-result__list mark")

    def marked_in_first(self):
        return self._words(".md-search-result__item:first-child mark")

    def _words(self, marks):
        texts = self.page.locator(marks).all_text_contents()
        return {unicodedata.normalize("NFC", text).lower() for text in texts}


@pytest.fixture(scope="module")
def box(browser, small_site):
    context = browser.new_context(viewport=DESKTOP, locale="vi-VN")
    watched = watch(context, small_site)
    yield Box(watched).open()
    assert watched.complaints == []
    assert watched.strangers == []
    context.close()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("khai giang", "khai-giang"),
        ("khai giảng", "khai-giang"),
        ("KHAI GIẢNG", "khai-giang"),
        ("lich don ngay mua", "lich-don"),
        ("lịch đón học sinh", "lich-don"),
        ("thuc don ban tru", "thuc-don"),
        ("KẾ HOẠCH", "ke-hoach"),
        ("ke hoach", "ke-hoach"),
        ("92/qd-thch", "ke-hoach"),
        ("(kế hoạch)", "ke-hoach"),
        (unicodedata.normalize("NFD", "thực đơn"), "thuc-don"),
        (unicodedata.normalize("NFD", "KẾ HOẠCH GIÁO DỤC"), "ke-hoach"),
    ],
)
def test_words_find_their_page_however_they_are_typed(box, typed, first):
    assert box.find(typed)[0] == first


def test_a_page_is_found_when_its_words_stand_in_different_sections(box):
    assert box.find("thực đơn sữa chua") == ["thuc-don"]


@pytest.mark.parametrize("typed", ["khai giang phibrôximăng", "phibrôximăng khai giang", "xyz"])
def test_one_absent_word_leaves_nothing(box, typed):
    assert box.find(typed) == []


def test_the_title_ranks_above_the_body(box):
    assert box.find("khai giang") == ["khai-giang", "tong-ket"]


def test_words_side_by_side_rank_above_words_apart(box):
    found = box.find("thuc don")
    assert found.index("thuc-don") < found.index("nen-nep")


def test_a_whole_last_word_ranks_above_a_longer_one(box):
    found = box.find("lich don")
    assert set(found[:2]) == {"don-tra", "lich-don"}
    assert found[2] == "lich-dong"


def test_words_but_the_last_are_whole(box):
    assert box.find("mua thu") == ["mua-thu"]
    assert box.find("thu hai") == ["thuc-don"]


def test_the_last_word_may_be_unfinished(box):
    assert "khai-giang" in box.find("khai gi")
    assert box.find("kế ho")[0] == "ke-hoach"


def test_unfinished_words_are_enough_when_whole_words_find_nothing(box):
    assert box.find("kho bieu hoac") == []
    assert box.find("hoạ giá dụ")[0] == "ke-hoach"


def test_the_typed_diacritics_decide_between_equals(box):
    assert box.find("múa thu") == ["mua-thu"]
    assert box.find("mùa")[0] == "mua-thu"
    assert box.find("mua")[0] == "mua-sam"


def test_a_word_can_be_excluded(box):
    assert box.find("khai giang -vườn") == ["khai-giang"]


def test_marks_cover_the_words_as_the_page_spells_them(box):
    box.find("khai giang")
    assert box.marked() == {"khai", "giảng"}


def test_longer_words_are_not_marked_where_the_whole_word_is(box):
    assert box.find("don")[0] in {"don-tra", "lich-don", "thuc-don"}
    assert "đóng" not in box.marked_in_first()
    assert box.find("lich don")[2] == "lich-dong"
    assert box.marked() == {"lịch", "đón", "đóng"}  # the last page has no whole "don"


def test_no_word_is_reported_missing_though_it_stands_in_another_section(box):
    assert box.find("thực đơn sữa chua") == ["thuc-don"]
    assert box.page.locator(".md-search-result__terms").count() == 0


@pytest.mark.parametrize(
    "typed", ["-", "*", '"', "+ ~ ^", "title:", "a:b", "~1", "đ", "&lt;", "()"]
)
def test_punctuation_alone_breaks_nothing(box, typed):
    box.input.fill(typed)
    box.input.press("End")
    assert box.find("ke hoach")[0] == "ke-hoach"


def test_real_keys_find_as_one_types(box):
    box.input.fill("")
    box.input.press_sequentially("lich don", delay=5)
    first = box.page.locator(".md-search-result__item h1").first
    expect(first).to_have_text(re.compile("^Lịch đón"))


@pytest.fixture(scope="module")
def school_box(browser, reference_url):
    context = browser.new_context(viewport=DESKTOP, locale="vi-VN")
    watched = watch(context, reference_url)
    yield Box(watched).open()
    assert watched.complaints == []
    assert watched.strangers == []
    context.close()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("khai giang", "khai giảng"),
        ("lich don", "lịch đón"),
        ("thuc don ban tru", "thực đơn bán trú"),
        ("KẾ HOẠCH", "kế hoạch"),
        (unicodedata.normalize("NFD", "thực đơn"), "thực đơn"),
        ("hop cha me hoc sinh", "họp cha mẹ học sinh"),
        ("tuyen sinh lop 1", "tuyển sinh"),
    ],
)
def test_parents_find_what_they_ask_for_on_the_schools_site(school_box, typed, words):
    found = school_box.find(typed)
    assert found
    heading = school_box.page.locator(".md-search-result__item h1").first.text_content()
    assert words in unicodedata.normalize("NFC", heading).lower()


def test_every_found_page_of_the_school_has_every_word(school_box, reference_site):
    for typed, words in (("lich don", {"lịch", "đón"}), ("thuc don ban tru", {"bán", "trú"})):
        for address in school_box.find(typed):
            page = (reference_site.folder / address / "index.html").read_text("utf-8")
            folded = without_marks(page)
            assert all(without_marks(word) in folded for word in words), address


def without_marks(text):
    apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def test_a_strange_word_leaves_nothing_on_the_schools_site(school_box):
    assert school_box.find("khai giang phibroximang") == []


def test_a_page_with_the_words_in_its_title_comes_first(school_box, reference_site):
    titles = {page.address.strip("/"): page.title.lower() for page in reference_site.pages}
    for typed in ("khai giảng", "kế hoạch", "thư viện", "thông báo"):
        in_title = [typed in titles[address] for address in school_box.find(typed)]
        assert True in in_title, typed
        assert in_title == sorted(in_title, reverse=True), typed
