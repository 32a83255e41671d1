"""The desk's place beside a server: its outbox, its store, its clock, history as it is now.

    desk.server        Path of the bare repository; the desk writes to it by signed pushes only
    desk.store         Database (`rows`, `row`, `change`); tables are listed in `tables.py`
    desk.now()         -> datetime with zone, by the server's clock; `desk.seconds()` -> int
    desk.clone()       -> Clone of this thread, at what the server has at this moment
    desk.signing(person, key) -> with-block of (Clone, Signer): key held for pushes while it lasts
    desk.sessions, desk.accounts, desk.passkeys, desk.browsers, desk.drafts,
    desk.uploads, desk.reads, desk.audits
    desk.published()   the public site is built anew in the background (`desk.site`)

What a Clone gives belongs to the thread that asked; never keep it for another request.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from hoso.desk.accounts import Accounts
from hoso.desk.attempts import Attempts
from hoso.desk.audit_run import Auditing
from hoso.desk.browsers import Browsers
from hoso.desk.drafts import Drafts
from hoso.desk.passkeys import Passkeys
from hoso.desk.publishing import Publisher
from hoso.desk.reads import Reads
from hoso.desk.sessions import Sessions
from hoso.desk.tables import TABLES
from hoso.desk.uploads import Uploads
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import Signer
from hoso.server.place import server_at
from hoso.signing.keys import SigningKey
from hoso.store.agent import serving
from hoso.store.bare import new_bare
from hoso.store.database import Database
from hoso.store.exclusive import exclusive
from hoso.store.git import Repository
from hoso.store.private import replace_private
from hoso.store.refs import refs
from hoso.store.remote import Remote

FOLDER, OUTBOX, STORE, SITE, EDITOR = "desk", "outbox.git", "desk.sqlite", "trang-web", "decap"
#: So many people sign at one time; the server takes one push after another anyway.
_SIGN_AT_ONCE = 2
#: So many seconds one start of a desk waits for another.
_PATIENCE = 20.0
#: Requests worked on at one time, those that show and those that sign; others wait their turn.
THREADS, SIGNING_THREADS = 8, 6
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside(Remote):
    """A server whose objects the outbox sees already; its branches are read where they stand.

    No copy of them is kept, so nobody can see an older one than somebody else has left there.
    """

    server: Repository

    def fetch(self) -> None:
        """Nothing has to be brought over."""

    def branches(self) -> dict[str, str]:
        """The server's branches at this moment."""
        found = refs(self.server, "refs/heads/")
        return {name.removeprefix("refs/heads/"): commit for name, commit in found.items()}


class Desk:
    """One desk over one server; everything in it may be used by many threads at once."""

    def __init__(
        self, server: Path, clock: Callable[[], datetime], *, secure: bool = False,
        training: bool = False, remind_after: int = 90,
    ) -> None:  # fmt: skip
        """Opens the desk, making what it lacks; HosoError where there is no server.

        `secure` says that people reach it over HTTPS, `training` that the school is a made-up one;
        `remind_after` are the days after which a passphrase is old by the regulation's words.
        """
        place = server_at(server.absolute())
        self.server = place.repository.git_dir
        self.folder = place.own / FOLDER
        self.now, self.secure, self.training = clock, secure, training
        self.remind_after = remind_after
        #: The addresses that pages of this desk stand at; the application says it.
        self.addresses: frozenset[str] = frozenset()
        #: The hosts with ports that it answers to; the application says it.
        self.hosts: Callable[[], Collection[str]] = frozenset
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.store = Database(self.folder / STORE, TABLES)
        self.attempts = Attempts(self.store, self.seconds)
        self.accounts = Accounts(self.store, self.seconds, self.attempts)
        self.passkeys = Passkeys(self.store, self.seconds, self.accounts, self.attempts)
        self.browsers = Browsers(self.store, self.seconds)
        self.sessions = Sessions(self.store, self.seconds)
        self.drafts = Drafts(self.store, self.seconds)
        self.uploads = Uploads(self.store, self.seconds)
        self.reads = Reads(self.store, self.seconds)
        self.audits = Auditing(self.server, self.store)
        #: Where the editor Decap lies, once it has been brought in.
        self.editor = self.folder / EDITOR
        self.site = Publisher(self.server, self.folder / SITE)
        #: Binds a form that is filled in before anybody is known; a new one at every start.
        self.secret = secrets.token_bytes(32)
        self._outbox = self.folder / OUTBOX
        self._mine = threading.local()
        self._changing = threading.Lock()
        self._threads = ThreadPoolExecutor(THREADS, "ban")
        self._signing_threads = ThreadPoolExecutor(SIGNING_THREADS, "ky")
        self._opened: list[Repository] = []
        self._turns: dict[str, threading.RLock] = {}
        self._signing = threading.BoundedSemaphore(_SIGN_AT_ONCE)
        self._make_outbox()

    def seconds(self) -> int:
        """The moment as seconds, by the server's clock."""
        return int(self.now().timestamp())

    def clone(self) -> Clone:
        """This thread's clone, brought up to what the server has now."""
        if not hasattr(self._mine, "clone"):
            outbox, server = self._repository(self._outbox), self._repository(self.server)
            self._mine.clone = Clone(_Beside(outbox, server=server))
        clone: Clone = self._mine.clone
        clone.refresh()
        return clone

    @contextmanager
    def signing(self, person: str, key: SigningKey) -> Iterator[tuple[Clone, Signer]]:
        """A clone whose pushes are signed with somebody's key, and who signs there."""
        # One person's words go one after another, so that a form sent twice is seen to be the same.
        with self.turn(person), self._signing, serving(key.public.line, key.sign_bare) as held:
            clone = self.clone().held_by(held)
            yield (
                clone,
                Signer(
                    person=person, key=key, clock=self.now, chance=secrets.token_bytes, pause=pause
                ),
            )

    def published(self) -> None:
        """Something public has come into `main`: the site is built anew, meanwhile and at once."""
        self.site.wanted()

    def turn(self, person: str) -> threading.RLock:
        """What one person changes goes one after another, at how many browsers they may sit."""
        with self._changing:
            return self._turns.setdefault(person, threading.RLock())

    async def work(
        self, task: Callable[..., _Result], *values: Any, waits: bool = False
    ) -> _Result:
        """What a task gives, done in one of the desk's own threads, each with a clone of its own.

        They stay until the desk is closed: a thread that came and went would open history anew.
        What `waits` for its turn to sign or to try a passphrase keeps no page from being shown.
        """
        threads = self._signing_threads if waits else self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, task, *values)

    def close(self) -> None:
        """Ends the desk's threads, what they have opened, and the use of the store."""
        for threads in (self._threads, self._signing_threads):
            threads.shutdown()
        for repository in self._opened:
            repository.close()
        self.store.close()

    def _repository(self, folder: Path) -> Repository:
        made = Repository(folder)
        with self._changing:
            self._opened.append(made)
        return made

    def _make_outbox(self) -> None:
        """The repository that signed objects wait in; it sees the server's and lacks nothing."""
        # Said anew at every start: the server's folder may have been moved meanwhile, or an earlier
        # start may have been killed; while we are alone, a lock on the settings is a dead one's.
        self._outbox.mkdir(mode=0o700, exist_ok=True)
        with exclusive(self.folder / "outbox.lock", _PATIENCE):
            (self._outbox / "config.lock").unlink(missing_ok=True)
            made = new_bare(self._outbox)
            replace_private(
                self._outbox / "objects" / "info" / "alternates",
                f"{self.server / 'objects'}\n".encode(),
            )
            for name, value in (("remote.origin.url", str(self.server)), ("gc.auto", "0")):
                made.run("config", "--local", "--replace-all", name, value)


def pause(attempt: int) -> None:
    """Lets time pass before trying again; those overtaken together do not come back together."""
    time.sleep(min(2.0, 0.05 * 2**attempt) * (0.5 + secrets.randbelow(1000) / 1000))
