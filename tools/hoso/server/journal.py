"""Branches moved so that a kill at any moment leaves all of them moved or none.

Git renames one ref after another; killed between two it leaves some old and some new. So:

1. Whoever changes refs holds the one lock, and the git process that moves them holds it too.
2. What will be moved is first written down and settled on the disk. From then on it counts.
3. The refs are moved in one transaction, and the note is thrown away.
4. Whoever takes the lock and finds a note finishes what it says before anything else. Lock files
   on the refs it names were left by somebody who is dead, or the lock would not have been free.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hoso.findings import HosoError
from hoso.server.place import Server
from hoso.store.exclusive import exclusive
from hoso.store.refs import Move, NotMoved, refs, update
from hoso.store.writing import settle, write_durably

_LOCK, _NOTE = "lock", "journal"
#: Twenty pushes one after the other take some seconds; a longer wait means something is stuck.
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Alone:
    """The right to move refs, for as long as the lock is held."""

    server: Server
    lock: int

    def move(self, moves: tuple[Move, ...], at: Mapping[str, str] | None = None) -> None:
        """Moves refs, all or none; NotMoved where one is elsewhere now, HosoError on a bad disk.

        `at` is where every ref is, where whoever holds the lock has asked for that already.
        """
        if at is None:
            at = refs(self.server.repository)
        for move in moves:
            if at.get(move.ref) != move.old:
                raise NotMoved(f"HS849: {move.ref} đã đổi trong lúc xét; gửi lại")
        note = self.server.own / _NOTE
        said = [[move.ref, move.new, move.old] for move in moves]
        write_durably(note, json.dumps(said).encode())
        try:
            update(self.server.repository, moves, (self.lock,))
        except NotMoved:
            at = refs(self.server.repository)
            if any(_arrived(move, at) for move in moves):
                finish(self.server, self.lock)
                return
            _forget(note)
            raise
        _forget(note)


@contextmanager
def alone(server: Server, patience: float = PATIENCE) -> Iterator[Alone]:
    """Alone with the repository for a block, after finishing what somebody left half done."""
    with exclusive(server.own / _LOCK, patience) as lock:
        finish(server, lock)
        yield Alone(server, lock)


def finish(server: Server, lock: int) -> bool:
    """Moves the refs that a note still names; whether there was a note. The lock must be held."""
    note = server.own / _NOTE
    try:
        said = json.loads(note.read_bytes())
    except FileNotFoundError:
        return False
    moves = tuple(Move(ref, new, old) for ref, new, old in said)
    at = refs(server.repository)
    left = tuple(move for move in moves if not _arrived(move, at))
    for move in left:
        if at.get(move.ref) != move.old:
            raise HosoError(f"{move.ref} đã bị đổi ngoài quy trình; báo người quản trị")
    # Git holds HEAD too while the branch moves that it names.
    for name in (*(move.ref for move in moves), "HEAD"):
        (server.repository.git_dir / f"{name}.lock").unlink(missing_ok=True)
    if left:
        _update_again(server, left, lock)
    _forget(note)
    return True


def _forget(note: Path) -> None:
    note.unlink()
    settle(note.parent)


def _update_again(server: Server, moves: tuple[Move, ...], lock: int) -> None:
    packed = server.repository.git_dir / "packed-refs.lock"
    before = _identity(packed)
    try:
        update(server.repository, moves, (lock,))
    except NotMoved:
        # Git has waited for it as long as packing takes; what is still the same file is nobody's.
        if before is None or before != _identity(packed):
            raise
        packed.unlink()
        update(server.repository, moves, (lock,))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_ino, found.st_mtime_ns)


def _arrived(move: Move, at: Mapping[str, str]) -> bool:
    return at.get(move.ref) == move.new
