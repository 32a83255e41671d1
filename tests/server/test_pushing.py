"""What the server takes and what it refuses, pushed by real git from a real clone."""

from __future__ import annotations

import subprocess

import pytest

from hoso.server.branches import Refused, target_of
from hoso.server.log import write_entry
from hoso.server.place import Server
from hoso.signing.certificates import read_certificate
from hoso.signing.entries import Entry
from hoso.store.git import Repository
from hoso.store.objects import put, tree_with
from hoso.store.refs import Move, refs, update
from server.desk import CLERK, DEPUTY, FOR_MAIN, HEAD, TEACHER, clean, hoso, log_of, pupils, sound
from yards import LOG, MAIN, NOTHING

PROPOSAL = f"refs/heads/de-nghi/{CLERK}/k7p2xq"
REVIEW = f"refs/heads/y-kien/{DEPUTY}/{CLERK}-k7p2xq"


def review_of(desk, head, who=DEPUTY, files=None, parents=(), key=""):
    """A review as its own commit."""
    said = {"loi-duyet": desk.statement(head, who, "pho-hieu-truong").encode() + b"\n"}
    tree = tree_with(desk.repository, None, files or said)
    return desk.commit(tree, parents, who, "Ý kiến", key)


def at(server):
    """Every ref of the server."""
    return refs(Repository(server))


def test_an_approved_merge_comes_in_with_one_entry_that_keeps_its_certificate(desk, server):
    before = len(log_of(server))
    said = desk.push(merge := desk.approved_merge(0, "Cháu dị ứng tôm."))
    assert f"nhật ký mục số {before}" in said
    entries = sound(server)
    assert len(entries) == before + 1
    assert (entries[-1].new, entries[-1].pusher, entries[-1].event) == (merge, DEPUTY, "nhan")
    raw = Repository(server).tree(LOG).read("chung-thu")
    assert read_certificate(raw).updates == ((NOTHING, merge, FOR_MAIN),)
    assert at(server)[MAIN] == merge


def test_a_merge_takes_its_proposal_and_what_was_said_about_it_away(desk, server):
    head = desk.noted(0, "Cháu bơi giỏi.")
    desk.push(head, PROPOSAL, CLERK)
    desk.push(review_of(desk, head), REVIEW)
    other = PROPOSAL.replace("k7p2xq", "mm22xx")
    desk.push(desk.noted(1, "Nhà ở gần trường."), other, CLERK)
    assert {PROPOSAL, REVIEW, other} <= at(server).keys()
    desk.push(desk.merge(head, desk.approved(head, f"{DEPUTY} pho-hieu-truong duyet")))
    assert at(server).keys() & {PROPOSAL, REVIEW, other} == {other}
    sound(server)


def test_a_merge_that_is_sent_again_is_told_that_it_counted(desk, server):
    desk.push(merge := desk.approved_merge(0, "Đã gửi một lần."))
    entries = len(log_of(server))
    assert "đã được nhận vào main từ trước" in desk.push(merge)
    assert len(sound(server)) == entries


def test_a_push_without_a_signature_is_refused(desk, server):
    before = at(server)
    merge = desk.approved_merge(0, "Không ký.")
    said = desk.git("push", desk.url, f"{merge}:{FOR_MAIN}", fails=True)
    assert "HS846 giay-gui" in said
    assert at(server) == before


@pytest.mark.parametrize(
    "ref",
    [
        "refs/heads/locked/2026-2027/moi", "refs/heads/khac", "refs/tags/v1", "refs/notes/commits",
        "refs/for/khac", "refs/heads/de-nghi/NV0003/Hoa", "refs/heads/de-nghi/k7p2xq",
        "refs/heads/de-nghi/NV0003/abc", "refs/heads/de-nghi/NV0003/k7p2xq/con",
        "refs/heads/y-kien/NV0002/k7p2xq", "refs/heads/--output=ra", "refs/heads/điểm", "HEAD",
        "refs/heads/de-nghi/NV0003/k7p2xq\n", "refs/remotes/origin/main", "refs/stash",
    ],
)  # fmt: skip
def test_no_ref_but_three_sorts_is_pushed_to(ref):
    with pytest.raises(Refused, match="HS847"):
        target_of(ref)


@pytest.mark.parametrize(
    "ref", [MAIN, LOG, "refs/heads/locked/2026-2027/giua-ky-1", "refs/replace/" + "a" * 40]
)
def test_branches_of_the_school_are_not_written_moved_back_or_ended(desk, server, ref):
    before = at(server)
    assert "HS847" in desk.push("+" + desk.noted(0, "Ghi thẳng."), ref, CLERK, fails=True)
    if ref in before:
        assert "HS847" in desk.push("", ref, fails=True)
    assert at(server) == before


def test_two_branches_in_one_push_are_refused(desk, server):
    before = at(server)
    one, two = desk.noted(0, "Một."), desk.noted(1, "Hai.")
    said = desk.git("push", "--signed", desk.url, f"{one}:{PROPOSAL}", f"{two}:{PROPOSAL}2",
                    who=CLERK, fails=True)  # fmt: skip
    assert "HS847 giay-gui" in said
    assert at(server) == before


def test_people_write_their_own_branches_and_nobody_elses(desk, server):
    head = desk.noted(0, "Của văn thư.")
    assert f"{DEPUTY} không ghi được nhánh của {CLERK}" in desk.push(head, PROPOSAL, fails=True)
    desk.push(head, PROPOSAL, CLERK)
    again = desk.topic({pupils()[0]: {"ghi_chu": "Viết lại."}}, CLERK)
    desk.push(f"+{again}", PROPOSAL, CLERK)
    assert at(server)[PROPOSAL] == again
    assert "HS847" in desk.push("", PROPOSAL, fails=True)
    desk.push(review_of(desk, again), REVIEW)
    assert "Đã bỏ nhánh" in desk.push("", PROPOSAL, CLERK)
    assert not at(server).keys() & {PROPOSAL, REVIEW}


def test_what_is_no_review_is_refused(desk, server):
    said = "HS847 y-kien"
    assert "HS847" in desk.push(review_of(desk, desk.noted(0, "Chưa gửi.")), REVIEW, fails=True)
    desk.push(head := desk.noted(0, "Xin ý kiến."), PROPOSAL, CLERK)
    for spoiled, code in (
        ({"who": HEAD}, said),
        ({"key": None}, "HS827"),
        ({"parents": (desk.main,)}, said),
        ({"files": {"loi-duyet": b"x" * 70_000}}, said),
        ({"files": {"loi-duyet": b"x", "records/a.yml": b"x"}}, said),
    ):
        assert code in desk.push(review_of(desk, head, **spoiled), REVIEW, fails=True)
    assert REVIEW not in at(server)


def test_a_key_that_no_record_names_pushes_nothing(desk, server):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", desk.folder / "khach"],
                   check=True)  # fmt: skip
    before = at(server)
    assert "HS828" in desk.push(desk.noted(0, "Khách."), PROPOSAL, "khach", fails=True)
    assert at(server) == before


def test_a_merge_without_approval_is_refused_with_what_is_missing(desk, server):
    before = at(server)
    said = desk.push(desk.merge(desk.noted(0, "Chưa ai duyệt.")), fails=True)
    assert "HS864" in said
    assert DEPUTY in said
    assert at(server) == before


def test_a_proposal_its_author_may_not_write_is_refused_at_once(desk):
    head = desk.noted(0, "Không có quyền.", TEACHER)
    ref = PROPOSAL.replace(CLERK, TEACHER)
    assert "HS850" in desk.push(head, ref, TEACHER, fails=True)


def test_the_person_at_the_door_and_the_person_who_signed_are_one(desk, server):
    merge = desk.approved_merge(0, "Người khác kết nối.")
    assert "HS847 giay-gui" in desk.push(merge, HOSO_NGUOI=HEAD, fails=True)
    desk.push(merge, HOSO_NGUOI=DEPUTY)
    assert at(server)[MAIN] == merge


def test_a_certificate_counts_for_one_push_and_for_what_it_names(desk, server):
    merge = desk.approved_merge(0, "Lần đầu.")
    desk.push(merge)
    blob = Repository(server).tree(LOG).entry("chung-thu").blob
    nonce = read_certificate(Repository(server).object(blob)[1]).nonce
    other = desk.refresh().approved_merge(1, "Lần sau.")

    known = {"GIT_DIR": ".", "GIT_PUSH_CERT": blob, "GIT_PUSH_CERT_NONCE": nonce}

    def hook(command, **said):
        told = subprocess.run(
            [server / "hooks" / "pre-receive"], cwd=server, input=f"{command}\n", text=True,
            capture_output=True, check=False,
            env=clean(**{**known, **said}),
        )  # fmt: skip
        assert (told.returncode, told.stdout) == (1, "")
        return told.stderr

    first, second = f"{NOTHING} {merge} {FOR_MAIN}", f"{NOTHING} {other} {FOR_MAIN}"
    assert "HS846" in hook(first, GIT_PUSH_CERT_NONCE_STATUS="BAD")
    assert "HS846" in hook(first)
    assert "HS846" in hook(first, GIT_PUSH_CERT_NONCE_STATUS="OK", GIT_PUSH_CERT_NONCE="1-2")
    slow = {"GIT_PUSH_CERT_NONCE_STATUS": "SLOP", "GIT_PUSH_CERT_NONCE_SLOP": "301"}
    assert "HS846" in hook(first, **slow)
    assert "HS846" in hook(second, GIT_PUSH_CERT_NONCE_STATUS="OK")
    assert "HS824" in hook(first, GIT_PUSH_CERT=Repository(server).resolve(LOG))


def test_a_clock_before_the_log_receives_nothing(desk, server):
    place, last = Server(Repository(server)), log_of(server)[-1]
    merge = desk.approved_merge(0, "Nhận một giờ nữa.")
    place.repository.run("fetch", "-q", str(desk.folder), merge)
    entry = Entry(
        event="nhan", lock=None, missing=None, new=merge, old=desk.main, pusher=DEPUTY, ref=MAIN,
        seq=last.seq + 1, time=desk.now + 3600,
    )  # fmt: skip
    log = write_entry(place, place.key(), entry, desk.log)
    update(place.repository, [Move(MAIN, merge, desk.main), Move(LOG, log, desk.log)])
    desk.refresh()
    before = at(server)
    assert "HS848" in desk.push(desk.noted(1, "Giờ sai."), PROPOSAL, CLERK, fails=True)
    assert "HS848" in hoso("server", "tick", server).stderr
    assert at(server) == before


@pytest.mark.parametrize("size", [40_000_000, pytest.param(300_000_000, marks=pytest.mark.nightly)])
def test_a_file_that_swells_a_thousandfold_is_refused_unread(desk, server, size):
    before = at(server)
    made = subprocess.run(
        ["sh", "-c", f"head -c {size} /dev/zero | git -c core.bigFileThreshold=1m "
         f"-C {desk.folder} hash-object -w --stdin"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    listed = desk.repository.run("ls-tree", desk.main).splitlines()
    listed.append(f"100644 blob {made.stdout.strip()}\tmkdocs.yml")
    tree = desk.repository.run("mktree", stdin="".join(f"{line}\n" for line in listed).encode())
    head = desk.commit(tree, (desk.main,), CLERK, "Thêm ảnh")
    said = desk.push(head, PROPOSAL, CLERK, fails=True)
    assert "HS102 goi-gui" in said
    assert str(size) in said
    assert at(server) == before


def test_too_many_objects_are_refused(desk, server):
    many = {f"records/hoc-sinh/{number}.yml": str(number).encode() for number in range(5_100)}
    tree = tree_with(desk.repository, desk.tree_of(desk.main), many)
    head = desk.commit(tree, (desk.main,), CLERK, "Quá nhiều")
    assert "HS113 goi-gui" in desk.push(head, PROPOSAL, CLERK, fails=True)
    assert PROPOSAL not in at(server)


def test_an_unsound_commit_is_refused_whoever_pushes_it(desk, server):
    raw = put(desk.repository, "commit", b"".join([
        f"tree {desk.tree_of(desk.main)}\nparent {desk.main}\n".encode(),
        f"author {CLERK} <{CLERK}@hoso> {desk.now} +0700\n".encode(),
        f"committer {CLERK} <{CLERK}@hoso> {desk.now} +0700\nx-la 1\n\nLạ\n".encode(),
    ]))  # fmt: skip
    assert "HS825" in desk.push(raw, PROPOSAL, CLERK, fails=True)
