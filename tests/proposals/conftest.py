"""A server founded once, and copied for every test that people meet at."""

import pytest

from servers import Served, small_server


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """A server as `hoso init-server` makes it."""
    return small_server(tmp_path_factory.mktemp("goc"))


@pytest.fixture
def served(founded, tmp_path):
    """A server of this test's own, and everybody's clones of it."""
    return Served(tmp_path, founded)
