"""Objects read through one running git: one request, one object, no process per object."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from hoso.findings import HosoError


@dataclass(slots=True)
class ObjectPipe:
    """A running `git cat-file --batch`: one request, one object, no process per object."""

    owner: int
    process: subprocess.Popen[bytes]
    ask: IO[bytes]
    answer: IO[bytes]
    #: Questions of two threads that mingle would be answered crosswise, or never.
    turn: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def start(
        cls, path: Path, settings: Sequence[str], environment: Mapping[str, str]
    ) -> ObjectPipe:
        process = subprocess.Popen(  # noqa: S603 - a fixed program without a shell
            ["git", "-C", os.fspath(path), *settings, "cat-file", "--batch"],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        ask, answer = process.stdin, process.stdout
        if ask is None or answer is None:
            raise HosoError("git cat-file không mở được ống dẫn")
        return cls(os.getpid(), process, ask, answer)

    def get(self, name: str) -> tuple[str, str, bytes]:
        """The id, type and content of what a name stands for; KeyError where it is nothing."""
        with self.turn:
            self.ask.write(name.encode() + b"\n")
            self.ask.flush()
            header = self.answer.readline().split()
            if len(header) != 3 or not header[2].isdigit():
                raise KeyError(name)
            content = self.answer.read(int(header[2]))
            self.answer.read(1)
        return header[0].decode(), header[1].decode(), content

    def close(self) -> None:
        """Ends the git behind it; the pipe is not used any more."""
        self.ask.close()
        self.answer.close()
        self.process.wait()

    def __del__(self, here: Callable[[], int] = os.getpid) -> None:
        # When the interpreter ends, modules may be gone before the last pipe is.
        if self.owner == here():
            self.close()


def told_in(answer: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Id, type and content of each object in a whole answer; what git says it lacks is left out."""
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        words = answer[at:end].decode().split(" ")
        at = end + 1
        if len(words) == 3:
            content = answer[at : at + int(words[2])]
            yield words[0], words[1], content
            at += len(content) + 1
