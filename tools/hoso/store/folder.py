"""The members of a tree object, decoded as they are asked for: a folder may have thousands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

#: A member of a tree object: its mode, its name, its id.
_MEMBER = {length: re.compile(rb"[0-7]+ [^\0]*\0.{%d}" % length, re.DOTALL) for length in (20, 32)}

_NO_NAMES = frozenset({b"", b".", b"..", b".git"})


class Folder(Mapping[str, tuple[str, str]]):
    """(mode, id) of each member by name; ValueError where git would not have formed it so."""

    def __init__(self, raw: bytes, id_bytes: int) -> None:
        members = _MEMBER[id_bytes].findall(raw)
        if sum(map(len, members)) != len(raw):
            raise ValueError("a tree object that is not formed as git forms them")
        self._end, self._count = -1 - id_bytes, len(members)
        self._members = {each[each.index(b" ") + 1 : self._end]: each for each in members}

    @cached_property
    def sound(self) -> bool:
        """Whether every reader sees the same files here: each name once, and none that is a path.

        Git refuses such folders on the wire, but reads them where they stand.
        """
        names = self._members.keys()
        return len(names) == self._count and not names & _NO_NAMES and b"/" not in b"\0".join(names)

    def __getitem__(self, name: str) -> tuple[str, str]:
        try:
            member = self._members[os.fsencode(name)]
        except UnicodeEncodeError as error:
            # No file has such a name, whoever asks for it.
            raise KeyError(name) from error
        return member[: member.index(b" ")].decode(), member[self._end + 1 :].hex()

    def __iter__(self) -> Iterator[str]:
        return map(os.fsdecode, self._members)

    def __len__(self) -> int:
        return len(self._members)
