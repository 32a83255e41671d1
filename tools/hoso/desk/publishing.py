"""The public site built anew after a merge that touches it, one build at a time, beside the desk.

A build runs in a process of its own: it takes seconds of a whole core, and the desk goes on
answering. The folder people see changes in one step when a build has succeeded, and whatever was
cut off by a kill is made up for at the next start.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from hoso.findings import HosoError
from hoso.gate.changes import Change
from hoso.gate.verdict import local
from hoso.site.manifest import NAME
from hoso.site.publish import clear_away, half_built
from hoso.store.exclusive import exclusive
from hoso.store.git import Repository

#: What the public site is made of, as far as a merge of it cannot wait for the next one.
_PUBLIC = ("content/", "mkdocs.yml", "records/truong.yml")
_MAIN = "refs/heads/main"
#: So many seconds a build waits for one that a killed desk has left behind.
_PATIENCE = 600.0


def touches_site(changes: Iterable[Change]) -> bool:
    """Whether the public site shows any of these changes."""
    return any(_is_public(change.path) for change in changes)


class Publisher:
    """Keeps the folder of the public site at what `main` holds; `failed` says why it could not."""

    def __init__(self, server: Path, folder: Path) -> None:
        """The site of a server's `main`, built into a folder."""
        self._server, self.folder = server, folder
        self._wanted = False
        self._busy = False
        self._change = threading.Condition()
        self.failed = ""

    def wanted(self) -> None:
        """Asks for a build of what `main` is now; returns at once."""
        with self._change:
            self._wanted = True
            if not self._busy:
                self._busy = True
                threading.Thread(target=self._work, name="trang-web", daemon=True).start()

    def catch_up(self) -> None:
        """Asks for a build where `main` went on since the last, or a kill cut one off."""
        at = self.built()
        repository = Repository(self._server)
        now = repository.resolve(_MAIN)
        if half_built(self.folder):
            self.wanted()
            return
        if at == now:
            return
        try:
            trees = (repository.resolve(each, "tree") for each in (at, now))
            changed = [path for path, _, _ in repository.changed(*trees)] if at else list(_PUBLIC)
        except HosoError:
            changed = list(_PUBLIC)
        if any(map(_is_public, changed)):
            self.wanted()

    def built(self) -> str:
        """The commit that the site shows, "" where there is none."""
        return _shown(self.folder)

    def begun(self) -> bool:
        """Whether the site was ever built here, or its very first build was cut off."""
        return bool(self.built() or half_built(self.folder))

    def settled(self, seconds: float) -> bool:
        """Waits until nothing is being built; False where that takes longer."""
        with self._change:
            return self._change.wait_for(lambda: not self._busy, seconds)

    def _work(self) -> None:
        while True:
            with self._change:
                if not self._wanted:
                    self._busy = False
                    self._change.notify_all()
                    return
                self._wanted = False
            self.failed = _in_a_process(self._server, self.folder)


def _is_public(path: str) -> bool:
    return path.startswith(_PUBLIC)


def _shown(folder: Path) -> str:
    try:
        found = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError):
        return ""
    return str(found.get("commit", "")) if isinstance(found, dict) else ""


def _in_a_process(server: Path, folder: Path) -> str:
    """Why a build failed, "" where it did not."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    worker = context.Process(target=_build, args=(theirs, server, folder), daemon=True)
    worker.start()
    theirs.close()
    try:
        said = ours.recv()
    except EOFError:
        said = "việc dựng trang web dừng đột ngột, có thể máy hết bộ nhớ"
    finally:
        ours.close()
        worker.join()
    return str(said)


def _build(pipe: Connection, server: Path, folder: Path) -> None:
    from hoso.ledger.standing import Shelf  # noqa: PLC0415 - only the process that builds needs it
    from hoso.site.accelerator import Quick  # noqa: PLC0415
    from hoso.site.build import build_site  # noqa: PLC0415

    try:
        # A builder may outlive the desk that was killed: its site must not come after a newer one.
        with exclusive(folder.with_name(f"{folder.name}.lock"), _PATIENCE):
            clear_away(folder)
            repository = Repository(server)
            commit = repository.resolve(_MAIN)
            if _shown(folder) != commit:
                standing = Shelf(repository).at(commit)
                seconds = int(repository.run("show", "-s", "--format=%ct", commit))
                today = local(datetime.fromtimestamp(seconds, UTC)).date()
                build_site(standing.tree, standing.school, folder, today=today, commit=commit,
                           quick=Quick(1, folder.with_name("trang-web-da-dung")))  # fmt: skip
        pipe.send("")
    except HosoError as error:
        pipe.send(str(error))
