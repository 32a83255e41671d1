"""A clone brought up to date while somebody is editing: nothing edited is ever lost."""

import subprocess

import pytest

from servers import CLERK, DEPUTY, LEADER, MATHS, PUPIL, TEACHER, VIETNAMESE, git

ROW, OTHER_ROW = "hoc_sinh/HS2XS5FM", "hoc_sinh/HS32SAQY"
REMARK, NEXT = {f"{ROW}/nhan_xet": "Em chăm đọc sách."}, {f"{OTHER_ROW}/nhan_xet": "Em viết đẹp."}


def merged(served, name):
    served.person(LEADER).does("check-off", name, "--yes")
    served.person(DEPUTY).does("approve", name, "--yes")


@pytest.fixture
def others(served):
    """The teacher's clone from before, and main after somebody else's merge to one page."""
    teacher = served.person(TEACHER)
    teacher.does("proposals")
    return teacher


def changed(person):
    return git(person.folder, "status", "--porcelain").splitlines()


def test_what_was_sent_and_approved_is_no_longer_an_edit(served, others):
    name = others.proposes(MATHS, REMARK)
    merged(served, name)
    with pytest.raises(subprocess.CalledProcessError):
        git(others.folder, "pull", "-q", "--ff-only")
    said = others.does("update")
    assert "tệp đang sửa dở: 0" in said
    assert changed(others) == []
    assert git(others.folder, "rev-parse", "HEAD") == served.branches()["main"]


def test_edits_of_the_same_page_are_kept_beside_what_came(served, others):
    merged(served, others.proposes(MATHS, REMARK))
    git(others.folder, "checkout", "-q", ".")
    others.edit(MATHS, NEXT)
    others.edit(VIETNAMESE, REMARK)
    assert "tệp đang sửa dở: 2" in others.does("update")
    page = (others.folder / MATHS).read_text()
    assert "Em chăm đọc sách." in page
    assert "Em viết đẹp." in page
    assert changed(others) == [f" M {VIETNAMESE}", f" M {MATHS}"] or len(changed(others)) == 2
    sent = others.does("propose")
    assert "Đã gửi đề nghị" in sent


def test_where_both_changed_a_field_nothing_moves(served, others):
    merged(served, others.proposes(MATHS, REMARK))
    git(others.folder, "checkout", "-q", ".")
    before = git(others.folder, "rev-parse", "HEAD")
    others.edit(MATHS, {f"{ROW}/nhan_xet": "Em cần đọc to hơn."})
    kept = (others.folder / MATHS).read_bytes()
    code, said = others.run("update", "--ten")
    assert code == 1
    assert "Em cần đọc to hơn." in said
    assert "Em chăm đọc sách." in said
    assert (others.folder / MATHS).read_bytes() == kept
    assert git(others.folder, "rev-parse", "HEAD") == before
    others.edit(MATHS, REMARK)
    others.does("update")
    assert changed(others) == []


def test_a_new_file_in_the_way_stays_and_is_named(served, others):
    clerk = served.person(CLERK)
    clerk.does("proposals")
    merged(served, others.proposes(MATHS, REMARK))
    (clerk.folder / "ghi-chu.txt").write_text("riêng")
    clerk.edit(PUPIL, {"noi_o": "Thôn Đoài, xã Cộng Hòa"})
    assert "tệp đang sửa dở: 1" in clerk.does("update")
    assert (clerk.folder / "ghi-chu.txt").read_text() == "riêng"
    assert "Thôn Đoài" in (clerk.folder / PUPIL).read_text()


def test_commits_of_ones_own_are_not_thrown_away(served, others):
    merged(served, others.proposes(MATHS, REMARK))
    who = ["-c", "user.name=a", "-c", "user.email=a@a"]
    git(others.folder, *who, "commit", "-qam", "riêng")
    own = git(others.folder, "rev-parse", "HEAD")
    code, said = others.run("update")
    assert code == 2
    assert "bản ghi riêng" in said
    assert git(others.folder, "rev-parse", "HEAD") == own


def test_a_git_that_cannot_write_leaves_the_edits(served, others):
    merged(served, others.proposes(MATHS, REMARK))
    git(others.folder, "checkout", "-q", ".")
    others.edit(VIETNAMESE, NEXT)
    (others.folder / ".git" / "index.lock").touch()
    code, said = others.run("update")
    assert code == 2
    assert "tệp đang sửa còn nguyên" in said
    assert "Em viết đẹp." in (others.folder / VIETNAMESE).read_text()
    (others.folder / ".git" / "index.lock").unlink()
    others.does("update")
    assert "Em viết đẹp." in (others.folder / VIETNAMESE).read_text()
    assert "Em chăm đọc sách." in (others.folder / MATHS).read_text()
