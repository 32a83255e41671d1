"""The markup is right: the Nu HTML checker finds no error in any page, nor in our style sheets."""

import json
import subprocess
from pathlib import Path

import pytest

import programs

OWN = Path(__file__).resolve().parents[2] / "tools" / "hoso" / "site" / "theme"


def checked(*arguments):
    """The messages of the checker about files and folders."""
    command = [programs.java(), "-jar", programs.html_checker(), "--format", "json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stderr)["messages"]


@pytest.fixture(scope="module")
def messages(reference_site):
    return checked("--skip-non-html", str(reference_site.folder))


def test_no_page_has_an_error(messages):
    errors = {
        (Path(message["url"]).parent.name, message.get("lastLine"), message["message"])
        for message in messages
        if message["type"] == "error"
    }
    assert errors == set()


def test_no_page_gives_cause_for_a_warning(messages):
    # A file on disk has no origin, so the checker takes 'self' for nobody; what the policy
    # really stops, the browser says on its console (test_pages_layout).
    warnings = {
        (message["url"], message["message"])
        for message in messages
        if message.get("subType") == "warning"
        and "violates Content Security Policy" not in message["message"]
    }
    assert warnings == set()


def test_the_checker_does_find_errors(tmp_path):
    page = tmp_path / "sai.html"
    page.write_text("<!doctype html><html lang=vi><title>Sai</title><p><div></p>", encoding="utf-8")
    assert any(message["type"] == "error" for message in checked(str(page)))


def test_our_style_sheets_have_no_error():
    sheets = [str(sheet) for sheet in OWN.rglob("*.css")]
    assert sheets
    errors = [
        (message["url"], message.get("lastLine"), message["message"])
        for message in checked("--css", *sheets)
        if message["type"] == "error"
    ]
    assert errors == []
