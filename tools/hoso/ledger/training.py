"""Whether a repository is for training, where the time is made up: its first commit says so.

The first commit names a repository for ever, so nobody can take exercises for the school's
history, nor turn one into the other.
"""

from __future__ import annotations

import re
from datetime import timedelta

#: The setting of a repository that holds how far its clock is off, in seconds.
SHIFT = "hoso.lechGio"
_SAID = re.compile(r"^Tap-Duot: (-?[0-9]{1,12})$", re.MULTILINE)


def training_mark(shift: timedelta) -> str:
    """The paragraph of a first commit that says how far the clock was off at the founding."""
    return (
        "Kho tập dượt: giờ trong kho này là giờ giả, không phải hồ sơ thật.\n"
        f"Tap-Duot: {int(shift.total_seconds())}"
    )


def training_shift(message: str) -> timedelta | None:
    """How far the clock was off, by the message of a first commit; None for a school's own."""
    found = _SAID.search(message)
    return None if found is None else timedelta(seconds=int(found[1]))
