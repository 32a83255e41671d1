"""One small school for all tests of books, and every book of it printed once."""

import pytest
from small_school import YEAR, SmallSchool

from hoso.books.catalogue import Desk, book_called, page_of
from hoso.books.page import edition
from hoso.books.typesetting import typeset

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LONG_NAMES = (
    "Hoàng Phạm Nguyễn Thị Quỳnh Phương Khánh Thương",
    "Công Tằng Tôn Nữ Thị Ngọc Thương Huyền",
)


@pytest.fixture(scope="session")
def small():
    made = SmallSchool()
    made.add_papers()
    made.add_class("1A", 35, periods=("giua-ky-1", "cuoi-nam"))
    made.add_class("3A", 3, periods=("cuoi-ky-1",))
    made.graduates = made.add_class("5A", 35, names=LONG_NAMES, periods=("cuoi-nam",))
    return made


@pytest.fixture(scope="session")
def desk(small):
    tree = small.tree()
    return Desk(small.school(), lambda path: tree.read(path) if tree.entry(path) else None)


@pytest.fixture(scope="session")
def scopes(small):
    """One scope for every book, two where the form differs."""
    return (
        ("quyet-dinh", (YEAR,)),
        ("quy-che", (YEAR,)),
        ("bang-tong-hop", (YEAR, "1A", "cuoi-nam")),
        ("bang-tong-hop", (YEAR, "3A", "cuoi-ky-1")),
        ("bang-tong-hop", (YEAR, "5A", "cuoi-nam")),
        ("hoc-ba", (small.graduates[0],)),
        ("ke-hoach", (YEAR, "truong", "thu-vien")),
        ("ke-hoach", (YEAR, "to-1-2-3", "toan-lop-3")),
        ("ke-hoach", (YEAR, "giao-vien", "NV0015")),
        ("bai-day", (YEAR, "3A", "phep-cong-co-nho")),
        ("van-ban", ("2025", "12-tb-lich-truc")),
    )


@pytest.fixture(scope="session")
def printed(desk, scopes):
    """Book and scope to page and PDF."""
    made = {}
    for name, scope in scopes:
        page = page_of(book_called(name), desk, scope)
        made[name, scope] = (page, typeset(page, edition(page, COMMIT).line))
    return made
