"""Shape: what decides and what explains must agree, with each other and with the reference."""

from __future__ import annotations

import random
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.schema.kinds import load_kinds
from hoso.schema.shape import _validator, explain, faults
from hoso.store.tree import FolderTree

KINDS = load_kinds(FolderTree(Path(__file__).parents[2]))
TEXTS = [
    "",
    "x",
    "x\n",
    " x",
    "HS7K3QZ9",
    "HS7K3QZ9\n",
    "NV0012",
    "3A",
    "2026-09-05",
    "2026-02-30",
    "2026-09-05\n",
    "07:30",
    "hoan-thanh",
    "tot",
    "٣",
    "true",
    "2026-2027",
    "0912345678",
    "Nguyễn Văn An",
    "a" * 700,
    "92/QĐ-THCH",
    "cuoi-nam",
    "toan",
    "khai-giang.png",
]
VALUES = (
    st.sampled_from([*TEXTS, 0, 1, -1, 9, 10, 11, 10**12, True, False, None, 5.0, [], {}])
    | st.integers()
)


def reference(kind):
    """jsonschema's own answer, with `$` at the very end of the text as our patterns mean it."""

    def pattern(validator, wanted, value, schema):
        if isinstance(value, str) and not re.search(f"(?:{wanted[:-1]})\\Z", value):
            yield jsonschema.ValidationError("pattern")

    def integer(checker, value):
        return isinstance(value, int) and not isinstance(value, bool)

    base = jsonschema.Draft202012Validator
    strict = jsonschema.validators.extend(
        base, {"pattern": pattern}, type_checker=base.TYPE_CHECKER.redefine("integer", integer)
    )
    return strict(kind.schema, format_checker=base.FORMAT_CHECKER)


REFERENCES = {name: reference(kind) for name, kind in KINDS.items()}


def sample(node, rng, depth=0):
    """Data of roughly the right shape, with mistakes strewn in."""
    if rng.random() < 0.04:
        return rng.choice([*TEXTS, 0, 11, True, None, [], {}])
    type_ = node.get("type")
    if type_ == "object":
        made = {}
        for name, member in node.get("properties", {}).items():
            if name in node.get("required", ()) or rng.random() < 0.4:
                made[name] = sample(member, rng, depth + 1)
        more = node.get("additionalProperties")
        if isinstance(more, dict):
            for _ in range(rng.randrange(3)):
                made[str(sample(node["propertyNames"], rng))] = sample(more, rng, depth + 1)
        if rng.random() < 0.05:
            made["la"] = 1
        return made
    if type_ == "array":
        return [sample(node["items"], rng, depth + 1) for _ in range(rng.randrange(4))]
    if type_ == "integer":
        return rng.choice([0, 1, 5, 10, 11, 100, 5_000])
    if type_ == "boolean":
        return rng.choice([True, False])
    if "enum" in node and rng.random() < 0.9:
        return rng.choice(node["enum"])
    fitting = [text for text in TEXTS if re.search(node.get("pattern", ""), text)]
    return rng.choice(fitting or TEXTS) if rng.random() < 0.9 else rng.choice(TEXTS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_fast_validator_the_explainer_and_the_reference_agree(name):
    kind, rng = KINDS[name], random.Random(27)
    seen = set()
    for _ in range(400):
        data = sample(kind.schema, rng)
        fast = _validator(kind).is_valid(data)
        explained = not list(explain(kind.schema, data, ()))
        assert fast == explained == REFERENCES[name].is_valid(data), data
        seen.add(fast)
    assert False in seen or kind.format.value == "file"


@settings(max_examples=300, deadline=None)
@given(VALUES, st.sampled_from(sorted(KINDS)))
def test_any_value_at_the_root_gets_one_answer(value, name):
    kind = KINDS[name]
    if isinstance(value, float):
        # The strict reader makes no floats; refusing them is all that is asked.
        assert list(faults(kind, value))
        return
    assert bool(list(faults(kind, value))) is not REFERENCES[name].is_valid(value)


def test_a_fault_in_a_restricted_field_does_not_repeat_the_value():
    found = list(faults(KINDS["hoc-sinh"], {"ho_ten": "  Bí Mật ", "gioi_tinh": "Bí Mật"}))
    assert found
    assert not any("Bí Mật" in message + hint for _, _, message, hint in found)


def test_a_fault_in_a_public_field_shows_the_value():
    found = list(
        faults(KINDS["su-kien"], {"tieu_de": "Hội thi", "ngay": "mai", "tom_tat": "x" * 20})
    )
    assert "'mai'" in found[0][2]


def test_numbers_written_as_keys_keep_their_places():
    """The validator reports the key "1" as a position; our pointer must not."""
    kind = KINDS["quy-che"]
    data = {"dieu_quyet_dinh": {"1": "x"}}
    places = [at for at, *_ in faults(kind, data)]
    assert ("dieu_quyet_dinh", "1") in places
