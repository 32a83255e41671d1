"""The check of a whole school, and of no more than what changed."""

from __future__ import annotations

import random

import pytest

from hoso.check import check_again, check_changed, check_whole
from hoso.store.tree import EXECUTABLE, SUBMODULE, SYMLINK, MemoryTree
from rules.sound_school import KINDS, YEAR, edited, sound_school, tree_of

SOUND = sound_school()
TREE = tree_of(SOUND)
PAGE = f"records/{YEAR}/lop/1A/danh-gia-mon/toan/cuoi-nam.yml"


def said(findings):
    return [(found.path, found.line, found.code) for found in findings]


def check(files, modes=None):
    return check_whole(MemoryTree(files, modes or {}), KINDS)


def test_a_sound_school_has_no_finding():
    assert check_whole(TREE, KINDS) == []


@pytest.mark.parametrize(
    ("path", "content", "codes"),
    [
        ("records/la.yml", "a: 1\n", ["HS201"]),
        ("records/2025-2026/lop/1A/danh-gia-mon/toan/giua-ky-3.yml", "a: 1\n", ["HS201"]),
        ("records/hoc-sinh/HS1A0001.yaml", "a: 1\n", ["HS201"]),
        ("records/.gitattributes", "* -diff\n", ["HS202"]),
        ("records/hoc-sinh/../x.yml", "a: 1\n", ["HS202"]),
        ("records/điểm.yml", "a: 1\n", ["HS202"]),
        ("records/đ\u0301.yml", "a: 1\n", ["HS202"]),
        ("records/CON.yml", "a: 1\n", ["HS202"]),
        ("records/a b.yml", "a: 1\n", ["HS202"]),
        ("records/x.", "a: 1\n", ["HS202"]),
        ("content/hinh/2026/anh.png", b"GIF89a", ["HS206"]),
        ("content/hinh/2026/anh.svg", "<svg/>", ["HS201"]),
        ("content/tep/2026/tep.pdf", b"%PDF-1.7" + b"0" * 11_000_000, ["HS102"]),
        ("content/tin-tuc/2026/khong-dau.md", "Không có phần đầu\n", ["HS116"]),
    ],
)
def test_a_file_that_does_not_belong_is_refused(path, content, codes):
    found = check({**TREE.files, path: content})
    assert [each.code for each in found] == codes
    assert {each.path for each in found} == {path}
    assert all(each.hint for each in found)


@pytest.mark.parametrize(
    ("mode", "code"),
    [(EXECUTABLE, "HS205"), (SYMLINK, "HS204"), (SUBMODULE, "HS204"), ("000000", "HS204")],
)
def test_only_plain_files_are_records(mode, code):
    found = check(TREE.files, {"records/truong.yml": mode})
    assert (("records/truong.yml", 1, code)) in said(found)


def test_paths_that_differ_in_case_only_are_refused_on_both_sides():
    found = check({**TREE.files, "content/hinh/2026/a.png": b"", "content/hinh/2026/A.png": b""})
    twins = [each.path for each in found if each.code == "HS203"]
    assert twins == ["content/hinh/2026/A.png", "content/hinh/2026/a.png"]


def test_a_reference_to_nobody_is_found_at_its_line():
    school = edited(SOUND, {f"records/{YEAR}/lop/1A/lop.yml": {"hoc_sinh/HSZZZZZZ": {
        "stt": 9, "vao": "2025-09-05"}}})  # fmt: skip
    found = [each for each in check_whole(tree_of(school), KINDS) if each.code == "HS401"]
    assert [each.path for each in found] == [f"records/{YEAR}/lop/1A/lop.yml"]
    text = tree_of(school).files[found[0].path].splitlines()
    assert "HSZZZZZZ" in text[found[0].line - 1]


def test_a_mark_for_a_pupil_of_another_class_is_found():
    school = edited(SOUND, {PAGE: {"hoc_sinh/HS5A0001": {"muc": "hoan-thanh", "diem": 7}}})
    assert "HS402" in {each.code for each in check_whole(tree_of(school), KINDS)}


POST = "content/tin-tuc/2026/bai-co-lien-ket.md"
LINKING = """\
---
tieu_de: Một bài có liên kết
ngay: 2026-01-05
chuyen_muc:
  - hoat-dong
tac_gia:
  - NV0011
tom_tat: Bài này dẫn tới bài khác và tới một tấm ảnh.
---

Xem [bài trước](../2025/bai-truoc.md#phan-mot) và [luật](https://vanban.example/luat).
![Sân trường](<../../hinh/2026/san.png> "Sân")
"""


def test_a_link_to_a_file_that_is_not_there_is_found_at_its_line():
    found = check({**TREE.files, POST: LINKING})
    assert said(found) == [(POST, 11, "HS403"), (POST, 12, "HS403")]


def test_removing_a_file_is_found_where_a_page_links_to_it():
    picture, files = "content/hinh/2026/san.png", {**TREE.files, POST: LINKING}
    with_picture = check({**files, picture: b"\x89PNG\r\n\x1a\n"})
    assert said(with_picture) == [(POST, 11, "HS403")]
    found, _ = check_changed(MemoryTree(files), KINDS, [picture])
    assert said(found) == [(POST, 11, "HS403"), (POST, 12, "HS403")]


@pytest.mark.parametrize(
    "path",
    ["records/hoc-sinh/HS1A0001.yml", "records/nhan-su/NV0011.yml", f"records/{YEAR}/nam-hoc.yml"],
)
def test_removing_only_a_target_is_found_where_it_is_named(path):
    school = edited(SOUND, {path: None})
    whole = check_whole(tree_of(school), KINDS)
    found, looked_at = check_changed(tree_of(school), KINDS, [path])
    assert "HS401" in {each.code for each in found}
    assert found == whole
    assert path in looked_at


def test_two_processes_find_what_one_finds():
    files = dict(TREE.files)
    for number in range(300):
        files[f"records/hoc-sinh/HS00{number:04}.yml"] = f"ho_ten: {number}\n"
    tree = MemoryTree(files)
    seen = []
    both = check_whole(tree, KINDS, 2, lambda done, total: seen.append((done, total)))
    assert both == check_whole(tree, KINDS)
    assert seen[-1][0] == seen[-1][1] == len(files)


def test_checking_again_finds_what_the_whole_check_finds():
    rng = random.Random(2026)
    files = dict(TREE.files)
    known = check_whole(TREE, KINDS)
    for step in range(200):
        if step % 12 == 0:
            files, known = dict(TREE.files), []
        before = files
        files = mutated(before, rng)
        paths = {
            path for path in before.keys() | files.keys() if before.get(path) != files.get(path)
        }
        tree = MemoryTree(files)
        whole = check_whole(tree, KINDS)
        assert check_again(tree, KINDS, MemoryTree(before), known, paths) == whole
        known = whole


SWAPS = (
    ("hoan-thanh-tot", "hoan-thanh"),
    ("tot", "dat"),
    (": 9", ": 3"),
    ("HS1A0001", "HS1A0002"),
    ("NV0011", "NV0015"),
    ("2026-0", "2025-1"),
)


def mutated(files, rng):
    files = dict(files)
    for _ in range(rng.randrange(1, 4)):
        path = rng.choice(sorted(files))
        text = files[path]
        deed = rng.randrange(6)
        if deed == 0:
            del files[path]
        elif deed == 1 and isinstance(text, str):
            lines = text.splitlines(keepends=True)
            del lines[rng.randrange(len(lines))]
            files[path] = "".join(lines)
        elif deed == 2:
            files[path.replace("1A", "1B").replace("5A", "1A")] = text
        elif deed == 3 and isinstance(text, str):
            for old, new in SWAPS:
                if old in text and rng.random() < 0.4:
                    text = text.replace(old, new, 1)
            files[path] = text
        elif deed == 4:
            files[path.replace("HS1A0001", "HS1A0009").replace("cuoi-nam", "giua-ky-2")] = text
        else:
            files[path[:-8] + path[-8:].upper()] = text
    return files
