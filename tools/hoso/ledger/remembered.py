"""The text of a state, kept beside a repository from one process to the next.

Nothing of what a text means is known here, so that a hook which only hands it on starts quickly.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from hoso.findings import HosoError
from hoso.store.git import Repository
from hoso.store.writing import write_whole

_FILE = "so-cai.json"


def keep(repository: Repository, text: str) -> None:
    """Keeps a text for the next time; does nothing where it cannot be written."""
    with contextlib.suppress(HosoError):
        write_whole(_place(repository), text.encode())


def kept(repository: Repository) -> str:
    """The text that was kept; OSError or ValueError where there is none that can be read."""
    return _place(repository).read_text("utf-8")


def at_entry(text: str, log: str) -> str:
    """The text of a state whose entry of the log has been written at last."""
    return json.dumps({**json.loads(text), "log": log}, sort_keys=True)


def _place(repository: Repository) -> Path:
    return repository.git_dir / "hoso" / _FILE
