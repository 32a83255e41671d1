"""What whoever looks after a server asks: what happened last, whether all of it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hoso.findings import Finding
from hoso.ledger.integrity import frozen_faults, integrity_faults, object_faults
from hoso.ledger.opening import opened
from hoso.ledger.view import View
from hoso.server.doors import allowed_signers
from hoso.server.place import SIGNERS, Server
from hoso.signing.entries import Entry, read_entry
from hoso.store.writing import write_whole


def last_entries(view: View, count: int) -> list[Entry]:
    """The last entries of the log, the newest first."""
    told = view.repository.run("rev-list", "--first-parent", f"-{count}", view.state.log)
    return [read_entry(view.commit(id_).message) for id_ in told.split()]


def said_of(entry: Entry) -> str:
    """An entry in words, with identifiers only."""
    if entry.event == "khoa":
        return f"khóa sổ {entry.lock}, còn thiếu {entry.missing} trang"
    if entry.event == "chot":
        return f"chốt sổ {entry.lock} tại {entry.new[:12]}"
    if not entry.seq:
        return f"lập kho, bản ghi {entry.new[:12]}"
    return f"nhận {entry.new[:12]} do {entry.pusher} gửi"


def faults(server: Server) -> Iterator[Finding]:
    """Everything that is not whole about a server's repository, its objects included."""
    yield from integrity_faults(server.repository)
    yield from object_faults(server.repository)
    yield from frozen_faults(opened(server.repository).state.closed, server.repository)


def remove_stale_locks(server: Server) -> list[str]:
    """Removes lock files of refs; nobody but a process that is dead can have left them.

    Only for whoever is alone with the repository, and runs no git there by hand meanwhile.
    """
    here = server.repository.git_dir
    found = [*(here / "refs").rglob("*.lock"), *here.glob("*.lock")]
    for path in found:
        path.unlink(missing_ok=True)
    return sorted(path.relative_to(here).as_posix() for path in found)


def refresh_signers(server: Server, view: View, moment: datetime) -> None:
    """Keeps the list of signers as the records of `main` have it, for people who use git alone."""
    lines = allowed_signers(view.standing(view.main).keyring, moment)
    text = "".join(f"{line}\n" for line in lines)
    write_whole(server.own / SIGNERS, text.encode())
