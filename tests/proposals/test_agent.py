"""The key agent of one command, asked by OpenSSH's own programs."""

from __future__ import annotations

import socket
import stat
import struct
import subprocess

import pytest

from hoso.signing.keys import new_key
from hoso.signing.sshsig import read_signature
from hoso.store.agent import serving
from servers import clean

KEY = new_key()


@pytest.fixture
def held():
    with serving(KEY.public.line, KEY.sign_bare) as held:
        yield held


def ssh(held, *command, **more):
    """A program of OpenSSH that finds the agent."""
    return subprocess.run(
        command, capture_output=True, check=False, timeout=20,
        env={**clean(), "SSH_AUTH_SOCK": str(held.socket)}, **more,
    )  # fmt: skip


def asked(held, request):
    """The agent's answer to raw bytes; empty where it hangs up."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(held.socket))
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        return line.makefile("rb").read()


def test_it_shows_the_one_key_it_holds(held):
    listed = ssh(held, "ssh-add", "-L").stdout.decode()
    assert listed.startswith(KEY.public.line)
    assert len(listed.splitlines()) == 1


def test_it_signs_pushes_for_git(held):
    done = ssh(held, "ssh-keygen", "-Y", "sign", "-n", "git", "-f", held.public, input=b"push")
    assert read_signature(done.stdout.decode()).covers(b"push", "git")


@pytest.mark.parametrize("namespace", ["hoso-phe-duyet-v1", "hoso-chung-thuc-v1", "file", "gitx"])
def test_it_signs_no_statement_and_nothing_else(held, namespace):
    done = ssh(held, "ssh-keygen", "-Y", "sign", "-n", namespace, "-f", held.public, input=b"x")
    assert (done.returncode != 0, done.stdout) == (True, b"")


def packed(*strings):
    return b"".join(struct.pack(">I", len(each)) + each for each in strings)


REQUESTS = {
    "empty": b"\0\0\0\0",
    "endless": b"\xff\xff\xff\xff",
    "cut": b"\0\0",
    "nothing asked": packed(b"\x0d"),
    "another key": packed(b"\x0d" + packed(b"khac", b"x")),
    "anything": packed(b"\x0d" + packed(KEY.public.blob, b"x")),
    "no login": packed(b"\x0d" + packed(KEY.public.blob, packed(b"phien") + b"\x33")),
    "another question": packed(b"\x11"),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_what_is_no_sound_question_gets_no_signature_and_hurts_nobody(held, request_):
    assert asked(held, request_) in (b"", b"\0\0\0\1\5")
    assert ssh(held, "ssh-add", "-L").returncode == 0


def test_only_this_user_may_enter_and_afterwards_nothing_is_left():
    with serving(KEY.public.line, KEY.sign_bare) as held:
        folder = held.socket.parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert b"PRIVATE" not in b"".join(
            each.read_bytes() for each in folder.iterdir() if each.is_file()
        )
    assert not folder.exists()
