"""The year-end result: the case table, and the laws every set of data must obey."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.rules.assessment_tt27 import (
    SUBJECT_LEVELS,
    TRAIT_LEVELS,
    Result,
    applies_to,
    year_result,
)
from hoso.rules.subjects import ELECTIVES, LESSONS, requires_test, subjects_of, traits_of
from hoso.store.strict_yaml import parse

SPLIT = {"tin_hoc_cong_nghe": "tach", "nghe_thuat": "tach"}
JOINED = {"tin_hoc_cong_nghe": "gop", "nghe_thuat": "gop"}
ORDER = [
    Result.NOT_COMPLETED,
    Result.COMPLETED,
    Result.GOOD,
    Result.EXCELLENT,
]
CASES = {
    name: case
    for file in sorted(Path(__file__).parent.glob("cases/results/*.yml"))
    for name, case in parse(file.name, file.read_text(), [])[0].items()
}


@pytest.mark.parametrize("name", CASES)
def test_the_case_table_holds(name):
    case = CASES[name]
    levels, traits, scores = good_year(case["khoi"])
    levels |= case.get("muc", {})
    traits |= case.get("pham_chat", {})
    scores = dict(zip(scores, case["diem"], strict=True))
    found = year_result(levels, traits, scores)
    assert found.code == case["ket_qua"]
    assert [f"{d.about.value} {d.name}" for d in found.missing] == case.get("thieu", [])
    reasons = [f"{r.datum.about.value} {r.datum.name}" for r in found.decided_by]
    assert reasons == case.get("vi", [])
    assert all("Điều 9" in reason.article for reason in found.decided_by)


def good_year(grade, score=9):
    subjects = subjects_of(grade, SPLIT)
    return (
        dict.fromkeys(subjects, "hoan-thanh-tot"),
        dict.fromkeys((name for names in traits_of(grade).values() for name in names), "tot"),
        {mon: score for mon in subjects if requires_test(grade, mon, "cuoi-nam")},
    )


@st.composite
def years(draw):
    """The data of a whole year of some grade, nothing missing."""
    levels, traits, scores = good_year(draw(st.sampled_from(range(1, 6))))
    # Mostly good years, or chưa hoàn thành would be all that is ever seen.
    least = draw(st.sampled_from([0, 1, 1, 2]))
    low = draw(st.sampled_from([0, 5, 5, 7, 9]))
    return (
        {name: draw(st.sampled_from(SUBJECT_LEVELS[least:])) for name in levels},
        {name: draw(st.sampled_from(TRAIT_LEVELS[least:])) for name in traits},
        {name: draw(st.integers(low, 10)) for name in scores},
    )


def rank(data):
    return ORDER.index(year_result(*data).result)


def raised(data, which, name):
    levels, traits, scores = (dict(part) for part in data)
    part = (levels, traits, scores)[which]
    if which == 2:
        part[name] = min(10, part[name] + 1)
    else:
        order = (SUBJECT_LEVELS, TRAIT_LEVELS)[which]
        part[name] = order[min(2, order.index(part[name]) + 1)]
    return levels, traits, scores


@given(years(), st.data())
def test_raising_any_level_or_score_never_lowers_the_result(data, more):
    which = more.draw(st.sampled_from([0, 1, 2]))
    name = more.draw(st.sampled_from(sorted(data[which])))
    assert rank(raised(data, which, name)) >= rank(data)


@given(years(), st.data())
def test_removing_any_datum_leaves_no_result(data, more):
    which = more.draw(st.sampled_from([0, 1, 2]))
    name = more.draw(st.sampled_from(sorted(data[which])))
    parts = [dict(part) for part in data]
    parts[which][name] = None
    found = year_result(*parts)
    assert found.result is None
    assert [datum.name for datum in found.missing] == [name]


@given(years(), st.randoms(use_true_random=False))
def test_the_order_of_the_data_does_not_matter(data, random):
    shuffled = []
    for part in data:
        pairs = list(part.items())
        random.shuffle(pairs)
        shuffled.append(dict(pairs))
    one, other = year_result(*data), year_result(*shuffled)
    assert one.result is other.result
    assert set(one.decided_by) == set(other.decided_by)


@given(years())
def test_mending_every_reason_gives_at_least_the_better_result(data):
    found = year_result(*data)
    if found.result is Result.EXCELLENT:
        assert found.decided_by == ()
        return
    parts = {"mon": dict(data[0]), "pham-chat-nang-luc": dict(data[1]), "diem": dict(data[2])}
    for reason in found.decided_by:
        parts[reason.datum.about.value][reason.datum.name] = reason.needed
    better = year_result(*parts.values()).result
    assert ORDER.index(better) >= ORDER.index(found.decided_by[0].better)


def test_nothing_to_judge_is_no_result():
    assert year_result({}, {}, {}).result is None
    levels, traits, _ = good_year(1)
    assert year_result({}, traits, {}).result is None
    assert year_result(levels, {}, {}).result is None


def test_exemption_from_every_tested_subject_still_gives_a_result():
    _, traits, _ = good_year(1)
    assert year_result({"dao-duc": "hoan-thanh-tot"}, traits, {}).result is Result.EXCELLENT


def test_the_circular_came_grade_by_grade():
    for grade in range(1, 6):
        first = 2020 + grade - 1
        assert applies_to(grade, f"{first}-{first + 1}")
        assert not applies_to(grade, f"{first - 1}-{first}")
    assert not applies_to(6, "2026-2027")


def test_each_grade_has_the_lessons_of_the_programme():
    totals = {grade: sum(year.get(grade, 0) for year in LESSONS.values()) for grade in range(1, 6)}
    assert totals == {1: 875, 2: 875, 3: 980, 4: 1050, 5: 1050}


def test_tests_of_each_grade_and_time_are_those_of_article_7():
    def tested(grade, ky, split):
        return [mon for mon in subjects_of(grade, split) if requires_test(grade, mon, ky)]

    two = ["tieng-viet", "toan"]
    for ky in ("cuoi-ky-1", "cuoi-nam"):
        assert tested(1, ky, SPLIT) == tested(2, ky, SPLIT) == two
        assert tested(3, ky, JOINED) == [*two, "ngoai-ngu-1", "tin-hoc-cong-nghe"]
        assert tested(3, ky, SPLIT) == [*two, "ngoai-ngu-1", "tin-hoc", "cong-nghe"]
        assert tested(4, ky, JOINED) == [
            *two, "ngoai-ngu-1", "lich-su-dia-li", "khoa-hoc", "tin-hoc-cong-nghe",
        ]  # fmt: skip
        assert tested(5, ky, JOINED) == tested(4, ky, JOINED)
    for ky in ("giua-ky-1", "giua-ky-2"):
        assert [tested(grade, ky, SPLIT) for grade in range(1, 6)] == [[], [], [], two, two]


def test_electives_are_taken_only_where_the_programme_offers_them():
    both = tuple(ELECTIVES)
    assert subjects_of(2, SPLIT, both)[-2:] == ("tieng-dan-toc", "ngoai-ngu-1-tu-chon")
    assert subjects_of(3, SPLIT, both)[-1] == "tieng-dan-toc"
    assert "tieng-dan-toc" not in subjects_of(3, SPLIT)


def test_joined_and_split_subjects_are_never_both_there():
    for grade in range(1, 6):
        split, joined = set(subjects_of(grade, SPLIT)), set(subjects_of(grade, JOINED))
        assert {"nghe-thuat"} <= joined - split
        assert {"am-nhac", "mi-thuat"} <= split - joined


def test_the_first_two_grades_have_five_special_competencies():
    counts = [len(traits_of(grade)["nang_luc_dac_thu"]) for grade in range(1, 6)]
    assert counts == [5, 5, 7, 7, 7]
    assert not {"tin_hoc", "cong_nghe"} & set(traits_of(2)["nang_luc_dac_thu"])
