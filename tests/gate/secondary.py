"""The lower secondary school: the schemas it shares with this repository, and its own files."""

from __future__ import annotations

from pathlib import Path

from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.store.strict_yaml import parse
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).parent / "trung-hoc"
YEAR = "2026-2027"
REGULATION = f"records/quy-che/{YEAR}.yml"
SHARED = ("truong", "quy-che", "diem-danh", "khoa-ky", "may-chu")


def files():
    """Path → bytes of the whole school."""
    own = FolderTree(OWN)
    found = {entry.path: own.read(entry.path) for entry in own.entries()}
    for name in SHARED:
        found[f"schemas/{name}.yml"] = (ROOT / f"schemas/{name}.yml").read_bytes()
    return found


KINDS = load_kinds(MemoryTree(files()))


def school(edits=()):
    """The school with values changed: (path, "a/b/c", value); None takes a value away."""
    found = files()
    table = TreeSchool(MemoryTree(found), KINDS).table
    for path, pointer, value in edits:
        data = parse(path, found[path].decode(), [])[0]
        *above, last = pointer.split("/")
        node = data
        for part in above:
            node = node[int(part)] if isinstance(node, list) else node[part]
        if value is None:
            del node[last]
        else:
            node[last] = value
        found[path] = spell(table.find(path).kind, data).encode()
    return TreeSchool(MemoryTree(found), KINDS)
