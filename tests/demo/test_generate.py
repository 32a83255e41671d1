"""The generator: the same bytes every time, those that are committed, a school without fault."""

from __future__ import annotations

import collections
from pathlib import Path

import pytest

from hoso.check import check_whole
from hoso.demo.generate import generate
from hoso.demo.plan import MOST_YEARS, Plan
from hoso.findings import HosoError
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
SMALL = Plan(classes_per_grade=1, finished_years=1, posts=3)


def records_of(files):
    return {path: raw for path, raw in files.items() if path.startswith("records/")}


def test_the_committed_school_is_what_the_generator_writes(reference):
    committed = FolderTree(ROOT)
    there = {entry.path for root in ("records", "content") for entry in committed.entries(root)}
    assert sorted(there ^ reference.keys()) == []
    assert [path for path, raw in reference.items() if committed.read(path) != raw] == []


def test_the_reference_school_passes_the_check_with_no_finding(reference, kinds):
    assert check_whole(MemoryTree(reference), kinds) == []


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_people(kinds):
    once, again = dict(generate(SMALL, kinds, 5)), dict(generate(SMALL, kinds, 5))
    assert once == again
    assert list(once) == list(again)
    other = dict(generate(SMALL, kinds, 6))
    pupils = [path for path in once if path.startswith("records/hoc-sinh/")]
    assert len(pupils) > 150
    assert not set(pupils) & other.keys()
    assert once["records/truong.yml"] == other["records/truong.yml"]


def test_another_seed_gives_another_reference_school_that_also_passes(kinds):
    files = records_of(dict(generate(Plan(), kinds, 2026)))
    pages = {
        path: raw
        for path, raw in generate(Plan(), kinds)
        if path.startswith(("content/", "records/quy-che/"))
    }
    assert check_whole(MemoryTree({**files, **pages}), kinds) == []


@pytest.mark.parametrize(
    "plan",
    [
        Plan(classes_per_grade=3, finished_years=2, posts=12),
        Plan(classes_per_grade=1, finished_years=0),
        Plan(classes_per_grade=1, finished_years=MOST_YEARS),
        Plan(classes_per_grade=28, finished_years=0),
    ],
    ids=["three classes, two years", "the least", "most years", "letters past Z"],
)
def test_schools_of_other_sizes_pass_the_check_with_no_finding(plan, kinds):
    files = dict(generate(plan, kinds))
    assert check_whole(MemoryTree(files), kinds) == []
    rooms = [path for path in files if path.endswith("/lop.yml")]
    assert len(rooms) == 5 * plan.classes_per_grade * (plan.finished_years + 1)
    posts = [path for path in files if path.startswith("content/tin-tuc/")]
    assert len(posts) == plan.posts


def test_shares_together_are_the_whole_and_have_nothing_in_common(kinds):
    whole = dict(generate(SMALL, kinds))
    parts = [dict(generate(SMALL, kinds, share=(number, 3))) for number in range(3)]
    assert sum(map(len, parts)) == len(whole)
    assert collections.ChainMap(*parts) == whole


def test_a_larger_school_keeps_its_posts_when_it_gets_more(kinds):
    few = dict(generate(SMALL, kinds))
    more = dict(generate(Plan(classes_per_grade=1, finished_years=1, posts=9), kinds))
    assert few.items() <= more.items()
    posts = [raw.decode() for path, raw in more.items() if path.startswith("content/tin-tuc/")]
    assert len(posts) == 9
    assert all(300 < len(post.split()) < 600 for post in posts)


@pytest.mark.parametrize(
    "size", [{"classes_per_grade": 0}, {"finished_years": MOST_YEARS + 1}, {"posts": -1}]
)
def test_a_size_no_school_has_is_refused(size):
    with pytest.raises(HosoError):
        Plan(**size)
