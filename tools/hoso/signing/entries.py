"""Entries of the log `nhat-ky`: what happened to `main`, in which order, at what time."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

from hoso.signing.canonical import canonical, parse_canonical
from hoso.signing.faults import Fault
from hoso.signing.shapes import ID, held

MAIN, LOG = "refs/heads/main", "refs/heads/nhat-ky"
#: Where merges are pushed to; a ref of this name never exists.
FOR_MAIN = "refs/for/main"
#: The file of an entry that holds the push certificate; without it git would let that go.
CERTIFICATE = "chung-thu"
LOCKED = "refs/heads/locked/"
_LOCK = re.compile(r"[0-9]{4}-[0-9]{4}/[a-z0-9-]{1,60}")
_PUSHER = re.compile(r"NV[0-9]{4}|may-chu")
_EVENTS: dict[str, dict[str, Any]] = {
    "nhan": {"lock": None, "missing": None, "ref": MAIN},
    "khoa": {"lock": _LOCK, "missing": int, "ref": ""},
    "chot": {"lock": _LOCK, "missing": None, "ref": re.compile(LOCKED + _LOCK.pattern)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event; `time` is the server's, in seconds, and the only time that counts.

    `nhan`: `main` went from `old` to `new`. `khoa`: a lock fell due with so many pages `missing`.
    `chot`: the lock's books are complete and its branch was set on `new`.
    """

    event: Literal["nhan", "khoa", "chot"]
    lock: str | None
    missing: int | None
    new: str
    old: str
    pusher: str
    ref: str
    seq: int
    time: int

    def text(self) -> str:
        """The canonical JSON that the log's commit carries as its message."""
        return canonical(asdict(self))


def read_entry(message: str) -> Entry:
    """The entry of a log commit's message; Fault HS820 or HS823 where it is none."""
    data = parse_canonical(message.removesuffix("\n"))
    said = _EVENTS.get(str(data.get("event")))
    shape = {
        "event": tuple(_EVENTS), "lock": None, "missing": None, "new": ID, "old": ID,
        "pusher": _PUSHER, "ref": "", "seq": int, "time": int,
    }  # fmt: skip
    if said is None or not held(data, {**shape, **said}):
        raise Fault("HS823", "mục nhật ký thiếu, thừa hoặc sai mục")
    entry = Entry(**data)
    nothing = "0" * len(entry.new)
    if entry.event == "khoa" and entry.old != entry.new:
        raise Fault("HS823", "mục khóa sổ không được đổi main")
    if entry.event == "chot" and (entry.ref != f"{LOCKED}{entry.lock}" or entry.old != nothing):
        raise Fault("HS823", "nhánh chốt sổ phải mới và mang tên lần khóa")
    return entry
