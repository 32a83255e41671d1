"""What the strict reader reads, and what it refuses."""

from __future__ import annotations

import string
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.findings import Finding
from hoso.model import Kind
from hoso.schema.spelling import spell
from hoso.store.strict_yaml import MAX_DEPTH, MAX_NODES, parse
from hoso.store.text import MAX_BYTES, read_text

CASES = yaml.safe_load((Path(__file__).parent / "refused.yml").read_text("utf-8"))


def read(text: str) -> tuple[object, list[tuple[int, str]]]:
    findings: list[Finding] = []
    value, _ = parse("x.yml", text, findings)
    return value, [(found.line, found.code) for found in findings]


@pytest.mark.parametrize("name", CASES)
def test_a_refused_text_names_its_line_and_code(name):
    findings: list[Finding] = []
    text = read_text("x.yml", CASES[name]["text"].encode(), findings)
    if text is not None:
        parse("x.yml", text, findings)
    assert [f"{found.line} {found.code}" for found in findings] == CASES[name]["expect"]
    assert all(found.hint for found in findings)


@pytest.mark.parametrize(
    ("raw", "expect"),
    [
        (b"", "1 HS119"),
        (b" \n\n", "1 HS119"),
        (b"\xef\xbb\xbfa: 1\n", "1 HS103"),
        (b"a: 1\r\nb: 2\r\n", "1 HS104"),
        (b"a: 1\nb: \xe1\xba\n", "2 HS101"),
        (b"a: 1\nb: \xff\xfe\n", "2 HS101"),
        (b"a: " + b"x" * MAX_BYTES, "1 HS102"),
        ("a: x\u2028b: 2\n".encode(), "1 HS105"),
        ("a: x\u0085b: 2\n".encode(), "1 HS105"),
        ("a: \u202eđảo\u202c\n".encode(), "1 HS105"),
        ("a: 1\nb: x\u200by\n".encode(), "2 HS105"),
        ("a: 1\nb: x\ufeffy\n".encode(), "2 HS105"),
        ("a: x\u00a0y\n".encode(), "1 HS105"),
        (b"a: x\ty\n", "1 HS105"),
        (b"a: x\x00y\n", "1 HS105"),
        (b"a: \x1b[31mx\n", "1 HS105"),
        ("a: to\u0301an\n".encode(), "1 HS106"),
    ],
)
def test_bytes_that_are_not_sound_text_are_refused(raw, expect):
    findings: list[Finding] = []
    read_text("x.yml", raw, findings)
    assert [f"{found.line} {found.code}" for found in findings] == [expect]


@pytest.mark.parametrize(
    "text",
    ["no", "yes", "on", "off", "No", "True", "FALSE", "~", "Null", "0123", "00", "+1", "-0", "0x1F",
     "0o17", "0b1", "1_000", "1e3", "1E5", "1.5", ".5", "1.", ".inf", ".nan", "-.inf", "13:30",
     "190:20:30", "2026-09-05", "2026-09-05T07:30:00Z", "=", "<<", "y", "n", "１２"],
)  # fmt: skip
def test_a_plain_scalar_that_looks_like_something_else_is_text(text):
    assert read(f"a: {text}\n") == ({"a": text}, [])


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("null", None), ("0", 0), ("10", 10), ("-7", -7),
     ("999999999999999", 999_999_999_999_999)],
)  # fmt: skip
def test_only_true_false_null_and_decimal_integers_are_not_text(text, value):
    assert read(f"a: {text}\n") == ({"a": value}, [])
    assert read(f'a: "{text}"\n') == ({"a": text}, [])


def test_every_value_knows_its_line():
    _, lines = parse("x.yml", "a:\n  b: 1\n  c:\n    - x\n    - y\nd: {e: 1}\n", [], first_line=10)
    top = lines[1]
    assert top["a"][0] == 10
    assert top["a"][1]["b"][0] == 11
    assert top["a"][1]["c"][1][1][0] == 14
    assert top["d"][1]["e"][0] == 15


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 30_000, "HS114"),
        ("a: " + "{b: " * 10_000, "HS114"),
        ("".join(f"k{number}: 1\n" for number in range(MAX_NODES)), "HS113"),
        ("- 1\n" * (MAX_NODES + 1), "HS113"),
        ("a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n", "HS109"),
        ("a: " + "9" * 4_000 + "\n", "HS117"),
        ("? " * 2_000 + "\n", "HS114"),
    ],
)
def test_a_bomb_is_refused_and_costs_no_more_than_a_large_sound_page(text, code):
    def cost(text):
        start = time.process_time()
        found = read(text)[1]
        return time.process_time() - start, {each for _, each in found}

    sound = "".join(f"k{number}: {'x' * 20}\n" for number in range(MAX_NODES // 2 - 1))
    assert cost(sound)[1] == set()
    assert code in cost(text)[1]
    assert min(cost(text)[0] for _ in range(3)) < 5 * max(cost(sound)[0] for _ in range(3))


def test_depth_and_nodes_up_to_the_limit_are_read():
    nested = "".join("  " * level + "a:\n" for level in range(MAX_DEPTH - 1))
    assert read(nested + "  " * (MAX_DEPTH - 1) + "a: 1\n")[1] == []
    keys = "".join(f"k{number}: 1\n" for number in range((MAX_NODES - 1) // 2))
    assert read(keys)[1] == []


SCALARS = (
    st.booleans()
    | st.none()
    | st.integers(-(10**15) + 1, 10**15 - 1)
    | st.text(
        st.characters(codec="utf-8", categories=("L", "N", "P", "S")) | st.sampled_from(" \n#:-'"),
        max_size=12,
    ).map(lambda text: __import__("unicodedata").normalize("NFC", text))
    | st.sampled_from(
        [
            "no",
            "0123",
            "13:30",
            "~",
            "",
            " x",
            "x ",
            "- a",
            "a: b",
            "a #b",
            "{}",
            "[]",
            "&x",
            "*x",
            "!t",
            "|",
            ">",
            "%",
            "@",
            "`",
            '"',
            "\\",
            "'",
            "?",
            "---",
            "...",
        ]
    )
)
KEYS = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.dictionaries(KEYS, inner, max_size=4) | st.lists(inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_reading_what_was_spelled_gives_the_same_data_back(data):
    kind = open_kind()
    text = spell(kind, data)
    assert read(text) == (data, [])
    assert spell(kind, read(text)[0]) == text


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_a_stock_yaml_reader_finds_the_same_text_in_the_canonical_spelling(data):
    assert yaml.load(spell(open_kind(), data), yaml.BaseLoader) == stringly(data)  # noqa: S506


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab:-#&*!|>'\"%@`{}[],? \n01~é\u0301\u2028\t"), max_size=40))
def test_no_text_makes_the_reader_crash(text):
    findings: list[Finding] = []
    clean = read_text("x.yml", text.encode(), findings)
    if clean is not None:
        parse("x.yml", clean, findings)


def open_kind() -> Kind:
    from hoso.model import Format, Privacy

    return Kind(
        name="x", title="x", description="x", english="x", book="x", path="records/x.yml",
        format=Format.YAML, privacy=Privacy.PUBLIC, key={}, schema={},
    )  # fmt: skip


def stringly(value):
    if isinstance(value, dict):
        return {name: stringly(member) for name, member in value.items()}
    if isinstance(value, list):
        return [stringly(member) for member in value]
    return (
        value
        if isinstance(value, str)
        else {None: "null", True: "true", False: "false"}.get(
            value if isinstance(value, bool) or value is None else ..., str(value)
        )
    )
