"""What git is told of the world when it is asked something: the same everywhere, for everybody."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

#: Settings of a user or of the repository must not change what is read.
SETTINGS: Sequence[str] = (
    "-c", "core.commitGraph=false",
    "-c", "core.quotePath=false",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.autocrlf=false",
    "-c", "diff.renames=false",
)  # fmt: skip


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """What git finds around it: nothing of the caller's own settings, and some more of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") and name != "LANGUAGE"
    }
    return {
        **kept,
        **more,
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
    }
