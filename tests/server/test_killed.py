"""A server killed at any moment: all of a push counts or none, and its sender can tell which."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from hoso.store.agent import serving
from hoso.store.git import Repository
from hoso.store.refs import refs
from hoso.store.remote import Outcome, Remote
from server.desk import (
    CLERK,
    DEPUTY,
    FOR_MAIN,
    Desk,
    clean,
    hoso,
    log_of,
    small_school,
    sound,
    written,
)  # fmt: skip
from server.killing import Trap
from yards import LOG, MAIN, keys

PROPOSAL = f"refs/heads/de-nghi/{CLERK}/k7p2xq"


@pytest.fixture(scope="module")
def story(founded, tmp_path_factory):
    """A server with an open proposal, a desk, the merge that brings it in, the calls that takes."""
    root = tmp_path_factory.mktemp("tat-ngang")
    server = shutil.copytree(founded, root / "truong.git")
    desk = Desk(root / "ban", server)
    head = desk.noted(0, "Sửa lúc máy chủ tắt.")
    desk.push(head, PROPOSAL, CLERK)
    merge = desk.merge(head, desk.approved(head, f"{DEPUTY} pho-hieu-truong duyet"))
    whole = shutil.copytree(server, root / "tron-ven.git")
    trap = Trap(root / "dem", 0, goes_on=True)
    desk.git("push", "--signed", trap.receive_pack, whole, f"{merge}:{FOR_MAIN}", who=DEPUTY)
    desk.url = None
    return server, desk, merge, trap.called()


def number(calls, words, last=False):
    """The number of the first or last call that says some words."""
    found = [line.split(" ", 1)[0] for line in calls if words in line]
    return int(found[-1 if last else 0])


def pushed_again(server, desk, merge, before):
    """After the next entry everything is whole; the merge, sent once more, counts exactly once."""
    desk.url = str(server)
    said = desk.push(merge)
    entries = sound(server)
    there = refs(Repository(server))
    assert len(entries) == before + 1
    assert (entries[-1].new, there[MAIN]) == (merge, merge)
    assert PROPOSAL not in there
    return said


@pytest.mark.parametrize(
    ("words", "last", "goes_on"),
    [
        ("unpack-objects --pack_header", False, False),
        ("rev-parse", True, False),
        ("unpack-objects -q --strict", True, True),
        ("update-ref", True, False),
        ("update-ref", True, True),
    ],
)
def test_a_push_whose_server_dies_at_a_step_counts_wholly_or_not(
    story, tmp_path, words, last, goes_on
):
    pristine, desk, merge, calls = story
    server = shutil.copytree(pristine, tmp_path / "truong.git")
    before = len(log_of(server))
    trap = Trap(tmp_path / "bay", number(calls, words, last), goes_on=goes_on)
    desk.git("push", "--signed", trap.receive_pack, server, f"{merge}:{FOR_MAIN}",
             who=DEPUTY, fails=True)  # fmt: skip
    assert len(trap.called()) >= number(calls, words, last)
    said = pushed_again(server, desk, merge, before)
    assert ("từ trước" in said) == (words == "update-ref")


def test_a_push_whose_server_dies_at_any_time_counts_wholly_or_not(story, tmp_path):
    pristine, desk, merge, _ = story
    chance = random.Random(20261123)
    server = shutil.copytree(pristine, tmp_path / "dem.git")
    desk.url = str(server)
    start = time.monotonic()
    desk.push(merge)
    whole = time.monotonic() - start
    for trial in range(4):
        server = shutil.copytree(pristine, tmp_path / f"{trial}.git")
        before = len(log_of(server))
        pushing = subprocess.Popen(
            ["git", "-C", desk.folder, "-c", "gpg.format=ssh",
             "-c", f"user.signingKey={desk.folder}/{DEPUTY}",
             "push", "--signed", server, f"{merge}:{FOR_MAIN}"],
            start_new_session=True, env=clean(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.1, 1.0) * whole)
        os.killpg(pushing.pid, signal.SIGKILL)
        pushing.wait()
        pushed_again(server, desk, merge, before)


def test_who_pushed_when_the_server_died_is_not_told_that_it_was_refused(story, tmp_path):
    pristine, desk, merge, calls = story
    server = shutil.copytree(pristine, tmp_path / "truong.git")
    trap = Trap(tmp_path / "bay", number(calls, "update-ref"), goes_on=False)
    option = trap.receive_pack.removeprefix("--receive-pack=")
    for name, value in (("url", str(server)), ("receivepack", option)):
        desk.repository.run("config", f"remote.may.{name}", value)
    key = keys()[DEPUTY]
    with serving(key.public.line, key.sign_bare) as held:
        remote = Remote(desk.repository, "may", held)
        assert remote.push(merge, FOR_MAIN).outcome is Outcome.UNHEARD
        desk.repository.run("config", "--unset", "remote.may.receivepack")
        assert remote.push(merge, FOR_MAIN).outcome is Outcome.ACCEPTED
    sound(server)


def killed_before_refs_move(story, tmp_path):
    """A server whose process died with the note written and no ref moved; its log's length."""
    pristine, desk, merge, calls = story
    server = shutil.copytree(pristine, tmp_path / "truong.git")
    trap = Trap(tmp_path / "bay", number(calls, "update-ref"), goes_on=False)
    desk.git("push", "--signed", trap.receive_pack, server, f"{merge}:{FOR_MAIN}",
             who=DEPUTY, fails=True)  # fmt: skip
    return server, desk, merge, len(log_of(server))


def test_what_was_left_half_moved_is_finished_by_whoever_comes_next(story, tmp_path):
    server, desk, merge, before = killed_before_refs_move(story, tmp_path)
    noted = {ref: new for ref, new, _ in json.loads((server / "hoso" / "journal").read_text())}
    assert noted.keys() == {MAIN, LOG, PROPOSAL}
    # As git leaves it that is killed after the first of three refs: the others are still locked.
    Repository(server).run("update-ref", MAIN, noted[MAIN])
    for ref in (LOG, PROPOSAL, "packed-refs"):
        (server / f"{ref}.lock").write_text("")
    told = hoso("server", "repair", server)
    assert told.returncode == 0, told.stdout + told.stderr
    assert len(sound(server)) == before + 1
    assert "từ trước" in pushed_again(server, desk, merge, before)


def test_what_git_had_locked_when_it_was_killed_does_not_stop_the_next_push(story, tmp_path):
    server, desk, merge, before = killed_before_refs_move(story, tmp_path)
    for ref in (MAIN, "HEAD"):
        (server / f"{ref}.lock").write_text("")
    assert "từ trước" in pushed_again(server, desk, merge, before)


def test_a_ref_that_somebody_moved_by_hand_meanwhile_is_not_written_over(story, tmp_path):
    server, desk, _, _ = killed_before_refs_move(story, tmp_path)
    Repository(server).run("update-ref", PROPOSAL, desk.genesis)
    before = refs(Repository(server))
    told = hoso("server", "tick", server)
    assert (told.returncode, PROPOSAL in told.stderr) == (2, True)
    assert refs(Repository(server)) == before


def test_a_founding_that_is_killed_leaves_no_server(tmp_path):
    school, path = written(small_school(), tmp_path / "truong"), os.environ["PATH"]
    whole = Trap(tmp_path / "dem", 0, goes_on=True)
    assert hoso("init-server", tmp_path / "thu.git", "--from", school,
                PATH=f"{whole.folder}:{path}").returncode == 0  # fmt: skip
    for words in ("unpack-objects", "update-ref"):
        trap = Trap(tmp_path / words, number(whole.called(), words), goes_on=False)
        told = hoso("init-server", tmp_path / "truong.git", "--from", school,
                    PATH=f"{trap.folder}:{path}")  # fmt: skip
        assert told.returncode == -signal.SIGKILL
        assert not (tmp_path / "truong.git").exists()
    assert list(tmp_path.glob(".hoso-init-*"))
    assert hoso("init-server", tmp_path / "truong.git", "--from", school).returncode == 0
    assert not list(tmp_path.glob(".hoso-init-*"))
    sound(tmp_path / "truong.git")
