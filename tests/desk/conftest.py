"""One desk for all of these tests, over a server founded once."""

import pytest

from desk.closed_school import clock_at, closed_server
from desk.visiting import DeskPlace
from servers import small_server


@pytest.fixture(scope="session")
def unpeopled(tmp_path_factory):
    """A server as `hoso init-server` makes it; nobody has an account yet."""
    return small_server(tmp_path_factory.mktemp("goc"))


@pytest.fixture(scope="session")
def founded(unpeopled, tmp_path_factory):
    """The same with everybody's account: closing a key takes a while, so it is done once."""
    return DeskPlace(tmp_path_factory.mktemp("goc-nguoi"), unpeopled).left()


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


@pytest.fixture(scope="session")
def closed_founded(tmp_path_factory):
    """A training server whose books of mid term are closed."""
    return closed_server(tmp_path_factory.mktemp("goc-khoa"))


@pytest.fixture(scope="session")
def closed_place(closed_founded, tmp_path_factory):
    """The desk beside such a server that tests of closed books and of posts share."""
    folder = tmp_path_factory.mktemp("ban-khoa")
    with DeskPlace(folder, closed_founded, clock_at=clock_at) as place:
        yield place


@pytest.fixture
def own_closed_place(closed_founded, tmp_path):
    """Such a desk of this test's own: the books its orders open stay closed for the others."""
    with DeskPlace(tmp_path, closed_founded, clock_at=clock_at) as place:
        yield place
