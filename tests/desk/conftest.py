"""One desk for all of these tests, over a server founded once."""

import pytest

from desk.visiting import DeskPlace
from servers import small_server


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """A server as `hoso init-server` makes it."""
    return small_server(tmp_path_factory.mktemp("goc"))


@pytest.fixture(scope="session")
def desk_place(founded, tmp_path_factory):
    """The desk that most tests share; what a test sends there the others see."""
    with DeskPlace(tmp_path_factory.mktemp("ban"), founded) as place:
        yield place


@pytest.fixture
def own_place(founded, tmp_path):
    """A desk of this test's own."""
    with DeskPlace(tmp_path, founded) as place:
        yield place
