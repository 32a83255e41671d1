"""Every word a person reads on the command line is Vietnamese."""

from __future__ import annotations

import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from hoso.cli.main import COMMANDS

HOSO = Path(sys.executable).with_name("hoso")
WORDS = Path(__file__).parents[2] / "tools/hoso/cli/words/vi/LC_MESSAGES"
ENGLISH = ("Usage", "Options", "Commands", "Show this", "Missing", "No such", "Invalid", "does not",
           "is not", "Error", "Try ", "required")  # fmt: skip


def said(*arguments):
    done = subprocess.run([HOSO, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("verb", ["", *COMMANDS])
def test_help_is_vietnamese(verb):
    code, text = said(*filter(None, [verb, "--help"]))
    assert code == 0
    assert "Cách dùng: hoso" in text
    assert not [word for word in ENGLISH if word in text]


@pytest.mark.parametrize(
    "arguments",
    [["nope"], ["check", "--nope"], ["check", "--jobs", "x"], ["check", "--jobs", "0"],
     ["check", "--format", "xml"], ["check", "a", "b"], ["check", "--since"], ["init"],
     ["check", "--repo", "/nope"], ["check", "--repo", __file__], ["explain"], ["archive"],
     ["check", "--again=1"]],
)  # fmt: skip
def test_wrong_use_is_answered_in_vietnamese(arguments):
    code, text = said(*arguments)
    assert code == 2
    assert not [word for word in ENGLISH if word in text], text


def test_the_compiled_words_are_those_of_the_catalogue():
    with (WORDS / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")
    with (WORDS / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    said = {message.id: message.string for message in catalogue if message.id}
    assert len(said) > 30
    for original, translated in said.items():
        if isinstance(original, tuple):
            assert [compiled.ngettext(*original, 2)] == list(translated)
        else:
            assert compiled.gettext(original) == translated
