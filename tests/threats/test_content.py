"""Rows 71–79 of the table of threats: contents that are not what they seem."""

from __future__ import annotations

import io
import re
import time
from html.parser import HTMLParser

import openpyxl
import pytest
from markdown import Markdown

from hoso.books.catalogue import Desk, book_called, page_of
from hoso.books.page import edition
from hoso.books.typesetting import typeset
from hoso.exchange.grid import grid_of
from hoso.exchange.origins import Origin, schema_digest
from hoso.exchange.workbook_out import sheet_of
from hoso.site.prose import Place, SafeProse, Shelf
from reading import text_of
from threats.attempts import (
    APPROVED,
    CHECKED,
    PAGE,
    PRINCIPAL,
    caught,
    codes,
    found,
    offered,
    passed,
    proposed,
)

PUPIL = "records/hoc-sinh/HS2XS5FM.yml"
NEWS = "content/tin-tuc/2026/bai.md"
FRAME = ("NV0002 pho-hieu-truong kiem-tra", PRINCIPAL)


def text(yard, path=PAGE):
    """A page as it stands."""
    return yard.repository.tree(yard.main).read(path).decode()


def remarked(yard, value):
    """The page with a pupil's remark written in some way."""
    return re.sub(r"nhan_xet: .*", lambda _: f"nhan_xet: {value}", text(yard), count=1)


def unreadable(yard, page, code, path=PAGE):
    """Holds that a page is refused for what is wrong with it, and as unreadable in history."""
    who = "NV0015" if path == PAGE else "NV0003"
    said = (CHECKED, APPROVED) if path == PAGE else (APPROVED,)
    head = yard.topic({path: page}, who)
    assert {code, "HS852"} <= set(codes(proposed(yard, head, check=True).findings))
    caught(yard, yard.merge(head, yard.approved(head, *said)), "HS852")


def test_a_remark_in_plain_words_is_accepted_and_audits_clean(yard):
    passed(yard, {PAGE: remarked(yard, "Có tiến bộ – “cần” cố gắng; 5 < 6 & 7.")})
    assert found(yard, objects=True) == []


@pytest.mark.parametrize(("more", "code"), [
    ("hoan_tat: 2026-11-08\n", "HS108"),
    ("hoc_sinh:\n  HS2XS5FM:\n    muc: hoan-thanh-tot\n", "HS108"),
    ("te\u0302n: 2\ntên: 1\n", "HS108"),
])  # fmt: skip
def test_threat_71_a_key_given_twice(yard, more, code):
    unreadable(yard, text(yard) + more, code)


@pytest.mark.parametrize("value", [
    "no", "yes", "on", "0123", "12:30", "1_000", "1E5", "012345678901", "~", "0x1F", "0o17",
    "2026-11-09", ".nan", ".inf", "5.0", "+1", "1,5",
])  # fmt: skip
def test_threat_72_a_value_that_other_readers_take_for_something_else_is_text(yard, value):
    judged = proposed(yard, yard.topic({PAGE: remarked(yard, value)}), check=True)
    assert [change.new for change in judged.changes] == [value]
    assert codes(judged.findings) == ["HS864"]


@pytest.mark.parametrize("value", ["true", "null", "5", "-5"])
def test_threat_72_a_value_of_another_type_is_refused(yard, value):
    unreadable(yard, remarked(yard, value), "HS304")


@pytest.mark.parametrize(("bomb", "code"), [
    ("a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n", "HS109"),
    ("a: &a {b: 1}\nc:\n  <<: *a\n", "HS109"),
    ("a: !!python/object/apply:os.system [id]\n", "HS110"),
    ("a: " + "[" * 5_000 + "]" * 5_000, "HS114"),
    ("".join(f"k{number}: 1\n" for number in range(6_000)), "HS113"),
    ("a: " + "9" * 4_000 + "\n", "HS117"),
    ("a: 1\n---\nb: 2\n", "HS112"),
])  # fmt: skip
def test_threat_73_a_page_that_would_swell(yard, bomb, code):
    head = yard.topic({PAGE: bomb})
    proposed(yard, head)
    begin = time.process_time()
    assert "HS852" in codes(proposed(yard, head).findings)
    assert time.process_time() - begin < 0.25
    unreadable(yard, bomb, code)


@pytest.mark.parametrize(("value", "code"), [
    ("x\u2028b: 2", "HS105"), ("x\x85b: 2", "HS105"), ("x\u2029", "HS105"),
    ("a\u200bb", "HS105"), ("a\u202eb", "HS105"), ("\ufeffx", "HS105"), ("\u2066x\u2069", "HS105"),
    ('"a\\u202eb"', "HS105"), ("e\u0302", "HS106"), ('"x\\0"', "HS105"),
])  # fmt: skip
def test_threat_74_characters_that_nobody_sees(yard, value, code):
    unreadable(yard, remarked(yard, value), code)


@pytest.mark.parametrize(("old", "new"), [
    ("$ref: dinh-nghia#/chu", 'type: string\n    pattern: "^(?:a+)+$"'),
    ("$ref: dinh-nghia#/chu", 'type: string\n    pattern: "[a-z]+"'),
    ("$ref: dinh-nghia#/chu", "type: string\n    pattern: '^\\d+$'"),
    ("$ref: dinh-nghia#/chu", "type: number"),
    ("$ref: dinh-nghia#/chu", "$ref: https://xau.example/x.yml"),
    ("additionalProperties: false", "additionalProperties: true"),
])  # fmt: skip
def test_threat_75_a_schema_with_a_gap_is_refused_whoever_approves_it(yard, old, new):
    path = "schemas/hoc-sinh.yml"
    schema = yard.repository.tree(yard.main).read(path).decode()
    assert old in schema
    head = yard.topic({path: schema.replace(old, new, 1)}, "NV0022")
    caught(yard, yard.merge(head, yard.approved(head, *FRAME)), "HS901")


@pytest.mark.parametrize(("old", "new", "code"), [
    ("HS2XS5FM:", '"HS2XS5FM\\n":', "HS307"), ("HS2XS5FM:", "HS٢XS5FM:", "HS307"),
    ("muc: hoan-thanh\n", "muc: hoan-thanh-\n", "HS303"),
    ("giao_vien: NV0015", 'giao_vien: "NV0015\\n"', "HS305"),
    ("giao_vien: NV0015", "giao_vien: NV００１５", "HS305"),
])  # fmt: skip
def test_threat_75_identifiers_end_where_they_end(yard, old, new, code):
    page = text(yard)
    assert old in page
    unreadable(yard, page.replace(old, new, 1), code)


def test_threat_75_a_schema_made_laxer_leaves_no_page_unsound(yard):
    path = "schemas/danh-gia-mon.yml"
    schema = yard.repository.tree(yard.main).read(path).decode()
    head = yard.topic({path: schema.replace("required: [", "required: [khong_co, ", 1)}, "NV0022")
    merge = yard.merge(head, yard.approved(head, *FRAME))
    assert not offered(yard, merge, check=True).ok


@pytest.mark.parametrize(("path", "code"), [
    ("records/hoc-sinh/CON.yml", "HS202"), ("records/hoc-sinh/aux.yml", "HS202"),
    ("records/hoc-sinh/HS2XS5FN.yml.", "HS202"), ("records/hoc-sinh/..yml", "HS202"),
    ("records/hoc-sinh/HS2XS5FN .yml", "HS202"), ("records/hoc-sinh/hs2xs5fn.yml", "HS201"),
    ("records/hoc-sinh/HS2XS5FN.YML", "HS201"), ("content/tin-tuc/2026/" + "a" * 200, "HS202"),
])  # fmt: skip
def test_threat_76_a_path_says_which_record_it_is_and_nothing_else(yard, path, code):
    head = yard.topic({path: text(yard, PUPIL)}, "NV0003")
    caught(yard, yard.merge(head, yard.approved(head, APPROVED)), code)


def test_threat_76_a_record_that_names_a_path_outside_is_refused(yard):
    request = {"records/2026-2027/de-nghi-sua/DN0000A1.yml": {"=": {
        "nguoi_de_nghi": "NV0015", "ngay": "2026-11-09", "tep": "records/../../etc/passwd",
        "truong": {"a": {"cu": "1", "moi": "2"}}, "ly_do": "nhap-sai",
        "minh_chung": {"b" * 64: {"loai": "khac"}}, "han": "2026-11-25"}}}  # fmt: skip
    head = yard.topic(request)
    said = yard.approved(head, CHECKED, APPROVED)
    judged = offered(yard, yard.merge(head, said), check=True)
    assert "HS852" in codes(judged.findings)


class Seen(HTMLParser):
    """Tags, attributes and addresses of a rendered text."""

    def __init__(self, rendered):
        super().__init__()
        self.names, self.addresses = set(), []
        self.feed(rendered)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.names |= {tag, *(name for name, _ in attributes)}
        self.addresses.extend(value for name, value in attributes if name in {"href", "src"})


def test_threat_77_a_post_that_was_approved_unread_runs_nothing(yard):
    body = "\n\n".join([
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
        "<iframe src=https://xau.example></iframe>", "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))", "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://xau.example/theo-doi.png)", "# Đầu đề {: onclick=alert(1) }",
        "<p onclick=alert(1)>x</p>", "[x][a]\n\n[a]: javascript:alert(1)", "[x](//xau.example/)",
    ])  # fmt: skip
    data = {"tieu_de": "<b onmouseover=alert(1)>Tin</b>", "ngay": "2026-11-09",
            "chuyen_muc": ["thu-vien"], "tac_gia": ["NV0015"],
            "tom_tat": "Tin của lớp."}  # fmt: skip
    passed(yard, {NEWS: {"=": data, "body": body}}, ("NV0003 bien-tap kiem-tra", APPROVED))
    assert found(yard) == []
    post = yard.view().standing(yard.main).school.at(NEWS)
    prose = SafeProse(Shelf(staged={}, sizes={}))
    prose.place = Place(source=NEWS, staged="tin-tuc/bai/2026/bai.md")
    seen = Seen(Markdown(extensions=["attr_list", prose]).convert(post.body))
    assert not seen.names & {"script", "img", "svg", "iframe", "onclick", "onerror", "onload"}
    assert all(address.startswith("https://") for address in seen.addresses)


FORMULAS = ['=HYPERLINK("x")', "+84912345678", "＝1+1", "=1+1", '"-5+3"', '"@SUM(1)"', "=cmd|x"]


@pytest.mark.parametrize("value", FORMULAS)
def test_threat_78_what_begins_like_a_formula_is_text_in_the_page_and_in_the_workbook(yard, value):
    passed(yard, {PAGE: remarked(yard, value)})
    assert found(yard) == []
    school = yard.view().standing(yard.main).school
    page = school.at(PAGE)
    grid = grid_of(page.kind, page.key, school, page.data)
    origin = Origin(path=PAGE, base=yard.main, blob=page.blob, schema=schema_digest(page.kind))
    book = openpyxl.load_workbook(io.BytesIO(sheet_of(grid, page.data, origin, "Một trang sổ")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert value.strip('"') in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_threat_79_data_that_looks_like_the_typesetters_markup_is_printed_as_typed(yard):
    spell = '#read("/etc/passwd") #{panic("x")} \\input{x}'
    passed(yard, {PUPIL: {"ho_ten": spell}}, [APPROVED], "NV0003")
    school = yard.view().standing(yard.main).school
    page = page_of(book_called("hoc-ba"), Desk(school, lambda path: None), ("HS2XS5FM",))
    printed = text_of(typeset(page, edition(page, None).line))
    assert spell.replace(" ", "") in printed.replace(" ", "")
    assert "root:x" not in printed
