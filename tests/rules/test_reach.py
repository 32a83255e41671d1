"""What rules say they read is all they read, so a changed record reaches all who must be judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from sound_school import KINDS, YEAR, edited, findings_of, key_of, reader_of, sound_school, tree_of

from hoso.check import check_changed, in_order
from hoso.model import covers
from hoso.rules import RULES
from hoso.rules.reach import affected
from hoso.rules.rule import Named, Shared
from hoso.schema.references import values_at

ROOT = Path(__file__).parents[2]


class Watched:
    """A school that notes what it is asked for."""

    def __init__(self, school):
        self.school = school
        self.asked = []

    def get(self, kind, /, **key):
        self.asked.append((kind, key))
        return self.school.get(kind, **key)

    def all(self, kind, /, **scope):
        self.asked.append((kind, scope))
        return self.school.all(kind, **scope)

    def kind(self, name, /):
        return self.school.kind(name)


SCHOOLS = {
    "as it is": {},
    "with every page unfinished": {
        "lop/5A/danh-gia-mon/toan/cuoi-nam.yml": {"hoan_tat": None},
        "lop/5A/tong-hop/cuoi-nam.yml": {"hoan_tat": None},
    },
    "with pages that are not there": {
        "lop/5A/danh-gia-mon/toan/cuoi-nam.yml": None,
        "phan-cong/NV0015.yml": None,
        "records/hoc-sinh/HS1A0003.yml": None,
        "records/dong-y/HS5A0001.yml": None,
    },
    "with rows that are not there": {
        "lop/1A/danh-gia-mon/toan/cuoi-nam.yml": {"hoc_sinh/HS1A0002": None},
        "lop/5A/pham-chat-nang-luc/cuoi-nam.yml": {"hoc_sinh/HS5A0002": None},
    },
}


@pytest.mark.parametrize("name", SCHOOLS)
def test_no_rule_reads_what_it_does_not_declare(name):
    data = edited(sound_school(), SCHOOLS[name])
    school = reader_of(data)
    records = [school.at(path) for path in sorted(data)]
    asked = 0
    for rule in RULES:
        for record in records:
            if rule.kind != record.kind.name:
                continue
            watched = Watched(school)
            list(rule.judge(record, watched))
            for kind, key in watched.asked:
                asked += 1
                assert _is_declared(rule, record, kind, key, school), (rule.name, kind, key)
    assert asked > 400


def _is_declared(rule, record, kind, key, school):
    """Whether a change of any record the question covers would have this record judged again."""
    for reads in rule.reads:
        if reads.kind != kind:
            continue
        if isinstance(reads, Shared):
            if all(key.get(hole) == record.key[hole] for hole in reads.holes):
                return True
        elif set(KINDS[kind].holes) <= set(key):
            again = affected(rule, kind, key, school)
            if any(found.path == record.path for found in again):
                return True
    return False


def test_every_rule_names_kinds_holes_and_places_that_exist():
    for rule in RULES:
        judged = KINDS[rule.kind]
        for reads in rule.reads:
            read = KINDS[reads.kind]
            if isinstance(reads, Shared):
                assert set(reads.holes) <= set(judged.holes) & set(read.holes), rule.name
                continue
            assert isinstance(reads, Named)
            naming = KINDS[reads.by]
            assert reads.hole in read.holes
            assert set(reads.holes) <= set(judged.holes) & set(naming.holes), rule.name
            assert set(reads.same) <= set(judged.holes) & set(read.holes), rule.name
            places = {ref.place for ref in naming.refs}
            assert reads.place in places, f"{rule.name}: {reads.place} is no reference"


# Every edit breaks something, or mends it again, in a record other than the edited one.
CHANGES = {
    "a pupil's exemption goes": {"records/hoc-sinh/HS1A0003.yml": {"ke_hoach_ca_nhan": None}},
    "an assignment goes": {"phan-cong/NV0015.yml": {"vai/p2/mon": ["toan"]}},
    "a consent is withdrawn": {
        "records/dong-y/HS5A0001.yml": {"muc_dich/ten-tren-trang-web/rut": "2026-01-01"}
    },
    "a child turns out to be older": {
        "records/dong-y/HS5A0001.yml": {"muc_dich/ten-tren-trang-web/hoc_sinh": None}
    },
    "a class list changes": {"lop/5A/lop.yml": {"hoc_sinh/HS5A0004/ra": None}},
    "a movement goes": {"bien-dong/BD0000A1.yml": None},
    "a level changes": {
        "lop/5A/danh-gia-mon/toan/cuoi-nam.yml": {"hoc_sinh/HS5A0001/muc": "hoan-thanh"}
    },
    "an absence comes": {"lop/5A/diem-danh/2025-11.yml": {"vang/HS5A0002/05/sang": "phep"}},
    "the calendar changes": {
        "nam-hoc.yml": {"nghi/bao": {"ten": "Nghỉ bão", "tu": "2025-10-06", "den": "2025-10-07"}}
    },
    "a teacher came later": {"records/nhan-su/NV0015.yml": {"ngay_vao_truong": "2025-11-01"}},
    "the school changes its symbol": {"records/truong.yml": {"ky_hieu": "THCN"}},
    "a number is taken": {"content/van-ban/2025/phan-cong.md": {"so": "92/QĐ-THCH"}},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_partial_check_finds_what_the_whole_check_finds(name):
    before, after = sound_school(), edited(sound_school(), CHANGES[name])
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    whole = findings_of(after)
    assert whole, "a change that breaks nothing proves nothing"
    assert any(finding.path not in changed for finding in whole)
    found, _ = check_changed(tree_of(after), KINDS, changed)
    assert found == in_order(whole)


def test_a_change_in_one_class_does_not_reach_another():
    school = reader_of(sound_school())
    for path in (
        f"records/{YEAR}/lop/5A/danh-gia-mon/toan/cuoi-nam.yml",
        f"records/{YEAR}/lop/5A/diem-danh/2025-10.yml",
        "records/hoc-sinh/HS5A0001.yml",
    ):
        place = key_of(path)
        reached = [
            record
            for rule in RULES
            for record in affected(rule, place.kind.name, place.key, school)
        ]
        assert not any(covers({"lop": "1A"}, record.key) for record in reached)


def test_a_page_of_one_time_does_not_reach_another_time():
    school = reader_of(sound_school())
    place = key_of(f"records/{YEAR}/lop/5A/danh-gia-mon/toan/giua-ky-1.yml")
    reached = {
        record.path
        for rule in RULES
        for record in affected(rule, place.kind.name, place.key, school)
    }
    assert reached == {f"records/{YEAR}/lop/5A/tong-hop/giua-ky-1.yml"}


def test_a_faster_finder_of_names_is_used_and_may_offer_too_much():
    school = reader_of(sound_school())
    rule = next(rule for rule in RULES if any(r.kind == "dong-y" for r in rule.reads))
    offered = []

    def naming(kind, scope, value):
        offered.append((kind, dict(scope), value))
        return school.all(kind)

    key = {"hoc_sinh": "HS5A0001"}
    assert [r.key["ma"] for r in affected(rule, "dong-y", key, school, naming)] == ["hoi-khoe"]
    assert offered == [("tin-tuc", {}, "HS5A0001")]
    assert list(affected(rule, "dong-y", {"hoc_sinh": "HS5A0002"}, school, naming)) == []


def test_places_are_read_like_those_of_references():
    data = {"a": {"x": {"b": "1"}, "y": {"b": "2", "c": ["3", "4"]}}, "d": "5"}
    assert [text for _, text in values_at(data, ("d",))] == ["5"]
    assert [text for _, text in values_at(data, ("a", "@"))] == ["x", "y"]
    assert [text for _, text in values_at(data, ("a", "*", "b"))] == ["1", "2"]
    assert [text for _, text in values_at(data, ("a", "*", "c", "*"))] == ["3", "4"]
    assert [text for _, text in values_at(data, ("a", "missing", "@"))] == []
    assert [text for _, text in values_at(data, ("a",))] == []
