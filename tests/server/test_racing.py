"""Many pushes at once: nothing is lost, and every tip of main stands in the log exactly once."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from hoso.server.branches import Command
from hoso.server.place import server_at
from hoso.server.turn import in_turn, promise
from hoso.server.waiting import Waiting, keep, take
from hoso.store.exclusive import Busy
from hoso.store.git import Repository
from hoso.store.refs import refs
from server.desk import CLERK, DEPUTY, FOR_MAIN, PYTHON, clean, log_of, sound
from yards import LOG, MAIN


def sent(desk, commit, ref, who):
    """Whether a signed push of a commit counted, and what was said about it."""
    done = subprocess.run(
        ["git", "-C", desk.folder, "-c", "gpg.format=ssh",
         "-c", f"user.signingKey={desk.folder}/{who}", "push", "--signed", desk.url,
         f"{commit}:{ref}"],
        capture_output=True, text=True, check=False, env=clean(),
    )  # fmt: skip
    return done.returncode == 0, done.stderr


@pytest.mark.parametrize("many", [8, pytest.param(20, marks=pytest.mark.nightly)])
def test_of_pushes_at_once_none_is_lost_and_one_merge_comes_in_at_a_time(desk, server, many):
    before = len(log_of(server))
    heads = [desk.noted(number, f"Ghi chú {number}.") for number in range(many)]
    waiting = heads[: many // 2]
    with ThreadPoolExecutor(20) as people:
        proposals = [
            people.submit(sent, desk, head, f"refs/heads/de-nghi/{CLERK}/dua{number:04}", CLERK)
            for number, head in enumerate(heads)
            if head not in waiting
        ]
        while waiting:
            merges = {head: approved(desk, head) for head in waiting}
            answers = {
                head: people.submit(sent, desk, merge, FOR_MAIN, DEPUTY)
                for head, merge in merges.items()
            }
            told = {head: answer.result() for head, answer in answers.items()}
            (won,) = [head for head, (counted, _) in told.items() if counted]
            assert [
                said for head, (_, said) in told.items() if head != won and "HS849" not in said
            ] == []
            assert desk.refresh().main == merges[won]
            # Whoever lost tries again in pairs: more of them would be refused in the same way.
            waiting = [head for head in waiting if head != won][:2]
    assert [each.result() for each in proposals if not each.result()[0]] == []
    entries = [entry for entry in sound(server)[before:] if entry.event == "nhan"]
    assert len(entries) == 3
    assert refs(Repository(server))[MAIN] == entries[-1].new
    assert len([ref for ref in refs(Repository(server)) if "/de-nghi/" in ref]) == many - many // 2


def approved(desk, head):
    """A merge of a commit as main stands now, approved and signed by the deputy head."""
    return desk.merge(head, desk.approved(head, f"{DEPUTY} pho-hieu-truong duyet"))


def had(place, work, later=timedelta(0)):
    """Whether somebody has their turn at once, by a clock that is so much later."""
    try:
        with in_turn(place, work, lambda: datetime.now(UTC) + later, 0.1):
            return True
    except Busy:
        return False


def test_who_lost_a_turn_has_the_next_one_for_a_moment(server):
    place = server_at(server)
    promise(place, "a" * 40)
    assert not had(place, "b" * 40)
    assert had(place, "a" * 40)
    assert had(place, "b" * 40)


def test_who_does_not_come_back_is_waited_for_once_and_not_by_each_in_line(server):
    place = server_at(server)
    promise(place, "a" * 40)
    for later, promised in ((2, False), (3, False), (20, True), (2, True)):
        clock = datetime.now(UTC) + timedelta(seconds=later)
        with in_turn(place, "b" * 40, lambda clock=clock: clock, 0.1) as may_promise:
            assert may_promise == promised


def test_nobody_is_judged_while_a_merge_is_about_to_come_in(server):
    place, there = server_at(server), refs(Repository(server))
    command = Command(there[MAIN], "a" * 40, FOR_MAIN)
    judged = Waiting(command=command, main=there[MAIN], log=there[LOG], moves=(),
                     entry=log_of(server)[0])  # fmt: skip
    with subprocess.Popen(["sleep", "60"]) as git:
        keep(place, git.pid, judged)
        assert not had(place, "a" * 40)
        assert had(place, "a" * 40, timedelta(minutes=1))
        git.kill()
    assert had(place, "a" * 40)
    keep(place, os.getpid(), judged)
    assert not had(place, "a" * 40)
    assert take(place, os.getpid(), (command,)) == judged
    assert had(place, "a" * 40)


def test_a_turn_ends_with_the_process_that_has_it(server):
    place = server_at(server)
    having = subprocess.Popen(
        [PYTHON, "-c", "import fcntl, sys, time; file = open(sys.argv[1], 'w');"
         "fcntl.flock(file, fcntl.LOCK_EX); print(flush=True); time.sleep(60)",
         server / "hoso" / "turn"], stdout=subprocess.PIPE,
    )  # fmt: skip
    having.stdout.readline()
    assert not had(place, "a" * 40)
    having.kill()
    having.communicate()
    assert had(place, "a" * 40)
