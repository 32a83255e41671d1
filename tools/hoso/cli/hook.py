"""What git's hooks in a server's repository run; people never do.

A program of its own beside the verbs of `hoso`: it runs twice in every push, and what the verbs
need to read their options takes longer to load than a push has to take.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hoso.cli.failing import failed, say

if TYPE_CHECKING:
    from hoso.findings import Finding
    from hoso.server.place import Server
    from hoso.server.pusher import Push
    from hoso.store.git import Quarantine, Repository


def pre_receive() -> int:
    """Judges a push while what it brought is kept apart; 1 where it does not count.

    Every finding is said on standard error.
    """
    from hoso.server.outrun import outrun, parents_of
    from hoso.store.git import Repository

    said, quarantine = sys.stdin.buffer.read(), _quarantine()
    repository = Repository(Path.cwd())
    brought, merge = repository.seeing(quarantine), _merge_in(said)
    base, *work = parents_of(brought, merge) or [""]
    # Before anything else is loaded, and once more after waiting for others.
    if work and outrun(brought, merge, base):
        return _too_late(merge)

    from hoso.cli.clock import real
    from hoso.server.place import served
    from hoso.server.turn import in_turn, promise

    server = served(repository)
    if not work:
        return _judge(server, brought, _push(said), quarantine)
    with in_turn(server, work[0], real) as may_promise:
        if outrun(brought, merge, base):
            if may_promise:
                promise(server, work[0])
            return _too_late(merge)
        return _judge(server, brought, _push(said), quarantine)


def _judge(server: Server, brought: Repository, push: Push, quarantine: Quarantine | None) -> int:
    """Judges a push; `brought` is the repository with the objects that came with it."""
    from hoso.cli.clock import real, shift_of
    from hoso.gate.verdict import local
    from hoso.ledger.opening import opened
    from hoso.ledger.who import know_who
    from hoso.server.branches import Refused
    from hoso.server.due import tell, untold
    from hoso.server.journal import alone
    from hoso.server.receiving import considered
    from hoso.server.waiting import keep

    # Alone, what a killed process left half done comes first, and both branches are read at once.
    with alone(server) as held:
        view, shift = opened(brought), shift_of(server.repository)
        # Read before the lock was had, the clock could be behind what somebody else entered.
        received = real() + (shift or timedelta(0))
        if untold(view, received):
            tell(held, received)
            view = opened(brought.seeing(quarantine))
        know_who(view.standing(view.main), local(received).date())
    if shift is not None:
        say(f"Máy chủ tập dượt: giờ giả, {local(received):%H:%M ngày %d/%m/%Y}.")
    try:
        waiting = considered(push, view, quarantine, received)
    except Refused as error:
        _complain(error.findings)
        return 1
    keep(server, os.getppid(), waiting)
    return 0


def proc_receive() -> int:
    """Writes a judged push into `main` and the log; what became of it is said to git."""
    from hoso.server.concluding import concluded
    from hoso.server.packets import asked, tell
    from hoso.server.place import server_at

    commands = asked(sys.stdin.buffer, sys.stdout.buffer)
    done = concluded(server_at(Path.cwd()), os.getppid(), commands)
    # Before git is told: afterwards the sender may no longer be listening.
    say(done.said)
    tell(sys.stdout.buffer, done.lines)
    return 0


def _merge_in(said: bytes) -> str:
    """The commit that a push wants to bring into `main`; "" where it wants anything else."""
    found = re.fullmatch(rb"[0-9a-f]{40} ([0-9a-f]{40}) refs/for/main\n", said)
    return "" if found is None else found[1].decode()


def _too_late(merge: str) -> int:
    say(
        f"HS849 {merge[:12]}: main đã đổi trong lúc chờ → hoso tự gộp lại và gửi lại; "
        "gửi bằng git thì chạy hoso update rồi duyệt lại"
    )
    return 1


def _push(said: bytes) -> Push:
    from hoso.server.branches import Command
    from hoso.server.pusher import Push

    lines = (line.split(" ", 2) for line in os.fsdecode(said).splitlines())
    slop = os.environ.get("GIT_PUSH_CERT_NONCE_SLOP", "")
    return Push(
        commands=tuple(Command(old, new, ref) for old, new, ref in lines),
        certificate=os.environ.get("GIT_PUSH_CERT"),
        nonce=os.environ.get("GIT_PUSH_CERT_NONCE"),
        nonce_status=os.environ.get("GIT_PUSH_CERT_NONCE_STATUS", ""),
        nonce_slop=int(slop) if slop.isdigit() else 0,
        login=os.environ.get("HOSO_NGUOI"),
    )


def _quarantine() -> Quarantine | None:
    from hoso.store.git import Quarantine

    objects = os.environ.get("GIT_QUARANTINE_PATH")
    if not objects:
        return None
    return Quarantine(objects, os.environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", ""))


def _complain(findings: tuple[Finding, ...]) -> None:
    """One line for every finding: what is wrong where, and what to do about it."""
    from hoso.cli.report import shown

    for each in findings:
        hint = f" → {each.hint}" if each.hint else ""
        say(f"{each.code} {shown(each.path)}: {each.message}{hint}")


_HOOKS = {"pre-receive": pre_receive, "proc-receive": proc_receive}


def run() -> None:
    """The entry point: runs the hook that is named and exits with its code."""
    try:
        code = _HOOKS[sys.argv[1]]()
    except (KeyboardInterrupt, Exception) as error:  # the last fence, as for the verbs
        code = failed(error)
    sys.exit(code)


if __name__ == "__main__":
    run()
