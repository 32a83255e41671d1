"""Typesets many pages on several cores; the files stay with whoever asked for them.

Workers hold no file and no place in the archive: they take a page, give back its bytes, and end
when the pipe to their master closes, however the master ended.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from hoso.books.page import Page
from hoso.findings import HosoError


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to typeset, the line at its foot, and the name its bytes are to be known by."""

    name: str
    page: Page
    line: str


def typeset_all(sheets: Iterable[Sheet], workers: int) -> Iterator[tuple[str, bytes]]:
    """The name and PDF of every sheet, in the order they get ready."""
    if workers < 2:
        from hoso.books.typesetting import typeset  # noqa: PLC0415 - not needed by the master

        for sheet in sheets:
            yield sheet.name, typeset(sheet.page, sheet.line)
        return
    with _team(workers) as free:
        yield from _shared_out(iter(sheets), free)


def _shared_out(sheets: Iterator[Sheet], free: list[Connection]) -> Iterator[tuple[str, bytes]]:
    busy: dict[Connection, str] = {}
    while True:
        while free:
            sheet = next(sheets, None)
            if sheet is None:
                break
            worker = free.pop()
            worker.send(sheet)
            busy[worker] = sheet.name
        if not busy:
            return
        for ready in wait(list(busy)):
            assert isinstance(ready, Connection)  # noqa: S101 - only pipes were waited for
            name = busy.pop(ready)
            yield name, _answer(ready, name)
            free.append(ready)


def _answer(worker: Connection, name: str) -> bytes:
    try:
        answer = worker.recv()
    except EOFError as error:
        raise HosoError(
            f"tiến trình in {name} dừng đột ngột, có thể máy hết bộ nhớ: chạy lại với --jobs 1"
        ) from error
    if isinstance(answer, BaseException):
        raise answer
    assert isinstance(answer, bytes)  # noqa: S101 - a worker sends nothing else
    return answer


@contextlib.contextmanager
def _team(workers: int) -> Iterator[list[Connection]]:
    context = get_context("spawn")
    ends: list[Connection] = []
    team: list[BaseProcess] = []
    try:
        for _ in range(workers):
            ours, theirs = context.Pipe()
            worker: BaseProcess = context.Process(target=_work, args=(theirs,), daemon=True)
            worker.start()
            theirs.close()
            ends.append(ours)
            team.append(worker)
        yield list(ends)
    finally:
        for end in ends:
            end.close()
        for member in team:
            member.join(timeout=5)
            if member.is_alive():
                member.kill()


def _work(pipe: Connection) -> None:
    from hoso.books.typesetting import typeset  # noqa: PLC0415 - heavy, and only workers need it

    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            sheet: Sheet = pipe.recv()
            try:
                answer: bytes | BaseException = typeset(sheet.page, sheet.line)
            except Exception as error:  # carried over to the master, which raises it
                answer = error if isinstance(error, HosoError) else RuntimeError(f"{error!r}")
            pipe.send(answer)
