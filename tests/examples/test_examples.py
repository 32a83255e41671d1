"""Sound and unsound files of every kind, found by folder: `<kind>/{positive,negative}/<name>.yml`.

An example says `path` and `text` (or `base64` for pictures and attachments); a negative one also
the `codes` it must be refused with, in order. Adding one needs no Python.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import yaml

from hoso.findings import CODES
from hoso.model import Format
from hoso.schema.kinds import load_kinds
from hoso.schema.paths import PathTable
from hoso.schema.school import read_record
from hoso.store.tree import PLAIN, Entry, FolderTree

HERE = Path(__file__).parent
KINDS = load_kinds(FolderTree(HERE.parents[1]))
TABLE = PathTable(KINDS)
POSITIVE = sorted(HERE.glob("*/positive/*.yml"))
NEGATIVE = sorted(HERE.glob("*/negative/*.yml"))
#: Stands for the members of a collection, which all are the same kind of thing.
ANY = "*"


def name_of(file):
    return f"{file.parts[-3]}: {file.stem}"


def read(file):
    """The example's path, its record if it is one, and the codes of what is wrong."""
    example = yaml.safe_load(file.read_text(encoding="utf-8"))
    raw = base64.b64decode(example["base64"]) if "base64" in example else example["text"].encode()
    path, record = example["path"], None
    findings = list(TABLE.problems(Entry(path, PLAIN, "")))
    place = TABLE.find(path)
    if place is not None:
        record = read_record(place, path, raw, findings)
    return example, record, findings


@pytest.mark.parametrize("file", POSITIVE, ids=name_of)
def test_a_positive_example_is_sound(file):
    _, record, findings = read(file)
    assert findings == []
    assert record.kind.name == file.parts[-3]


@pytest.mark.parametrize("file", NEGATIVE, ids=name_of)
def test_a_negative_example_is_refused_with_its_codes(file):
    example, record, findings = read(file)
    assert [finding.code for finding in findings] == example["codes"]
    assert example["codes"]
    assert record is None
    assert all(finding.code in CODES and finding.message for finding in findings)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_examples_of_both_sorts(kind):
    assert [file for file in POSITIVE if file.parts[-3] == kind]
    assert len([file for file in NEGATIVE if file.parts[-3] == kind]) >= 2


def test_no_example_stands_in_the_folder_of_no_kind():
    assert {file.parts[-3] for file in POSITIVE + NEGATIVE} == set(KINDS)


@pytest.mark.parametrize("kind", sorted(name for name in KINDS if KINDS[name].file is None))
def test_every_field_of_a_kind_is_used_by_a_positive_example(kind):
    used = set()
    for file in POSITIVE:
        if file.parts[-3] == kind:
            used |= set(places(read(file)[1].data, KINDS[kind].schema))
    assert set(declared(KINDS[kind].schema)) <= used


def places(value, node, at=()):
    """The places of a value's fields, members of collections as one."""
    yield at
    if isinstance(value, dict):
        for name, member in value.items():
            known = name in node.get("properties", {})
            below = node["properties"][name] if known else node["additionalProperties"]
            yield from places(member, below, (*at, name if known else ANY))
    elif isinstance(value, list):
        for member in value:
            yield from places(member, node["items"], (*at, ANY))


def declared(node, at=()):
    """The places a schema describes."""
    yield at
    for name, member in node.get("properties", {}).items():
        yield from declared(member, (*at, name))
    if isinstance(node.get("additionalProperties"), dict):
        yield from declared(node["additionalProperties"], (*at, ANY))
    if "items" in node:
        yield from declared(node["items"], (*at, ANY))


def test_markdown_examples_keep_their_body():
    bodies = [read(file)[1] for file in POSITIVE]
    pages = [record for record in bodies if record.kind.format is Format.MARKDOWN]
    assert pages
    assert all(record.body.startswith("## ") for record in pages)
