"""Work shared among forked processes that see all that the parent had read before."""

from __future__ import annotations

import gc
import os
import pickle
import struct
import sys
import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from typing import BinaryIO, TypeVar

if sys.platform == "linux":
    import fcntl

Job = TypeVar("Job")
Result = TypeVar("Result")

_LENGTH = struct.Struct("<BQ")
_DONE, _FAILED = 0, 1

#: Jobs are dealt out in blocks: neighbours in a list are neighbours in memory, and memory that
#: only one process touches is not copied.
_BLOCK = 16
#: Below this, starting processes costs more than it saves.
_FEW = 2 * _BLOCK
_JOBS_BETWEEN_COLLECTIONS = 256
#: Room for a block of results, so that a process need not wait while this one works itself.
_PIPE_SIZE = 1 << 20


def worth_sharing(jobs: Sequence[object], processes: int) -> bool:
    """Whether `shared` would start processes for these jobs."""
    return processes > 1 and len(jobs) >= _FEW and hasattr(os, "fork")


def shared(
    jobs: Sequence[Job],
    work: Callable[[Job], Result],
    processes: int,
    here: Callable[[Job], Result] | None = None,
) -> Generator[Result]:
    """The result of every job, in order, as it is asked for; this process does its part too.

    What the work changes in memory stays in its process; `here`, if given, is what this process
    does with the jobs that fall to it. The first error a job raises is raised here, in its turn.
    """
    own = here or work
    if not worth_sharing(jobs, processes):
        yield from map(own, jobs)
        return
    shares: list[list[Job]] = [[] for _ in range(processes)]
    for place, job in enumerate(jobs):
        shares[_share(place, processes)].append(job)
    gc.collect()
    gc.freeze()  # collected in a child, an old object would be copied for nothing
    workers = [_start(share, work) for share in shares[1:]]

    def result(place: int) -> Result:
        share = _share(place, processes)
        return _receive(workers[share - 1][1]) if share else own(jobs[place])

    try:
        for place in range(len(jobs) - 1):
            yield result(place)
        last = result(len(jobs) - 1)
    finally:
        gc.unfreeze()
        for _, pipe in workers:
            pipe.close()
        for process, _ in workers:
            os.waitpid(process, 0)
    yield last  # when nobody works any more, for nobody may ask again after it


def _share(place: int, processes: int) -> int:
    """Which process does the job at a place; 0 is this one."""
    return place // _BLOCK % processes


def _start(jobs: Sequence[Job], work: Callable[[Job], object]) -> tuple[int, BinaryIO]:
    """A child that writes the results of its jobs into the pipe that is returned."""
    reading, writing = os.pipe()
    _widen(writing)
    with warnings.catch_warnings():
        # A parent with threads may be forked: the child only computes, writes and leaves.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if process:
        os.close(writing)
        return process, os.fdopen(reading, "rb")
    code = 1
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            _serve(pipe, jobs, work)
        code = 0
    finally:
        os._exit(code)  # nothing of the parent's may be flushed, closed or removed twice


def _widen(pipe: int) -> None:
    if sys.platform == "linux":
        with suppress(OSError):  # a narrow pipe only means more waiting
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)


def _serve(pipe: BinaryIO, jobs: Sequence[Job], work: Callable[[Job], object]) -> None:
    gc.disable()  # what the parent left is frozen, and a job leaves little; see below
    for number, job in enumerate(jobs, start=1):
        if number % _JOBS_BETWEEN_COLLECTIONS == 0:
            gc.collect()
        try:
            mark, message = _DONE, pickle.dumps(work(job), pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            mark, message = _FAILED, _pickled(error)
        pipe.write(_LENGTH.pack(mark, len(message)))
        pipe.write(message)
        pipe.flush()


def _pickled(error: Exception) -> bytes:
    try:
        message = pickle.dumps(error)
        pickle.loads(message)  # noqa: S301 - our own bytes; an error may not survive the way back
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return message


def _receive(pipe: BinaryIO) -> Result:  # type: ignore[type-var]  # as the job says
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise RuntimeError("a build process ended before its work was done")
    mark, length = _LENGTH.unpack(head)
    value = pickle.loads(pipe.read(length))  # noqa: S301 - written by our own child a moment ago
    if mark == _FAILED:
        raise value
    result: Result = value
    return result
