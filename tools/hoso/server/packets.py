"""Git's pkt-lines and its conversation with `proc-receive`, version 1 (`git help hooks`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from hoso.findings import HosoError
from hoso.server.branches import Command

_LONGEST = 65_520


def asked(stream: BinaryIO, answer: BinaryIO) -> tuple[Command, ...]:
    """Greets git and reads the commands it wants carried out."""
    greeting = list(_packets(stream))
    if not greeting or greeting[0].split(b"\0")[0].strip() != b"version=1":
        raise HosoError("git trên máy chủ nói chuyện theo cách khác; cần git từ 2.29")
    _say(answer, [b"version=1\0"])
    commands = []
    for line in _packets(stream):
        old, new, ref = line.decode().rstrip("\n").split(" ", 2)
        commands.append(Command(old, new, ref))
    return tuple(commands)


def tell(answer: BinaryIO, lines: Iterable[str]) -> None:
    """What became of the commands, and the end of the conversation."""
    _say(answer, (line.encode() for line in lines))


def accepted(ref: str, moved: tuple[str, str, str] | None = None) -> Iterator[str]:
    """The lines that say a command counted; `moved` (ref, old, new) is what it really changed."""
    yield f"ok {ref}"
    if moved is not None:
        name, old, new = moved
        yield f"option refname {name}"
        yield f"option old-oid {old}"
        yield f"option new-oid {new}"


def declined(ref: str, why: str) -> Iterator[str]:
    """The line that says a command did not count, and why."""
    yield f"ng {ref} {' '.join(why.split())}"


def _say(answer: BinaryIO, lines: Iterable[bytes]) -> None:
    for line in lines:
        answer.write(b"%04x%s" % (len(line) + 4, line))
    answer.write(b"0000")
    answer.flush()


def _packets(stream: BinaryIO) -> Iterator[bytes]:
    """The packets before the next flush; HosoError where git stops in the middle."""
    while (size := _exactly(stream, 4)) != b"0000":
        length = int(size, 16)
        if not 4 < length <= _LONGEST:
            raise HosoError("git gửi tới một gói không đúng độ dài")
        yield _exactly(stream, length - 4)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    found = stream.read(length)
    if len(found) < length:
        raise HosoError("git ngừng giữa chừng; không có gì được ghi")
    return found
