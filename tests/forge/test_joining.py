"""A forge's proposal becomes a merge that the one decision accepts, or none at all."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from small_forge import TOKEN, SmallForge
from test_gating import ACCOUNTS, MARKS, POST, asked, with_account

from hoso.forge.joining import NotJoined, joined, witnessed
from hoso.ledger.judging import judge_merge
from hoso.signing.statements import statements_in
from hoso.store.git import Repository
from servers import CLERK, DEPUTY, HEAD, Served, small_server
from yards import Yard, keys


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """A repository with a proposal for marks and one for a post."""
    more = {
        path: raw for who, name in ACCOUNTS.items() for path, raw in with_account(who, name).items()
    }
    yard = Yard(tmp_path_factory.mktemp("yard") / "truong.git", "2026-11-10 08:00", more)
    marks = yard.topic({MARKS: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}})
    return SimpleNamespace(yard=yard, view=yard.view(), marks=marks, post=yard.topic(POST))


def merged(school, found, notary="chung-thuc", who="NV0002"):
    words = witnessed(found, "github", keys()[notary], secrets.token_bytes)
    when = datetime.fromtimestamp(school.yard.now + 120, UTC)
    return joined(school.view, found, words, who, keys()[who], when)


def bare(school):
    return asked(school, school.post, [("van-thu-3", "approved", "", school.post),
                                       ("co-pho", "approved", "", school.post)])  # fmt: skip


def test_signed_statements_are_carried_into_the_merge(school):
    texts = school.yard.approved(school.marks, "NV0013 to-truong kiem-tra",
                                 "NV0002 pho-hieu-truong duyet")  # fmt: skip
    other = school.yard.statement(school.post, "NV0001", "hieu-truong")
    reviews = [("x", "remarked", "\n".join([*texts, other]), school.marks)]
    found = asked(school, school.marks, reviews)
    message = school.view.commit(merged(school, found)).message
    assert [each.statement.role for each in statements_in(message).statements] == [
        "to-truong", "pho-hieu-truong"]  # fmt: skip
    assert "HS2XS5FM · Mức đạt được" in message


def test_bare_reviews_are_witnessed_and_the_merge_then_stands_in_history(school, tmp_path):
    found = bare(school)
    merge = merged(school, found)
    message = school.view.commit(merge).message
    told = statements_in(message)
    assert told.statements == ()
    assert {(each.statement.person, each.statement.review) for each in told.witnesses} == {
        ("NV0003", "1"), ("NV0002", "2")}  # fmt: skip
    assert "Bình" not in message
    received = datetime.fromtimestamp(school.yard.now + 120, UTC)
    assert judge_merge(school.view, merge, received, "NV0002").ok


def codes(error):
    return {each.code for each in error.value.findings}


def test_only_a_notary_key_makes_a_review_count(school):
    for notary in ("NV0002", "may-chu"):
        with pytest.raises(NotJoined) as told:
            merged(school, bare(school), notary)
        assert codes(told) == {"HS828", "HS864"}


def test_nothing_is_joined_that_lacks_a_step_or_is_refused(school):
    with pytest.raises(NotJoined) as told:
        merged(school, asked(school, school.marks, []))
    assert codes(told) == {"HS864"}
    foreign = school.yard.topic({MARKS: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}}, who="NV0014")
    with pytest.raises(NotJoined) as told:
        merged(school, asked(school, foreign, []))
    assert "HS850" in codes(told)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A school's own server; the forge only shows what is there."""
    folder = tmp_path_factory.mktemp("served")
    return Served(folder, small_server(folder / "goc"))


NOTICE = """\
---
tieu_de: Lịch nghỉ lễ
ngay: 2026-11-20
het_han: 2099-01-31
doi_tuong:
  - moi-nguoi
tom_tat: Học sinh nghỉ lễ theo lịch chung.
---

Nghỉ theo lịch chung.
"""


def test_the_verb_joins_what_people_approved_on_the_forge_to_the_schools_server(
    served, monkeypatch
):
    clerk, deputy, head = (served.person(who) for who in (CLERK, DEPUTY, HEAD))
    page = clerk.folder / "content/thong-bao/2026/nghi-le.md"
    page.parent.mkdir(parents=True)
    page.write_text(NOTICE, "utf-8")
    name = re.search(r"NV0003/[a-z0-9]{4,}", clerk.does("propose"))[0]
    commit = served.branches()[f"de-nghi/{name}"]
    monkeypatch.setenv("HOSO_FORGE_TOKEN", TOKEN)
    with SmallForge(head=commit) as forge:
        merge = ["forge", "merge", "7", "--tren", "truong/ho-so", "--api", forge.address]
        before = served.branches()
        code, said = head.run(*merge)
        assert (code, "HS864" in said, served.branches()) == (1, True, before)
        printed = deputy.does("approve", name, "--print", "--yes")
        words = printed[printed.index("Phe-Duyet: ") :]
        forge.given.append(("co-pho", "approved", f"Đồng ý.\n\n{words}", commit))
        assert "Đã gộp đề nghị số 7 vào main" in head.does(*merge)
    assert "nghi-le" in "".join(
        Repository(served.path).tree("main").names("content/thong-bao/2026")
    )
    assert served.branches()["nhat-ky"] != before["nhat-ky"]
