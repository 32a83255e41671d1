"""Many pushes at once: nothing is lost, and every tip of main stands in the log exactly once."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from hoso.store.git import Repository
from hoso.store.refs import refs
from server.desk import CLERK, DEPUTY, FOR_MAIN, clean, log_of, sound
from yards import MAIN


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
            for head, (_, said) in told.items():
                assert head == won or "HS849" in said or "HS831" in said
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
