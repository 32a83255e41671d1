"""Whatever an author writes, readers get text and decent links, and nothing else."""

from html.parser import HTMLParser

import pytest
from markdown import Markdown
from schools import build, post, small

from hoso.site.prose import Place, SafeProse, Shelf, safe_address

SHELF = Shelf(
    staged={
        "content/hinh/2026/khai-giang.png": "hinh/2026/khai-giang.png",
        "content/thong-bao/2026/lich-nghi.md": "thong-bao/2026/lich-nghi.md",
        "content/tep/2026/lich.pdf": "tep/2026/lich.pdf",
    },
    sizes={"hinh/2026/khai-giang.png": (1200, 675)},
)

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=https://xau.example></iframe>",
    "<style>@import 'https://xau.example/a.css'</style>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<details open ontoggle=alert(1)>",
    "<a href=javascript:alert(1)>bấm</a>",
    "<form action=https://xau.example><input name=mat-khau></form>",
    "<base href=https://xau.example/>",
    "<meta http-equiv=refresh content='0;url=https://xau.example'>",
    "<link rel=stylesheet href=https://xau.example/x.css>",
    "<object data=https://xau.example></object>",
    "<video src=https://xau.example/a.mp4 autoplay></video>",
    "<div style='background:url(https://xau.example)'>x</div>",
    "<p onclick=alert(1)>x</p>",
    "<ScRiPt >alert(1)</sCrIpT>",
    "<script\n>alert(1)</script\n>",
    "</title><script>alert(1)</script>",
    "<!--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\\script:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](\x0bjavascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](//xau.example/)",
    "[x](\\\\xau.example)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](https://xau.example/theo-doi.png)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    "![x](khai-giang.png){: onerror=alert(1) }",
    "[x][a]\n\n[a]: javascript:alert(1) 'onclick=alert(1)'",
    '[x](https://a.example "title onmouseover=alert(1)")',
    "# Đầu đề {: id=__search onclick=alert(1) }",
    "Đoạn {: .md-search style=position:fixed }",
    '!!! note" onclick="alert(1)\n    x',
    "!!! md-dialog\n    x",
    "```html onclick=alert(1)\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "ghi chú[^1]\n\n[^1]: <script>alert(1)</script>",
    "từ <b onmouseover=alert(1)>đậm</b>",
    "<x@y.example onclick=alert(1)>",
    'https://a.example/"onmouseover=alert(1)//',
    "\x02amp\x03lt;script",
)
TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption",
    "figure", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "span", "strong",
    "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "href", "title", "class", "id", "src", "alt", "width", "height", "loading", "decoding", "role",
    "tabindex", "aria-label", "style", "scope", "start", "rel",
}  # fmt: skip


class Seen(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.addresses = set(), set(), []
        self.ids, self.classes, self.words = set(), set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        for name, value in attributes:
            self.attributes.add(name)
            if name in {"href", "src"}:
                self.addresses.append((tag, value))
            if name == "id":
                self.ids.add(value)
            if name == "class":
                self.classes |= set(value.split())

    def handle_data(self, data):
        self.words.append(data)


def read(text):
    prose = SafeProse(SHELF)
    prose.place = Place(source="content/tin-tuc/2026/bai.md", staged="tin-tuc/bai/2026/bai.md")
    markdown = Markdown(
        extensions=["tables", "fenced_code", "footnotes", "admonition", "attr_list",
                    "sane_lists", "def_list", "abbr", "toc", prose],
        extension_configs={"toc": {"slugify": lambda text, _: "muc-x"}},
    )  # fmt: skip
    return markdown.convert(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_prose_is_harmless(text):
    seen = Seen(read(text))
    assert seen.tags <= TAGS
    assert seen.attributes <= ATTRIBUTES
    for tag, address in seen.addresses:
        assert safe_address(address)
        assert tag == "a" or address == "../../../hinh/2026/khai-giang.png"
    assert all(each.startswith(("muc-", "fn:", "fnref")) for each in seen.ids)
    assert not [each for each in seen.classes if each.startswith("md-")]


def test_markup_that_is_not_taken_stays_readable():
    assert "<b>đậm</b> & 1 < 2" in "".join(Seen(read("từ <b>đậm</b> & 1 < 2")).words)


def test_a_link_to_a_page_or_picture_is_followed_to_where_it_is_staged():
    seen = Seen(read("[nghỉ](../../thong-bao/2026/lich-nghi.md#muc-tet) ![ảnh](khai-giang.png)"))
    assert seen.addresses == [
        ("a", "../../../thong-bao/2026/lich-nghi.md#muc-tet"),
        ("img", "../../../hinh/2026/khai-giang.png"),
    ]


def test_a_link_to_what_is_not_published_is_only_words():
    seen = Seen(read("[giáo án](../../ke-hoach-bai-day/2026-2027/3A/phep-cong.md)"))
    assert seen.addresses == []
    assert "giáo án" in "".join(seen.words)


def test_pictures_have_their_size_and_a_lone_one_is_a_figure_with_its_caption():
    html = read('![Cổng trường](../../hinh/2026/khai-giang.png "Sáng khai giảng")')
    assert '<figure><img alt="Cổng trường"' in html
    assert 'width="1200"' in html
    assert 'height="675"' in html
    assert 'loading="lazy"' in html
    assert "<figcaption>Sáng khai giảng</figcaption>" in html


def test_headings_start_below_the_title_and_skip_no_level():
    html = read("# Một\n\n#### Hai\n\n## Ba\n\n##### Bốn")
    assert [part[1] for part in html.split("<h")[1:] for part in [("h", part[0])]] == list("2334")


def test_plain_addresses_become_links():
    html = read("Viết tới vanphong@truong.example hoặc xem https://truong.example/lich.")
    assert 'href="mailto:vanphong@truong.example"' in html
    assert 'href="https://truong.example/lich"' in html


def test_a_wide_table_can_be_scrolled_by_keyboard_and_names_its_columns():
    html = read("| Thứ | Món |\n|---|---|\n| Hai | Cá |")
    assert 'class="bang-cuon" role="region" tabindex="0"' in html
    assert html.count('scope="col"') == 2


@pytest.mark.parametrize(
    "address",
    ["https://a.example/", "http://a.example", "mailto:a@b.example", "tel:0228", "a/b.md", "#x",
     "../x?y=1:2", "/tin-tuc/", ""],
)  # fmt: skip
def test_decent_addresses_are_kept(address):
    assert safe_address(address)


@pytest.mark.parametrize(
    "address",
    ["javascript:1", " javascript:1", "java\nscript:1", "JAVASCRIPT:1", "&#106;avascript:1",
     "data:,x", "//a.example", "\\\\a.example", "/\\a.example", "blob:x", "x:y"],
)  # fmt: skip
def test_other_addresses_are_not(address):
    assert not safe_address(address)


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    """Hostile bodies, titles, summaries and tags, on pages, lists, feeds and in the search."""
    pages = {
        f"content/tin-tuc/2026/xau-{number}.md": post(
            f"Bài {number} <img src=x onerror=alert(1)>\"'&amp;",
            text,
            tom_tat=f'Tóm {number} </script><script>alert(1)</script> " onload="x',
            the=f"thẻ <script>alert({number})</script>",
        )
        for number, text in enumerate(
            text for text in HOSTILE if "\x0b" not in text and "\x02" not in text
        )
    }
    return build(small() | pages, tmp_path_factory.mktemp("xau") / "site")


def test_no_page_of_a_hostile_school_runs_anything(hostile_site):
    pages = list(hostile_site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        seen = Seen(page.read_text("utf-8"))
        assert not [name for name in seen.attributes if name.startswith("on")], page
        assert not seen.tags & {"iframe", "object", "embed", "base", "video", "math"}, page
        assert "alert(1)" not in _scripts(page.read_text("utf-8")), page
        assert not [address for _, address in seen.addresses if not _is_known(address)], page


def _scripts(text):
    return " ".join(part.partition("</script>")[0] for part in text.split("<script")[1:])


def _is_known(address):
    return safe_address(address) or address.startswith("data:,")


def test_the_search_index_holds_text_and_no_markup_of_authors(hostile_site):
    index = (hostile_site / "search/search_index.json").read_text("utf-8")
    seen = Seen(index.replace('\\"', '"'))
    assert seen.tags <= {"p", "code", "pre", "li", "ol", "ul", "sub", "sup"}
    assert seen.attributes == set()
