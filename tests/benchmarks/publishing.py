"""The site beside MkDocs alone on the same staged pages, with the same settings, at three sizes.

The ratios are of MkDocs' own part, from staged pages to finished ones; what reading the records
and putting the folder in place add to a build is in the detail. Both outputs are compared byte for
byte, cold and after an edit. Memory is what all processes of a whole build hold together at their
peak, pages that they share counted once.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measuring import Row

from hoso.demo.generate import generate
from hoso.demo.plan import Plan
from hoso.schema.kinds import load_kinds
from hoso.store.tree import FolderTree

ROOT = Path(__file__).parents[2]
POSTS = (100, 1_000, 5_000)
TARGETS = {"cold": 0.35, "one edited": 0.12, "memory": 0.6}


@dataclass(frozen=True, slots=True)
class Built:
    """What one build took: seconds for the pages, for all, and megabytes at its peak."""

    pages: float
    all: float
    peak: float


def rows() -> Iterator[Row]:
    """Every size, one after the other."""
    for posts in POSTS:
        with tempfile.TemporaryDirectory() as name:
            yield from _at(posts, Path(name))


def _at(posts: int, folder: Path) -> Iterator[Row]:
    school = folder / "school"
    _write_school(school, Plan(classes_per_grade=1, finished_years=0, posts=posts))
    renders = folder / "renders"
    plain = _built(school, folder / "plain")
    cold = _built(school, folder / "quick", renders)
    differing = _differing(folder / "plain", folder / "quick")
    _edit_a_post(school)
    edited = _built(school, folder / "quick", renders)
    _built(school, folder / "plain")
    differing += _differing(folder / "plain", folder / "quick")
    bound = TARGETS if posts == max(POSTS) else {}
    for name, ours in (("cold", cold), ("one edited", edited)):
        yield Row(what=f"site, {posts} posts, {name} ÷ MkDocs alone, wall",
                  ratio=ours.pages / plain.pages, at_most=bound.get(name),
                  detail=f"{ours.pages:.1f} s of {plain.pages:.1f} s; "
                  f"all {ours.all:.1f} s of {plain.all:.1f} s")  # fmt: skip
    yield Row(what=f"site, {posts} posts, memory ÷ MkDocs alone",
              ratio=cold.peak / plain.peak, at_most=bound.get("memory"),
              detail=f"{cold.peak:.0f} MB, {plain.peak:.0f} MB")  # fmt: skip
    yield Row(what=f"site, {posts} posts, files that differ from MkDocs alone",
              ratio=differing, at_most=0)  # fmt: skip


def _write_school(folder: Path, plan: Plan) -> None:
    for path, content in generate(plan, load_kinds(FolderTree(ROOT))):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (folder / "mkdocs.yml").write_bytes((ROOT / "mkdocs.yml").read_bytes())
    shutil.copytree(ROOT / "schemas", folder / "schemas")


def _edit_a_post(school: Path) -> None:
    post = sorted((school / "content" / "tin-tuc").rglob("*.md"))[7]
    post.write_text(post.read_text(encoding="utf-8") + "\nThêm một câu.\n", encoding="utf-8")


def _built(school: Path, out: Path, *renders: Path) -> Built:
    script = Path(__file__).with_name("one_build.py")
    peak, said = _watched([sys.executable, script, school, out, *renders])
    return Built(**json.loads(said), peak=peak)


def _watched(command: list[str | Path]) -> tuple[float, str]:
    """The peak of a command and all its children, and what it printed."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    peaks = [0.0]
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            peaks.append(_held_by(child.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    said, _ = child.communicate()
    done.set()
    watcher.join()
    if child.returncode:
        raise RuntimeError(f"{command}: {said[-2000:]}")
    return max(peaks), said


def _held_by(process: int) -> float:
    """Megabytes of a process and its children; what n of them share counts 1/n in each."""
    try:
        folder = Path(f"/proc/{process}")
        lines = (folder / "smaps_rollup").read_text().splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        children = (folder / "task" / str(process) / "children").read_text().split()
    except (OSError, StopIteration):
        return 0.0  # it ended meanwhile
    return own / 1024 + sum(_held_by(int(child)) for child in children)


def _differing(one: Path, other: Path) -> int:
    contents = [
        {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
        for folder in (one, other)
    ]
    names = contents[0].keys() | contents[1].keys()
    return sum(
        name not in contents[0]
        or name not in contents[1]
        or contents[0][name].read_bytes() != contents[1][name].read_bytes()
        for name in names
    )
