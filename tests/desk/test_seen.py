"""What one person may see of a page: all of it, the fields a right names, or nothing."""

from datetime import date

import pytest

from gate.situations import KINDS, ROOT
from hoso.desk.laid_out import laid_out
from hoso.desk.people import Person
from hoso.desk.seen import Sight, audits
from hoso.gate.regulation import policy_on
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree


@pytest.fixture(scope="module")
def school():
    """The reference school as it stands on disk."""
    return TreeSchool(FolderTree(ROOT), KINDS)


@pytest.fixture(scope="module")
def person_in(school):
    """Somebody who holds a role on a school day; the first by identifier."""
    policy = policy_on(school, date(2026, 11, 23))

    def person(role):
        who = min(each.person for each in policy.cast(role))
        return Person(id=who, name=who, roles=(role,), policy=policy)

    return person


def test_the_bookkeeper_sees_of_staff_what_the_regulation_names(school, person_in):
    sight = Sight(person_in("ke-toan"))
    record = school.get("nhan-su", nhan_su="NV0015")
    assert sight.page(record.kind, record.key)
    assert not sight.whole(record.kind, record.key)
    sheet = laid_out(record, school, lambda place: sight.value(record.kind, record.key, place))
    labels = {fact.label for fact in sheet.group.facts}
    assert {"Họ và tên", "Chức danh", "Hệ số lương"} <= labels
    assert not {"Điện thoại", "Ngày sinh", "Số căn cước"} & labels
    assert sheet.hidden > 0


def test_a_class_teacher_prints_the_book_of_a_pupil_of_the_class_and_of_no_other(school):
    kind, teacher = school.kind("hoc-sinh"), "NV0015"
    policy = policy_on(school, date(2026, 11, 23))
    sight = Sight(Person(id=teacher, name=teacher, roles=(), policy=policy))
    for room, may in (("3B", True), ("3A", False)):
        listed = school.get("lop", nam_hoc="2026-2027", lop=room).data["hoc_sinh"]
        there = [pupil for pupil, entry in listed.items() if "ra" not in entry]
        assert {sight.prints(kind, {"hoc_sinh": pupil}) for pupil in there} == {may}


def test_a_page_without_a_right_is_not_seen_though_some_of_it_is_public(school, person_in):
    sight = Sight(person_in("thu-vien"))
    record = school.get("nhan-su", nhan_su="NV0015")
    assert not sight.page(record.kind, record.key)
    assert sight.value(record.kind, record.key, ("ho_ten",))
    assert not sight.value(record.kind, record.key, ("he_so_luong",))


def test_deeper_values_are_laid_out_in_the_cell_of_what_the_schema_names(school):
    record = school.get("diem-danh", nam_hoc="2026-2027", lop="3B", thang="2026-09")
    (grid,) = laid_out(record, school, lambda place: True).group.grids
    assert grid.title == "Học sinh vắng"
    (row,) = grid.rows
    assert row.label == "Đào Quỳnh Giang"
    assert row.cells == ("30 · Buổi sáng: P – Có phép; 30 · Buổi chiều: P – Có phép",)


def test_rows_come_in_the_order_of_the_class_list(school):
    record = school.get("danh-gia-mon", nam_hoc="2026-2027", lop="3B", mon="toan", ky="giua-ky-1")
    room = school.get("lop", nam_hoc="2026-2027", lop="3B")
    (grid,) = laid_out(record, school, lambda place: True).group.grids
    numbers = [room.data["hoc_sinh"][row.person]["stt"] for row in grid.rows]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(("role", "may"), [
    ("hieu-truong", True), ("pho-hieu-truong", True), ("van-thu", False), ("gvcn", False),
    ("ke-toan", False),
    ("thanh-tra", True),
])  # fmt: skip
def test_who_may_audit_follows_from_what_they_are_given_to_read(person_in, role, may):
    assert audits(person_in(role)) is may
