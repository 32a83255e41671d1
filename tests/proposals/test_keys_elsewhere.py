"""Keys that hoso never holds sign all the same: on a security key, or with a real ssh-agent."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from hoso.signing.certificates import read_certificate
from hoso.signing.entries import CERTIFICATE
from hoso.store.git import Repository
from servers import CLERK, DEPUTY, HEAD, PUPIL, TEACHER, clean, git
from tokens import Token, agent_of
from yards import keys

NOTE = {"ghi_chu": "Cháu bơi giỏi."}


@pytest.fixture
def socket(monkeypatch):
    """Where OpenSSH's programs look for the agent; a socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="hoso-") as folder:
        monkeypatch.setenv("SSH_AUTH_SOCK", f"{folder}/s")
        yield Path(folder) / "s"


@pytest.fixture
def agent(socket):
    """A real ssh-agent that holds the keys of teacher and deputy head."""
    with subprocess.Popen(
        ["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE, env=clean()
    ) as agent:
        agent.stdout.readline()
        for who in (TEACHER, DEPUTY):
            subprocess.run(["ssh-add", "-q", "-"], input=keys()[who].written(), check=True,
                           env=clean(SSH_AUTH_SOCK=str(socket)))  # fmt: skip
        yield agent
        agent.kill()


def without_secret(person, public):
    """Leaves somebody the public line of a key only."""
    person.key.unlink(missing_ok=True)
    person.key = person.folder / ".git" / "khoa cua toi.pub"
    person.key.write_text(f"{public.line} máy ở trường\n")
    git(person.folder, "config", "hoso.khoa", person.key)


def test_keys_that_ssh_agent_holds_propose_and_approve(served, agent):
    teacher, deputy = served.person(TEACHER), served.person(DEPUTY)
    for each in (teacher, deputy):
        without_secret(each, keys()[each.who].public)
    assert teacher.does("key", "use", teacher.key).startswith(
        f"Từ nay bản sao này là của {TEACHER}"
    )
    name = teacher.proposes(PUPIL, NOTE)
    said = deputy.does("approve", name, "--yes")
    assert "đã nhập vào main" in said
    assert "Chạm" not in said
    assert "Cháu bơi giỏi." in served.page(PUPIL)
    agent.kill()
    agent.wait()
    before = served.branches()
    teacher.edit(PUPIL, {"ghi_chu": "Cháu bơi rất giỏi."})
    code, said = teacher.run("propose")
    assert (code, served.branches()) == (2, before)
    assert "không ký được: không thấy khóa riêng; chạy ssh-add" in said


@pytest.fixture
def tokens(served, tmp_path):
    """A security key for teacher and deputy head each, enrolled by the clerk and the head."""
    found, clerk = {who: Token() for who in (TEACHER, DEPUTY)}, served.person(CLERK)
    for who, token in found.items():
        public = tmp_path / f"{who}.pub"
        public.write_text(f"{token.public.line} thẻ khóa\n")
        clerk.does("key", "add", public, "--who", who)
    name = re.search(r"NV[0-9/a-z]+", clerk.does("propose").split("Đã gửi")[1]).group()
    served.person(HEAD).does("approve", name, "--yes")
    for who, token in found.items():
        served.person(who).key.write_bytes(token.written())
    return found


def test_a_security_key_is_touched_once_for_each_signature(served, tokens, socket):
    teacher, deputy = served.person(TEACHER), served.person(DEPUTY)
    teacher.edit(PUPIL, NOTE)
    with agent_of(socket, {each.public.blob: each.sign_bare for each in tokens.values()}):
        said = teacher.does("propose")
        assert "chạm khóa 2 lần: phiên bản, giấy gửi." in said
        name = re.search(r"NV[0-9/a-z]+", said.split("Đã gửi")[1]).group()
        said = deputy.does("approve", name, "--yes")
    assert "chạm khóa 3 lần: lời ký, phiên bản, giấy gửi." in said
    assert re.findall(r"lần (\d): (.+)…", said) == [
        ("1", "lời ký"), ("2", "phiên bản"), ("3", "giấy gửi"),
    ]  # fmt: skip
    assert [each.count for each in tokens.values()] == [2, 3]
    assert "Cháu bơi giỏi." in served.page(PUPIL)
    server = Repository(served.path)
    paper = read_certificate(server.tree("nhat-ky").read(CERTIFICATE))
    assert paper.signer() == tokens[DEPUTY].public


def refusing(token, after):
    """A key that is pulled out after so many signatures."""
    last = token.count + after
    return lambda message: token.sign_bare(message) if token.count < last else None


def test_where_a_key_does_not_sign_it_is_said_why_and_nothing_is_changed(served, tokens, socket):
    teacher, token, other = served.person(TEACHER), tokens[TEACHER], Token()
    teacher.edit(PUPIL, NOTE)
    before = served.branches()
    blob = token.public.blob

    def refused(signers):
        with agent_of(socket, signers):
            code, said = teacher.run("propose")
        assert (code, served.branches()) == (2, before), said
        return said

    assert "ssh-agent không chịu ký" in refused({blob: refusing(token, 0)})
    assert "ssh-agent không chịu ký" in refused({blob: refusing(token, 1)})
    assert "không phải của khóa này" in refused({blob: other.sign_bare})
    token.present = False
    assert "không ai chạm" in refused({blob: token.sign_bare})
    token.present = True
    assert "không thấy khóa bảo mật" in refused({other.public.blob: other.sign_bare})
    without_secret(teacher, token.public)
    assert "ssh-add" in refused({})
    without_secret(teacher, other.public)
    assert "chưa được ghi trong sổ khóa ký" in refused({other.public.blob: other.sign_bare})
