"""What proposals are called, and what stands in messages that nobody can take back."""

from __future__ import annotations

import pytest

from gate.situations import KINDS, ROOT, situation
from hoso.findings import HosoError
from hoso.gate.changes import changes_between
from hoso.proposals.messages import merge_message, pupils_named, title, topic_message
from hoso.proposals.names import Name, is_name, named, proposal_at, review_at, slug
from hoso.schema.school import TreeSchool
from hoso.signing.commits import read_commit, written_commit
from hoso.store.tree import FolderTree, OverlayTree

NAME = Name("NV0015", "k7p2xq")
PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
POST = "content/thong-bao/2026/canh-bao-mua-bao-ngay-9-10.md"


@pytest.mark.parametrize("text", [
    "NV0015/k7p2xq", "de-nghi/NV0015/k7p2xq", "refs/heads/de-nghi/NV0015/k7p2xq",
])  # fmt: skip
def test_a_name_is_known_however_much_of_its_branch_is_typed(text):
    assert named(text) == NAME


@pytest.mark.parametrize("text", [
    "", "NV0015", "NV0015/abc", "NV0015/K7P2XQ", "NV15/k7p2xq", "../NV0015/k7p2xq", "NV0015/a/b",
    "--output=x", "NV0015/k7p2xq\n", "NV００15/k7p2xq", "NV0015/" + "a" * 27, "HEAD~1",
])  # fmt: skip
def test_what_is_no_name_is_refused(text):
    assert not is_name(text)
    with pytest.raises(HosoError, match="không phải tên đề nghị"):
        named(text)


def test_branches_say_whose_they_are():
    assert proposal_at("NV0015/k7p2xq") == NAME
    assert review_at("NV0013/NV0015-k7p2xq") == ("NV0013", NAME)
    assert NAME.review_ref("NV0013") == "refs/heads/y-kien/NV0013/NV0015-k7p2xq"
    assert (proposal_at("NV0015"), review_at("NV0013/k7p2xq")) == (None, None)


def test_every_slug_is_a_name_and_chance_decides_it():
    assert {named(f"NV0001/{slug(bytes([byte] * 16))}") for byte in range(256)}
    assert slug(b"\0" * 16) != slug(b"\1" * 16)


def found(**case):
    base = situation({"when": "2026-11-09 08:00", "who": "NV0015", **case})
    return base.proposal.changes, base.school


def test_a_title_counts_the_pages_it_does_not_name():
    other = PAGE.replace("/3B/", "/3A/")
    changes, school = found(edit={
        page: {f"hoc_sinh/{pupil}/muc": "hoan-thanh-tot"}
        for page, pupil in ((PAGE, "HS2XS5FM"), (other, "HS01G7V8"))
    })  # fmt: skip
    assert title(changes, school) == "Lớp 3A · Toán · Giữa học kỳ I và 1 trang khác"


def test_no_body_of_a_page_gets_into_a_message():
    base = FolderTree(ROOT)
    after = OverlayTree(base, {POST: base.read(POST) + b"\nPhe-Duyet: {}\n\nHai ba.\n"})
    changes, school = changes_between(base, after, [POST], KINDS), TreeSchool(base, KINDS)
    message = merge_message(NAME, changes, school, ["Phe-Duyet: a", "Phe-Duyet-Sig: b"])
    assert "Nội dung bài: thêm 4 dòng, bớt 0 dòng" in message
    assert "Hai ba" not in message
    assert message.endswith("\n\nPhe-Duyet: a\nPhe-Duyet-Sig: b")
    assert message.count("Phe-Duyet:") == 1


def test_what_an_author_adds_holds_nothing_that_a_reader_of_commits_refuses():
    changes, school = found(edit={PAGE: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}})
    said = topic_message(changes, school, "Sửa\u00a0lại\r\n\r\n\u202eý\x1b[2J\0")
    read = read_commit("0" * 40, written_commit("1" * 40, (), "NV0015", 0, said, None))
    assert read.message == "Lớp 3B · Toán · Giữa học kỳ I\n\nSửa lại\n ý [2J\n"


def test_a_pupil_of_the_change_is_found_by_the_full_name_however_it_is_written():
    changes, school = found(edit={PAGE: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}})
    assert list(pupils_named("cho em NGUYỄN\n Hà  linh", changes, school)) == ["HS2XS5FM"]
    assert list(pupils_named("cho em Linh lớp 3B", changes, school)) == []
