"""The list of books: by class and kind, what is due first, filtered as one types."""

import re

from desk.test_book_writing import at_desk
from hoso.desk.my_books import Book, is_due, shelved
from servers import TEACHER

BOX, ROWS = "#loc", ".ke-so tr:visible a"


def test_books_stand_by_class_and_kind_and_are_filtered_without_accents(browser, closed_place):
    with at_desk(browser, closed_place, TEACHER) as page:
        page.goto("/so/")
        assert page.locator("section h2").first.inner_text() == "Đang ghi và sắp khóa"
        kinds = page.locator(".ke-so:has(h2:text-is('Lớp 3B')) summary").all_inner_texts()
        assert any(re.match(r"Điểm danh tháng\s+\d+ trang, khóa gần nhất ", each) for each in kinds)
        assert len(kinds) >= 3
        month = page.get_by_role("link", name="Lớp 3B · Điểm danh tháng · Tháng 1/2027")
        assert month.count() == 0, "what is not due is folded away"
        usual = page.locator(ROWS).count()
        page.fill(BOX, "diem danh 1/2027 3b")
        assert month.is_visible()
        assert page.locator(ROWS).count() == 1
        assert page.locator("#loc-nhac").inner_text() == "1 trang khớp."
        page.fill(BOX, "")
        assert page.locator(ROWS).count() == usual
        page.fill(BOX, "khong co dau")
        assert page.locator(".ke-so:visible").count() == 0


def test_without_a_script_every_book_is_below_its_heading(closed_place):
    text = closed_place.visitor(TEACHER).text("/so/")
    assert '<p class="loc" hidden>' in text
    headings = re.findall(r"<h2>(.*?)</h2>|<summary>([^<]*?) <span", text)
    assert [each for each, _ in headings if each].index("Lớp 3B") > 0
    assert {"Điểm danh tháng", "Đánh giá môn học"} <= {kind for _, kind in headings}


def test_books_come_in_the_order_they_are_read():
    def book(group, kind, title):
        return Book(path=title, title=title, group=group, kind=kind, closes=None, until="",
                    state="trong", words="")  # fmt: skip

    shelves = shelved([book("Lớp 2A", "B", "1"), book("Lớp 1A", "B", "2"), book("Lớp 1A", "A", "3"),
                       book("Lớp 1A", "B", "0")])  # fmt: skip
    told = [(group, kind, [each.title for each in all_]) for group, kinds in shelves
            for kind, all_ in kinds]  # fmt: skip
    assert told == [("Lớp 1A", "A", ["3"]), ("Lớp 1A", "B", ["2", "0"]), ("Lớp 2A", "B", ["1"])]
    assert not is_due(book("Lớp 1A", "A", "1"), None)
