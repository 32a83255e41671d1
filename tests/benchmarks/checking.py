"""The check beside its peers and its floor.

1. The whole check of a school on disk, against `check-jsonschema` on the same pages (once for each
   kind, with the same schemas) and against what one would write at once: CSafeLoader + jsonschema.
2. A second check of a commit after one page changed, at three sizes, against its floor: starting
   Python and asking git which paths differ.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from measuring import Row, Spent, in_turn, process

from hoso.demo.generate import generate
from hoso.demo.plan import Plan
from hoso.model import Kind
from hoso.schema.kinds import load_kinds
from hoso.schema.paths import PathTable
from hoso.store.tree import FolderTree

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
SIZES = {2_000: Plan(posts=300), 20_000: Plan(classes_per_grade=12, finished_years=4),
         200_000: Plan(classes_per_grade=50, finished_years=9)}  # fmt: skip
BY_HAND = """\
import json, sys, jsonschema, yaml
schema, *paths = sys.argv[1:]
validator = jsonschema.Draft202012Validator(json.load(open(schema)))
for path in open(paths[0]).read().split():
    validator.is_valid(yaml.load(open(path, encoding="utf-8"), yaml.CSafeLoader))
"""


def rows() -> Iterator[Row]:
    """Every comparison, one after the other."""
    kinds = load_kinds(FolderTree(ROOT))
    with tempfile.TemporaryDirectory() as name:
        yield from _against_peers(Path(name), kinds)
    for size, plan in SIZES.items():
        with tempfile.TemporaryDirectory() as name:
            yield from _after_one_change(Path(name), kinds, size, plan)


def _against_peers(folder: Path, kinds: Mapping[str, Kind]) -> Iterator[Row]:
    school = folder / "school"
    files = dict(generate(Plan(), kinds))
    for path, raw in _with_schemas(files.items()):
        (school / path).parent.mkdir(parents=True, exist_ok=True)
        (school / path).write_bytes(raw)
    pages: dict[str, list[str]] = {}
    table = PathTable(kinds)
    for path in files:
        if path.endswith(".yml"):
            pages.setdefault(table.find(path).kind.name, []).append(str(school / path))
    for kind, paths in pages.items():
        schema = {name: part for name, part in kinds[kind].schema.items() if name[:2] != "x-"}
        (folder / f"{kind}.json").write_text(json.dumps(schema), "utf-8")
        (folder / f"{kind}.txt").write_text("\n".join(paths), "utf-8")
    by_hand = folder / "by_hand.py"
    by_hand.write_text(BY_HAND)

    def peer() -> Spent:
        return _sum(
            process(BIN / "check-jsonschema", "--schemafile", folder / f"{kind}.json", *paths,
                    codes=(0, 1))
            for kind, paths in pages.items()
        )  # fmt: skip

    def stock() -> Spent:
        return _sum(
            process(sys.executable, by_hand, folder / f"{kind}.json", folder / f"{kind}.txt")
            for kind in pages
        )

    def ours(jobs: str) -> Spent:
        return process(BIN / "hoso", "check", "--jobs", jobs, cwd=school)

    cores = str(os.cpu_count())
    theirs, hand, one, all_ = in_turn(
        [peer, stock, lambda: ours("1"), lambda: ours(cores)], rounds=3, warm=False
    )
    count = sum(map(len, pages.values()))
    walls = ", ".join(f"{each.wall:.2f} s" for each in (theirs, hand, one, all_))
    detail = f"{count} pages; {walls}"
    yield Row(what="check-jsonschema ÷ whole check, all cores, wall", ratio=theirs.wall / all_.wall,
              at_least=25, detail=detail)  # fmt: skip
    yield Row(what="CSafeLoader + jsonschema ÷ whole check, one core, cpu",
              ratio=hand.cpu / one.cpu, at_least=6)  # fmt: skip


def _after_one_change(
    folder: Path, kinds: Mapping[str, Kind], size: int, plan: Plan
) -> Iterator[Row]:
    count = _commit_school(folder, kinds, plan)
    process(BIN / "hoso", "check", "HEAD", cwd=folder)
    turn = iter(range(1_000))

    def change() -> None:
        page = "records/2026-2027/lop/3A/danh-gia-mon/toan/giua-ky-1.yml"
        text = _git(folder, "show", f"HEAD:{page}")
        old = text.split("nhan_xet: ", 1)[1].split("\n", 1)[0]
        new = text.replace(old, f"Lần sửa thứ {next(turn)}.", 1)
        _commit(folder, [(page, new.encode())], "Sửa")

    def ours() -> Spent:
        change()
        return process(BIN / "hoso", "check", "HEAD", cwd=folder)

    def floor() -> Spent:
        return _sum([
            process(sys.executable, "-c", "pass"),
            process("git", "diff-tree", "-r", "HEAD~1", "HEAD", cwd=folder),
        ])  # fmt: skip

    spent, least = in_turn([ours, floor], rounds=7)
    _AFTER[size] = spent.wall
    yield Row(
        what=f"second check after one page, {count} files, ÷ floor + 60 ms",
        ratio=spent.wall / (2 * least.wall + 0.060), at_most=1,
        detail=f"{spent.wall * 1000:.0f} ms, floor {least.wall * 1000:.0f} ms",
    )  # fmt: skip
    if size == 200_000:
        yield Row(what="second check, 200,000 ÷ 20,000", ratio=_AFTER[200_000] / _AFTER[20_000],
                  at_most=1.2)  # fmt: skip


_AFTER: dict[int, float] = {}


def _sum(parts: Iterable[Spent]) -> Spent:
    parts = list(parts)
    return Spent(sum(each.wall for each in parts), sum(each.cpu for each in parts),
                 max(each.peak for each in parts))  # fmt: skip


def _with_schemas(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    yield from files
    for path in sorted((ROOT / "schemas").iterdir()):
        yield f"schemas/{path.name}", path.read_bytes()


def _commit_school(folder: Path, kinds: Mapping[str, Kind], plan: Plan) -> int:
    """A school straight into git's objects: a work tree of this size would take minutes."""
    _git(folder, "init", "-q", "--bare", ".")
    return _commit(folder, _with_schemas(generate(plan, kinds)), "Đầu năm", first=True)


def _commit(
    folder: Path, files: Iterable[tuple[str, bytes]], said: str, first: bool = False
) -> int:
    said_bytes = said.encode()
    with subprocess.Popen(
        ["git", "-C", folder, "fast-import", "--quiet"], stdin=subprocess.PIPE
    ) as run:
        head = b"commit refs/heads/main\ncommitter x <x@x.example> 1790000000 +0700\ndata %d\n%s\n"
        run.stdin.write(b"feature done\n" + head % (len(said_bytes), said_bytes))
        if not first:
            run.stdin.write(b"from refs/heads/main^0\n")
        count = 0
        for path, raw in files:
            count += 1
            run.stdin.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(raw), raw))
        run.stdin.write(b"done\n")
        run.stdin.close()
        if run.wait() != 0:
            raise RuntimeError("git fast-import failed")
    _git(folder, "symbolic-ref", "HEAD", "refs/heads/main")
    return count


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True,
                          text=True).stdout  # fmt: skip
