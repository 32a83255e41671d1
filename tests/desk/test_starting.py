"""The desk started as people start it: a process, an address, HTTPS, killed in the middle."""

import hashlib
import json
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from desk.visiting import PASSPHRASE, Visitor
from hoso.cli.main import outcome
from hoso.desk.place import Desk
from hoso.store.git import Repository
from servers import HEAD, TEACHER, clean
from yards import keys


@contextmanager
def started(server, *more):
    """`hoso desk` as a process of its own; gives what it printed up to its readiness."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "hoso.cli.main", "desk", "--repo", server, "--port", "0",
         *more],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**clean(), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl+C" in line:
                break
        yield process, "".join(said)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def server(unpeopled, tmp_path):
    """A server with a desk where the head has an account."""
    place = shutil.copytree(unpeopled, tmp_path / "server.git")
    desk = Desk(place, lambda: datetime.now(UTC))
    desk.accounts.give(HEAD, PASSPHRASE, keys()[HEAD])
    desk.close()
    return place


def test_one_command_opens_the_desk_on_this_machine_alone(server):
    with started(server) as (process, said):
        base = re.search(r"http://127\.0\.0\.1:\d+", said)[0]
        visitor = Visitor(base)
        assert visitor.login(HEAD).status_code == 303
        assert visitor.inside()
        visitor.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) in {0, 130}


def test_over_the_network_everything_is_closed_and_the_fingerprint_is_told(server):
    with started(server, "--lan") as (_, said):
        host, port = re.search(r"https://([^:/\s]+):(\d+)/", said).groups()
        print_ = re.search(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", said)[0]
        assert "cảnh báo" in said
        pem = ssl.get_server_certificate(("127.0.0.1", int(port)))
        served = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
        assert served.upper() == print_.replace(":", "")
        trusting = ssl.create_default_context(cadata=pem)
        visitor = Visitor(f"https://127.0.0.1:{port}")
        visitor.client.close()
        visitor.client = httpx.Client(base_url=visitor.base, verify=trusting, timeout=60)
        cookie = visitor.login(HEAD).headers["set-cookie"]
        assert cookie.startswith("__Host-hoso=")
        assert "Secure" in cookie
        visitor.close()
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{port}/dang-nhap")
        assert host


def test_a_second_start_keeps_the_certificate(server):
    prints = []
    for _ in range(2):
        with started(server, "--lan") as (_, said):
            prints.append(re.search(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", said)[0])
    assert prints[0] == prints[1]
    assert (server / "hoso" / "desk" / "chung-thu.key").stat().st_mode & 0o077 == 0


def test_a_code_from_the_command_line_lets_a_person_in(own_place, capsys):
    assert outcome(["desk", "account", TEACHER, "--repo", str(own_place.server)]) == 0
    said = capsys.readouterr().out
    code = re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", said)[0]
    assert "khóa ký cũ bỏ đi" in said
    visitor = own_place.stranger()
    form = {"ai": TEACHER, "ma": code, "mat_khau": "một câu mới dài", "nhap_lai": "một câu mới dài"}
    visitor.post("/dang-nhap/lan-dau", form, token=visitor.token("/dang-nhap/lan-dau"))
    assert visitor.inside()


def test_nobody_outside_the_school_gets_a_code(own_place, capsys):
    assert outcome(["desk", "account", "NV9999", "--repo", str(own_place.server)]) == 2
    assert "không có nhân sự" in capsys.readouterr().err


def test_a_folder_without_a_server_is_told_what_to_do(tmp_path, capsys):
    assert outcome(["desk", "--repo", str(tmp_path / "khong-co")]) == 2
    assert "hoso init-server" in capsys.readouterr().err


def test_a_moved_server_and_half_an_outbox_are_no_hindrance(server, tmp_path):
    desk = Desk(server, lambda: datetime.now(UTC))
    before = desk.clone().view.main
    desk.close()
    moved = server.rename(tmp_path / "noi-khac.git")
    (moved / "hoso" / "desk" / "outbox.git" / "HEAD").unlink()
    again = Desk(moved, lambda: datetime.now(UTC))
    assert again.clone().view.main == before
    again.close()


def test_a_site_built_before_is_caught_up_at_a_start_that_does_not_serve_it(
    closed_founded, tmp_path
):
    server = shutil.copytree(closed_founded, tmp_path / "server.git")
    shown = server / "hoso" / "desk" / "trang-web" / "manifest.json"
    shown.parent.mkdir(parents=True)
    old = f'{{"commit": "{"0" * 40}"}}'
    shown.write_text(old)
    with started(server):
        end = time.monotonic() + 90
        while shown.read_text() == old:
            assert time.monotonic() < end
            time.sleep(0.05)
    assert json.loads(shown.read_bytes())["commit"] == Repository(server).resolve("main")
