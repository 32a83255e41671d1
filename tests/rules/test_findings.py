"""Every rule in a school that is sound but for one thing: the cases in `cases/findings`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from sound_school import KINDS, YEAR, edited, findings_of, reader_of, sound_school

from hoso.findings import CODES
from hoso.model import Privacy, walk
from hoso.rules import RULES

#: Codes of the rules; HS64 are said of lists that are brought in (`hoso.exchange`).
_OWN = re.compile(r"HS(5|6(?!4)|7[01]|88[34])")


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
    assert produced >= {code for code in CODES if _OWN.match(code)}


#: Restricted fields whose values say nothing about one pupil.
_OF_THE_CLASS = {"si_so", "ngay_hoc", "hoan_tat", "stt"}
_IDENTIFIER = re.compile(r"HS[0-9A-Z]{6}|NV[0-9]{4}|[1-5][A-Z]")


def test_no_message_repeats_what_is_recorded_about_a_person():
    # Findings end up in logs, and logs are kept where records are not.
    looked_at = 0
    for name, case in CASES.items():
        school = edited(sound_school(), case["sua"])
        told, secrets = findings_of(school), None
        for finding in told:
            secrets = secrets or _secrets(reader_of(school), school)
            words = set(re.findall(r"[\w/-]+", finding.message))
            assert not words & secrets.get(finding.path, set()), (name, finding.message)
            looked_at += 1
    assert looked_at > 100


def _secrets(school, data):
    """By path, the restricted values of each record as they could stand in a message."""
    found = {}
    for path in data:
        record = school.at(path)
        for pointer, value in [] if record is None else walk(record.data):
            hidden = record.kind.privacy_of(pointer) in (Privacy.RESTRICTED, Privacy.SENSITIVE)
            shown = str(value)
            if not hidden or pointer[-1] in _OF_THE_CLASS or _IDENTIFIER.fullmatch(shown):
                continue
            values = found.setdefault(path, set())
            values |= {shown, *record.kind.label(pointer, value).split(" – ")[:1]}
            if re.fullmatch(r"\d{4}-\d\d-\d\d", shown):
                values.add("/".join(reversed(shown.split("-"))))
    return found


def test_the_kinds_looked_at_for_secrets_have_some():
    assert _secrets(reader_of(sound_school()), sound_school()).keys() >= {
        f"records/{YEAR}/lop/5A/tong-hop/cuoi-nam.yml",
        "records/hoc-sinh/HS5A0001.yml",
    }
    assert KINDS["tong-hop"].privacy is Privacy.RESTRICTED


def test_every_rule_finds_something_in_some_case():
    silent = {rule.name for rule in RULES}
    for case in CASES.values():
        wanted = {line.split()[-1] for line in case["ma"]}
        if not wanted:
            continue
        data = edited(sound_school(), case["sua"])
        school = reader_of(data)
        for rule in RULES:
            records = (school.at(path) for path in data) if rule.name in silent else ()
            of_kind = (each for each in records if each is not None and each.kind.name == rule.kind)
            if any(list(rule.judge(record, school)) for record in of_kind):
                silent.discard(rule.name)
    assert silent == set()
