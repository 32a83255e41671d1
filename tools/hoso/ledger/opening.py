"""A repository opened at the end of its log, after everything in between has been followed.

What was followed once is remembered beside the repository, so that one more push costs one more
step. What is remembered is a convenience: missing, stale or damaged, it costs following the log
again from its beginning, and nothing else.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from hoso.findings import HosoError
from hoso.ledger.chain import Step, follow, founding
from hoso.ledger.remembered import keep, kept
from hoso.ledger.state import State, as_text, read_state
from hoso.ledger.topic import Faulty
from hoso.ledger.view import LOG, MAIN, View
from hoso.store.git import Repository


class Broken(HosoError):
    """A history that does not keep its own rules; nothing is decided on top of it."""


def opened(repository: Repository, main: str = MAIN, log: str = LOG) -> View:
    """The repository as it stands at the tip of its log; Broken where the history is not sound.

    `main` and `log` are the branches' names, which differ in a clone (`origin/main`).
    """
    tip = repository.resolve(log)
    state = _remembered(repository, tip)
    if state is None:
        state = begun(repository, main, log)
    view = View(repository, state)
    try:
        for step in steps(view, tip):
            if step.findings:
                first = step.findings[0]
                raise Broken(
                    f"mục nhật ký số {step.entry.seq} không hợp lệ ({first.code}: {first.message});"
                    " chạy hoso audit để xem đầy đủ"
                )
    except Faulty as error:
        raise Broken(f"{error.finding.code}: {error}; chạy hoso audit để xem đầy đủ") from error
    if repository.resolve(main) != view.main:
        raise Broken("main khác với mục cuối của nhật ký; chạy hoso audit để xem đầy đủ")
    if view.state != state:
        remember(repository, view.state)
    return view


def begun(repository: Repository, main: str = MAIN, log: str = LOG) -> State:
    """The state after the founding entry."""
    roots = [
        repository.run("rev-list", "--max-parents=0", "--first-parent", repository.resolve(name))
        for name in (log, main)
    ]
    return founding(repository, *roots)


def steps(view: View, tip: str, *, check: bool = False) -> Iterator[Step]:
    """Every entry from where a view stands to a commit of the log; the view goes along."""
    for log in entries_after(view.repository, view.state.log, tip):
        step = follow(view, log, check=check)
        view.state = step.state
        yield step


def entries_after(repository: Repository, start: str, tip: str) -> list[str]:
    """The commits of the log after one of them, oldest first."""
    if start == tip:
        return []
    return repository.run("rev-list", "--first-parent", "--reverse", f"{start}..{tip}").split()


def remember(repository: Repository, state: State) -> None:
    """Keeps a state for the next time; does nothing where it cannot be written."""
    keep(repository, as_text(state))


def _remembered(repository: Repository, tip: str) -> State | None:
    try:
        state = read_state(kept(repository))
        if state.log != tip:
            repository.run("merge-base", "--is-ancestor", state.log, tip)
    except (OSError, ValueError, HosoError, subprocess.CalledProcessError):
        return None
    return state
