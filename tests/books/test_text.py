"""What stands in the books can be read, searched and trusted."""

import unicodedata

import pytest
from small_school import LETTERS, YEAR, SmallSchool

from hoso.books.catalogue import Desk, book_called, page_of
from hoso.books.glyphs import printable
from hoso.books.page import edition
from hoso.books.typesetting import typeset
from hoso.findings import HosoError
from reading import metadata_of, pages_of, text_of

HOSTILE = (
    '#read("/etc/passwd")',
    '#{panic("x")}',
    "$ integral $ _a_ *b*",
    "\\u{41} \\begin",
    "<script>alert(1)</script>",
    "= Đề mục // chú thích",
    "@nhan ~ `mã` [x](y)",
    "%0A%PDF-1.4 endobj",
)


def print_page(school, name, scope):
    page = page_of(book_called(name), Desk(school, lambda path: None), scope)
    return typeset(page, edition(page, None).line)


def test_every_name_of_a_class_is_found_in_list_order(printed, desk, small):
    _, pdf = printed["bang-tong-hop", (YEAR, "5A", "cuoi-nam")]
    text, place = text_of(pdf), 0
    for code in small.graduates:
        name = desk.school.get("hoc-sinh", hoc_sinh=code).data["ho_ten"]
        place = text.find(name, place)
        assert place >= 0, name
        place += len(name)


def test_text_comes_out_composed(printed):
    for _, pdf in printed.values():
        text = text_of(pdf)
        assert unicodedata.is_normalized("NFC", text)


def test_every_vietnamese_letter_is_printed_in_every_face():
    letters = set(LETTERS) | set(LETTERS.upper())
    assert len({each for each in letters if not each.isascii()}) == 134
    assert letters <= printable()


def test_every_vietnamese_letter_comes_out_of_a_printed_page_again():
    small = SmallSchool()
    names = [f"Ký tự {LETTERS[i : i + 24]}{LETTERS[i : i + 24].upper()}" for i in range(0, 89, 24)]
    small.add_class("1A", len(names), names=names, periods=("giua-ky-1",))
    text = text_of(print_page(small.school(), "bang-tong-hop", (YEAR, "1A", "giua-ky-1")))
    assert set(LETTERS + LETTERS.upper()) <= set(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_data_that_looks_like_markup_is_printed_as_typed(name):
    small = SmallSchool()
    pupil, *_ = small.add_class("2A", 2, names=(name,), periods=("cuoi-nam",))
    for book, scope in (("hoc-ba", (pupil,)), ("bang-tong-hop", (YEAR, "2A", "cuoi-nam"))):
        squeezed = text_of(print_page(small.school(), book, scope)).replace(" ", "")
        assert name.replace(" ", "") in squeezed
        assert "root:x:0:0" not in squeezed


def test_markdown_bodies_cannot_reach_the_typesetter_or_other_files():
    small = SmallSchool()
    small.add_papers()
    body = (
        'Gọi #read("/etc/passwd") #import "/khung.typ"\n\n'
        "![ảnh trộm](../../../../etc/passwd) ![x](/etc/passwd) <img src=x onerror=alert(1)>\n\n"
        "<iframe src='https://ac.example/'>bên trong</iframe> [bấm](javascript:alert(1))\n"
    )
    data = {"tieu_de": "Thử độc hại", "ngay": "2025-09-14"}
    small.put("ke-hoach-giao-vien", data, body, nam_hoc=YEAR, nhan_su="NV0001")
    asked = []
    desk = Desk(small.school(), asked.append)
    page = page_of(book_called("ke-hoach"), desk, (YEAR, "giao-vien", "NV0001"))
    pdf = typeset(page, edition(page, None).line)
    text = text_of(pdf)
    assert '#read("/etc/passwd")' in text
    assert "bên trong" in text
    assert "bấm" in text
    assert asked == []
    assert b"javascript:" not in pdf
    assert "root:x" not in text


def test_no_personal_name_stands_in_the_metadata(printed, desk):
    names = {record.data["ho_ten"] for record in desk.school.all("hoc-sinh")}
    for _, pdf in printed.values():
        metadata = metadata_of(pdf)
        assert not [name for name in names if name in metadata]
        assert "Trường Tiểu học Cộng Hòa" in metadata


def test_a_character_the_typeface_lacks_is_named_with_its_record():
    small = SmallSchool()
    pupil, *_ = small.add_class("2A", 2, names=("Bùi Thị \u0915",), periods=("cuoi-nam",))
    with pytest.raises(HosoError) as said:
        print_page(small.school(), "hoc-ba", (pupil,))
    assert f"records/hoc-sinh/{pupil}.yml" in str(said.value)
    assert "U+0915" in str(said.value)


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\x07", "\u00ad"])
def test_invisible_and_turning_characters_never_reach_a_page(sign, desk, small):
    page = page_of(book_called("hoc-ba"), desk, (small.graduates[0],))
    pupil = {**page.data["pupil"], "name": f"Lê{sign}Văn"}
    with pytest.raises(HosoError, match=f"U\\+{ord(sign):04X}"):
        typeset(type(page)(**_fields(page, {**page.data, "pupil": pupil})), "")


def _fields(page, data):
    known = ("template", "title", "author", "date", "sources", "pictures", "attached")
    return {**{name: getattr(page, name) for name in known}, "data": data}


def test_decomposed_data_is_composed_before_it_is_printed(desk, small):
    page = page_of(book_called("hoc-ba"), desk, (small.graduates[0],))
    pupil = {**page.data["pupil"], "name": unicodedata.normalize("NFD", "Đặng Thị Nguyệt Ẩn")}
    pdf = typeset(type(page)(**_fields(page, {**page.data, "pupil": pupil})), "")
    assert "Đặng Thị Nguyệt Ẩn" in text_of(pdf)


def test_thirty_five_pupils_with_long_names_fit_their_paper(printed):
    """Nothing may be lost: every row has all its cells on some page."""
    page, pdf = printed["bang-tong-hop", (YEAR, "5A", "cuoi-nam")]
    assert len(pages_of(pdf)) == 1
    row = page.data["rows"][-1]
    text = text_of(pdf)
    assert " ".join([row["name"], row["born"]]) in text
    assert text.count("35") >= 1
    one = printed["bang-tong-hop", (YEAR, "1A", "cuoi-nam")][1]
    assert len(pages_of(one)) == 2
    assert all("Họ và tên" in each for each in pages_of(one)), "tiêu đề bảng không lặp lại"


@pytest.mark.parametrize(("letters", "sides"), [(60, 5), (320, 5), (600, 6)])
def test_remarks_of_every_length_are_printed_whole(letters, sides):
    """Up to some 320 letters in every subject a year stays one spread; more flows over."""
    small = SmallSchool()
    pupil, *_ = small.add_class("5B", 1, periods=("cuoi-nam",))
    remark = ("Em chăm chỉ, tự tin, biết giúp đỡ bạn bè trong học tập. " * 11)[: letters - 1] + "."
    for record in small.school().all("danh-gia-mon", nam_hoc=YEAR, lop="5B"):
        row = {**record.data["hoc_sinh"][pupil], "nhan_xet": remark}
        small.put("danh-gia-mon", {**record.data, "hoc_sinh": {pupil: row}}, **record.key)
    pdf = print_page(small.school(), "hoc-ba", (pupil,))
    pages = pages_of(pdf)
    assert len(pages) == sides
    assert "".join(text_of(pdf).split()).count("".join(remark.split())) == 12
    assert "GIÁO VIÊN CHỦ NHIỆM" in pages[-1]
