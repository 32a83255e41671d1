"""What people and spreadsheets put into cells: what it means, and when nobody can tell."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.situations import KINDS
from hoso.exchange.cells import NotMeant, meant, said
from hoso.exchange.grid import Column


def column(kind, *at):
    return Column(at=at, heading="Cột", node=KINDS[kind].field(at))


ROW = ("hoc_sinh", "HS2XS5FM")
SCORE = column("danh-gia-mon", *ROW, "diem")
LEVEL = column("danh-gia-mon", *ROW, "muc")
REMARK = column("danh-gia-mon", *ROW, "nhan_xet")
DAY = column("lop", *ROW, "vao")
REWARDS = column("tong-hop", *ROW, "khen_thuong")
PHONE = Column(at=("dien_thoai",), heading="Điện thoại", node={
    "title": "Điện thoại", "description": "Bắt đầu bằng 0.", "type": "string",
    "pattern": "^0[0-9]{9,10}$",
})  # fmt: skip


@pytest.mark.parametrize(
    ("column", "typed", "value"),
    [
        (SCORE, "8", 8), (SCORE, " 8,0 ", 8), (SCORE, "10.00", 10), (SCORE, 9.0, 9), (SCORE, 0, 0),
        (LEVEL, "t", "hoan-thanh-tot"), (LEVEL, "H – Hoàn thành", "hoan-thanh"),
        (LEVEL, "chưa hoàn thành", "chua-hoan-thanh"), (LEVEL, "hoan-thanh", "hoan-thanh"),
        (REMARK, "  Em\u00a0đọc\ntốt.\u200b ", "Em đọc tốt."), (REMARK, "Cha\u0306m", "Chăm"),
        (REMARK, "=1+1", "=1+1"), (REMARK, 7.0, "7"), (REMARK, 7.5, "7,5"),
        (DAY, "5/9/2026", "2026-09-05"), (DAY, datetime(2026, 9, 5), "2026-09-05"),  # noqa: DTZ001
        (DAY, date(2026, 9, 5), "2026-09-05"), (DAY, "2026-09-05", "2026-09-05"),
        (PHONE, "0912345678", "0912345678"),
        (REWARDS, "thư khen; Khen thưởng đột xuất", ["thu-khen", "dot-xuat"]),
        (REWARDS, "Thư khen\n", ["thu-khen"]), (REWARDS, " ;", None),
        (SCORE, "", None), (REMARK, " \u200b ", None), (SCORE, None, None),
    ],
)  # fmt: skip
def test_what_people_type_means_what_they_mean(column, typed, value):
    assert meant(column, typed) == value


@pytest.mark.parametrize(
    ("column", "typed", "because"),
    [
        (SCORE, "8,5", "không làm tròn"), (SCORE, 8.5, "không làm tròn"),
        (SCORE, "11", "từ 0 đến 10"), (SCORE, "-1", "không phải số"), (SCORE, True, "cần một số"),
        (SCORE, datetime(2026, 10, 9), "ngày 9/10/2026"), (SCORE, "tám", "từ 0 đến 10"),  # noqa: DTZ001
        (SCORE, float("nan"), "số nguyên"), (SCORE, float("inf"), "số nguyên"),
        (LEVEL, "Đ", "không có trong danh mục"), (LEVEL, 3.0, "không có trong danh mục"),
        (LEVEL, date(2026, 1, 2), "ngày 2/1/2026"),
        (REMARK, "x" * 601, "601 ký tự"), (REMARK, date(2026, 1, 2), "ngày 2/1/2026"),
        (REMARK, False, "cần chữ"), (DAY, "31/2/2026", "không phải ngày"),
        (PHONE, 912345678.0, "bỏ mất số 0"), (REWARDS, "thư khen; thư khen", "lặp lại"),
    ],
)  # fmt: skip
def test_what_nobody_can_tell_is_told_and_not_guessed(column, typed, because):
    with pytest.raises(NotMeant) as error:
        meant(column, typed)
    assert because in str(error.value)


@given(st.text(max_size=80))
def test_a_remark_that_is_taken_stays_itself_when_it_comes_back(text):
    value = meant(REMARK, text)
    assert meant(REMARK, said(REMARK, value)) == value
    assert value is None or " ".join(value.split()) == value


@given(st.text(max_size=20) | st.floats() | st.integers() | st.booleans() | st.dates())
def test_anything_in_any_cell_is_a_value_or_a_reason(raw):
    for each in (SCORE, LEVEL, REMARK, DAY, PHONE, REWARDS):
        try:
            value = meant(each, raw)
        except NotMeant:
            continue
        assert meant(each, said(each, value)) == value
