"""Twenty merges pushed at once, each again until it counts, and what each waited.

Beside them the same number of merges pushed one after the other, and pushed at once to a plain bare
repository. Afterwards the log must hold every tip of `main` exactly once, in order.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from checking import ROOT, _with_schemas
from great_server import Office, great_server
from measuring import Row

from hoso.demo.generate import generate
from hoso.demo.plan import CURRENT, Plan, year_name
from hoso.ledger.view import LOG, MAIN
from hoso.schema.kinds import load_kinds
from hoso.signing.entries import read_entry
from hoso.store.git import Repository
from hoso.store.tree import FolderTree

YEAR = year_name(CURRENT)
PUSHES = 20


def rows() -> Iterator[Row]:
    """All of it on one server of the reference school's size."""
    with tempfile.TemporaryDirectory() as name:
        yield from _at(Path(name))


def _at(folder: Path) -> Iterator[Row]:
    server, bare = folder / "server.git", folder / "bare.git"
    great_server(server, _with_schemas(generate(Plan(), load_kinds(FolderTree(ROOT)))), YEAR)
    subprocess.run(["git", "clone", "-q", "--bare", "--shared", server, bare], check=True)
    subprocess.run(["git", "-C", bare, "config", "receive.certNonceSeed", "x"], check=True)
    office = Office(folder / "office.git", server, YEAR)
    first = office.main
    waited = [_timed(lambda page=page: _merge(office, page)) for page in office.pages[:PUSHES]]
    work = [office.proposed(page) for page in office.pages[PUSHES : 2 * PUSHES]]
    plain = _at_once([lambda each=each: _to(bare, office, each) for each in work])
    crowd = _at_once([lambda each=each: _until_it_counts(office, each) for each in work])
    lost, entries = _lost(server, first)
    told = f"p50 {_ms(crowd, 50)}, p95 {_ms(crowd, 95)}"
    alone = f"{_ms(waited, 50)}, {_ms(waited, 95)}"
    yield Row(what="pushes of merges at once, p50 ÷ one after the other, wall",
              ratio=_at_percent(crowd, 50) / _at_percent(waited, 50), at_most=PUSHES,
              detail=f"{told}; one after the other {alone}")  # fmt: skip
    yield Row(what="pushes of merges at once, p95 ÷ one after the other, wall",
              ratio=_at_percent(crowd, 95) / _at_percent(waited, 95), at_most=2 * PUSHES,
              detail="waiting in a queue alone would be 20")  # fmt: skip
    yield Row(what="pushes of merges at once, p95 ÷ plain bare repository, wall",
              ratio=_at_percent(crowd, 95) / _at_percent(plain, 95),
              detail=f"plain p50 {_ms(plain, 50)}, p95 {_ms(plain, 95)}")  # fmt: skip
    yield Row(what="merges lost, or told by the log otherwise than once", ratio=lost, at_most=0,
              detail=f"{entries} merges since the first")  # fmt: skip


#: People wait for each other before they make a merge, as a queue in an office would have them.
_TURN = Lock()


def _merge(office: Office, page: str) -> None:
    office.refresh()
    office.push(office.server, *office.merged(office.proposed(page)))


def _until_it_counts(office: Office, work) -> None:
    while True:
        with _TURN:
            office.refresh()
            merge, who = office.merged(work)
        office.push(office.server, merge, who, codes=(0, 1))
        with _TURN:
            office.refresh()
            if office.contains(merge):
                return


def _to(bare: Path, office: Office, work) -> None:
    office.push(bare, work.head, work.author, f"refs/heads/{work.head}")


def _timed(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _at_once(actions: list[Callable[[], None]]) -> list[float]:
    with ThreadPoolExecutor(len(actions)) as people:
        return list(people.map(_timed, actions))


def _lost(server: Path, first: str) -> tuple[int, int]:
    """How many merges of `main` and entries of the log do not answer each other, one to one."""
    repository = Repository(server)
    told = repository.run("log", "--first-parent", "--reverse", "-z", "--format=%B", LOG)
    entries = [read_entry(each) for each in told.split("\0") if each]
    moves = [entry.new for entry in entries if entry.event == "nhan"]
    tips = repository.run("rev-list", "--first-parent", "--reverse", MAIN).split()
    missing = abs(2 * PUSHES + 1 - len(tips)) + sum(
        a != b for a, b in zip(moves, tips, strict=False)
    )
    wrong = missing + abs(len(moves) - len(tips)) + (tips[0] != first)
    return wrong, len(tips) - 1


def _at_percent(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def _ms(times: list[float], percent: int) -> str:
    return f"{_at_percent(times, percent) * 1000:.0f} ms"
