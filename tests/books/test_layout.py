"""The parts of a document stand as Nghị định 30/2020/NĐ-CP and Thông tư 27/2020/TT-BGDĐT ask."""

import pytest
import yaml
from small_school import ROOT, YEAR, SmallSchool

from hoso.books import frame
from hoso.books.catalogue import Desk, book_called, page_of
from hoso.books.documents import typeset_document
from hoso.books.markdown import EXTENSIONS, blocks, plain
from hoso.books.page import Reading
from hoso.findings import HosoError
from reading import pages_of, text_of


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2027-01-05", "ngày 05 tháng 01 năm 2027"),
        ("2026-02-28", "ngày 28 tháng 02 năm 2026"),
        ("2026-09-03", "ngày 03 tháng 9 năm 2026"),
        ("2026-12-31", "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_take_a_zero(day, words):
    assert frame.long_date(day) == words


@pytest.mark.parametrize(
    ("number", "printed"),
    [("9/QĐ-THCH", "09/QĐ-THCH"), ("12/TB-THCH", "12/TB-THCH"), ("05/THCH-VP", "05/THCH-VP")],
)
def test_numbers_below_ten_take_a_zero(number, printed):
    assert frame.padded(number) == printed


def test_the_owner_above_the_school_is_the_one_of_that_day(desk):
    reading = Reading(desk.school)
    assert frame.head(reading, "2025-06-30", None)["owner"].startswith("Phòng Giáo dục")
    assert frame.head(reading, "2025-07-01", None)["owner"] == "Ủy ban nhân dân xã Cộng Hòa"


def test_a_vice_principal_signs_in_the_principals_stead(printed):
    text = text_of(printed["van-ban", ("2025", "12-tb-lich-truc")][1])
    assert "KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG Trần Quốc Hưng" in text


def test_a_notice_has_its_parts_in_order(printed):
    text = text_of(printed["van-ban", ("2025", "12-tb-lich-truc")][1])
    parts = (
        "ỦY BAN NHÂN DÂN XÃ CỘNG HÒA",
        "TRƯỜNG TIỂU HỌC CỘNG HÒA",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 12/TB-THCH",
        "Cộng Hòa, ngày 03 tháng 10 năm 2025",
        "THÔNG BÁO",
        "Lịch trực",
        "Sách mở ra một thế giới.",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
    )
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_a_decision_has_grounds_the_word_of_decision_and_its_end(printed):
    text = text_of(printed["quyet-dinh", (YEAR,)][1])
    for part in (
        "Số: 09/QĐ-THCH",
        "HIỆU TRƯỞNG TRƯỜNG TIỂU HỌC CỘNG HÒA",
        "Căn cứ Nghị định số 30/2020/NĐ-CP; Theo đề nghị của văn thư. QUYẾT ĐỊNH:",
        "Điều 2. Có hiệu lực từ ngày ký./.",
    ):
        assert part in text


def test_the_regulation_prints_every_right_it_grants(printed):
    text = text_of(printed["quy-che", (YEAR,)][1])
    assert "Ban hành kèm theo Quyết định số 09/QĐ-THCH ngày 04 tháng 9 năm 2025" in text
    assert "1. Nhập đánh giá phẩm chất, năng lực của lớp mình." in text
    assert "1.1.a Giáo viên chủ nhiệm Ghi" in text
    assert "lớp được phân công" in text


def test_page_numbers_stand_above_from_the_second_page_on(printed):
    first, second, *_ = pages_of(printed["quy-che", (YEAR,)][1])
    assert not first.lstrip().startswith("1")
    assert second.lstrip().startswith("2")


def test_a_letter_has_its_subject_under_the_number_and_no_title():
    small = SmallSchool()
    data = {"so": "27/THCH-VP", "ngay": "2025-10-14", "loai": "cong-van",
            "co_quan": "Trường Tiểu học Cộng Hòa", "trich_yeu": "V/v sửa mái nhà"}  # fmt: skip
    body = "Kính gửi: Ủy ban nhân dân xã.\n\nNhà trường đề nghị:\n\n1. Cử cán bộ.\n2. Cấp vật tư."
    small.put("van-ban", data, body, nam="2025", ma="27-sua-mai")
    school = small.school()
    record = school.get("van-ban", nam="2025", ma="27-sua-mai")
    text = text_of(typeset_document(school, record))
    assert "V/v sửa mái nhà" in text
    assert "CÔNG VĂN" not in text
    assert "2. Cấp vật tư./." in text
    assert "bản ghi" not in text, "tệp nằm trong chính phiên bản ấy thì không kể phiên bản"
    assert "mã số liệu" in text


def test_the_columns_of_a_summary_follow_grade_and_time(desk):
    def heads(lop, ky):
        page = page_of(book_called("bang-tong-hop"), desk, (YEAR, lop, ky))
        return [(each["of"], each["head"]) for each in page.data["columns"]]

    first, last = heads("1A", "giua-ky-1"), heads("5A", "cuoi-nam")
    assert ("Tiếng Việt", "Điểm KTĐK") not in first
    assert ("Tiếng Việt", "Điểm KTĐK") in heads("1A", "cuoi-nam")
    assert ("Khoa học", "Điểm KTĐK") in last
    assert ("Đạo đức", "Điểm KTĐK") not in last
    assert len([head for of, head in first if of is None]) == 5 + 3 + 5
    assert len([head for of, head in last if of is None]) == 5 + 3 + 7


def test_a_pupil_who_left_keeps_the_line_and_has_no_marks():
    small = SmallSchool()
    pupils = small.add_class("2A", 3, periods=("cuoi-nam",))
    room = dict(small.school().get("lop", nam_hoc=YEAR, lop="2A").data)
    room["hoc_sinh"] = {**room["hoc_sinh"]}
    room["hoc_sinh"][pupils[1]] = {**room["hoc_sinh"][pupils[1]], "ra": "2026-03-10"}
    small.put("lop", room, nam_hoc=YEAR, lop="2A")
    move = {"hoc_sinh": pupils[1], "loai": "chuyen-di", "ngay": "2026-03-11", "tu_lop": "2A"}
    small.put("bien-dong", move, nam_hoc=YEAR, ma="BD000001")
    desk = Desk(small.school(), lambda path: None)
    page = page_of(book_called("bang-tong-hop"), desk, (YEAR, "2A", "cuoi-nam"))
    assert [row["gone"] for row in page.data["rows"]] == [None, "Chuyển đi ngày 11/03/2026", None]
    assert page.data["count"].startswith("Tổng số: 2 học sinh")


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("bang-tong-hop", (YEAR, "9Z", "cuoi-nam")),
        ("bang-tong-hop", (YEAR, "1A", "cuoi-thang")),
        ("bang-tong-hop", (YEAR,)),
        ("hoc-ba", ("HS000000",)),
        ("hoc-ba", ("../../truong",)),
        ("quy-che", ("1999-2000",)),
        ("ke-hoach", (YEAR, "truong", "khong-co")),
        ("van-ban", ("2025", "../../../records/truong")),
    ],
)
def test_what_is_not_there_is_said_in_words(desk, name, scope):
    with pytest.raises(HosoError):
        page_of(book_called(name), desk, scope)


def test_an_unknown_book_is_answered_with_the_known_ones():
    with pytest.raises(HosoError, match="hoc-ba"):
        book_called("so-do")


def test_bodies_are_read_as_the_public_site_reads_them():
    wanted = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["markdown_extensions"]
    assert sorted(EXTENSIONS) == sorted(wanted)


def test_headings_of_a_body_never_skip_a_level():
    levels = [node["level"] for node in blocks("### A\n\n##### B\n\n## C\n\n#### D\n")]
    assert levels == [1, 2, 1, 2]


def test_unknown_elements_leave_their_words_only():
    (node,) = blocks("Xin <blink>chào</blink> <form>các em</form> &lt;b&gt;")
    assert plain(node["c"]) == "Xin chào các em <b>"


def test_tables_without_equal_rows_are_made_equal():
    (table,) = blocks("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>")
    assert [len(row) for row in (table["head"], *table["rows"])] == [2, 2]


def test_footnotes_move_to_their_mark():
    (node,) = blocks("Chữ[^a] sau.\n\n[^a]: Lời chú.\n")
    assert {"t": "foot", "c": ["Lời chú."]} in node["c"]


def test_very_deep_nesting_is_laid_out_flat():
    nodes = blocks("<div>" * 500 + "đáy" + "</div>" * 500)
    assert "đáy" in str(nodes)
