"""Objects that will soon be asked for: read in bulk, or made from another that differs little.

Of ten folders that an audit passes through, nine differ from one seen just before in the id of a
single member. Such a folder is made from that one; its own id then proves it, or it is read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence

#: Of a folder's id another one's, and by name the members whose ids differ, before and after.
Near = Mapping[str, tuple[str, Sequence[tuple[str, str, str]]]]
_TREE = "tree"
#: Not every folder is asked for, and a folder that came back leads round in a circle.
_STEPS = 32


class Ahead:
    """Objects by id, each as type and content."""

    def __init__(self, objects: dict[str, tuple[str, bytes]], near: Near) -> None:
        self._objects = objects
        self._near = near

    def get(self, id_: str, steps: int = _STEPS) -> tuple[str, bytes] | None:
        """The object of an id, or None where nothing is known of it; made in so many steps."""
        found = self._objects.get(id_)
        return self._made(id_, steps) if found is None and steps else found

    def add(self, id_: str, kind: str, raw: bytes) -> tuple[str, bytes]:
        """An object that had to be read all the same; folders are kept for others like them."""
        if kind == _TREE and id_ in self._near:
            self._objects[id_] = (kind, raw)
        return kind, raw

    def _made(self, id_: str, steps: int) -> tuple[str, bytes] | None:
        other, differing = self._near.get(id_, ("", ()))
        known = self.get(other, steps - 1)
        if known is None:
            return None
        raw = known[1]
        for name, before, after in differing:
            begin = os.fsencode(name) + b"\0"
            raw = raw.replace(begin + bytes.fromhex(before), begin + bytes.fromhex(after), 1)
        whole = hashlib.new("sha1" if len(id_) == 40 else "sha256", usedforsecurity=False)
        whole.update(b"tree %d\0" % len(raw) + raw)
        if known[0] != _TREE or whole.hexdigest() != id_:
            return None
        self._objects[id_] = found = (_TREE, raw)
        return found
