"""What people do with proposals, from edited files to `main`, on a real server."""

from __future__ import annotations

import json

import pytest

from servers import (
    CLERK,
    DEPUTY,
    HEAD,
    LEADER,
    MATHS,
    PUPIL,
    TEACHER,
    VIETNAMESE,
    git,
)  # fmt: skip

MARK, BACK = "hoc_sinh/HS2XS5FM/muc", "hoan-thanh"
BETTER = {MARK: "hoan-thanh-tot"}
OTHER_ROW = {"hoc_sinh/HS32SAQY/muc": BACK}
LINE = "HS2XS5FM · Mức đạt được: H – Hoàn thành → T – Hoàn thành tốt"


@pytest.fixture
def teacher(served):
    return served.person(TEACHER)


@pytest.fixture
def leader(served):
    return served.person(LEADER)


@pytest.fixture
def deputy(served):
    return served.person(DEPUTY)


def stage(person, name):
    """What the list says a proposal waits for, and who can take the next step."""
    listed = json.loads(person.does("proposals", "--format", "json"))
    return next((each["stage"], each["next"]) for each in listed if each["name"] == name)


def test_a_mark_is_proposed_checked_off_and_approved_and_then_stands_on_main(
    served, teacher, leader, deputy
):
    teacher.edit(MATHS, BETTER)
    said = teacher.does("propose", "--mo-ta", "Chấm lại bài giữa kỳ.")
    name = said.split("Đã gửi đề nghị ")[1].split(".")[0]
    assert LINE in said
    assert "bước 1 – kiểm tra, vai gvcn, to-pho, to-truong: NV0013" in said
    assert "bước 2 – duyệt, vai hieu-truong, pho-hieu-truong: NV0001, NV0002" in said
    assert stage(leader, name) == ("check", [LEADER])
    assert LINE in leader.does("diff", name)
    assert "Nguyễn Hà Linh · Mức đạt được" in leader.does("diff", name, "--ten")
    assert "Ký xác nhận đã kiểm tra? [c/K]" in leader.does("check-off", name, typed="c\n")
    assert stage(deputy, name) == ("approve", [HEAD, DEPUTY])
    assert name in deputy.does("proposals", "--cho", "tôi")
    assert name not in leader.does("proposals", "--cho", "tôi")
    said = deputy.does("approve", name, typed="c\n")
    assert "✓ NV0013: đã kiểm tra, vai to-truong" in said
    assert "đã nhập vào main" in said
    assert "muc: hoan-thanh-tot" in served.page(MATHS).split("HS32SAQY")[0]
    assert not [each for each in served.branches() if each.startswith(("de-nghi", "y-kien"))]
    assert deputy.does("proposals") == "Không có đề nghị nào đang mở.\n"


def test_the_merge_says_what_changed_by_identifiers_and_carries_the_statements(
    served, teacher, leader, deputy
):
    name = teacher.proposes(MATHS, BETTER)
    leader.does("check-off", name, "--yes")
    deputy.does("approve", name, "--yes")
    message = git(served.path, "log", "-1", "--format=%B", "main")
    title, lines, statements = message.split("\n\n")
    assert title == f"Lớp 3B · Toán · Giữa học kỳ I ({name})"
    assert lines == f"Lớp 3B · Toán · Giữa học kỳ I — {LINE}"
    assert [each.split(": ")[0] for each in statements.splitlines()] == [
        "Phe-Duyet", "Phe-Duyet-Sig", "Phe-Duyet", "Phe-Duyet-Sig",
    ]  # fmt: skip
    topic = git(served.path, "log", "-1", "--format=%an %B", "main^2")
    assert topic == f"{TEACHER} Lớp 3B · Toán · Giữa học kỳ I"
    assert "Nguyễn Hà Linh" not in git(served.path, "log", "--all", "--format=%B")


def test_a_statement_survives_an_unrelated_merge(served, teacher, leader, deputy):
    name = teacher.proposes(MATHS, BETTER)
    leader.does("check-off", name, "--yes")
    unrelated = served.person(CLERK).proposes(PUPIL, {"ghi_chu": "Cháu dị ứng tôm."})
    deputy.does("approve", unrelated, "--yes")
    assert stage(deputy, name)[0] == "approve"
    assert "đã nhập vào main" in deputy.does("approve", name, "--yes")
    assert "ghi_chu" in served.page(PUPIL)


def test_a_statement_dies_when_the_same_page_changes(served, teacher, leader, deputy):
    name = teacher.proposes(MATHS, BETTER)
    leader.does("check-off", name, "--yes")
    teacher.update()
    second = teacher.proposes(MATHS, OTHER_ROW)
    leader.does("check-off", second, "--yes")
    deputy.does("approve", second, "--yes")
    assert stage(deputy, name) == ("check", [LEADER])
    said = deputy.does("approve", name, "--yes")
    assert f"✗ lời ký của {LEADER} không tính: nội dung đã khác với lúc ký" in said
    assert ("nhập vào main" in said, "bước 1 – kiểm tra" in said) == (False, True)
    assert "đã nhập vào main" in leader.does("check-off", name, "--yes")
    page = served.page(MATHS)
    assert "muc: hoan-thanh-tot" in page.split("HS32SAQY")[0]
    assert "muc: hoan-thanh\n" in page.split("HS32SAQY")[1].split("HS4Z4BEW")[0]


def test_two_people_edit_different_fields_of_one_page(served, teacher, deputy):
    first = teacher.proposes(PUPIL, {"ghi_chu": "Cháu bơi giỏi."})
    second = served.person(CLERK).proposes(PUPIL, {"noi_o": "Xóm Đình, xã Cộng Hòa"})
    said = deputy.does("approve", first, second, "--yes")
    assert said.count("đã nhập vào main") == 2
    page = served.page(PUPIL)
    assert "ghi_chu: Cháu bơi giỏi." in page
    assert "noi_o: Xóm Đình, xã Cộng Hòa" in page


def test_a_true_conflict_is_shown_as_such_and_approved_by_nobody(served, teacher, leader, deputy):
    first = teacher.proposes(MATHS, BETTER)
    teacher.update()
    second = teacher.proposes(MATHS, {MARK: "chua-hoan-thanh"})
    leader.does("check-off", first, "--yes")
    deputy.does("approve", first, "--yes")
    assert stage(leader, second) == ("conflict", [TEACHER])
    code, said = leader.run("diff", second)
    assert (code, "HS836" in said) == (1, True)
    assert (
        "Mức đạt được: gốc H – Hoàn thành, bên này T – Hoàn thành tốt, "
        "bên kia C – Chưa hoàn thành" in said
    )
    before = served.branches()
    code, said = leader.run("check-off", second, "--yes")
    assert (code, "HS836" in said) == (1, True)
    assert served.branches() == before


def test_a_returned_proposal_is_continued_and_comes_to_main(served, teacher, leader, deputy):
    name = teacher.proposes(MATHS, {MARK: "chua-hoan-thanh"})
    said = leader.does("return", name, "--reason", "Bài làm đúng 9/10 câu.", "--yes")
    assert f"hoso propose --tiep {name.split('/')[1]}" in said
    assert stage(teacher, name) == ("returned", [TEACHER])
    assert f"↩ {LEADER} trả lại: Bài làm đúng 9/10 câu." in teacher.does("diff", name)
    assert name in teacher.does("proposals", "--cho", "toi")
    teacher.edit(MATHS, BETTER)
    assert f"Đã gửi thêm vào {name}" in teacher.does("propose", "--tiep", name.split("/")[1])
    assert stage(leader, name) == ("check", [LEADER])
    leader.does("check-off", name, "--yes")
    deputy.does("approve", name, "--yes")
    assert "muc: hoan-thanh-tot" in served.page(MATHS).split("HS32SAQY")[0]


def test_a_continued_proposal_leaves_out_what_others_did_to_the_page(served, teacher, deputy):
    clerk = served.person(CLERK)
    name = teacher.proposes(PUPIL, {"ghi_chu": "Cháu bơi giỏi."})
    deputy.does("approve", clerk.proposes(PUPIL, {"noi_o": "Xóm Đình"}), "--yes")
    git(teacher.folder, "stash", "-q")
    git(teacher.folder, "pull", "-q")
    git(teacher.folder, "stash", "pop")
    teacher.edit(PUPIL, {"ghi_chu": "Cháu bơi giỏi, cần kính bơi."})
    teacher.does("propose", "--tiep", name)
    assert "noi_o" not in git(served.path, "diff", f"main~1...de-nghi/{name}")
    deputy.does("approve", name, "--yes")
    assert "cần kính bơi" in served.page(PUPIL)
    assert "noi_o: Xóm Đình" in served.page(PUPIL)


def test_what_is_sent_already_is_left_out_of_the_next_proposal(served, teacher, deputy):
    teacher.proposes(MATHS, BETTER)
    assert "Không có gì mới để gửi." in teacher.does("propose")
    # Also once it is on main, though the clone has not come along.
    deputy.does("approve", teacher.proposes(PUPIL, {"ghi_chu": "Cháu bơi giỏi."}), "--yes")
    assert "Không có gì mới để gửi." in teacher.does("propose")
    teacher.edit(VIETNAMESE, {"hoc_sinh/HS32SAQY/muc": "hoan-thanh-tot"})
    said = teacher.does("propose")
    assert "Bỏ qua 2 trang đã gửi" in said
    assert "Tiếng Việt" in said
    assert "Toán" not in said
