"""The list of rules itself: each cites its law and the dates between which it holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from sound_school import KINDS, reader_of, sound_school

from hoso.rules import RULES
from hoso.rules.assessment_tt27 import SUBJECT_LEVELS, TRAIT_LEVELS, Result
from hoso.rules.consent import PURPOSES
from hoso.rules.documents import NUMBER, TYPES
from hoso.rules.movements import NEEDED
from hoso.rules.promotion import allowed
from hoso.rules.rule import years_of
from hoso.rules.subjects import ELECTIVES, LESSONS, PARTS, traits_of

_LAW = re.compile(
    r"(?:Điều|Phụ lục) [0-9IVX]+.*(?:Thông tư|Nghị định|Luật|quyết định)", re.DOTALL | re.IGNORECASE
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_cites_an_article_and_its_dates(rule):
    assert _LAW.search(rule.basis), rule.basis
    assert date(2010, 1, 1) <= rule.since <= date(2026, 11, 23)
    assert rule.until is None or rule.until > rule.since
    assert rule.kind in KINDS


def test_no_two_rules_have_one_name():
    names = [rule.name for rule in RULES]
    assert sorted(names) == sorted(set(names))


def test_a_rule_judges_only_the_years_its_law_holds_in():
    rule = next(rule for rule in RULES if rule.kind == "lop")
    short = replace(rule, since=date(2023, 9, 1), until=date(2026, 5, 9))
    assert [short.holds_for({"nam_hoc": f"{year}-{year + 1}"}) for year in range(2021, 2028)] == [
        False, False, True, True, True, False, False,
    ]  # fmt: skip


def test_a_page_kept_by_calendar_year_is_judged_by_that_year():
    rule = replace(RULES[0], since=date(2023, 7, 1), until=None)
    assert not rule.holds_for({"nam": "2022", "ma": "x"})
    assert rule.holds_for({"nam": "2023", "ma": "x"})


def test_a_record_without_a_year_is_judged_while_the_law_is_in_force():
    assert years_of({"hoc_sinh": "HS5A0001"}) is None
    assert replace(RULES[0], until=None).holds_for({})
    assert not replace(RULES[0], until=date(2026, 5, 9)).holds_for({})


def test_a_law_not_yet_made_says_nothing():
    school = reader_of(sound_school())
    record = school.at("content/van-ban/2025/quy-che.md")
    broken = replace(record, data={**record.data, "ngay": "2019-01-01"})
    rule = next(r for r in RULES if r.name == "van-ban: thư mục đúng năm")
    assert [finding.code for finding in rule.judge(broken, school)] == ["HS714"]
    assert list(replace(rule, since=date(2030, 1, 1)).judge(broken, school)) == []


def enum(kind, *pointer):
    return set(KINDS[kind].field(pointer)["enum"])


def test_the_codes_in_the_rules_are_those_of_the_schemas():
    parts = {part for _, pair in PARTS.values() for part in pair}
    assert {*LESSONS, *ELECTIVES, *parts} == set(KINDS["danh-gia-mon"].key["mon"]["enum"])
    assert set(SUBJECT_LEVELS) == enum("danh-gia-mon", "hoc_sinh", "HS5A0001", "muc")
    row = ("hoc_sinh", "HS5A0001")
    assert set(TRAIT_LEVELS) == enum("pham-chat-nang-luc", *row, "pham_chat", "yeu_nuoc")
    assert {result.value for result in Result} == enum("tong-hop", *row, "ket_qua")
    assert {code for r in Result for code in allowed(r)} == enum("tong-hop", *row, "len_lop")
    assert set(NEEDED) == enum("bien-dong", "loai")
    assert set(PURPOSES.values()) == set(
        KINDS["dong-y"].schema["properties"]["muc_dich"]["propertyNames"]["enum"]
    )
    assert set(PURPOSES) == enum("tin-tuc", "hoc_sinh", "HS5A0001", 0)
    # Laws, decrees and circulars come from above and follow other rules.
    assert enum("van-ban", "loai") - set(TYPES) == {"luat", "nghi-dinh", "thong-tu"}
    assert set(TYPES) <= enum("van-ban", "loai")
    for group, names in traits_of(5).items():
        fields = KINDS["pham-chat-nang-luc"].field((*row, group))
        assert set(names) == set(fields["properties"])


@pytest.mark.parametrize(
    "number",
    ["92/QĐ-THCH", "05/THCH-CM", "1515/SGDĐT-GDCTHSSV", "1553/KH-SGDĐT", "01/CTr-THCH"],
)
def test_well_formed_numbers_are_known(number):
    assert NUMBER.fullmatch(number)


@pytest.mark.parametrize(
    "number",
    ["7/QĐ-THCH", "92/Q\u00d0-THCH", "92 /QĐ-THCH", "00/QĐ-THCH", "92/qđ-thch", "92/", "/QĐ-THCH"],
)
def test_ill_formed_numbers_are_not(number):
    assert NUMBER.fullmatch(number) is None
