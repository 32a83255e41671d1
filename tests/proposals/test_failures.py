"""What fails leaves the person's files, index and branches as they were, and says what became."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime

import pytest

from hoso.cli.main import outcome
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import NotDelivered, Signer, deliver, spoken
from hoso.proposals.names import named
from hoso.proposals.stages import standing
from hoso.store.agent import serving
from hoso.store.git import Repository
from hoso.store.remote import Remote
from servers import CLERK, DEPUTY, MATHS, PUPIL, TEACHER, VIETNAMESE, clean, git
from yards import keys

BETTER = {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}


def state(person):
    """Everything of a clone that is the person's own: files, index, HEAD and branches."""
    files = {
        path.relative_to(person.folder): path.read_bytes()
        for path in sorted(person.folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }
    told = git(person.folder, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
    return files, git(person.folder, "ls-files", "-s"), told, git(person.folder, "status", "-s")


@pytest.fixture
def teacher(served):
    """Somebody with one edit in the index, one beside it and a file git does not know."""
    teacher = served.person(TEACHER)
    teacher.edit(MATHS, BETTER)
    git(teacher.folder, "add", MATHS)
    teacher.edit(VIETNAMESE, {"hoc_sinh/HS32SAQY/muc": "hoan-thanh-tot"})
    (teacher.folder / "ghi-chu.txt").write_text("của riêng tôi\n")
    return teacher


def hook(served, text):
    """Puts a script in the place of the server's own hook."""
    file = served.path / "hooks" / "pre-receive"
    file.unlink(missing_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_nothing_is_touched_by_what_the_check_refuses(served, teacher):
    teacher.edit(MATHS, {"hoc_sinh/HS2XS5FM/muc": "rất tốt"})
    before = state(teacher), served.branches()
    code, said = teacher.run("propose")
    assert (code, "HS303" in said, "Đã gửi" in said) == (1, True, False)
    assert (state(teacher), served.branches()) == before


def test_nothing_is_touched_when_the_server_is_not_there(served, teacher):
    served.path.rename(served.path.with_name("di-roi.git"))
    before = state(teacher)
    code, said = teacher.run("propose")
    assert (code, "không lấy được hồ sơ từ kho chung origin" in said) == (2, True)
    assert state(teacher) == before
    code, said = teacher.run("proposals")
    assert (code, "Đang xem theo lần lấy về gần nhất." in said) == (0, True)


def test_nothing_is_touched_when_the_server_takes_nothing(served, teacher):
    hook(served, 'echo "ổ đĩa chỉ cho đọc" >&2; exit 1')
    before = state(teacher), served.branches()
    code, said = teacher.run("propose")
    assert (code, "máy chủ không nhận" in said, "ổ đĩa chỉ cho đọc" in said) == (1, True, True)
    assert (state(teacher), served.branches()) == before


def test_nothing_is_touched_when_the_push_is_killed(served, teacher):
    hook(served, "kill -9 $PPID; sleep 1")
    before = state(teacher), served.branches()
    code, said = teacher.run("propose")
    assert (code, "chưa biết máy chủ đã nhận chưa" in said) == (1, True)
    assert (state(teacher), served.branches()) == before


def test_what_nobody_answered_is_sent_again_and_counts_once(served):
    teacher, deputy = served.person(TEACHER), served.person(DEPUTY)
    real, died = served.path / "hooks" / "that", served.path / "died"
    (served.path / "hooks" / "pre-receive").rename(real)
    hook(served, f"[ -e {died} ] || {{ touch {died}; kill -9 $PPID; sleep 1; }}\nexec {real}")
    name = teacher.proposes(PUPIL, {"ghi_chu": "Cháu bơi giỏi."})
    assert [each for each in served.branches() if each.startswith("de-nghi")] == [f"de-nghi/{name}"]
    died.unlink()
    assert "đã nhập vào main" in deputy.does("approve", name, "--yes")
    assert git(served.path, "rev-list", "--count", "--first-parent", "main") == "2"


def test_a_success_too_leaves_files_and_index_alone(served, teacher):
    before = state(teacher)
    said = teacher.does("propose", f"{VIETNAMESE.rpartition('/')[0]}/")
    assert "Tiếng Việt" in said
    assert "Toán" not in said
    assert state(teacher) == before


def test_what_was_committed_by_hand_is_sent_as_the_persons_own_signed_commit(served):
    teacher = served.person(TEACHER)
    teacher.edit(MATHS, BETTER)
    git(teacher.folder, "-c", "user.name=x", "-c", "user.email=x@y.example", "commit", "-qam", "x")
    said = teacher.does("propose", "--mo-ta", "Chấm lại.")
    name = said.split("Đã gửi đề nghị ")[1].split(".")[0]
    told = git(served.path, "log", "-1", "--format=%an %P %b", f"de-nghi/{name}")
    assert told == f"{TEACHER} {served.branches()['main']} Chấm lại."


def test_who_stands_at_a_proposal_of_long_ago_is_sent_back_to_main(served):
    teacher, deputy = served.person(TEACHER), served.person(DEPUTY)
    deputy.does("approve", teacher.proposes(PUPIL, {"ghi_chu": "Cháu bơi giỏi."}), "--yes")
    teacher.update()
    git(teacher.folder, "checkout", "-q", "HEAD^2")
    teacher.edit(MATHS, BETTER)
    code, said = teacher.run("propose")
    assert (code, "git switch main" in said) == (2, True)


@pytest.mark.parametrize("what", ["link", "pipe", "unknown"])
def test_files_that_are_no_pages_are_named_and_not_read(served, what):
    teacher = served.person(TEACHER)
    file = teacher.folder / MATHS
    if what == "unknown":
        (teacher.folder / "records" / "nháp.docx").write_bytes(b"x")
    else:
        file.unlink()
        os.mkfifo(file) if what == "pipe" else file.symlink_to("/etc/passwd")
    code, said = teacher.run("propose")
    assert (code, "HS20" in said) == (1, True)


def test_words_that_name_a_pupil_of_the_change_do_not_enter_history(served, teacher):
    before = served.branches()
    code, said = teacher.run("propose", "--mo-ta", "Sửa điểm  cho NGUYỄN Hà linh.")
    assert (code, "ghi HS2XS5FM" in said) == (2, True)
    assert served.branches() == before


def test_a_wish_for_what_did_not_change_is_wrong_use(teacher):
    code, said = teacher.run("propose", "records/khong-co")
    assert (code, "không có thay đổi nào ở records/khong-co" in said) == (2, True)


class At:
    """Somebody's clone as the program sees it, and a clock that lets others act in between."""

    def __init__(self, person, between):
        self.person, self.between, self.asked = person, between, 0
        self.signer = Signer(
            person=person.who, key=keys()[person.who], clock=self.clock, chance=os.urandom,
            pause=lambda attempt: None,
        )  # fmt: skip

    def clock(self):
        self.asked += 1
        if self.asked == 1:
            self.between()
        return datetime.now(UTC)

    def approve(self, name):
        key = self.signer.key
        with serving(key.public.line, key.sign_bare) as held:
            clone = Clone(Remote(Repository(self.person.folder), held=held))
            clone.refresh()
            seen = standing(clone, named(name), clone.now(datetime.now(UTC)))
            lines = spoken(seen, self.signer, "duyet", ["pho-hieu-truong"], clone.view.state.log)
            return deliver(clone, seen, self.signer, lines)


def test_a_merge_that_is_overtaken_is_made_again_with_the_same_statement(served):
    teacher, head = served.person(TEACHER), served.person("NV0001")
    name = teacher.proposes(PUPIL, {"ghi_chu": "Cháu bơi giỏi."})
    other = served.person(CLERK).proposes("records/hoc-sinh/HS32SAQY.yml", {"noi_o": "Xóm Đình"})
    at = At(served.person(DEPUTY), lambda: head.does("approve", other, "--yes"))
    done = at.approve(name)
    assert done.merge == served.branches()["main"]
    assert "Cháu bơi giỏi." in served.page(PUPIL)
    assert git(served.path, "rev-list", "--count", "--first-parent", "main") == "3"


def test_nobody_signs_again_what_they_have_not_seen(served):
    teacher, head = served.person(TEACHER), served.person("NV0001")
    name = teacher.proposes(PUPIL, {"ghi_chu": "Cháu bơi giỏi."})
    other = served.person(CLERK).proposes(PUPIL, {"noi_o": "Xóm Đình"})
    at = At(served.person(DEPUTY), lambda: head.does("approve", other, "--yes"))
    with pytest.raises(NotDelivered, match="vừa được người khác sửa"):
        at.approve(name)
    assert "Cháu bơi giỏi." not in served.page(PUPIL)


def test_a_merge_whose_answer_was_lost_is_known_to_have_counted(served):
    name = served.person(TEACHER).proposes(PUPIL, {"ghi_chu": "Cháu bơi giỏi."})
    file = served.path / "hooks" / "post-receive"
    file.write_text("#!/bin/sh\nkill -9 $PPID\nsleep 1\n")
    file.chmod(0o755)
    assert "đã nhập vào main" in served.person(DEPUTY).does("approve", name, "--yes")
    assert "Cháu bơi giỏi." in served.page(PUPIL)


def test_a_clone_elsewhere_of_something_else_is_refused(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True, env=clean())
    assert outcome(["proposals", "--repo", str(tmp_path)]) == 2
