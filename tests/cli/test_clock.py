"""The clock of a training server: made up, only ever moved on, and never that of a real server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import hoso
from hoso.cli.clock import SHIFT, now
from hoso.cli.main import outcome
from hoso.gate.verdict import VIETNAM
from hoso.store.git import Repository
from servers import PUPIL, TEACHER, Served, clean, git, small_files, written

BEGIN = datetime(2026, 11, 13, 8, 0, tzinfo=VIETNAM)
NEXT = "2026-11-20 07:00"


def founded(folder, *more):
    """A server of the small school."""
    school = written(small_files(), folder / "truong")
    made = subprocess.run(
        [sys.executable, "-I", "-m", "hoso.cli.main", "init-server", folder / "server.git",
         "--from", school, *more],
        check=True, capture_output=True, text=True, env=clean(),
    )  # fmt: skip
    return folder / "server.git", made.stdout


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    place, said = founded(tmp_path_factory.mktemp("tap"), "--tap-duot", f"{BEGIN:%Y-%m-%d %H:%M}")
    assert "Kho tập dượt: giờ giả, bắt đầu từ 08:00 ngày 13/11/2026." in said
    return place


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    return founded(tmp_path_factory.mktemp("that"))[0]


@pytest.fixture
def served(training, tmp_path):
    return Served(tmp_path, training)


def near(moment, other):
    """Whether two moments differ only by what a test takes."""
    return abs(moment - other) < timedelta(minutes=5)


def server(capsys, verb, place, *more):
    """What a verb about a server comes to."""
    capsys.readouterr()
    code = outcome(["server", verb, str(place), *more])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_one_module_reads_the_clock_that_judges():
    rooms = ("audit", "cli", "gate", "ledger", "proposals", "server")
    asks = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(")
    found = [
        path.name
        for room in rooms
        for path in (Path(hoso.__file__).parent / room).glob("*.py")
        if asks.search(path.read_text("utf-8"))
    ]
    assert found == ["clock.py"]


def test_a_training_server_goes_on_from_the_moment_it_was_told(served, capsys):
    assert near(now(Repository(served.path)), BEGIN)
    code, said = server(capsys, "status", served.path)
    assert (code, "Kho tập dượt: giờ giả, bây giờ ở đây là 08:0" in said) == (0, True)


def test_a_clone_goes_by_the_same_clock_without_being_told(served):
    clone = served.person(TEACHER).folder
    assert near(now(Repository(clone)), BEGIN)
    git(clone, "config", SHIFT, "3600")
    assert near(now(Repository(clone)), datetime.now(UTC) + timedelta(hours=1))


def test_the_first_commit_says_for_ever_that_the_time_is_made_up(served, capsys):
    capsys.readouterr()
    assert outcome(["audit", str(served.path), "--quick", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["training"] is True
    git(served.path, "config", "--unset", SHIFT)
    code, said = server(capsys, "status", served.path)
    assert (code, "Kho tập dượt: giờ giả" in said) == (0, True)


def test_whoever_pushes_is_told_and_what_counts_bears_the_made_up_time(served):
    teacher = served.person(TEACHER)
    teacher.edit(PUPIL, {"ghi_chu": "Cháu bơi giỏi."})
    git(teacher.folder, "add", "-A")
    teacher.does("propose")
    (branch,) = (name for name in served.branches() if name.startswith("de-nghi/"))
    made = datetime.fromtimestamp(
        int(git(served.path, "log", "-1", "--format=%ct", branch)), UTC
    )  # fmt: skip
    assert near(made, BEGIN)
    pushed = subprocess.run(
        ["git", "-C", teacher.folder, "push", "origin", "HEAD:refs/heads/de-nghi/NV0015/khongky"],
        capture_output=True, text=True, check=False, env=clean(),
    )  # fmt: skip
    assert re.search(r"Máy chủ tập dượt: giờ giả, 08:0\d ngày 13/11/2026", pushed.stderr)
    assert "HS846" in pushed.stderr


def test_the_clock_is_moved_on_and_never_back(served, capsys):
    code, said = server(capsys, "clock", served.path, "--den", NEXT)
    assert (code, "Giờ tập dượt: 07:00 ngày 20/11/2026." in said) == (0, True)
    assert near(now(Repository(served.path)), datetime(2026, 11, 20, 7, 0, tzinfo=VIETNAM))
    assert server(capsys, "clock", served.path, "--den", "9999-01-01 00:00")[0] == 2
    code, said = server(capsys, "clock", served.path, "--den", "2026-11-19 07:00")
    assert (code, "chỉ đi tới được" in said) == (2, True)
    assert near(now(Repository(served.path)), datetime(2026, 11, 20, 7, 0, tzinfo=VIETNAM))


def test_a_real_server_has_the_clock_of_its_machine(real, capsys):
    assert near(now(Repository(real)), datetime.now(UTC))
    code, said = server(capsys, "clock", real, "--den", "2099-01-01 07:00")
    assert (code, "đây là kho thật" in said) == (2, True)
    assert "giờ giả" not in server(capsys, "status", real)[1]
    outcome(["audit", str(real), "--quick", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["training"] is False


def test_a_real_server_whose_settings_were_tampered_with_does_nothing(real, tmp_path, capsys):
    served = Served(tmp_path, real)
    git(served.path, "config", SHIFT, "-86400")
    code, said = server(capsys, "tick", served.path)
    assert (code, "không phải kho tập dượt mà có giờ giả" in said) == (2, True)
    teacher = served.person(TEACHER)
    teacher.edit(PUPIL, {"ghi_chu": "Cháu bơi giỏi."})
    code, said = teacher.run("propose")
    assert (code, "không phải kho tập dượt" in said) == (1, True)


@pytest.mark.parametrize("said", ["mai", "1e9", "9" * 40])
def test_a_clock_that_is_no_number_is_refused_in_words(served, capsys, said):
    git(served.path, "config", SHIFT, said)
    code, told = server(capsys, "tick", served.path)
    assert (code, SHIFT in told) == (2, True)


def test_a_key_can_count_from_a_moment_of_the_training(tmp_path, capsys):
    school = written(small_files(), tmp_path / "truong")
    new = ["key", "new", "--who", "NV0006", "--khong-mat-khau", "--repo", str(school)]
    assert outcome([*new, "--out", str(tmp_path / "a"), "--tu", "2026-11-13 07:00"]) == 0
    assert "tu: 2026-11-13 07:00" in (school / "records/khoa-ky/NV0006.yml").read_text()
    assert outcome([*new, "--out", str(tmp_path / "b"), "--tu", "13/11/2026"]) == 2
    assert "ví dụ đúng: 2026-11-24 07:30" in capsys.readouterr().err
