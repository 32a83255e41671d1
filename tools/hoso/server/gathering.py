"""The server's objects gathered into packs now and then; none of them is ever thrown away.

What no branch names any more stays too: a proposal that was taken back may still be evidence. Git
writes a new pack whole before it lets go of what is in it, so a kill at any moment loses nothing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from hoso.server.place import Server
from hoso.store.exclusive import Busy, exclusive

_LOCK = "gather"
#: From so many on, single objects make every git slower to start than packing them takes.
MOST_SINGLE = 2_000


def gather(server: Server, before: float, most: int = MOST_SINGLE) -> int:
    """Packs the server's single objects where there are more than `most`; how many there were.

    Pushes go on meanwhile. Does nothing while somebody else gathers. What killed processes left
    half written before a moment goes away.
    """
    try:
        with exclusive(server.own / _LOCK, 0):
            _clear(server.repository.git_dir / "objects", before)
            told = server.repository.run("count-objects", "-v").splitlines()
            single = int(told[0].removeprefix("count: "))
            if single <= most:
                return 0
            # Each pack twice as large as the next: gathering costs little, and packs stay few.
            server.repository.run("repack", "-d", "-l", "-q", "--geometric=2")
            return single
    except Busy:
        return 0


def _clear(objects: Path, before: float) -> None:
    for pattern in ("tmp_objdir-*", "pack/tmp_*", "pack/.tmp-*"):
        for left in objects.glob(pattern):
            if left.stat().st_mtime < before:
                shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
