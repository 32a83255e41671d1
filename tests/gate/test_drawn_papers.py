"""Requests and orders drawn up from a wish: exactly what the gate will take, or why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate import secondary
from gate.situations import BINDING, KINDS, TABLE, edited, files
from hoso.findings import HosoError
from hoso.gate.changes import changes_between, effect_digest, leaves, same
from hoso.gate.corrections import request_of
from hoso.gate.decision import decide
from hoso.gate.order_paper import Opening, order_paper
from hoso.gate.papers import Wish, carried_out_page, executors, leaf_of, request_paper
from hoso.gate.readable import as_text
from hoso.gate.regulation import policy_on
from hoso.gate.verdict import VIETNAM, Past, Proposal
from hoso.rules.days import moment
from hoso.schema.school import TreeSchool, read_record
from hoso.store.tree import MemoryTree

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
LATER = "records/2026-2027/lop/3B/diem-danh/2026-11.yml"
MARK = "hoc_sinh/HS2XS5FM/muc"
TODAY = date(2026, 11, 20)
NOW = datetime.combine(TODAY, time(8))
SHA = "a" * 64
WISH = Wish(page=PAGE, fields={MARK: "hoan-thanh-tot"}, requester="NV0015", reason="nhap-sai",
            evidence={SHA: "bai-kiem-tra"})  # fmt: skip
OPENING = Opening(
    person="NV0015", kinds=("danh-gia-mon",), year="2026-2027",
    scope={"lop": "3B", "ky": "giua-ky-1"}, begin=moment("2026-11-20 09:00"),
    end=moment("2026-11-21 17:00"), reason="Nhập bổ sung", number="12/QĐ-THCH", decided=TODAY,
)  # fmt: skip


def at(edits=None, on=TODAY):
    school = TreeSchool(MemoryTree(edited(files(), edits)[0]), KINDS)
    return school, policy_on(school, on)


SCHOOL, POLICY = at()


def asked(**changes):
    return request_paper(replace(WISH, **changes), "DN0000A1", SCHOOL, POLICY)


def ordered(**changes):
    return order_paper(replace(OPENING, **changes), "MS0000A1", SCHOOL, POLICY, NOW)


def page(raw, path):
    return read_record(TABLE.find(path), path, raw, [])


def verdict(school, policy, paper, author, used=frozenset()):
    """What the gate says of a paper that its author proposes."""
    there = {entry.path: school.tree.read(entry.path) for entry in school.tree.entries()}
    head = MemoryTree({**there, paper.path: paper.content})
    changes = changes_between(school.tree, head, [paper.path], school.kinds)
    proposal = Proposal(
        changes=changes, authors=frozenset({author}), binding=BINDING,
        digest=effect_digest(school.tree, head, [paper.path]),
    )  # fmt: skip
    received = datetime.combine(policy.on, time(9), VIETNAM)
    return decide(policy, school, proposal, (), received, Past(used=used))


def test_a_request_says_the_old_value_from_the_page_and_the_new_one_from_the_wish():
    paper = asked()
    assert paper.path == "records/2026-2027/de-nghi-sua/DN0000A1.yml"
    data = page(paper.content, paper.path).data
    assert data["truong"] == {MARK: {"cu": "hoan-thanh", "moi": "hoan-thanh-tot"}}
    assert (data["nguoi_de_nghi"], data["ngay"], data["han"]) == (
        "NV0015", "2026-11-20", "2026-11-27"
    )  # fmt: skip
    assert data["minh_chung"] == {SHA: {"loai": "bai-kiem-tra"}}


def test_the_gate_takes_the_request_as_it_is_drawn_up():
    found = verdict(SCHOOL, POLICY, asked(explanation="Cộng nhầm điểm.", until=TODAY), "NV0015")
    assert found.may_be_proposed
    assert {need.step for need in found.needs} == {1, 2}


def test_a_class_teacher_may_ask_about_a_subject_teachers_page():
    subject = PAGE.replace("toan", "am-nhac")
    paper = asked(page=subject)
    assert page(paper.content, paper.path).data["tep"] == subject


def test_a_field_without_a_value_before_or_after_has_one_side():
    comment = "hoc_sinh/HS2XS5FM/nhan_xet"
    before, policy = at({PAGE: {comment: None}})
    wish = replace(WISH, fields={comment: "Em tính nhanh."})
    new = request_paper(wish, "DN0000A1", before, policy)
    assert page(new.content, new.path).data["truong"] == {comment: {"moi": "Em tính nhanh."}}
    gone = asked(fields={MARK: None})
    assert page(gone.content, gone.path).data["truong"] == {MARK: {"cu": "hoan-thanh"}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"page": LATER, "fields": {"ngay_hoc": "19"}}, "chưa khóa: cứ sửa thẳng"),
        ({"fields": {"hoc_sinh/HS2XS5FM/khong_co": "1"}}, "khong_co; có: muc, diem"),
        ({"fields": {"khong_co/nua": "1"}}, "khong_co/nua; có: giao_vien, hoan_tat"),
        ({"fields": {"giao_vien/nua": "1"}}, "giao_vien/nua$"),
        ({"fields": {"": "1"}}, "không có trường"),
        ({"fields": {"khong_co/\x1b[2J": "1"}}, r"khong_co/\\x1b"),
        ({"fields": {"hoc_sinh/HS2XS5FM": "1"}}, "ghi từng trường"),
        ({"fields": {}}, "chưa nói sửa trường nào"),
        ({"fields": {MARK: "hoan-thanh"}}, "đang ghi đúng giá trị này"),
        ({"fields": {"hoc_sinh/HS2XS5FM/nhan_xet": "x" * 601}}, "nhan_xet: "),
        ({"fields": {"hoc_sinh/HS2XS5FM/diem": "11"}}, "từ 0 đến 10"),
        ({"fields": {"hoc_sinh/HS2XS5FM/diem": "9" * 400}}, "số nguyên"),
        ({"fields": {"giao_vien": None}}, "giao_vien"),
        ({"requester": "NV0021"}, "cũng không được đọc"),
        ({"requester": "NV0002"}, "không lập được giấy đề nghị"),
        ({"page": PAGE.replace("3B", "9Z")}, "không có trang"),
        ({"page": "records/\x1b[2J"}, r"records/\\x1b"),
        ({"page": "../../etc/passwd"}, "không có trang"),
        ({"reason": "vui"}, "Lý do"),
        ({"evidence": {}}, "cần từ 1 trở lên"),
        ({"evidence": {"khong-phai-ma": "khac"}}, "Mã SHA-256"),
        ({"explanation": "a\nb"}, "Giải thích"),
        ({"until": date(2026, 11, 19)}, "đã qua"),
    ],
)
def test_what_the_gate_would_refuse_is_refused_in_words(changes, said):
    with pytest.raises(HosoError, match=said):
        asked(**changes)


def test_a_page_nobody_may_write_any_more_needs_an_assignment_first():
    school, policy = at({"records/2026-2027/phan-cong/NV0015.yml": {"vai/p3/den": "2026-11-10"}})
    wish = replace(WISH, requester="NV0013")
    with pytest.raises(HosoError, match="không ai được ghi"):
        request_paper(wish, "DN0000A1", school, policy)


def test_only_who_may_write_the_field_itself_can_carry_a_request_out():
    summary = "records/2026-2027/lop/3B/tong-hop/giua-ky-1.yml"
    [remark] = asked(page=summary, fields={"nhan_xet_lop": "Lớp tiến bộ."}).changes
    [day_done] = asked(page=summary, fields={"hoan_tat": "2026-11-12"}).changes
    assert executors(remark, POLICY) == {"NV0002", "NV0015"}
    assert executors(day_done, POLICY) == {"NV0015"}


def test_a_school_without_such_papers_says_so():
    school = secondary.school()
    path = "records/2026-2027/khoi/6/6A/mon/toan/hk1.yml"
    wish = replace(WISH, page=path, fields={"hoc_sinh/HSA1B2C3/gk": "7"}, requester="NV0111")
    with pytest.raises(HosoError, match="không lập được giấy đề nghị"):
        request_paper(wish, "DN0000A1", school, policy_on(school, date(2027, 1, 25)))


def test_carrying_a_request_out_changes_exactly_its_fields():
    paper = asked(fields={MARK: "hoan-thanh-tot", "hoan_tat": "2026-11-13"})
    before, policy = at({paper.path: paper.content.decode()})
    request = request_of(before.at(paper.path))
    done = carried_out_page(request, before, frozenset(), TODAY)
    assert done.path == PAGE
    old, new = (leaves(page(raw, PAGE).data) for raw in (files()[PAGE], done.content))
    differ = {"/".join(at) for at in old.keys() | new.keys() if old.get(at) != new.get(at)}
    assert differ == {MARK, "hoan_tat"}
    found = verdict(before, policy, done, "NV0015")
    assert found.may_be_proposed
    assert {ground.opened_by for ground in found.grounds} == {paper.path}


@pytest.mark.parametrize(
    ("edit", "used", "today", "said"),
    [
        ({}, True, TODAY, "đã dùng"),
        ({}, False, date(2026, 11, 28), "hết hạn"),
        ({PAGE: {MARK: "chua-hoan-thanh"}}, False, TODAY, "không còn giá trị cũ"),
        ({PAGE: {MARK: "hoan-thanh-tot"}}, False, TODAY, "đã có đủ"),
        ({PAGE: None}, False, TODAY, "không có trang"),
    ],
)
def test_a_request_that_no_longer_holds_is_not_carried_out(edit, used, today, said):
    paper = asked()
    school, _ = at({**edit, paper.path: paper.content.decode()})
    request = request_of(school.at(paper.path))
    with pytest.raises(HosoError, match=said):
        carried_out_page(request, school, frozenset({request.path} if used else ()), today)


def test_values_are_read_back_as_they_were_written_everywhere_in_the_school():
    read = 0
    for path, raw in files().items():
        record = page(raw, path)
        for at_, leaf in leaves(record.data).items():
            assert same(leaf_of(record.kind, at_, as_text(leaf)), leaf), (path, at_)
            read += 1
    assert read > 3000


@given(st.text(max_size=30).filter(lambda text: not text.startswith("[")))
def test_any_text_becomes_a_value_and_is_left_to_the_shape(text):
    for kind, at_ in (("danh-gia-mon", MARK), ("danh-gia-mon", "hoc_sinh/HS000001/diem"),
                      ("phan-cong", "vai/p1/mon"), ("lop", "hoc_sinh")):  # fmt: skip
        assert isinstance(
            leaf_of(KINDS[kind], tuple(at_.split("/")), text), str | int | tuple | dict
        )


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("toan, dao-duc", ("toan", "dao-duc")),
        ("toan,,dao-duc,", ("toan", "dao-duc")),
        ('["toan"]', ("toan",)),
        ("toan", ("toan",)),
    ],
)
def test_a_list_may_be_written_the_way_people_write_lists(text, leaf):
    assert leaf_of(KINDS["phan-cong"], ("vai", "p1", "mon"), text) == leaf


@pytest.mark.parametrize(
    ("kind", "place", "text", "leaf"),
    [
        ("thong-bao", "quan_trong", "true", True),
        ("thong-bao", "quan_trong", "không", False),
        ("thong-bao", "quan_trong", "1", "1"),
        ("thong-bao", "tieu_de", "true", "true"),
        ("thong-bao", "tieu_de", "{}", "{}"),
        ("diem-danh", "vang", "{}", {}),
        ("diem-danh", "vang", "x", "x"),
        ("danh-gia-mon", "hoc_sinh/HS000001/diem", "07", 7),
        ("danh-gia-mon", "hoc_sinh/HS000001/nhan_xet", "7", "7"),
    ],
)
def test_a_text_is_what_the_field_says_it_is(kind, place, text, leaf):
    assert same(leaf_of(KINDS[kind], tuple(place.split("/")), text), leaf)


@pytest.mark.parametrize("text", ["[1", "[[1]]", '[{"a": 1}]', "[" * 5000])
def test_a_broken_list_is_refused(text):
    with pytest.raises(HosoError, match="danh sách"):
        leaf_of(KINDS["phan-cong"], ("vai", "p1", "mon"), text)


def test_an_order_opens_what_the_gate_lets_it_open():
    paper = ordered()
    assert page(paper.content, paper.path).data == {
        "nguoi": "NV0015", "loai": ["danh-gia-mon"], "ly_do": "Nhập bổ sung",
        "pham_vi": {"lop": "3B", "ky": "giua-ky-1"},
        "lenh": {"so": "12/QĐ-THCH", "ngay": "2026-11-20"},
        "tu": "2026-11-20 09:00", "den": "2026-11-21 17:00",
    }  # fmt: skip
    found = verdict(SCHOOL, POLICY, paper, "NV0003")
    assert found.may_be_proposed
    assert {"NV0001"} == {who for need in found.needs for who in need.people}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"end": moment("2026-11-23 09:00")}, "không quá 48 giờ"),
        ({"end": moment("2026-11-20 09:00")}, "dài hơn 0"),
        ({"end": moment("2026-11-19 00:00")}, "dài hơn 0"),
        ({"begin": moment("2026-11-19 07:00"), "end": moment("2026-11-20 07:00")}, "đã qua"),
        ({"decided": date(2026, 11, 21)}, "chưa tới"),
        ({"scope": {}}, "chưa nói mở phần nào"),
        ({"scope": {"thang": "2026-10"}}, "không có phần thang; có: lop, mon, ky$"),
        ({"scope": {"nam_hoc": "2026-2027"}}, "không có phần nam_hoc"),
        ({"scope": {"\x1b[2J": "x"}}, r"\\x1b"),
        ({"scope": {"lop": "../.."}}, "không phải lớp"),
        ({"scope": {"lop": "3A"}}, "không có quyền ghi"),
        ({"scope": {"lop": "3B", "ky": "cuoi-ky-1"}}, "chưa khóa"),
        ({"kinds": ("khong-co",)}, "không có loại hồ sơ"),
        ({"kinds": ("hoc-sinh",), "scope": {"hoc_sinh": "HS2XS5FM"}}, "không điều khoản nào"),
        ({"person": "NV0006"}, "không có quyền ghi"),
        (
            {
                "person": "NV0022",
                "kinds": ("diem-danh",),
                "scope": {"lop": "3B", "thang": "2026-10"},
            },
            "không có quyền ghi",
        ),
        ({"reason": ""}, "Lý do"),
        ({"number": "x" * 41}, "Số và ký hiệu"),
        ({"year": "2027-2028"}, "chưa khóa"),
    ],
)
def test_an_order_that_would_open_nothing_or_too_much_is_refused_in_words(changes, said):
    with pytest.raises(HosoError, match=said):
        ordered(**changes)


def test_the_hours_of_an_order_are_those_of_the_regulation():
    regulation = "records/quy-che/2026-2027.yml"
    school, policy = at({regulation: {"gioi_han": {"mo_so_gio": 8}}})
    with pytest.raises(HosoError, match="không quá 8 giờ"):
        order_paper(OPENING, "MS0000A1", school, policy, NOW)


def test_a_school_without_orders_says_so():
    school = secondary.school()
    wish = replace(
        OPENING, person="NV0111", scope={"lop": "6A", "hoc_ky": "hk1"},
        begin=moment("2027-01-25 08:00"), end=moment("2027-01-25 18:00"),
    )  # fmt: skip
    policy = policy_on(school, date(2027, 1, 25))
    with pytest.raises(HosoError, match="không dùng loại hồ sơ mo-so"):
        order_paper(wish, "MS0000A1", school, policy, moment("2027-01-25 07:00"))
