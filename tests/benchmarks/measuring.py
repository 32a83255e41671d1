"""Measurements as ratios within one run: whole processes in turn, medians, targets beside them."""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: what was compared, the ratio, and the bound it should keep."""

    what: str
    ratio: float
    at_least: float | None = None
    at_most: float | None = None
    detail: str = ""

    @property
    def kept(self) -> bool:
        return (self.at_least is None or self.ratio >= self.at_least) and (
            self.at_most is None or self.ratio <= self.at_most
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process took: seconds by the wall, seconds of processors, megabytes at its peak."""

    wall: float
    cpu: float
    peak: float


def in_turn(
    commands: Sequence[Callable[[], Spent]], rounds: int = 3, warm: bool = True
) -> list[Spent]:
    """Runs the commands one after the other, several rounds; the medians of each.

    In turn, so that a machine that slows down slows both sides of a ratio.
    """
    runs: list[list[Spent]] = [[] for _ in commands]
    for round_ in range(rounds + warm):
        for number, command in enumerate(commands):
            spent = command()
            if round_ >= warm:
                runs[number].append(spent)
    return [
        Spent(*(statistics.median(getattr(each, name) for each in mine)
                for name in ("wall", "cpu", "peak")))
        for mine in runs
    ]  # fmt: skip


def process(*arguments: str | Path, cwd: Path | None = None, codes: Sequence[int] = (0,)) -> Spent:
    """Runs one command to its end, children included; RuntimeError when it fails."""
    before = os.times().elapsed
    child = subprocess.Popen(
        [os.fspath(each) for each in arguments],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        # As on a person's machine: compiled modules are kept from one run to the next.
        env={name: each for name, each in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    )  # fmt: skip
    out = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    if child.returncode not in codes:
        raise RuntimeError(f"{arguments}: {out.decode(errors='replace')[-2000:]}")
    return Spent(os.times().elapsed - before, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def as_table(rows: Iterator[Row] | Sequence[Row]) -> Iterator[str]:
    """The rows as lines of a Markdown table, each as soon as it is measured."""
    yield "| measured | ratio | target | kept | detail |"
    yield "|---|---|---|---|---|"
    for row in rows:
        bounds = []
        if row.at_least is not None:
            bounds.append(f"≥ {row.at_least:g}")
        if row.at_most is not None:
            bounds.append(f"≤ {row.at_most:g}")
        kept = ("yes" if row.kept else "**MISSED**") if bounds else ""
        yield (f"| {row.what} | {row.ratio:.3g} | {', '.join(bounds)} | {kept} | {row.detail} |")
