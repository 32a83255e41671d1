"""A server founded once and copied for every test, and a desk to push to it from."""

import shutil

import pytest

from server.desk import Desk, founded_at, small_school


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """A server of the small school."""
    return founded_at(tmp_path_factory.mktemp("goc"), small_school())


@pytest.fixture
def server(founded, tmp_path):
    """A server of this test's own."""
    return shutil.copytree(founded, tmp_path / "truong.git")


@pytest.fixture
def desk(server, tmp_path):
    """A clone of the server with everybody's keys."""
    return Desk(tmp_path / "ban", server)
