"""Changes in the words of a school: who is named only where names may be said."""

from __future__ import annotations

import pytest

from gate.situations import KINDS, ROOT, edited, files
from hoso.gate.changes import changes_between
from hoso.gate.readable import readable
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree, MemoryTree

MARKS = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
PUPIL = "records/hoc-sinh/HS2XS5FM.yml"


def told(edits, *, named, base=None):
    start = files() | (base or {})
    after, modes = edited(start, edits)
    old, new = MemoryTree(start), MemoryTree(after, modes)
    found = changes_between(old, new, start.keys() | after.keys(), KINDS)
    return list(readable(found, TreeSchool(old, KINDS), named=named))


def name_of():
    return (
        TreeSchool(MemoryTree(files()), KINDS).get("hoc-sinh", hoc_sinh="HS2XS5FM").data["ho_ten"]
    )


def test_a_mark_reads_as_class_subject_period_pupil_and_both_values():
    base, _ = edited(files(), {MARKS: {"hoc_sinh/HS2XS5FM/diem": 6}})
    edit = {MARKS: {"hoc_sinh/HS2XS5FM/diem": 9}}
    page = "Lớp 3B · Toán · Giữa học kỳ I — "
    assert told(edit, named=True, base=base) == [
        f"{page}{name_of()} · Điểm kiểm tra định kỳ: 6 → 9"
    ]
    assert told(edit, named=False, base=base) == [f"{page}HS2XS5FM · Điểm kiểm tra định kỳ: 6 → 9"]


def test_a_page_of_an_earlier_year_says_so():
    edit = {"records/2025-2026/lop/3A/danh-gia-mon/toan/cuoi-ky-1.yml": {
        "hoc_sinh/HS18T72X/diem": 9}}  # fmt: skip
    assert told(edit, named=False) == [
        "Lớp 3A (2025-2026) · Toán · Cuối học kỳ I — HS18T72X · Điểm kiểm tra định kỳ: 7 → 9"
    ]


def test_codes_read_as_their_labels_and_days_as_people_write_them():
    edit = {MARKS: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot", "hoan_tat": None}}
    page = "Lớp 3B · Toán · Giữa học kỳ I — "
    assert told(edit, named=True) == [
        f"{page}Ngày hoàn tất: 12/11/2026 → (trống)",
        f"{page}{name_of()} · Mức đạt được: H – Hoàn thành → T – Hoàn thành tốt",
    ]


def test_without_names_nothing_that_could_be_a_name_is_said():
    edit = {
        PUPIL: {"ho_ten": "Canary Bí Mật", "ngay_sinh": "2018-02-03"},
        MARKS: {"hoc_sinh/HS2XS5FM/nhan_xet": "Canary Bí Mật học tốt."},
    }
    text = "\n".join(told(edit, named=False))
    assert text.count("không in ở đây") == 3
    for secret in ("Canary", "03/02/2018", "2018", name_of()):
        assert secret not in text
    assert "Canary Bí Mật" in "\n".join(told(edit, named=True))


def test_measures_of_a_body_are_sensitive_and_not_said():
    path = "records/2025-2026/lop/3A/tong-hop/cuoi-nam.yml"
    lines = told({path: {"hoc_sinh/HSCZZFFY/chieu_cao_mm": 1399}}, named=False)
    assert len(lines) == 1
    assert "1399" not in lines[0]


def test_a_new_page_a_deleted_page_and_a_broken_page_say_what_they_are():
    new = "records/2026-2027/lop/3B/tong-hop/cuoi-ky-1.yml"
    page = {"=": {"giao_vien": "NV0015", "si_so": 31}}
    lines = told({new: page, MARKS: None}, named=True)
    assert "Lớp 3B · Tổng hợp kết quả của lớp · Cuối học kỳ I — trang mới" in lines
    assert "Lớp 3B · Toán · Giữa học kỳ I — xóa trang" in lines
    broken = told({MARKS: "x"}, named=True)
    assert broken == [
        "Lớp 3B · Toán · Giữa học kỳ I — thay trang, không đọc được như một trang hồ sơ"
    ]


def test_a_hostile_path_cannot_speak_to_the_terminal():
    lines = told({"records/\x1b[2J\u202e.yml": "x"}, named=True)
    assert all(line.isprintable() and "\\x1b" in line for line in lines)


@pytest.mark.parametrize("named", [True, False])
def test_the_body_of_a_post_shows_its_lines(named):
    file = next((ROOT / "content" / "tin-tuc").rglob("*.md"))
    path, raw = file.relative_to(ROOT).as_posix(), file.read_bytes()
    lines = told({path: raw.decode() + "\nMột dòng thêm.\n"}, named=named, base={path: raw})
    assert lines[0].endswith("— Nội dung bài: thêm 2 dòng, bớt 0 dòng")
    assert lines[1:] == ["    + Một dòng thêm."]


def test_every_value_of_the_reference_classes_can_be_told():
    tree, wanted = FolderTree(ROOT), ("lop/3A/", "nam-hoc", "quy-che/", "truong.yml")
    paths = [entry.path for entry in tree.entries("records")
             if any(part in entry.path for part in wanted)]  # fmt: skip
    found = changes_between(MemoryTree({}), tree, paths, KINDS)
    school = TreeSchool(tree, KINDS)
    for named in (True, False):
        lines = readable(found, school, named=named)
        assert len(lines) == len(found)
        assert all(line.isprintable() and " — " in line for line in lines)
