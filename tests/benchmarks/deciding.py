"""The gate for a proposal of one page at three sizes of the archive.

What counts is the whole of a real signed push of an approved merge to a real server, both hooks
included; beside it the same push to a plain bare repository of the same size, which is the floor.
That has objects of its own: beside objects it can borrow, git would find that nothing is missing
and look at nothing. `hoso gate` on the same change is measured as a process of its own.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from checking import BIN, ROOT, SIZES, _with_schemas
from great_server import Office, great_server
from measuring import Row, Spent, in_turn, process

from hoso.demo.generate import generate
from hoso.demo.plan import CURRENT, Plan, year_name
from hoso.ledger.view import MAIN
from hoso.model import Kind
from hoso.schema.kinds import load_kinds
from hoso.store.tree import FolderTree

YEAR = year_name(CURRENT)


def rows() -> Iterator[Row]:
    """Every size, one after the other."""
    kinds = load_kinds(FolderTree(ROOT))
    spent: dict[int, list[Spent]] = {}
    for size, plan in SIZES.items():
        with tempfile.TemporaryDirectory() as name:
            count, spent[size] = _at(Path(name), kinds, plan)
        push, floor, gate = spent[size]
        yield Row(
            what=f"push of a merge of one page, {count} files, ÷ plain bare repository, wall",
            ratio=push.wall / floor.wall,
            detail=f"{push.wall * 1000:.0f} ms of {floor.wall * 1000:.0f} ms; "
            f"processors {push.cpu * 1000:.0f} ms of {floor.cpu * 1000:.0f} ms; "
            f"hoso gate {gate.wall * 1000:.0f} ms",
        )
    great, small = spent[200_000], spent[20_000]
    # Git itself looks at every folder of the archive once a push (decision 0023); what the server
    # does besides is the push without the same push to a plain repository.
    added = [push.cpu - floor.cpu for push, floor, _ in (great, small)]
    yield Row(what="what the server adds to git's push of a merge, 200,000 ÷ 20,000, processors",
              ratio=added[0] / added[1], at_most=1.2,
              detail=f"whole push {great[0].cpu / small[0].cpu:.2f}, "
                     f"plain repository {great[1].cpu / small[1].cpu:.2f}")  # fmt: skip
    yield Row(what="hoso gate, 200,000 ÷ 20,000, processors", ratio=great[2].cpu / small[2].cpu,
              at_most=1.2)  # fmt: skip


def _at(folder: Path, kinds: Mapping[str, Kind], plan: Plan) -> tuple[int, list[Spent]]:
    server, bare = folder / "server.git", folder / "bare.git"
    count = great_server(server, _with_schemas(generate(plan, kinds)), YEAR)
    subprocess.run(["git", "clone", "-q", "--bare", server, bare], check=True)
    subprocess.run(["git", "-C", bare, "config", "receive.certNonceSeed", "x"], check=True)
    office = Office(folder / "office.git", server, YEAR)
    made: list[tuple[str, str]] = []

    def push() -> Spent:
        office.refresh()
        work = office.proposed(office.pages[0])
        made.append((*office.merged(work), work.author))
        return office.push(server, *made[-1][:2])

    def floor() -> Spent:
        return office.push(bare, *made[-1][:2], ref=MAIN)

    def gate() -> Spent:
        merge, _, author = made[-1]
        return process(BIN / "hoso", "gate", f"{merge}~1", merge, "--who", author,
                       "--repo", office.folder)  # fmt: skip

    return count, in_turn([push, floor, gate], rounds=7)
