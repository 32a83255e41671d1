"""The audit of the server's history, run at the desk: one at a time, in a process of its own.

Replaying history takes whole cores for as long as there is history; the desk goes on answering.
What an audit found is kept in memory, so that the next one only looks at what is new.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from hoso.audit.account import Report
from hoso.findings import HosoError
from hoso.ledger.view import LOG, MAIN
from hoso.store.git import Repository

if TYPE_CHECKING:
    from hoso.audit.findings import Tally
    from hoso.audit.replay import Examined
    from hoso.ledger.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an auditor brings along: the first commit, heads of the log from printed minutes."""

    genesis: str | None = None
    witnesses: tuple[str, ...] = ()
    again: bool = False


@dataclass(slots=True)
class Auditing:
    """The audits of one server; every question and order comes from many threads."""

    server: Path
    who: str = ""
    done: int = 0
    total: int = 0
    failed: str = ""
    ended: datetime | None = None
    running: bool = False
    wish: Wish = field(default_factory=Wish)
    _found: Examined | None = None
    _change: threading.Condition = field(default_factory=threading.Condition)

    @property
    def report(self) -> Report | None:
        """What the last audit found, None where there was none since the desk was started."""
        return None if self._found is None else self._found.report

    def start(self, who: str, wish: Wish, ended: datetime) -> bool:
        """Begins an audit; False where one is running."""
        with self._change:
            if self.running:
                return False
            self.running, self.who, self.wish = True, who, wish
            self.done, self.total, self.failed = 0, 0, ""
        worker = threading.Thread(target=self._follow, args=(wish, ended), name="kiem-toan",
                                  daemon=True)  # fmt: skip
        worker.start()
        return True

    def settled(self, seconds: float) -> bool:
        """Waits until no audit is running; False where that takes longer."""
        with self._change:
            return self._change.wait_for(lambda: not self.running, seconds)

    def _follow(self, wish: Wish, ended: datetime) -> None:
        """Passes on what the process says until it ends, however it ends."""
        known = None
        if self._found is not None and not wish.again:
            known = (self._found.tally, self._found.state)
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        worker = context.Process(target=_examine, args=(theirs, self.server, wish, known),
                                 daemon=True)  # fmt: skip
        failed = "máy chưa mở được tiến trình kiểm toán"
        try:
            worker.start()
            theirs.close()
            failed = self._listen(ours, ended)
            worker.join()
        except OSError as error:
            failed = f"{failed}: {error.strerror}"
        finally:
            ours.close()
            with self._change:
                self.running, self.failed = False, failed
                self._change.notify_all()

    def _listen(self, pipe: Connection, ended: datetime) -> str:
        while True:
            try:
                said = pipe.recv()
            except EOFError:
                return "việc kiểm toán dừng đột ngột, có thể máy hết bộ nhớ"
            if isinstance(said, tuple):
                self.done, self.total = said
            elif isinstance(said, str):
                return said
            else:
                self._found, self.ended = said, ended
                return ""


_all: dict[Path, Auditing] = {}
_lock = threading.Lock()


def auditing(server: Path) -> Auditing:
    """The audits of a server, the same for everybody at its desk."""
    with _lock:
        return _all.setdefault(server, Auditing(server))


def _examine(pipe: Connection, server: Path, wish: Wish, known: tuple[Tally, State] | None) -> None:
    from hoso.audit.replay import Audit, examined  # noqa: PLC0415 - only the process needs it

    try:
        audit = Audit(repository=Repository(server), main=MAIN, log=LOG, genesis=wish.genesis,
                      witnesses=wish.witnesses)  # fmt: skip
        pipe.send(examined(audit, known, lambda done, total: pipe.send((done, total))))
    except HosoError as error:
        pipe.send(str(error))
