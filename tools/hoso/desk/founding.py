"""A made-up school on a server for training: a key and an account for everybody in office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hoso.desk.place import Desk
from hoso.gate.regulation import policy_on
from hoso.gate.verdict import local
from hoso.proposals.enrolling import enrolled
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.server.due import tell
from hoso.server.founding import found_server
from hoso.server.journal import alone
from hoso.server.place import server_at
from hoso.signing.keys import SigningKey, new_key
from hoso.store.tree import MemoryTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What founding takes from outside: the server's secret seed, and who runs its hooks."""

    seed: str
    python: str


def found_training(
    folder: Path, files: dict[str, bytes], now: datetime, shift: timedelta, passphrase: str,
    chances: Chances, told: Callable[[int, int], None],
) -> None:  # fmt: skip
    """Founds the server and gives everybody in office an account with the one passphrase.

    `shift` is how far `now` is from the real time; `told` hears how many keys are closed of all.
    """
    keys, files = with_keys(files, now)
    found_server(folder, files, new_key(), chances.seed, chances.python, now, shift)
    with alone(server_at(folder.absolute())) as held:
        tell(held, now)
    desk = Desk(folder, lambda: now)
    try:
        for number, (who, key) in enumerate(keys.items(), 1):
            desk.accounts.give(who, passphrase, key)
            told(number, len(keys))
    finally:
        desk.close()


def with_keys(
    files: dict[str, bytes], now: datetime
) -> tuple[dict[str, SigningKey], dict[str, bytes]]:
    """A new key for everybody who holds a role that day, and the files with all of them enrolled.

    They count from the day before on, so that nobody has to wait for the next minute.
    """
    tree = MemoryTree(files)
    school = TreeSchool(tree, load_kinds(tree))
    since = f"{local(now) - timedelta(days=1):%Y-%m-%d %H:%M}"
    keys = {who: new_key() for who in policy_on(school, local(now).date()).people()}
    pages = (enrolled(school, who, key.public.line, None, since) for who, key in keys.items())
    return keys, {**files, **{path: text for _, path, text in pages}}
