"""One yard is built for every module; each test goes on in a copy of its own."""

from __future__ import annotations

import pytest

from yards import Yard


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return founded(tmp_path_factory.mktemp("goc") / "kho")


@pytest.fixture
def yard(base, tmp_path):
    return base.copied(tmp_path / "kho")


def founded(folder):
    """A yard with nothing but its founding, quick to copy."""
    yard = Yard(folder)
    yard.repository.run("repack", "-a", "-d", "-q")
    for place in (folder / "objects").iterdir():
        if not any(place.iterdir()):
            place.rmdir()
    yard.view()
    return yard
