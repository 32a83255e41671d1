"""Work shared among forked processes that see all that the parent had read before."""

from __future__ import annotations

import gc
import os
import pickle
import struct
import warnings
from collections.abc import Callable, Generator, Sequence
from typing import BinaryIO, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_LENGTH = struct.Struct("<BQ")
_DONE, _FAILED = 0, 1

#: Below this, starting processes costs more than it saves.
_FEW = 24
_JOBS_BETWEEN_COLLECTIONS = 256


def worth_sharing(jobs: Sequence[object], processes: int) -> bool:
    """Whether `shared` would start processes for these jobs."""
    return processes > 1 and len(jobs) >= _FEW and hasattr(os, "fork")


def shared(jobs: Sequence[Job], work: Callable[[Job], Result], processes: int) -> Generator[Result]:
    """The result of every job, in order; what the work changes in memory stays in its process.

    The first error a job raises is raised here, in its turn.
    """
    if not worth_sharing(jobs, processes):
        yield from map(work, jobs)
        return
    gc.collect()
    gc.freeze()  # collected in a child, an old object would be copied for nothing
    workers = [_start(jobs[share::processes], work) for share in range(processes)]
    try:
        for place in range(len(jobs) - 1):
            yield _receive(workers[place % processes][1])
        last: Result = _receive(workers[(len(jobs) - 1) % processes][1])
    finally:
        gc.unfreeze()
        for _, pipe in workers:
            pipe.close()
        for process, _ in workers:
            os.waitpid(process, 0)
    yield last  # when nobody works any more, for nobody may ask again after it


def _start(jobs: Sequence[Job], work: Callable[[Job], object]) -> tuple[int, BinaryIO]:
    """A child that writes the results of its jobs into the pipe that is returned."""
    reading, writing = os.pipe()
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
