"""Whether a repository is for training, where the time is made up: its first commit says so.

The first commit names a repository for ever, so nobody can take exercises for the school's
history, nor turn one into the other.
"""

from __future__ import annotations

import re
from datetime import timedelta

from hoso.findings import HosoError

#: The setting of a repository that holds how far its clock is off, in seconds.
SHIFT = "hoso.lechGio"
#: Three hundred years either way: what a clock can show.
_SECONDS = re.compile(r"-?[0-9]{1,10}")
_SAID = re.compile(r"^Tap-Duot: (\S+)$", re.MULTILINE)


def as_seconds(shift: timedelta) -> str:
    """How far a clock is off, as settings and first commits write it; HosoError where too far."""
    text = str(int(shift.total_seconds()))
    if not _SECONDS.fullmatch(text):
        raise HosoError("giờ tập dượt cách giờ thật quá ba trăm năm; chọn ngày gần hơn")
    return text


def from_seconds(text: str) -> timedelta | None:
    """What was so written, or None."""
    return timedelta(seconds=int(text)) if _SECONDS.fullmatch(text) else None


def training_mark(shift: timedelta) -> str:
    """The paragraph of a first commit that says how far the clock was off at the founding."""
    return (
        "Kho tập dượt: giờ trong kho này là giờ giả, không phải hồ sơ thật.\n"
        f"Tap-Duot: {as_seconds(shift)}"
    )


def training_shift(message: str) -> timedelta | None:
    """How far the clock was off, by the message of a first commit; None for a school's own."""
    found = _SAID.search(message)
    return None if found is None else from_seconds(found[1])
