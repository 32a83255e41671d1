"""A person far from the server: one passphrase, asked once, for login, commit and push."""

from __future__ import annotations

import getpass
import os

import pytest

from server.test_shell import Door
from servers import DEPUTY, PUPIL, TEACHER, git
from yards import keys

WORDS = "mật khẩu của tôi"
NOTE = {"ghi_chu": "Cháu bơi giỏi."}


@pytest.fixture
def far(served, tmp_path):
    """The teacher's clone, which reaches the server by SSH only, with a key that is closed."""
    door = Door(tmp_path / "cua", served.path)
    teacher = served.person(TEACHER)
    teacher.key.write_bytes(keys()[TEACHER].written(WORDS.encode()))
    url = f"ssh://{getpass.getuser()}@127.0.0.1/{served.path.name}"
    git(teacher.folder, "remote", "set-url", "origin", url)
    ssh = [*door.command(TEACHER)[:5], *door.command(TEACHER)[-8:]]
    git(teacher.folder, "config", "core.sshCommand", " ".join(ssh))
    yield teacher
    door.close()


def typed(words):
    """The number of a pipe from which a passphrase can be read once."""
    ours, theirs = os.pipe()
    os.write(theirs, words.encode() + b"\n")
    os.close(theirs)
    return ours


def test_one_passphrase_opens_the_door_and_signs_commit_and_push(served, far):
    far.edit(PUPIL, NOTE)
    said = far.does("propose", "--mat-khau-tu", typed(WORDS))
    name = said.split("Đã gửi đề nghị ")[1].split(".")[0]
    assert f"de-nghi/{name}" in served.branches()
    served.person(DEPUTY).does("approve", name, "--yes")
    assert "Cháu bơi giỏi." in served.page(PUPIL)


def test_without_the_passphrase_nothing_is_sent(served, far):
    far.edit(PUPIL, NOTE)
    before = served.branches()
    code, said = far.run("propose", "--mat-khau-tu", typed("sai"))
    assert (code, "mật khẩu của khóa không đúng" in said) == (2, True)
    code, said = far.run("propose")
    assert (code, "--mat-khau-tu" in said) == (2, True)
    code, said = far.run("proposals")
    assert (code, "Chưa cập nhật được" in said) == (0, True)
    assert served.branches() == before
