"""One real browser for everything that looks at pages: there is one event loop to a process."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

import programs


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once in every test process that asks for it."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=str(programs.browser()), args=programs.browser_flags()
        )
        yield made
        made.close()
