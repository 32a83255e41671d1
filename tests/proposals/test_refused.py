"""Words about a proposal that are not signed: not one's own to say, not said, or for elsewhere."""

from __future__ import annotations

import pytest

from hoso.signing.statements import statements_in
from servers import CLERK, DEPUTY, LEADER, MATHS, TEACHER, Served

BETTER = {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}


@pytest.fixture(scope="module")
def open_(founded, tmp_path_factory):
    """A server with one open proposal, which nothing here changes; and the proposal's name."""
    served = Served(tmp_path_factory.mktemp("mo"), founded)
    name = served.person(TEACHER).proposes(MATHS, BETTER)
    before = served.branches()
    yield served, name
    assert served.branches() == before


@pytest.mark.parametrize("verb", ["check-off", "approve"])
def test_nobody_approves_their_own_work(open_, verb):
    served, name = open_
    code, said = served.person(TEACHER).run(verb, name, "--yes")
    assert (code, "HS855" in said) == (1, True)


def test_who_has_no_right_is_told_whose_step_it_is_and_by_which_clause(open_):
    served, name = open_
    code, said = served.person(CLERK).run("approve", name, "--yes")
    assert code == 1
    assert "không bước nào còn thiếu là việc của thầy cô" in said
    assert "theo to-truong: điểm a khoản 1 Điều 5 Quy chế 2026-2027" in said


def test_who_asks_for_the_wrong_step_or_role_is_told_the_right_one(open_):
    served, name = open_
    code, said = served.person(DEPUTY).run("check-off", name, "--yes")
    assert (code, f"Bước của thầy cô là: hoso approve {name}" in said) == (1, True)
    assert served.person(LEADER).run("check-off", name, "--vai", "gvcn", "--yes")[0] == 1


@pytest.mark.parametrize("typed", ["k\n", "\n", "không biết\n"])
def test_without_a_yes_nothing_is_signed(open_, typed):
    served, name = open_
    code, said = served.person(LEADER).run("check-off", name, typed=typed)
    assert (code, "Chưa ký gì cả." in said) == (1, True)


def test_who_leaves_at_the_question_has_signed_nothing(open_):
    served, name = open_
    assert served.person(LEADER).run("check-off", name)[0] == 130


@pytest.mark.parametrize("who", [TEACHER, CLERK])
def test_only_who_could_approve_may_send_back(open_, who):
    served, name = open_
    assert served.person(who).run("return", name, "--reason", "Không.", "--yes")[0] == 1


@pytest.mark.parametrize("reason", [" ", "x" * 2001])
def test_a_reason_is_said_and_can_be_read_at_once(open_, reason):
    served, name = open_
    assert served.person(LEADER).run("return", name, "--reason", reason, "--yes")[0] == 2


def test_a_proposal_is_continued_only_by_its_author(open_):
    served, name = open_
    code, said = served.person(LEADER).run("propose", "--tiep", name)
    assert (code, "mỗi người chỉ sửa đề nghị của mình" in said) == (2, True)


@pytest.mark.parametrize(("who", "verb", "word"), [
    (LEADER, "check-off", ("to-truong", "kiem-tra")),
    (DEPUTY, "approve", ("pho-hieu-truong", "duyet")),
])  # fmt: skip
def test_the_lines_alone_can_be_had_for_pasting_elsewhere(open_, who, verb, word):
    served, name = open_
    before = served.branches()
    said = served.person(who).does(verb, name, "--print", "--yes")
    (found,) = statements_in("\n".join(said.splitlines()[-2:])).statements
    assert (found.statement.role, found.statement.decision) == word
    assert served.branches() == before


@pytest.mark.parametrize("name", ["NV0015/khongco", "--output=x", "../NV0015/abcd", "main"])
def test_a_name_of_nothing_is_wrong_use(open_, name):
    served, _ = open_
    for verb in ("approve", "diff"):
        assert served.person(DEPUTY).run(verb, "--", name)[0] in (1, 2)


def test_of_several_names_one_that_is_wrong_does_not_hide_the_others(open_):
    served, name = open_
    code, said = served.person(TEACHER).run("approve", "NV0015/khongco", name, "--yes")
    assert code == 2
    assert "không có đề nghị NV0015/khongco" in said
    assert "HS855" in said


def test_a_key_that_is_somebody_elses_or_nobodys_signs_nothing(open_, tmp_path):
    from hoso.signing.keys import new_key

    served, name = open_
    leader = served.person(LEADER)
    code, said = leader.run("check-off", name, "--yes", "--who", DEPUTY, "--key", leader.key)
    assert (code, f"khóa này là của {LEADER}" in said) == (2, True)
    stranger = tmp_path / "khoa"
    stranger.write_bytes(new_key().written())
    code, said = leader.run("check-off", name, "--yes", "--key", stranger)
    assert (code, "chưa được ghi trong sổ khóa ký" in said) == (2, True)
