"""Days, spans, school days, ages and absences: the small things every rule counts with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.rules.attendance import days_absent
from hoso.rules.consent import age_on
from hoso.rules.days import (
    SchoolDays,
    Span,
    days_of,
    month_of,
    months_of,
    school_days,
    span,
    written,
)

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
SPANS = st.builds(
    lambda first, length: Span(first, None if length is None else first + timedelta(days=length)),
    DAYS,
    st.none() | st.integers(0, 400),
)


@given(SPANS, SPANS)
def test_spans_meet_each_other_or_neither(one, other):
    assert one.meets(other) == other.meets(one)


@given(SPANS, SPANS, DAYS)
def test_spans_with_a_common_day_meet(one, other, when):
    if when in one and when in other:
        assert one.meets(other)


@given(SPANS, SPANS)
def test_spans_that_meet_have_the_later_first_day_in_common(one, other):
    common = max(one.first, other.first)
    assert one.meets(other) == (common in one and common in other)


@given(SPANS)
def test_the_days_of_a_span_are_those_in_it(some):
    found = list(days_of(some))
    if some.last is None:
        assert found == []
        return
    assert len(found) == (some.last - some.first).days + 1
    assert all(when in some for when in found)
    assert {f"{when:%Y-%m}" for when in found} == set(months_of(some))


@pytest.mark.parametrize(
    ("thang", "last"), [("2026-02", 28), ("2028-02", 29), ("2026-04", 30), ("2026-12", 31)]
)
def test_a_month_ends_on_its_last_day(thang, last):
    month = month_of(thang)
    assert (month.first.day, month.last.day) == (1, last)
    assert month.first.month == month.last.month


def test_a_span_reads_its_two_fields_and_may_be_open():
    assert span({"tu": "2025-09-05", "den": "2026-05-22"}) == Span(
        date(2025, 9, 5), date(2026, 5, 22)
    )
    assert date(2099, 1, 1) in span({"vao": "2025-09-05"}, "vao", "ra")
    assert written(date(2025, 9, 5)) == "05/09/2025"


def test_school_days_are_weekdays_of_the_year_without_holidays():
    days = school_days(
        {
            "bat_dau": "2025-08-29",
            "ket_thuc": "2026-05-29",
            "nghi": {"quoc-khanh": {"ten": "Quốc khánh", "tu": "2025-09-01", "den": "2025-09-02"}},
        }
    )
    assert isinstance(days, SchoolDays)
    wanted = {"08-28": False, "08-29": True, "08-30": False, "09-01": False, "09-03": True}
    assert {day: date.fromisoformat(f"2025-{day}") in days for day in wanted} == wanted


@pytest.mark.parametrize(
    ("born", "when", "age"),
    [
        ((2018, 11, 20), (2025, 11, 19), 6),
        ((2018, 11, 20), (2025, 11, 20), 7),
        ((2020, 2, 29), (2027, 2, 28), 6),
        ((2020, 2, 29), (2027, 3, 1), 7),
    ],
)
def test_an_age_grows_on_the_birthday(born, when, age):
    assert age_on(date(*born), date(*when)) == age


@pytest.mark.parametrize(
    ("days", "counted"),
    [
        ({}, (0, 0)),
        ({"06": {"sang": "phep"}}, (1, 0)),
        ({"06": {"sang": "phep", "chieu": "phep"}}, (1, 0)),
        ({"06": {"sang": "phep", "chieu": "khong-phep"}}, (0, 1)),
        ({"06": {"chieu": "chua-ro"}}, (0, 1)),
        ({"06": {"sang": "phep"}, "07": {"sang": "khong-phep"}, "08": {"chieu": "phep"}}, (2, 1)),
    ],
)
def test_one_session_or_two_is_one_day_and_one_without_leave_marks_it(days, counted):
    assert days_absent(days) == counted
