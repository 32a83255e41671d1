"""A browser, a server and the built reference site, each made once for every site test."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from browsing import served
from built import BuiltSite
from visits import Visit, visit_all

REPOSITORY = Path(__file__).resolve().parents[2]
SHARDS = 8


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder on loopback until the tests end."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(served(folder))


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Make a named path once, whichever of the parallel test processes asks first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "made-once"
    folder.mkdir(exist_ok=True)

    def make_once(name: str, make: Callable[[Path], None]) -> Path:
        made, done = folder / name, folder / f"{name}.done"
        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                make(made)
                done.touch()
        return made

    return make_once


@pytest.fixture(scope="session")
def reference_site(once) -> BuiltSite:
    """The reference school's site as `hoso site build` makes it from this repository."""
    return BuiltSite(once("site", _build))


def _build(target: Path) -> None:
    command = [Path(sys.executable).parent / "hoso", "site", "build", "--out", str(target)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def reference_url(reference_site, serve) -> str:
    return serve(reference_site.folder)


# All tests of a share come together, so that hardly ever somebody waits for what another looks at.
@pytest.fixture(scope="session", params=range(SHARDS))
def visits(request, once, reference_site, reference_url, browser) -> list[Visit]:
    """What a browser met on one share of all pages; each share is visited once."""
    pages = reference_site.pages[request.param :: SHARDS]

    def make(target: Path) -> None:
        met = visit_all(browser, reference_url, [page.address for page in pages])
        target.write_text(json.dumps([visit.__dict__ for visit in met]), encoding="utf-8")

    made = once(f"visits-{request.param}", make)
    return [Visit(**met) for met in json.loads(made.read_text(encoding="utf-8"))]
