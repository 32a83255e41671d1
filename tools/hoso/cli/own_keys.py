"""Where a person's own keys are kept on this PC: one private file a key, and its public line."""

from __future__ import annotations

from pathlib import Path

import click


def key_folder() -> Path:
    """The folder of this user's own keys, wherever this system keeps settings."""
    return Path(click.get_app_dir("hoso"))


def key_file(folder: Path, who: str, name: str) -> Path:
    """The private key `name` (`k1`) of somebody; its public line stands beside it in `.pub`."""
    return folder / f"{who}-{name}"
