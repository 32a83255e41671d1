"""Changes between two trees: complete, exact, free of order, and nothing where nothing differs."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.gate.changes import ABSENT, Part, applied, changes_between, effect_digest, leaves, same
from hoso.schema.kinds import load_kinds
from hoso.schema.paths import PathTable
from hoso.schema.school import read_record
from hoso.schema.spelling import spell
from hoso.store.git import Repository
from hoso.store.tree import EXECUTABLE, SYMLINK, FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
KINDS = load_kinds(FolderTree(ROOT))
TABLE = PathTable(KINDS)
PAGE = "records/2026-2027/lop/3A/danh-gia-mon/toan/cuoi-ky-1.yml"
POST = "content/tin-tuc/2026/khai-giang.md"


def marks(**rows):
    """A page of marks: `HS000001=9` or `HS000001={"muc": …}`."""
    found = {}
    for pupil, row in rows.items():
        found[pupil] = row if isinstance(row, dict) else {"muc": "hoan-thanh", "diem": row}
    return spell(KINDS["danh-gia-mon"], {"giao_vien": "NV0013", "hoc_sinh": found})


def between(base, head, paths=None):
    old, new = MemoryTree(base), MemoryTree(head)
    return changes_between(old, new, paths or base.keys() | head.keys(), KINDS)


def told(changes):
    return [(change.part, change.pointer, change.old, change.new) for change in changes]


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_identical_trees_have_no_changes():
    page = marks(HS000001=9, HS000002=8)
    assert between({PAGE: page}, {PAGE: page}) == ()


def test_a_mark_that_changed_is_one_change_at_its_own_pointer():
    found = between({PAGE: marks(HS000001=6, HS000002=8)}, {PAGE: marks(HS000001=9, HS000002=8)})
    assert told(found) == [(Part.FIELD, ("hoc_sinh", "HS000001", "diem"), 6, 9)]
    assert found[0].key == {"nam_hoc": "2026-2027", "lop": "3A", "mon": "toan", "ky": "cuoi-ky-1"}


def test_a_pupil_inserted_above_moves_no_other_pointer():
    found = between({PAGE: marks(HS000009=6)}, {PAGE: marks(HS000001=7, HS000009=6)})
    assert {change.pointer[1] for change in found} == {"HS000001"}
    assert {change.old for change in found} == {ABSENT}


def test_a_new_page_is_the_page_and_every_value_in_it():
    text = marks(HS000001=6)
    found = between({}, {PAGE: text})
    assert told(found)[0] == (Part.PAGE, (), ABSENT, sha(text))
    assert len(found) == 1 + len(leaves({"giao_vien": "", "hoc_sinh": {"a": {"m": 1, "d": 2}}}))


def test_a_move_is_a_deletion_and_an_addition():
    text, other = marks(HS000001=6), PAGE.replace("/3A/", "/3B/")
    found = between({PAGE: text}, {other: text})
    pages = [(change.key["lop"], change.new) for change in found if change.part is Part.PAGE]
    assert pages == [("3A", ABSENT), ("3B", sha(text))]


def test_a_list_of_scalars_is_one_value():
    kind, path = KINDS["phan-cong"], "records/2026-2027/phan-cong/NV0013.yml"

    def duty(*subjects):
        held = {"vai": "giao-vien-bo-mon", "lop": "3A", "mon": list(subjects), "tu": "2026-08-28",
                "quyet_dinh": {"so": "82/QĐ-THCH", "ngay": "2026-08-28"}}  # fmt: skip
        return spell(kind, {"vai": {"p1": held}})

    found = between({path: duty("toan")}, {path: duty("toan", "dao-duc")})
    assert told(found) == [(Part.FIELD, ("vai", "p1", "mon"), ("toan",), ("toan", "dao-duc"))]


def test_the_body_of_a_post_changes_apart_from_its_front_matter():
    example = next((ROOT / "content" / "tin-tuc").rglob("*.md"))
    path, text = example.relative_to(ROOT).as_posix(), example.read_text("utf-8")
    body = between({path: text}, {path: text + "\nMột đoạn nữa.\n"})
    assert [change.part for change in body] == [Part.BODY]
    assert "Một đoạn nữa." in body[0].new
    place = TABLE.find(path)
    page = read_record(place, path, text.encode(), [])
    other = spell(place.kind, {**page.data, "tieu_de": "Một tiêu đề khác"}, page.body)
    assert [change.pointer for change in between({path: text}, {path: other})] == [("tieu_de",)]


def test_a_picture_is_its_content_hash():
    picture = next((ROOT / "content" / "hinh").rglob("*.png")).read_bytes()
    path, other = "content/hinh/2026/anh.png", picture + b"\0"
    found = between({path: picture}, {path: other})
    hashes = [hashlib.sha256(each).hexdigest() for each in (picture, other)]
    assert told(found) == [(Part.FILE, (), *hashes)]
    assert [change.part for change in between({}, {path: picture})] == [Part.PAGE]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (PAGE, "giao_vien: NV0013\ngiao_vien: NV0014\n"),
        (PAGE, marks(HS000001=6) + "# ghi chú\n"),
        ("records/la/khong-ai-biet.yml", "a: 1\n"),
        ("Makefile", "all:\n"),
    ],
)
def test_what_cannot_be_read_as_a_page_is_one_change_of_the_whole(path, text):
    found = between({}, {path: text})
    assert [(change.part, change.old) for change in found] == [(Part.UNREADABLE, ABSENT)]


@pytest.mark.parametrize(
    "path", ["schemas/danh-gia-mon.yml", ".github/workflows/gate.yml", "mkdocs.yml"]
)
def test_a_file_of_the_frame_changes_as_a_whole(path):
    (new,) = between({}, {path: "a: 1\n"})
    assert (new.kind, new.key, new.part, new.old) == ("khung", {}, Part.FILE, ABSENT)
    (changed,) = between({path: "a: 1\n"}, {path: "a: 2\n"})
    assert (changed.part, changed.old, changed.new) == (Part.FILE, new.new, sha("a: 2\n"))
    for mode in (EXECUTABLE, SYMLINK):
        tree = MemoryTree({path: "a: 1\n"}, {path: mode})
        (odd,) = changes_between(MemoryTree({}), tree, [path], KINDS)
        assert (odd.kind, odd.part) == ("khung", Part.UNREADABLE)


@pytest.mark.parametrize("mode", [EXECUTABLE, SYMLINK])
def test_a_mode_that_is_not_plain_is_unreadable_even_with_the_same_content(mode):
    text = marks(HS000001=6)
    head = MemoryTree({PAGE: text}, {PAGE: mode})
    found = changes_between(MemoryTree({PAGE: text}), head, [PAGE], KINDS)
    assert [change.part for change in found] == [Part.UNREADABLE]


def test_repairing_an_unreadable_page_is_a_change_of_the_page_and_all_it_says():
    found = between({PAGE: "x"}, {PAGE: marks(HS000001=6)})
    assert found[0].part is Part.PAGE
    assert {change.old for change in found[1:]} == {ABSENT}


def test_one_and_true_are_two_values():
    assert not same(True, 1)
    assert not same((True,), (1,))
    assert not same(None, ABSENT)


ROWS = st.dictionaries(
    st.sampled_from([f"HS00000{n}" for n in range(6)]),
    st.fixed_dictionaries(
        {},
        optional={
            "muc": st.sampled_from(["hoan-thanh-tot", "hoan-thanh", "chua-hoan-thanh"]),
            "diem": st.integers(0, 10),
            "nhan_xet": st.sampled_from(["Em tiến bộ.", "Cần cố gắng."]),
            "danh_gia_lai": st.fixed_dictionaries(
                {"2027-06-10": st.just({"muc": "hoan-thanh", "ly_do": "trong-he"})}
            ),
        },
    ),
    max_size=6,
)


@given(ROWS, ROWS)
@settings(max_examples=150, deadline=None)
def test_applying_the_changes_to_the_base_gives_the_head(old, new):
    base, head = marks(**old), marks(**new)
    changes = between({PAGE: base}, {PAGE: head})
    data = read_record(TABLE.find(PAGE), PAGE, base.encode(), []).data
    assert spell(KINDS["danh-gia-mon"], applied(data, changes)) == head
    assert bool(changes) == (base != head)


@given(st.recursive(
    st.sampled_from([0, 1, True, False, None, "a", "1", ("x", "y"), {}]),
    lambda below: st.dictionaries(st.sampled_from("abc"), below, max_size=3), max_leaves=8,
).filter(lambda value: isinstance(value, dict)))  # fmt: skip
def test_the_leaves_of_a_record_are_the_whole_record(data):
    def lists(value):
        if isinstance(value, dict):
            return {name: lists(member) for name, member in value.items()}
        return list(value) if isinstance(value, tuple) else value

    assert repr(_sorted(applied(data, ()))) == repr(_sorted(lists(data)))


def _sorted(value):
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return value


def test_the_order_of_the_paths_changes_nothing():
    base = {PAGE.replace("3A", lop): marks(HS000001=6) for lop in ("1A", "2A", "3A", "4A")}
    head = {path: marks(HS000001=7, HS000002=5) for path in base}
    paths, rng = list(base), random.Random(5)
    first, digest = between(base, head), effect_digest(MemoryTree(base), MemoryTree(head), paths)
    for _ in range(5):
        rng.shuffle(paths)
        assert between(base, head, [*paths, *paths[:2]]) == first
        assert effect_digest(MemoryTree(base), MemoryTree(head), paths) == digest


def test_the_digest_of_an_effect_is_the_documented_one():
    old, new = marks(HS000001=6), marks(HS000001=9)
    head = {PAGE: new, POST: "x"}
    parts = (
        "hoso-cs-1",
        f"000000 - 100644 {sha('x')}\t{POST}",
        f"100644 {sha(old)} 100644 {sha(new)}\t{PAGE}",
    )
    expected = hashlib.sha256("".join(part + chr(0) for part in parts).encode()).hexdigest()
    assert effect_digest(MemoryTree({PAGE: old}), MemoryTree(head), head) == expected


def test_a_commit_and_a_folder_of_the_same_files_have_the_same_effect(tmp_path):
    import subprocess

    def git(*arguments):
        subprocess.run(["git", "-C", tmp_path, "-c", "user.name=x", "-c", "user.email=x@y.z",
                        *arguments], check=True, capture_output=True)  # fmt: skip

    git("init", "-q")
    page = tmp_path / PAGE
    page.parent.mkdir(parents=True)
    page.write_text(marks(HS000001=6), "utf-8")
    git("add", ".")
    git("commit", "-qm", "a")
    page.write_text(marks(HS000001=9), "utf-8")
    base = Repository(tmp_path).tree("HEAD")
    memory = MemoryTree({PAGE: marks(HS000001=6)}), MemoryTree({PAGE: marks(HS000001=9)})
    assert effect_digest(base, FolderTree(tmp_path), [PAGE]) == effect_digest(*memory, [PAGE])
    assert changes_between(base, FolderTree(tmp_path), [PAGE], KINDS) == changes_between(
        *memory, [PAGE], KINDS
    )
