"""One small school for all tests of books, and every book of it printed once."""

import pytest
from small_school import YEAR, SmallSchool

from hoso.books.catalogue import Desk, book_called, page_of
from hoso.books.chronicle import Chronicle, Closing, Edit, Entry, Gap, Passage, Step
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
    room = f"records/{YEAR}/lop/3A"
    (made.corrected, *_) = made.add_class("3A", 3, periods=("cuoi-ky-1",))
    made.request = made.add_correction(made.corrected)
    del made.files[f"{room}/tong-hop/cuoi-ky-1.yml"]
    made.graduates = made.add_class("5A", 35, names=LONG_NAMES, periods=("cuoi-nam",))
    return made


@pytest.fixture(scope="session")
def desk(small):
    tree = small.tree()
    return Desk(
        small.school(),
        lambda path: tree.read(path) if tree.entry(path) else None,
        told(small),
    )


def told(small):
    """What history would tell of the small school's papers."""
    edits = [
        Edit(place=f"hoc_sinh/{small.corrected}/{field}", old=old, new=new)
        for field, old, new in (
            ("diem", "8", "9"), ("muc", "hoan-thanh", "hoan-thanh-tot"),
            ("danh_gia_lai/2026-01-19/muc", None, "hoan-thanh-tot"),
        )
    ]  # fmt: skip
    brought = Passage(
        commit="1" * 40, when="2026-01-21 09:15", received=True, authors=("NV0015",),
        steps=(Step(deed="kiem-tra", person="NV0013", role="to-truong"),
               Step(deed="duyet", person="NV0002", role="pho-hieu-truong")),
    )  # fmt: skip
    carried = Passage(
        commit="2" * 40, when="2026-01-22 14:03", received=True, authors=("NV0016",),
        steps=(Step(deed="duyet", person="NV0002", role="pho-hieu-truong"),), edits=tuple(edits),
    )  # fmt: skip
    page = f"records/{YEAR}/lop/3A/tong-hop/cuoi-ky-1.yml"
    closing = Closing(
        due=Entry(seq=41, id="3" * 40, when="2026-01-14 00:00", main="4" * 40),
        complete=Entry(seq=44, id="5" * 40, when="2026-01-15 10:20", main="6" * 40),
        gaps=(Gap(path=page, people=("NV0015",), why="chưa có trang"),),
    )
    return Chronicle(
        brought={small.request: brought}, carried={small.request: carried},
        closings={f"{YEAR}/cuoi-ky-1": closing},
    )  # fmt: skip


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
        ("giay-de-nghi", ("DN7K3QZ9",)),
        ("so-de-nghi", (YEAR,)),
        ("bien-ban-khoa-so", (YEAR, "cuoi-ky-1")),
        ("bien-ban-khoa-so", (YEAR, "cuoi-nam")),
    )


@pytest.fixture(scope="session")
def printed(desk, scopes):
    """Book and scope to page and PDF."""
    made = {}
    for name, scope in scopes:
        page = page_of(book_called(name), desk, scope)
        made[name, scope] = (page, typeset(page, edition(page, COMMIT).line))
    return made
