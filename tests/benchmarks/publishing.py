"""`hoso site build` beside MkDocs alone on the same staged pages, at three sizes.

Ours is a whole process, from reading records to the finished folder; theirs is MkDocs' own part
only. Both outputs are compared byte for byte, cold and after an edit. Memory is what all processes
of a build hold together at their peak, pages that they share counted once.
"""

from __future__ import annotations

import json
import os
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
BIN = Path(sys.executable).parent
POSTS = (100, 1_000, 5_000)
TARGETS = {"cold": 0.35, "edited": 0.12, "memory": 0.6}


@dataclass(frozen=True, slots=True)
class Built:
    """What one build took: seconds, and megabytes at the peak of all its processes together."""

    wall: float
    peak: float


def rows() -> Iterator[Row]:
    """Every size, one after the other."""
    for posts in POSTS:
        with tempfile.TemporaryDirectory() as name:
            yield from _at(posts, Path(name))


def _at(posts: int, folder: Path) -> Iterator[Row]:
    school = folder / "school"
    _write_school(school, Plan(classes_per_grade=1, finished_years=0, posts=posts))
    plain = _plainly(school, folder / "plain")
    cold = _quickly(school, folder / "quick")
    differing = _differing(folder / "plain", folder / "quick")
    _edit_a_post(school)
    edited = _quickly(school, folder / "quick")
    _plainly(school, folder / "plain")
    differing += _differing(folder / "plain", folder / "quick")
    bound = TARGETS if posts == max(POSTS) else {}
    yield Row(what=f"site, {posts} posts, cold ÷ MkDocs alone, wall",
              ratio=cold.wall / plain.wall, at_most=bound.get("cold"),
              detail=f"{cold.wall:.1f} s, {plain.wall:.1f} s")  # fmt: skip
    yield Row(what=f"site, {posts} posts, one edited ÷ MkDocs alone, wall",
              ratio=edited.wall / plain.wall, at_most=bound.get("edited"),
              detail=f"{edited.wall:.1f} s")  # fmt: skip
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
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)


def _edit_a_post(school: Path) -> None:
    post = sorted((school / "content" / "tin-tuc").rglob("*.md"))[7]
    post.write_text(post.read_text(encoding="utf-8") + "\nThêm một câu.\n", encoding="utf-8")


def _quickly(school: Path, out: Path) -> Built:
    return _watched([BIN / "hoso", "site", "build", "--unchecked", "--repo", school, "--out", out])[
        0
    ]


def _plainly(school: Path, out: Path) -> Built:
    script = Path(__file__).with_name("plain_site.py")
    built, said = _watched([sys.executable, script, school, out])
    return Built(json.loads(said)["wall"], built.peak)


def _watched(command: list[str | Path]) -> tuple[Built, str]:
    began = os.times().elapsed
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    peaks = [0.0]
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            peaks.append(_held_by(child.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    said, _ = child.communicate()
    wall = os.times().elapsed - began
    done.set()
    watcher.join()
    if child.returncode:
        raise RuntimeError(f"{command}: {said[-2000:]}")
    return Built(wall, max(peaks)), said


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
