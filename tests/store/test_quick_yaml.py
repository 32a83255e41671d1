"""The short way gives the strict reader's answer or none at all."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from test_strict_yaml import CASES, KEYS, VALUES, open_kind

from hoso.schema.kinds import load_kinds
from hoso.schema.spelling import is_in_order, spell
from hoso.store.quick_yaml import parse_quickly
from hoso.store.strict_yaml import parse
from hoso.store.text import read_text
from hoso.store.tree import FolderTree

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "records"
MARKS = load_kinds(FolderTree(ROOT))["danh-gia-mon"]


def held_to_the_strict_reader(text):
    """Compares the two readings of a text; whether the short way had an answer."""
    if read_text("x.yml", text.encode(), found := []) is None or found:
        return False
    quick = parse_quickly(text, 3)
    if quick is None:
        return False
    findings = []
    assert repr(quick) == repr(parse("x.yml", text, findings, 3)), text
    assert findings == [], text
    for kind in (open_kind(), MARKS):
        assert is_in_order(quick[0], kind.schema) == (spell(kind, quick[0]) == text), text
    return True


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
def test_on_anything_spelled(data):
    held_to_the_strict_reader(spell(open_kind(), data))


def test_on_every_record_of_the_reference_school():
    texts = [path.read_text("utf-8") for path in sorted(RECORDS.rglob("*.yml"))]
    taken = sum(map(held_to_the_strict_reader, texts))
    assert len(texts) > 1_000
    assert taken > 0.99 * len(texts)


def test_on_every_refused_text():
    for case in CASES.values():
        held_to_the_strict_reader(case["text"])


JUNK = ["\n", " ", "  ", ": ", ":", "-", "- ", "#", " #", "'", '"', "\\", "{}", "[]", "{", "]", ","]
JUNK += [
    "&a ",
    "*a",
    "!t ",
    "|",
    ">",
    "%",
    "@",
    "?",
    "? ",
    "~",
    "null",
    "true",
    "0",
    "-1",
    "9" * 17,
]
JUNK += ["---", "...", "<<: ", "a: 1", "\n  b: 2", "\n- c", "é", "no", "1e3", "x" * 1100]


def test_on_thousands_of_damaged_records():
    rng = random.Random(5)
    texts = [path.read_text("utf-8")[:900] for path in sorted(RECORDS.rglob("*.yml"))[::9]]
    taken = 0
    for _ in range(12_000):
        text = rng.choice(texts)
        for _ in range(rng.randrange(1, 4)):
            place = rng.randrange(len(text) + 1)
            if rng.random() < 0.4:
                text = text[:place] + text[place + rng.randrange(1, 12) :]
            else:
                text = text[:place] + rng.choice(JUNK) + text[place:]
        taken += held_to_the_strict_reader(text)
    assert taken > 1_000


@settings(max_examples=1_500, deadline=None)
@given(st.lists(st.sampled_from([*JUNK, "a", "b: ", "c:\n", "  ", "\n"]), max_size=14).map("".join))
def test_on_any_heap_of_pieces(text):
    held_to_the_strict_reader(text)
    held_to_the_strict_reader(text + "\n")
