"""Rules meet whatever the schema lets through: any sound shape, however senseless, is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sound_school import KINDS, reader_of, sound_school

from hoso.findings import CODES, Finding
from hoso.rules import RULES
from hoso.rules.explain import explain
from hoso.schema.shape import explain as explain_shape
from hoso.schema.shape import faults

SCHOOL = sound_school()
READER = reader_of(SCHOOL)
JUDGED = sorted({rule.kind for rule in RULES})
#: Identifiers and days that also occur in the school, so that rules find something to compare.
_KNOWN = sorted(
    {path.rpartition("/")[2].partition(".")[0] for path in SCHOOL}
    | {"HS5A0001", "HS1A0003", "NV0015", "1A", "5A", "gvcn", "Một dòng chữ bình thường."}
)
_SENSELESS = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
_DAYS = st.dates(date(2025, 6, 1), date(2026, 12, 31)) | st.dates(
    date(2000, 1, 1), date(2099, 12, 31)
)


def values(node):
    """Values a schema allows, most of them."""
    if "enum" in node:
        return st.sampled_from(node["enum"])
    kind = node["type"]
    if kind == "string":
        return texts(node)
    if kind == "integer":
        return st.integers(node["minimum"], node["maximum"])
    if kind == "boolean":
        return st.booleans()
    if kind == "array":
        return st.lists(
            values(node["items"]),
            min_size=node.get("minItems", 0),
            max_size=min(3, node.get("maxItems", 3)),
            unique_by=repr,
        )
    return objects(node)


def texts(node):
    if node.get("format") == "date":
        return _DAYS.map(str)
    if node.get("format") == "moment":
        return st.tuples(_DAYS, st.sampled_from(["07:00", "23:59"])).map(
            lambda pair: f"{pair[0]} {pair[1]}"
        )
    if "pattern" not in node:
        return st.text(max_size=20)
    least, most = node.get("minLength", 0), node.get("maxLength", 99)
    made = st.from_regex(node["pattern"], fullmatch=True).filter(
        lambda text: least <= len(text) <= most
    )
    known = [text for text in _KNOWN if not list(explain_shape(node, text, ()))]
    return (st.sampled_from(known) | made) if known else made


def objects(node):
    if "properties" in node:
        wanted = set(node.get("required", ()))
        fields = node["properties"].items()
        return st.fixed_dictionaries(
            {name: values(member) for name, member in fields if name in wanted},
            optional={name: values(member) for name, member in fields if name not in wanted},
        )
    return st.dictionaries(
        values(node["propertyNames"]) if "enum" in node["propertyNames"]
        else texts(node["propertyNames"]),
        values(node["additionalProperties"]),
        min_size=min(node.get("minProperties", 0), 4),
        max_size=4,
    )  # fmt: skip


@pytest.mark.parametrize("kind", JUDGED)
def test_every_sound_shape_is_judged_without_failing(kind):
    record = next(READER.at(path) for path in SCHOOL if READER.at(path).kind.name == kind)
    rules = [rule for rule in RULES if rule.kind == kind]
    judged = []

    @given(values(KINDS[kind].schema))
    @_SENSELESS
    def judge(data):
        if kind == "nam-hoc":
            data["tuan"] = record.data["tuan"] | data["tuan"]
        if list(faults(KINDS[kind], data)):
            return
        judged.append(data)
        for rule in rules:
            for finding in rule.judge(replace(record, data=data), READER):
                assert isinstance(finding, Finding)
                assert finding.code in CODES

    judge()
    assert len(judged) >= 10


class Changed:
    """The sound school with other data in one record."""

    def __init__(self, path, data):
        self.path, self.data = path, data

    def kind(self, name, /):
        return READER.kind(name)

    def get(self, kind, /, **key):
        return self._now(READER.get(kind, **key))

    def all(self, kind, /, **scope):
        return [self._now(record) for record in READER.all(kind, **scope)]

    def _now(self, record):
        here = record is not None and record.path == self.path
        return replace(record, data=self.data) if here else record


@pytest.mark.parametrize("kind", ["lop", "nam-hoc", "hoc-sinh", "danh-gia-mon", "tong-hop"])
def test_senseless_data_elsewhere_fail_no_rule_and_no_explanation(kind):
    path = next(path for path in SCHOOL if READER.at(path).kind.name == kind and "1A" not in path)
    records = [READER.at(path) for path in SCHOOL if not path.startswith("content/")]
    seen = []

    @given(values(KINDS[kind].schema))
    @settings(_SENSELESS, max_examples=20)
    def judge(data):
        if kind == "nam-hoc":
            data["tuan"] = READER.at(path).data["tuan"] | data["tuan"]
        if list(faults(KINDS[kind], data)):
            return
        seen.append(data)
        school = Changed(path, data)
        for rule in RULES:
            for record in records:
                if record.kind.name == rule.kind:
                    list(rule.judge(school.get(record.kind.name, **record.key), school))
        assert all(isinstance(line, str) for line in explain(school, "2025-2026", "HS5A0001"))

    judge()
    assert len(seen) >= 5
