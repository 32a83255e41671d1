"""A program killed while it writes a page: the old page stays, and what is left hurts nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from gate.situations import ROOT
from hoso.store.git import Repository
from hoso.store.tree import FolderTree
from servers import clean, git, taken, written

PAGE = "records/nhan-su/NV0001.yml"
#: The moment before the new file takes the old one's place is the worst to be killed at.
KILLED = """
import os, sys
def at_worst(event, told):
    if event == "os.rename" and str(told[1]).endswith(".yml"):
        os.kill(os.getpid(), 9)
sys.addaudithook(at_worst)
"""
VERB = "from hoso.cli.main import outcome; raise SystemExit(outcome({}))"


def hoso(*arguments, before=""):
    """A verb in a process of its own, after some lines of Python."""
    return subprocess.run(
        [sys.executable, "-I", "-c", before + VERB.format(list(map(str, arguments)))],
        capture_output=True, text=True, check=False, env=clean(),
    )  # fmt: skip


@pytest.fixture
def school(tmp_path):
    """A clone of a school, one page of which is not spelled as it should be."""
    tree = FolderTree(ROOT)
    files = taken(tree, ["records/truong.yml", "records/nhan-su"])
    files.update({each.path: tree.read(each.path) for each in tree.entries("schemas")})
    git(written(files, tmp_path), "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "-c", "user.name=x", "-c", "user.email=x@x.example", "commit", "-qm", "Một")
    page = tmp_path / PAGE
    page.write_bytes(page.read_bytes() + b"\n\n")
    return tmp_path


def test_what_a_killed_program_left_is_not_read_not_sent_and_taken_away(school):
    page, before = school / PAGE, (school / PAGE).read_bytes()
    done = hoso("fmt", "--repo", school, before=KILLED)
    assert done.returncode == -signal.SIGKILL
    (left,) = page.parent.glob(".ghi-*")
    assert left.read_bytes() == before.rstrip(b"\n") + b"\n"
    assert page.read_bytes() == before
    said = hoso("check", "--repo", school).stdout
    assert "HS1" in said
    assert "ghi-" not in said
    assert left.name not in FolderTree(school).names("records/nhan-su")
    assert Repository(school).changed_on_disk("records") == [PAGE]
    fmt = hoso("fmt", "--repo", school)
    assert (fmt.returncode, left.exists()) == (0, True), fmt.stderr
    # An hour later nobody can be still writing it.
    os.utime(left, (left.stat().st_atime, left.stat().st_mtime - 3700))
    page.write_bytes(before)
    assert hoso("fmt", "--repo", school).returncode == 0
    assert (left.exists(), page.read_bytes()) == (False, before.rstrip(b"\n") + b"\n")
