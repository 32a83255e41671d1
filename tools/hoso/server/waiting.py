"""A push that was judged and waits to be carried out: handed from one hook of git to the next.

Git tells `proc-receive` neither who pushed nor what was found; both hooks are children of one
git process, whose number names the note.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hoso.findings import HosoError
from hoso.server.branches import Command
from hoso.server.place import Server
from hoso.signing.entries import Entry
from hoso.store.exclusive import alive
from hoso.store.refs import Move
from hoso.store.writing import write_whole

_FOLDER = "spool"
#: The one merge that was judged and has not been carried out; nobody is judged before it is.
_MERGE = "main"
#: After so long nobody waits for it any more; its number may be that of another process by now.
_OVERDUE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What carrying a push out will do, if `main` and the log are still where it was judged.

    A merge has an entry for the log, the push certificate that goes with it and the state that
    follows; everything else only moves refs.
    """

    command: Command
    main: str
    log: str
    moves: tuple[Move, ...]
    entry: Entry | None = None
    certificate: str | None = None
    state: str | None = None


def keep(server: Server, process: int, waiting: Waiting) -> None:
    """Leaves a judged push for the next hook of the same git process."""
    folder = server.own / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    said = json.dumps({"process": process, **asdict(waiting)}).encode()
    write_whole(_note(server, process if waiting.entry is None else _MERGE), said)


def take(server: Server, process: int, commands: tuple[Command, ...]) -> Waiting:
    """The judged push of a git process, once; HosoError where it is not about these commands."""
    said = _taken(server, process)
    entry = said.pop("entry")
    waiting = Waiting(
        command=Command(**said.pop("command")),
        moves=tuple(Move(**move) for move in said.pop("moves")),
        entry=None if entry is None else Entry(**entry),
        **said,
    )
    if commands != (waiting.command,):
        raise HosoError("việc được xét không phải việc này; gửi lại")
    return waiting


def pending(server: Server, now: datetime) -> bool:
    """Whether a merge was judged whose git process is about to have it carried out."""
    note = _note(server, _MERGE)
    try:
        age = now.timestamp() - note.stat().st_mtime
        process: int = json.loads(note.read_bytes())["process"]
    except FileNotFoundError:
        return False
    return age < _OVERDUE.total_seconds() and alive(process)


def clear(server: Server, before: float) -> int:
    """Throws away what processes left that were killed before a moment; how many there were."""
    left = [note for note in (server.own / _FOLDER).glob("*.json") if note.stat().st_mtime < before]
    for note in left:
        note.unlink(missing_ok=True)
    return len(left)


def _taken(server: Server, process: int) -> dict[str, Any]:
    for name in (process, _MERGE):
        try:
            said: dict[str, Any] = json.loads(_note(server, name).read_bytes())
        except FileNotFoundError:
            continue
        if said.pop("process") == process:
            _note(server, name).unlink()
            return said
    raise HosoError("chưa ai xét việc này; báo người quản trị máy chủ")


def _note(server: Server, name: int | str) -> Path:
    return server.own / _FOLDER / f"{name}.json"
