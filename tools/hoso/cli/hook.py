"""`hoso hook`: what git's hooks in a server's repository call; people never do."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hoso.findings import Finding
    from hoso.server.pusher import Push
    from hoso.store.git import Quarantine


@click.group("hook", hidden=True, help="Các móc mà git trên máy chủ gọi; không gọi bằng tay.")
def command() -> None:
    """The group of git's hooks; they run in the repository's own folder."""


@command.command("pre-receive", help="Xét một lần gửi khi dữ liệu còn để riêng.")
def pre_receive() -> int:
    """Exit code 1, and every finding on standard error, where the push does not count."""
    from hoso.cli.clock import now
    from hoso.cli.identity import setting
    from hoso.gate.verdict import local
    from hoso.ledger.opening import opened
    from hoso.ledger.training import SHIFT
    from hoso.ledger.who import know_who
    from hoso.server.branches import Refused
    from hoso.server.due import tell, untold
    from hoso.server.journal import alone
    from hoso.server.place import server_at
    from hoso.server.receiving import considered
    from hoso.server.waiting import keep
    from hoso.store.git import Repository

    push, quarantine = _push(sys.stdin.buffer.read()), _quarantine()
    server = server_at(Path.cwd())
    # Alone, what a killed process left half done comes first, and both branches are read at once.
    with alone(server) as held:
        view = opened(Repository(Path.cwd(), quarantine))
        # Read before the lock was had, the clock could be behind what somebody else entered.
        received = now(server.repository)
        if untold(view, received):
            tell(held, received)
            view = opened(Repository(Path.cwd(), quarantine))
        know_who(view.standing(view.main), local(received).date())
    if setting(server.repository, SHIFT) is not None:
        click.echo(f"Máy chủ tập dượt: giờ giả, {local(received):%H:%M ngày %d/%m/%Y}.", err=True)
    try:
        waiting = considered(push, view, quarantine, received)
    except Refused as error:
        _complain(error.findings)
        return 1
    keep(server, os.getppid(), waiting)
    return 0


@command.command("proc-receive", help="Ghi một việc đã xét vào main và nhật ký.")
def proc_receive() -> int:
    """Speaks with git on standard input and output; what became of the push is said there."""
    from hoso.server.concluding import concluded
    from hoso.server.packets import asked, tell
    from hoso.server.place import server_at

    commands = asked(sys.stdin.buffer, sys.stdout.buffer)
    done = concluded(server_at(Path.cwd()), os.getppid(), commands)
    # Before git is told: afterwards the sender may no longer be listening.
    click.echo(done.said, err=True)
    tell(sys.stdout.buffer, done.lines)
    return 0


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
        click.echo(f"{each.code} {shown(each.path)}: {each.message}{hint}", err=True)
