"""Reviews as somebody hostile, or careless, could have put them into a repository."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hoso.ledger.opening import opened
from hoso.proposals.words import heard
from hoso.signing.commits import written_commit
from hoso.store.objects import put, tree_with
from yards import Yard, keys

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
MARK = {PAGE: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}}


@pytest.fixture(scope="module")
def yard(tmp_path_factory):
    return Yard(tmp_path_factory.mktemp("san") / "kho.git")


@pytest.fixture(scope="module")
def topic(yard):
    return yard.topic(MARK)


def listened(yard, files, reviewer="NV0013", key=None):
    """What is heard in a review with these files, under somebody's name and with some key."""
    content = {
        name: text.encode() if isinstance(text, str) else text for name, text in files.items()
    }
    tree = tree_with(yard.repository, None, content)
    raw = written_commit(tree, (), reviewer, yard.now, "Ý kiến", keys()[key or reviewer])
    commit = put(yard.repository, "commit", raw)
    now = datetime.fromtimestamp(yard.now, UTC)
    return heard(opened(yard.repository), {reviewer: commit}, now)


def test_a_review_is_heard_with_its_reason(yard, topic):
    said = yard.statement(topic, "NV0013", "to-truong", "tra-lai")
    found = listened(yard, {"loi-duyet": said + "\n", "ly-do": "Xem lại.\n"})
    (word,) = found.words
    assert (word.person, word.returns, word.reason) == ("NV0013", True, "Xem lại.")
    assert (word.text, word.head, found.void) == (said, topic, ())


def test_a_review_under_anothers_name_is_not_heard(yard, topic):
    said = yard.statement(topic, "NV0013", "to-truong", "kiem-tra")
    found = listened(yard, {"loi-duyet": said}, key="NV0015")
    assert (found.words, [each.code for each in found.void]) == ((), ["HS893"])


def test_a_statement_of_somebody_else_says_nothing_in_ones_review(yard, topic):
    said = yard.statement(topic, "NV0002", "pho-hieu-truong")
    assert listened(yard, {"loi-duyet": said}).words == ()


def test_what_only_looks_like_a_statement_says_nothing(yard, topic):
    said = yard.statement(topic, "NV0013", "to-truong", "kiem-tra")
    for spoilt in (said.replace("kiem-tra", "duyet"), said.splitlines()[0], "", "Phe-Duyet: {}"):
        assert listened(yard, {"loi-duyet": spoilt, "x": "y"}).words == ()


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"x" * 70_000])
def test_a_text_that_cannot_be_read_is_named_and_not_read(yard, topic, raw):
    said = yard.statement(topic, "NV0013", "to-truong", "kiem-tra")
    for files in ({"loi-duyet": raw}, {"loi-duyet": said, "ly-do": raw}):
        found = listened(yard, files)
        assert (found.words, [each.code for each in found.void]) == ((), ["HS894"])


def test_a_review_signed_by_nobody_known_is_not_heard(yard, topic):
    said = yard.statement(topic, "NV0013", "to-truong", "kiem-tra")
    found = listened(yard, {"loi-duyet": said}, key="nguoi-la")
    assert (found.words, [each.code for each in found.void]) == ((), ["HS828"])
