"""Generated schools that several tests look at, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hoso.demo.generate import generate
from hoso.demo.plan import Plan
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def kinds():
    return load_kinds(FolderTree(ROOT))


@pytest.fixture(scope="session")
def reference(kinds):
    """Every file of the reference school."""
    return dict(generate(Plan(), kinds))


@pytest.fixture(scope="session")
def school(kinds, reference):
    """The reference school, to be read."""
    return TreeSchool(MemoryTree(reference), kinds)
