"""A browser, a server and the built reference site, each made once for every site test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import programs
from browsing import served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(programs.browser()), args=programs.browser_flags()
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder on loopback until the tests end."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(served(folder))
