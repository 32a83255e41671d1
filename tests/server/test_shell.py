"""The door by SSH: a real sshd on loopback, real keys, and nothing behind it but the repository."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

import programs
from hoso.findings import HosoError
from hoso.server.doors import service_of
from hoso.store.git import Repository
from hoso.store.refs import refs
from server.desk import CLERK, DEPUTY, FOR_MAIN, HEAD, Desk, hoso, sound
from yards import MAIN, keys

PROPOSAL = f"refs/heads/de-nghi/{CLERK}/k7p2xq"


class Door:
    """An sshd that knows the keys of `hoso server keys`."""

    def __init__(self, folder: Path, server: Path):
        self.folder = folder
        folder.mkdir()
        for who, key in keys().items():
            (folder / who).write_bytes(key.written())
            (folder / who).chmod(0o600)
        listed = hoso("server", "keys", server)
        assert listed.returncode == 0, listed.stderr
        (folder / "authorized_keys").write_text(listed.stdout)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/may-chu\n"
            f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nAcceptEnv GIT_PROTOCOL\n"
            f"Subsystem sftp internal-sftp\nPidFile {folder}/pid\n"
        )
        if os.geteuid() == 0:
            # Where Debian's own service would have made it.
            Path("/run/sshd").mkdir(exist_ok=True)
        self.log = (folder / "log").open("w")
        self.sshd = subprocess.Popen(
            [programs.sshd(), "-D", "-e", "-f", folder / "sshd_config"], stderr=self.log
        )
        self._wait()

    def _wait(self):
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def command(self, who):
        """The ssh of somebody with a key."""
        return ["ssh", "-F", "none", "-p", str(self.port), "-i", str(self.folder / who),
                "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes",
                "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={os.devnull}",
                "-o", "LogLevel=ERROR"]  # fmt: skip

    def ask(self, who, *words):
        """What comes of a command that somebody sends."""
        return subprocess.run(
            [*self.command(who), f"{getpass.getuser()}@127.0.0.1", *words],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip

    def desk(self, folder, server, who):
        """A clone that comes in by this door."""
        url = f"ssh://{getpass.getuser()}@127.0.0.1/{server.name}"
        return Desk(folder, server, url, {"GIT_SSH_COMMAND": " ".join(self.command(who))})

    def close(self):
        """Ends the sshd."""
        self.sshd.terminate()
        self.sshd.wait()
        self.log.close()


@pytest.fixture(scope="module")
def server(founded, tmp_path_factory):
    """The server behind the door."""
    return shutil.copytree(founded, tmp_path_factory.mktemp("sau-cua") / "truong.git")


@pytest.fixture(scope="module")
def door(server, tmp_path_factory):
    """A door to that server."""
    found = Door(tmp_path_factory.mktemp("truoc-cua") / "cua", server)
    yield found
    found.close()


def test_a_person_fetches_and_pushes_through_the_door(door, server, tmp_path):
    desk = door.desk(tmp_path / "xa", server, DEPUTY)
    merge = desk.approved_merge(0, "Gửi từ xa.")
    said = desk.push(merge)
    assert "Đã nhận vào main" in said
    assert refs(Repository(server))[MAIN] == merge
    assert sound(server)[-1].pusher == DEPUTY


def test_who_comes_in_and_who_signed_must_be_one_person(door, server, tmp_path):
    desk = door.desk(tmp_path / "xa", server, HEAD)
    before = refs(Repository(server))
    said = desk.push(desk.noted(0, "Khóa của người khác."), PROPOSAL, CLERK, fails=True)
    assert "HS847 giay-gui" in said
    merge = desk.approved_merge(0, "Khóa của người khác.")
    assert f"{HEAD} kết nối mà {DEPUTY} ký" in desk.push(merge, FOR_MAIN, DEPUTY, fails=True)
    assert refs(Repository(server)) == before


@pytest.mark.parametrize(
    "asked",
    [
        None, "", "cat /etc/passwd", "sh", "git-upload-pack", "git-upload-archive 'truong.git'",
        "git-upload-pack '/etc'", "git-upload-pack '../truong.git'", "git-receive-pack 'khac.git'",
        "git-upload-pack 'truong.git' --timeout=1", "git-upload-pack 'truong.git'; id",
        "git-upload-pack 'truong.git", "git gc 'truong.git'", "$(id)", "git-upload-pack `id`",
        "git-upload-pack /tmp/truong.git", "git upload-pack --strict truong.git",
    ],
)  # fmt: skip
def test_nothing_else_is_what_a_login_may_ask_for(asked):
    with pytest.raises(HosoError):
        service_of(asked, Path("/srv/truong.git"))


@pytest.mark.parametrize("place", ["truong.git", "/truong.git", "/srv/truong.git", "~/truong.git/"])
@pytest.mark.parametrize("service", ["upload-pack", "receive-pack"])
def test_fetching_and_pushing_are_asked_for_in_gits_own_ways(place, service):
    for asked in (f"git-{service} '{place}'", f"git {service} '{place}'"):
        assert service_of(asked, Path("/srv/truong.git")) == service


@pytest.mark.parametrize("asked", ["cat /etc/passwd", "", "git-upload-pack 'truong.git'; id"])
def test_nothing_else_is_opened_by_a_persons_key(door, asked):
    told = door.ask(DEPUTY, asked) if asked else door.ask(DEPUTY)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("Lỗi: ")


def test_neither_files_nor_ports_are_carried_through_the_door(door):
    told = door.ask(DEPUTY, "-s", "sftp")
    assert (told.returncode, told.stdout) == (2, "")
    told = subprocess.run(
        [*door.command(DEPUTY), "-W", f"127.0.0.1:{door.port}", "127.0.0.1"],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    assert told.returncode != 0
    assert "SSH-2.0" not in told.stdout


def test_a_key_that_no_record_names_does_not_come_in(door):
    told = door.ask("chung-thuc", "git-upload-pack 'truong.git'")
    assert told.returncode == 255
    assert "Permission denied" in told.stderr


def test_what_a_killed_push_left_is_finished_before_anybody_is_shown_anything(
    door, server, tmp_path
):
    desk = door.desk(tmp_path / "xa", server, DEPUTY)
    wish = f"refs/heads/de-nghi/{CLERK}/dodang"
    (server / "hoso" / "journal").write_text(json.dumps([[wish, desk.genesis, None]]))
    assert wish in desk.git("ls-remote", desk.url)
    assert not (server / "hoso" / "journal").exists()
