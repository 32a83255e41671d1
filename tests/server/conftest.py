"""A server founded once and copied for every test, and a desk to push to it from."""

import shutil

import pytest

from hoso.store.git import Repository
from server.desk import Desk, hoso, small_school, written


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """A server as `hoso init-server` makes it, packed so that it copies quickly."""
    root = tmp_path_factory.mktemp("goc")
    made = hoso("init-server", root / "truong.git", "--from",
                written(small_school(), root / "truong"))  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    Repository(root / "truong.git").run("repack", "-q", "-a", "-d")
    return root / "truong.git"


@pytest.fixture
def server(founded, tmp_path):
    """A server of this test's own."""
    return shutil.copytree(founded, tmp_path / "truong.git")


@pytest.fixture
def desk(server, tmp_path):
    """A clone of the server with everybody's keys."""
    return Desk(tmp_path / "ban", server)
