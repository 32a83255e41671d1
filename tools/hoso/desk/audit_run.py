"""The audit of the server's history, run at the desk: one at a time, in a process of its own.

Replaying history takes whole cores for as long as there is history; the desk goes on answering.
What the last audit found is kept in the desk's store: it is there after a restart, and the next
one only looks at what is new.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from hoso.audit.account import Report
from hoso.audit.kept import as_text, going_on, read_report
from hoso.findings import HosoError
from hoso.ledger.view import LOG, MAIN
from hoso.store.database import Database
from hoso.store.git import Repository
from hoso.store.memory import program


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an auditor brings along: the first commit, heads of the log from printed minutes."""

    genesis: str | None = None
    witnesses: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """An audit that came to its end; `kept` is what the next one goes on from."""

    report: Report
    kept: str
    who: str
    ended: int


@dataclass(slots=True)
class Auditing:
    """The audits of one server; every question and order comes from many threads."""

    server: Path
    store: Database
    last: Last | None = None
    who: str = ""
    done: int = 0
    total: int = 0
    failed: str = ""
    running: bool = False
    _change: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        row = self.store.row("SELECT * FROM audits ORDER BY ended DESC")
        if row is not None:
            # What another program kept is no loss: the next audit begins from the founding.
            with contextlib.suppress(HosoError):
                self.last = Last(report=read_report(row["found"]), kept=row["found"],
                                 who=row["person"], ended=row["ended"])  # fmt: skip

    def start(self, who: str, wish: Wish, ended: int) -> bool:
        """Begins an audit; False where one is running."""
        with self._change:
            if self.running:
                return False
            self.running, self.who = True, who
            self.done, self.total, self.failed = 0, 0, ""
        worker = threading.Thread(target=self._follow, args=(wish, who, ended), name="kiem-toan",
                                  daemon=True)  # fmt: skip
        worker.start()
        return True

    def settled(self, seconds: float) -> bool:
        """Waits until no audit is running; False where that takes longer."""
        with self._change:
            return self._change.wait_for(lambda: not self.running, seconds)

    def _follow(self, wish: Wish, who: str, ended: int) -> None:
        """Passes on what the process says until it ends, however it ends."""
        known = "" if self.last is None or wish.again else self.last.kept
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        worker = context.Process(target=_examine, args=(theirs, self.server, wish, known),
                                 daemon=True)  # fmt: skip
        failed = "máy chưa mở được tiến trình kiểm toán"
        try:
            worker.start()
            theirs.close()
            failed = self._listen(ours, who, ended)
            worker.join()
        except OSError as error:
            failed = f"{failed}: {error.strerror}"
        finally:
            ours.close()
            with self._change:
                self.running, self.failed = False, failed
                self._change.notify_all()

    def _listen(self, pipe: Connection, who: str, ended: int) -> str:
        while True:
            try:
                said = pipe.recv()
            except EOFError:
                return "việc kiểm toán dừng đột ngột, có thể máy hết bộ nhớ"
            if isinstance(said, tuple):
                self.done, self.total = said
            elif isinstance(said, HosoError):
                return str(said)
            else:
                self._keep(Last(report=read_report(said), kept=said, who=who, ended=ended))
                return ""

    def _keep(self, found: Last) -> None:
        with self.store.change() as change:
            change.execute("DELETE FROM audits")
            change.execute("INSERT INTO audits VALUES (?, ?, ?, ?)",
                           (found.report.log_head, found.who, found.ended, found.kept))  # fmt: skip
        self.last = found


def _examine(pipe: Connection, server: Path, wish: Wish, known: str) -> None:
    from hoso.audit.replay import Audit, examined  # noqa: PLC0415 - only the process needs it

    try:
        audit = Audit(repository=Repository(server), main=MAIN, log=LOG, genesis=wish.genesis,
                      witnesses=wish.witnesses)  # fmt: skip
        deciders = program("signing", "gate", "ledger", "audit")
        before = going_on(audit, known, deciders) if known else None
        found = examined(audit, before, lambda done, total: pipe.send((done, total)))
        pipe.send(as_text(found, deciders))
    except HosoError as error:
        pipe.send(error)
