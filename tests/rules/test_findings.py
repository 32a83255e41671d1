"""Every rule in a school that is sound but for one thing: the cases in `cases/findings`."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sound_school import YEAR, edited, findings_of, sound_school

from hoso.findings import CODES

_OWN = ("HS5", "HS6", "HS7")


class _TextDates(yaml.SafeLoader):
    """Dates stay text, as they do in the records."""


_TextDates.yaml_implicit_resolvers = {
    letter: [(tag, found) for tag, found in resolvers if not tag.endswith(":timestamp")]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

CASES = {
    name: case
    for file in sorted(Path(__file__).parent.glob("cases/findings/*.yml"))
    for name, case in yaml.load(file.read_text(), _TextDates).items()  # noqa: S506 - safe above
}


def test_the_sound_school_has_no_finding():
    assert findings_of(sound_school()) == []


@pytest.mark.parametrize("name", CASES)
def test_one_thing_wrong_gives_exactly_its_findings(name):
    case = CASES[name]
    found = findings_of(edited(sound_school(), case["sua"]))
    shown = [
        f"{each.path.removeprefix(f'records/{YEAR}/')} {each.line} {each.code}" for each in found
    ]
    assert shown == case["ma"], [each.message for each in found]
    assert all(each.message and each.hint for each in found)


def test_every_code_of_this_room_is_produced_by_a_case():
    produced = {line.split()[-1] for case in CASES.values() for line in case["ma"]}
    assert produced >= {code for code in CODES if code.startswith(_OWN)}
