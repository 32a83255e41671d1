"""The list of rules itself: each cites its law and the dates between which it holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from sound_school import KINDS, reader_of, sound_school

from hoso.rules import RULES
from hoso.rules.rule import years_of

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
