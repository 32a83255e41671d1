"""Kinds from schemas: what loads, and what is refused with a reason."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import pytest
import yaml

from hoso.model import Privacy
from hoso.schema.kinds import BrokenSchemas, load_kinds
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
BROKEN = yaml.safe_load((Path(__file__).parent / "broken.yml").read_text("utf-8"))
SOUND = """\
title: Một loại
description: Dùng để thử.
x-kind:
  name: mot-loai
  book: so
  path: records/mot-loai/{ma}.yml
  english: one kind
  key:
    ma: {title: Mã, description: Mã., type: string, pattern: "^M[0-9]$"}
type: object
additionalProperties: false
required: [ten]
properties:
  ten: {title: Tên, description: Tên gọi., type: string, pattern: "^[^\\\\n]+$"}
"""


def problems(files: dict[str, str]) -> list[tuple[str, int, str]]:
    with pytest.raises(BrokenSchemas) as caught:
        load_kinds(MemoryTree({f"schemas/{name}": text for name, text in files.items()}))
    return [(each.path, each.line, each.message) for each in caught.value.findings]


def test_a_sound_schema_loads():
    kinds = load_kinds(MemoryTree({"schemas/mot-loai.yml": SOUND}))
    assert list(kinds) == ["mot-loai"]
    assert kinds["mot-loai"].privacy is Privacy.RESTRICTED


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_schema_is_refused_with_its_reason(name):
    case = BROKEN[name]
    text = SOUND
    for old, new in case["replace"].items():
        assert old in text
        text = text.replace(old, new)
    found = problems({"mot-loai.yml": text})
    assert case["says"] in " | ".join(message for _, _, message in found)


def parts(node, at=()):
    """Every place in a schema, as the keys and positions that lead there."""
    yield at
    if isinstance(node, dict | list):
        for name, member in node.items() if isinstance(node, dict) else enumerate(node):
            yield from parts(member, (*at, name))


def test_whatever_is_put_anywhere_in_a_schema_it_loads_or_is_refused_with_reasons():
    """A broken schema must never look like a bug of the program."""
    rng = random.Random(9)
    junk = [None, True, 0, -1, "", "x", "[", "^x$", [], ["x"], {}, {"x": 1}, [[]], "records/{ma}"]
    names = ("danh-gia-mon", "hinh-anh", "tin-tuc", "quy-che")
    stock = {
        name: yaml.safe_load((ROOT / f"schemas/{name}.yml").read_text("utf-8")) for name in names
    }
    definitions = (ROOT / "schemas/dinh-nghia.yml").read_text("utf-8")
    refused = 0
    for _ in range(1200):
        name = rng.choice(names)
        node = copy.deepcopy(stock[name])
        *above, last = rng.choice(list(parts(node))[1:])
        target = node
        for part in above:
            target = target[part]
        if rng.random() < 0.2:
            del target[last]
        else:
            target[last] = rng.choice(junk)
        text = json.dumps(node, ensure_ascii=False)
        files = {f"schemas/{name}.yml": text, "schemas/dinh-nghia.yml": definitions}
        try:
            load_kinds(MemoryTree(files))
        except BrokenSchemas as error:
            refused += bool(error.findings)
    assert refused > 600


def test_no_schemas_at_all_is_an_error():
    assert problems({}) == [("schemas", 1, "không có loại hồ sơ nào")]


def test_two_kinds_that_could_claim_one_path_are_refused():
    other = (
        SOUND.replace("mot-loai", "hai-loai")
        .replace("records/hai-loai/{ma}.yml", "records/{ma}/M1.yml")
        .replace("^M[0-9]$", "^[a-z-]+$")
    )
    found = problems({"mot-loai.yml": SOUND, "hai-loai.yml": other})
    assert "trùng với đường dẫn" in found[0][2]


def test_a_reference_to_an_unknown_kind_is_refused_at_its_line():
    text = SOUND.replace("  ten: {", "  ten: {x-ref: khong-co, ")
    assert problems({"mot-loai.yml": text}) == [
        ("schemas/mot-loai.yml", 14, "x-ref nói tới loại 'khong-co' không có")
    ]


def test_a_stranger_in_the_schemas_folder_is_refused():
    found = problems({"mot-loai.yml": SOUND, "README.txt": "x"})
    assert found == [("schemas/README.txt", 1, "tệp lạ trong thư mục schemas")]


def test_every_kind_of_the_school_has_vietnamese_words_for_every_field():
    def nodes(node, at):
        yield at, node
        for name, member in node.get("properties", {}).items():
            yield from nodes(member, (*at, name))
        for word in ("additionalProperties", "items", "propertyNames"):
            if isinstance(node.get(word), dict):
                yield from nodes(node[word], (*at, word))

    for kind in load_kinds(FolderTree(ROOT)).values():
        for at, node in nodes(kind.schema, (kind.name,)):
            assert len(node["title"]) >= 2, at
            assert len(node["description"]) >= 5, at
            assert node["title"] != node["description"].rstrip("."), at


def test_match_and_fill_are_inverse():
    for kind in load_kinds(FolderTree(ROOT)).values():
        key = {hole: f"x{number}" for number, hole in enumerate(kind.holes)}
        assert kind.match(kind.fill(key)) == key
