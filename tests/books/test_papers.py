"""Papers about closed books: requests, their register, minutes of a lock, accounts of an audit."""

from dataclasses import replace

import pytest
from small_school import YEAR, SmallSchool

import verapdf
from hoso.books.account import Account, Section, Table, account_book
from hoso.books.catalogue import Desk, book_called, page_of
from hoso.books.chronicle import Chronicle
from hoso.books.page import edition
from hoso.books.typesetting import typeset
from hoso.findings import HosoError
from reading import metadata_of, pages_of, text_of

FORM = ("giay-de-nghi", ("DN7K3QZ9",))
REGISTER = ("so-de-nghi", (YEAR,))
MINUTES = ("bien-ban-khoa-so", (YEAR, "cuoi-ky-1"))
PAPERS = (FORM, REGISTER, MINUTES)


def pupil(small):
    found = small.school().get("hoc-sinh", hoc_sinh=small.corrected)
    return found.data["ho_ten"]


def without_history(desk, place):
    name, scope = place
    page = page_of(book_called(name), replace(desk, told=Chronicle()), scope)
    return text_of(typeset(page, edition(page, None).line))


def in_order(text, parts):
    places = [text.find(part) for part in parts]
    assert -1 not in places, [part for part in parts if part not in text]
    assert places == sorted(places)


def test_a_request_prints_page_fields_reason_evidence_opinions_and_what_was_done(printed, small):
    name = pupil(small)
    in_order(text_of(printed[FORM][1]), (
        "Mã giấy: DN7K3QZ9", "GIẤY ĐỀ NGHỊ THAY ĐỔI THÔNG TIN",
        "Kính gửi: Hiệu trưởng Trường Tiểu học Cộng Hòa",
        "Người đề nghị: Vũ Thị Huệ (NV0015)",
        "Trang cần sửa: Lớp 3A (2025-2026) · Toán · Cuối học kỳ I",
        f"{name} · Đánh giá lại · 19/01/2026 · Mức đạt được (trống) T – Hoàn thành tốt",
        f"{name} · Điểm kiểm tra định kỳ 8 9",
        f"{name} · Mức đạt được H – Hoàn thành T – Hoàn thành tốt",
        "Lý do: Chấm lại", "Cộng sót câu 7", "Bài kiểm tra Bài làm, trang 2 abababababababab",
        "Thời hạn sửa: hết ngày 30/01/2026",
        "NV0013 Tổ trưởng chuyên môn Đã kiểm tra, đề nghị duyệt",
        "Trần Quốc Hưng (NV0002) Phó Hiệu trưởng Duyệt", "Lời ký không mang giờ riêng",
        "Giấy có hiệu lực: 09:15 ngày 21/01/2026 (theo nhật ký máy chủ)", "1" * 40,
        "Người sửa: NV0016", "Đã sửa: 14:03 ngày 22/01/2026", "2" * 40, "Sau khi sửa",
        "NGƯỜI ĐỀ NGHỊ", "PHÓ HIỆU TRƯỞNG",
    ))  # fmt: skip


def test_what_was_done_is_printed_from_the_change_and_not_from_the_wish(desk, small):
    carried = desk.told.carried[small.request]
    other = replace(carried, edits=(replace(carried.edits[0], new="7"),))
    told = replace(desk.told, carried={small.request: other})
    page = page_of(book_called(FORM[0]), replace(desk, told=told), FORM[1])
    done = text_of(typeset(page, "")).partition("4. Thực hiện")[2]
    assert "Điểm kiểm tra định kỳ 8 7" in done
    assert "T – Hoàn thành tốt" not in done


def test_a_request_that_history_does_not_tell_of_leaves_room_for_pen_and_ink(desk):
    text = without_history(desk, FORM)
    in_order(text, ("Chưa có ý kiến nào", "Giấy này chưa được thực hiện", "NGƯỜI DUYỆT"))
    assert "Đã ký số" not in text


def test_the_register_lists_requests_and_orders_of_the_year_only(printed, desk, small):
    text = text_of(printed[REGISTER][1])
    in_order(text, (
        "SỔ GIẤY ĐỀ NGHỊ THAY ĐỔI THÔNG TIN", "Năm học 2025-2026", "DN7K3QZ9, 20/01/2026",
        f"{pupil(small)} · Đánh giá lại", "Chấm lại; minh chứng: bài kiểm tra, biên bản",
        "Trần Quốc Hưng (NV0002), 09:15 ngày 21/01/2026", "NV0016, 14:03 ngày 22/01/2026",
        "II. Lệnh mở sổ", "MS4M8TVA", "5/QĐ-THCH, 21/01/2026", "Đánh giá môn học: Lớp 3A, Toán",
        "từ 07:00 ngày 21/01/2026 đến 17:00 ngày 22/01/2026",
        "1 giấy đề nghị, trong đó 1 giấy đã thực hiện; 1 lệnh mở sổ",
    ))  # fmt: skip
    assert "chưa sửa" in without_history(desk, REGISTER)
    assert "Không có." in without_history(desk, ("so-de-nghi", ("2026-2027",)))


def test_minutes_of_a_lock_print_pages_gaps_and_the_head_of_the_log(printed):
    in_order(text_of(printed[MINUTES][1]), (
        "BIÊN BẢN", "Khóa sổ cuối học kỳ I, năm học 2025-2026",
        "Hạn theo lịch: hết ngày 13/01/2026", "00:00 ngày 14/01/2026 (nhật ký số 41)",
        "10:20 ngày 15/01/2026 (nhật ký số 44)", "1 Đánh giá môn học 1 11 11",
        "3 Tổng hợp kết quả của lớp 0 0 0", "Cộng: 12 trang của 1 lớp",
        "Vũ Thị Huệ (NV0015)", "Lớp 3A (2025-2026) · Tổng hợp kết quả của lớp", "chưa có trang",
        "Số thứ tự trong nhật ký: 44", "5" * 40, "6" * 40, "locked/2025-2026/cuoi-ky-1",
        "NGƯỜI LẬP BIÊN BẢN", "Lê Thị Thu Hà",
    ))  # fmt: skip


def test_minutes_before_the_log_tells_of_the_lock_say_so_and_print_no_head(desk):
    text = without_history(desk, MINUTES)
    assert "chưa ghi việc sổ này đến hạn" in text
    assert "Đầu nhật ký" not in text


def test_minutes_of_a_lock_that_is_due_but_not_complete_name_no_branch(desk):
    closing = replace(desk.told.closings[f"{YEAR}/cuoi-ky-1"], complete=None)
    told = replace(desk.told, closings={f"{YEAR}/cuoi-ky-1": closing})
    page = page_of(book_called(MINUTES[0]), replace(desk, told=told), MINUTES[1])
    text = text_of(typeset(page, ""))
    assert "3" * 40 in text
    assert "nhánh locked" not in text


def test_names_of_pupils_stand_on_paper_and_never_in_the_metadata(printed, small):
    for place in (FORM, REGISTER):
        _, pdf = printed[place]
        assert pupil(small) in text_of(pdf)
        assert pupil(small) not in metadata_of(pdf)
        assert pupil(small).split()[-1] not in metadata_of(pdf)


def test_the_digest_at_the_foot_covers_every_page_that_a_lock_closed(small):
    other = SmallSchool()
    other.files = dict(small.files)
    digest = digest_of(other)
    page = f"records/{YEAR}/lop/3A/danh-gia-mon/toan/cuoi-ky-1.yml"
    other.files[page] = other.files[page].replace("muc: hoan-thanh-tot", "muc: hoan-thanh")
    assert digest_of(other) != digest


def digest_of(made):
    page = page_of(book_called(MINUTES[0]), Desk(made.school(), lambda path: None), MINUTES[1])
    return edition(page, None).digest


def test_papers_and_minutes_of_locks_that_fell_due_belong_to_the_archive_of_their_year(desk):
    def kept(told):
        known = replace(desk, told=told)
        books = (book_called(name) for name in ("giay-de-nghi", "so-de-nghi", "bien-ban-khoa-so"))
        return [
            (book.name, scope)
            for book in books
            for scope in book.volumes(desk.school, YEAR)
            if book.keep(known, scope, YEAR) is not None
        ]

    assert kept(desk.told) == [FORM, REGISTER, MINUTES]
    assert kept(Chronicle()) == [FORM, REGISTER]


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("giay-de-nghi", ("DN000000",)),
        ("giay-de-nghi", ("../../truong",)),
        ("so-de-nghi", ("1999-2000",)),
        ("bien-ban-khoa-so", (YEAR, "khong-co")),
        ("bien-ban-khoa-so", ("1999-2000", "cuoi-ky-1")),
    ],
)
def test_a_paper_that_is_not_there_is_said_in_words(desk, name, scope):
    with pytest.raises(HosoError):
        page_of(book_called(name), desk, scope)


def test_an_account_conforms_and_prints_its_verdict_first():
    rows = tuple((f"HS{number}", '#read("/etc/passwd") <b>') for number in range(60))
    account = Account(
        title="Báo cáo kiểm tra", about="Kho THCH", author="hoso", date="2026-11-23",
        verdict="KHÔNG ĐẠT: 60 vi phạm.", good=False, facts=(("Kho", "THCH@" + "a" * 40),),
        sections=(Section(title="Vi phạm", text=("Dưới đây.",), table=Table(
            heads=("Mã", "Chuyện gì"), rows=rows, widths=(1, 5))),),
    )  # fmt: skip
    pdf = typeset(account_book(account), "nhật ký số 44")
    in_order(text_of(pdf), ("BÁO CÁO KIỂM TRA", "KHÔNG ĐẠT", "Kho: THCH@", "Vi phạm",
                            'HS0 #read("/etc/passwd") <b>', "HS59", "NGƯỜI KIỂM TRA"))  # fmt: skip
    assert len(pages_of(pdf)) > 1
    assert verapdf.broken_rules(pdf, "PDFA_2_A", "PDFUA_1") == []
