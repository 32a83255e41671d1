"""The gate in a pull request: signed statements count, bare reviews where allowed, bots never."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from small_forge import MACHINE, TOKEN, SmallForge

from hoso.findings import HosoError
from hoso.forge.comment import MARK, comment
from hoso.forge.gating import accounts, gate
from hoso.forge.protocol import Outcome
from hoso.forge.rest import on_forge
from yards import Yard, keys

HOSO = Path(sys.executable).with_name("hoso")
ACCOUNTS = {"NV0001": "thay-hieu-truong", "NV0002": "co-pho", "NV0003": "van-thu-3"}
MARKS = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
POST = {"content/tin-tuc/2026/ngay-hoi-doc-sach.md": {
    "=": {"tieu_de": "Ngày hội đọc sách", "ngay": "2026-11-10", "chuyen_muc": ["thu-vien"],
          "tac_gia": ["NV0015"], "tom_tat": "Lớp 3B đọc sách trong thư viện."},
    "body": "## Một buổi sáng\n\nEm Nguyễn Văn Bình đọc to nhất, xem @co-pho.\n",
}}  # fmt: skip


def with_account(person, name):
    lines = f"khoa:\n  k1:\n    cong_khai: {keys()[person].public.line}\n    tu: 2025-08-01 00:00\n"
    page = f"{lines}tai_khoan:\n  forgejo: {name}\n  github: {name}\n"
    return {f"records/khoa-ky/{person}.yml": page.encode()}


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """A repository with two proposals: marks that want signatures, a post that does not."""
    more = {
        path: raw for who, name in ACCOUNTS.items() for path, raw in with_account(who, name).items()
    }
    yard = Yard(tmp_path_factory.mktemp("yard") / "truong.git", "2026-11-10 08:00", more)
    marks = yard.topic({MARKS: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}})
    post = yard.topic(POST)
    yard.repository.run("update-ref", "refs/hoso/de-nghi", marks)
    return SimpleNamespace(yard=yard, view=yard.view(), marks=marks, post=post)


def asked(school, head, reviews, dialect="github", different=()):
    """The gate's answer where these reviews stand on a forge."""
    with SmallForge(dialect, head, reviews=reviews) as forge:
        for name, value in dict(different).items():
            setattr(forge, name, value)
        there = on_forge(dialect, "truong/ho-so", TOKEN, root=forge.address)
        return gate(school.view, there.pull(7), head, there.reviews(7), dialect,
                    datetime.fromtimestamp(school.yard.now + 60, UTC))  # fmt: skip


def codes(gated):
    said = [] if gated.verdict is None else gated.verdict.findings
    return sorted({each.code for each in (*gated.judged.faults, *gated.void, *gated.ignored,
                                          *said)})  # fmt: skip


def signed(school, head, who, role, decision):
    return school.yard.statement(head, who, role, decision)


@pytest.mark.parametrize("dialect", ["github", "forgejo"])
def test_statements_in_reviews_are_the_persons_own_word(school, dialect):
    first = signed(school, school.marks, "NV0013", "to-truong", "kiem-tra")
    second = signed(school, school.marks, "NV0002", "pho-hieu-truong", "duyet")
    reviews = [
        # Whoever's account it is: the signature says who spoke, also from a remark.
        ("ai-do", "remarked", first.replace("\n", "\r\n"), school.marks),
        ("co-pho", "approved", f"Đồng ý.\n\n```\n{second}\n```\n", school.marks),
    ]
    found = asked(school, school.marks, reviews, dialect=dialect)
    assert (found.outcome, codes(found), found.seen) == (Outcome.ENOUGH, [], ())


def test_without_reviews_the_proposal_waits_for_both_steps(school):
    found = asked(school, school.marks, [])
    assert (found.outcome, codes(found)) == (Outcome.WAITING, ["HS864"])
    assert len(found.verdict.needs) == 2


@pytest.mark.parametrize("dialect", ["github", "forgejo"])
def test_bare_reviews_count_for_a_post_and_must_be_witnessed(school, dialect):
    reviews = [("Van-Thu-3", "approved", "", school.post),
               ("co-pho", "approved", "tốt", school.post)]  # fmt: skip
    found = asked(school, school.post, reviews, dialect=dialect)
    assert (found.outcome, codes(found)) == (Outcome.ENOUGH, [])
    assert {each.person for each in found.seen} == {"NV0003", "NV0002"}
    assert all(word.witnessed for each in found.seen for word in each.words)
    # Who can do both steps does not take the one that the other could fill.
    again = asked(school, school.post, reviews[::-1], dialect=dialect)
    assert again.outcome is Outcome.ENOUGH


def test_bare_reviews_never_count_for_marks(school):
    found = asked(school, school.marks, [("co-pho", "approved", "", school.marks)])
    assert found.outcome is Outcome.WAITING
    assert codes(found) == ["HS864", "HS882"]


def test_one_person_is_counted_once_signed_and_by_review(school):
    reviews = [("thay-hieu-truong", "approved", "", school.post),
               ("ai-do", "remarked", signed(school, school.post, "NV0001", "hieu-truong", "duyet"),
                school.post)]  # fmt: skip
    found = asked(school, school.post, reviews)
    assert (found.outcome, len(found.verdict.needs)) == (Outcome.WAITING, 1)


def test_threat_22_an_owners_own_proposal_is_not_approved_by_opening_it(school):
    # Any one of the owners would do for the forge; NV0002 owns the path and wrote the change.
    own = school.yard.topic(POST, who="NV0002")
    found = asked(school, own, [("co-pho", "approved", "", own)])
    assert (found.outcome, codes(found)) == (Outcome.WAITING, ["HS855", "HS864"])


@pytest.mark.parametrize("who", ["github-actions[bot]", "dependabot[bot]", "ai-do"])
def test_threat_24_no_machine_and_no_stranger_approves(school, who):
    found = asked(school, school.post, [(who, "approved", "", school.post)])
    assert (found.outcome, codes(found)) == (Outcome.WAITING, ["HS864", "HS898"])


def test_an_account_claimed_by_two_people_is_nobodys():
    def record(person, name):
        return SimpleNamespace(key={"nhan_su": person}, data={"tai_khoan": {"github": name}})

    pages = [record("NV0001", "A"), record("NV0002", "a"), record("NV0003", "b")]
    assert accounts(SimpleNamespace(all=lambda _: pages), "github") == {"b": "NV0003"}


@pytest.mark.parametrize("dialect", ["github", "forgejo"])
@pytest.mark.parametrize("what", ["returned", "withdrawn"])
def test_who_sends_back_or_withdraws_has_not_approved(school, what, dialect):
    words = [signed(school, school.post, "NV0003", "bien-tap", "kiem-tra"),
             signed(school, school.post, "NV0002", "pho-hieu-truong", "duyet")]  # fmt: skip
    reviews = [("van-thu-3", "approved", words[0], school.post),
               ("co-pho", "approved", words[1], school.post),
               ("co-pho", what, "Xem lại ảnh", school.post)]  # fmt: skip
    again = [*reviews, reviews[1]]
    assert asked(school, school.post, reviews[:2], dialect).outcome is Outcome.ENOUGH
    assert asked(school, school.post, reviews, dialect).outcome is Outcome.WAITING
    assert asked(school, school.post, again, dialect).outcome is Outcome.ENOUGH


def test_a_word_taken_back_does_not_count_from_another_account_either(school):
    own = signed(school, school.marks, "NV0002", "pho-hieu-truong", "duyet")
    reviews = [("co-pho", "approved", own, school.marks), ("co-pho", "returned", "", school.marks),
               ("ai-do", "remarked", own, school.marks)]  # fmt: skip
    assert asked(school, school.marks, reviews).texts == ()
    assert asked(school, school.marks, reviews[::2]).texts == (own,)


def test_a_remark_without_statement_and_an_unsent_review_change_nothing(school):
    reviews = [("van-thu-3", "approved", "", school.post),
               ("co-pho", "approved", "", school.post),
               ("co-pho", "remarked", "Ảnh đẹp", school.post),
               ("thay-hieu-truong", "pending", "", school.post),
               (None, "approved", "", school.post)]  # fmt: skip
    found = asked(school, school.post, reviews)
    assert (found.outcome, codes(found)) == (Outcome.ENOUGH, [])
    found = asked(school, school.post, [*reviews[:1], *reviews[2:]])
    assert {each.person for each in found.seen} == {"NV0003"}


def test_a_bare_review_of_another_commit_does_not_count(school):
    found = asked(school, school.post, [("co-pho", "approved", "", school.marks)])
    assert (codes(found), found.seen) == (["HS864", "HS898"], ())


def test_a_spoilt_or_foreign_statement_is_named_and_does_not_count(school):
    good = signed(school, school.marks, "NV0013", "to-truong", "kiem-tra")
    spoilt = good.replace('"decision":"kiem-tra"', '"decision":"duyet"')
    other = signed(school, school.post, "NV0002", "pho-hieu-truong", "duyet")
    for text, code in ((spoilt, "HS875"), (good.split("\n")[0], "HS874"), (other, "HS856")):
        found = asked(school, school.marks, [("co-pho", "approved", text, school.marks)])
        assert codes(found) == sorted(["HS864", code])


def test_a_proposal_that_moved_on_or_goes_elsewhere_is_refused(school):
    for different in ({"head": "1" * 40}, {"base": "locked/2026-2027/giua-ky-1"}):
        found = asked(school, school.marks, [], different=different)
        assert (found.outcome, codes(found)) == (Outcome.REFUSED, ["HS899"])


def test_the_answer_names_nobody_and_nothing_in_it_is_alive(school):
    for head in (school.marks, school.post):
        text = comment(asked(school, head, [("`x`@co-pho", "approved", "", head)]), school.view)
        assert "Nguyễn" not in text
        fence = next(line for line in text.splitlines() if line.startswith("```"))[:-4]
        assert len(fence) == 3
        body = text.split(f"{fence}text\n")[1].split(f"\n{fence}\n")[0]
        assert "`x`" in body
        assert text.count(fence) == 2
    assert "HS2XS5FM · Mức đạt được: " in comment(asked(school, school.marks, []), school.view)
    assert "Bình" not in text


def with_post(school, **different):
    path, page = next(iter(POST.items()))
    return school.yard.topic({path: {**page, "=": {**page["="], **different}}})


def test_a_title_cannot_break_out_of_the_fence(school):
    head = with_post(school, tieu_de="Hội ```` sách @co-pho")
    text = comment(asked(school, head, []), school.view)
    assert "\n`````text\n" in text
    assert text.endswith("\n`````\n")


def test_what_the_check_finds_wrong_is_refused_whoever_approves(school):
    head = with_post(school, tac_gia=["NV0999"])
    reviews = [(who, "approved", "", head) for who in ("van-thu-3", "co-pho")]
    found = asked(school, head, reviews)
    assert (found.outcome, codes(found)) == (Outcome.REFUSED, ["HS401"])
    assert "HS401 dẫn tới hồ sơ không có" in comment(found, school.view)


def test_a_long_answer_ends_with_what_was_left_out(school):
    head = school.yard.topic({
        f"content/tin-tuc/2026/bai-{number}.md": POST[next(iter(POST))] for number in range(200)
    })  # fmt: skip
    found = asked(school, head, [])
    text = comment(found, school.view)
    assert 60_000 < len(text) < 65_000
    assert "dòng; xem đủ bằng: hoso diff\n```\n" in text


def run(school, forge, *arguments, token=TOKEN):
    return subprocess.run(
        [HOSO, "forge", "gate", "7", "--repo", school.yard.folder, "--tren", "truong/ho-so",
         "--api", forge.address, "--on", "2026-11-10", "--forge", forge.dialect, *arguments],
        capture_output=True, text=True, check=False,
        env={**os.environ, "HOSO_FORGE_TOKEN": token},
    )  # fmt: skip


@pytest.mark.parametrize("dialect", ["github", "forgejo"])
def test_the_verb_answers_with_one_comment_and_a_status(school, dialect):
    with SmallForge(dialect, school.marks) as forge:
        # Somebody tries to have their own comment taken for the gate's.
        forge.comments.append({"id": 1, "user": {"login": "ai-do"}, "body": f"{MARK}\nđược"})
        first = run(school, forge, "--post")
        assert first.returncode == 0, first.stderr
        assert "Gửi được, còn thiếu người duyệt ở 2 bước" in first.stdout
        forge.given.append(
            ("x", "remarked", signed(school, school.marks, "NV0013", "to-truong", "kiem-tra"),
             school.marks)
        )  # fmt: skip
        second = run(school, forge, "--post")
        assert [each["body"].count(MARK) for each in forge.comments] == [1, 1]
        assert forge.comments[0]["body"] == f"{MARK}\nđược"
        assert forge.comments[1]["body"].startswith(f"{MARK}\n**Cổng: Gửi được")
        assert "ở 1 bước" in forge.comments[1]["body"]
        assert [body["state"] for _, body in forge.statuses] == ["pending", "pending"]
        assert {(commit, body["context"]) for commit, body in forge.statuses} == {
            (school.marks, "hoso/gate")}  # fmt: skip
        assert TOKEN not in first.stdout + first.stderr + second.stdout + second.stderr
        assert MACHINE not in second.stdout


def test_what_is_refused_fails_the_check(school):
    with SmallForge("github", school.marks) as forge:
        mixed = school.yard.topic({MARKS: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}},
                                  who="NV0014")  # fmt: skip
        school.yard.repository.run("update-ref", "refs/hoso/khac", mixed)
        forge.head = mixed
        done = run(school, forge, "--head", "refs/hoso/khac", "--post")
        assert done.returncode == 1
        assert "HS850" in done.stdout
        assert [body["state"] for _, body in forge.statuses] == ["failure"]


def test_a_forge_that_answers_badly_is_said_so_without_the_token(school):
    with SmallForge("github", school.marks) as forge:
        done = run(school, forge, token=TOKEN[:-1])
        assert (done.returncode, done.stdout) == (2, "")
        assert "mã 401" in done.stderr
        assert TOKEN[:-1] not in done.stderr
        there = on_forge("github", "truong/ho-so", TOKEN, root=forge.address)
        elsewhere = {"Location": "http://127.0.0.1:1/lay-ma"}
        for broken, said in (
            ((500, b"", {}), "mã 500"),
            ((302, b"", elsewhere), "mã 302"),
            ((200, b"<html>", {}), "JSON"),
            ((200, b"[" * 50_000, {}), "JSON"),
            ((200, b"[]", {}), "khác điều mong đợi"),
            ((200, b'{"head": {"sha": "x"}, "base": {"ref": "main"}}', {}), "commit"),
        ):
            forge.broken = broken
            with pytest.raises(HosoError, match=said) as told:
                there.pull(7)
            assert TOKEN not in str(told.value)
    with pytest.raises(HosoError, match="không nói chuyện được"):
        there.pull(7)


def test_many_reviews_come_page_by_page(school):
    remarks = [("ai-do", "remarked", "x", school.post)] * 50
    reviews = [*remarks, ("co-pho", "approved", "", school.post)]
    assert {each.person for each in asked(school, school.post, reviews).seen} == {"NV0002"}


@pytest.mark.parametrize(
    "wrong",
    [{"repository": "truong"}, {"repository": "../x"}, {"repository": "truong/ho-so?x=1"},
     {"root": "http://example.org"}, {"root": "file:///etc/passwd"}, {"token": ""},
     {"token": "a\r\nHost: b"}, {"dialect": "forgejo", "root": ""}],
)  # fmt: skip
def test_no_address_token_or_name_that_could_lead_elsewhere(wrong):
    given = {"dialect": "github", "repository": "truong/ho-so", "token": "x", "root": ""}
    with pytest.raises(HosoError):
        on_forge(**{**given, **wrong})
