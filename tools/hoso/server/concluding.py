"""What `proc-receive` does: a judged push carried out, if nothing it was judged by has moved."""

from __future__ import annotations

from dataclasses import dataclass

from hoso.findings import HosoError
from hoso.ledger.remembered import at_entry, keep
from hoso.server.branches import Command
from hoso.server.journal import Alone, alone
from hoso.server.log import write_entry
from hoso.server.packets import accepted, declined
from hoso.server.place import Server
from hoso.server.waiting import Waiting, take
from hoso.signing.entries import LOG, MAIN, Entry
from hoso.store.refs import Move, NotMoved, refs


@dataclass(frozen=True, slots=True)
class Concluded:
    """What became of a push: the lines that git understands, and what its sender reads."""

    lines: tuple[str, ...]
    said: str


def concluded(server: Server, process: int, commands: tuple[Command, ...]) -> Concluded:
    """Carries out what was judged for a git process, or nothing of it."""
    try:
        with alone(server) as held:
            # Not before: while the note is there, nobody else begins to judge a merge.
            waiting = take(server, process, commands)
            entry = _carry_out(held, waiting)
    except HosoError as error:
        lines = tuple(line for each in commands for line in declined(each.ref, str(error)))
        return Concluded(lines, f"Chưa nhận: {error}.")
    moved = None if entry is None else (entry.ref, entry.old, entry.new)
    return Concluded(tuple(accepted(waiting.command.ref, moved)), _said(waiting, entry))


def _carry_out(held: Alone, waiting: Waiting) -> Entry | None:
    if waiting.entry is None or waiting.state is None:
        if waiting.moves:
            held.move(waiting.moves)
        return None
    server, entry = held.server, waiting.entry
    at = refs(server.repository)
    if (at.get(MAIN), at.get(LOG)) != (waiting.main, waiting.log):
        raise NotMoved("HS849: main đã đổi trong lúc xét; lấy về, làm lại rồi gửi")
    log = write_entry(server, server.key(), entry, waiting.log, waiting.certificate)
    held.move((*waiting.moves, Move(LOG, log, waiting.log)), at)
    keep(server.repository, at_entry(waiting.state, log))
    return entry


def _said(waiting: Waiting, entry: Entry | None) -> str:
    if entry is not None:
        return f"Đã nhận vào main; nhật ký mục số {entry.seq}."
    if not waiting.moves:
        return "Việc này đã được nhận vào main từ trước."
    return "Đã bỏ nhánh." if waiting.command.ends else "Đã nhận."
