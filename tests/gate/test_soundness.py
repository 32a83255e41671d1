"""The proof of a regulation: sound ones pass, and every hole made on purpose is found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gate.secondary import KINDS, REGULATION, YEAR, school
from hoso.check import check_changed, check_whole
from hoso.findings import HosoError, Severity
from hoso.gate.policy import Deed, Granted
from hoso.gate.regulation import policy_on
from hoso.gate.soundness import prove
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.starter.new_school import Details, starting_files
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
CALENDAR = f"records/{YEAR}/nam-hoc.yml"
MARKS = "dieu/3/khoan"


@pytest.mark.parametrize("year", ["2025-2026", "2026-2027"])
def test_the_reference_regulations_are_sound(year):
    tree = FolderTree(ROOT)
    proof = prove(TreeSchool(tree, load_kinds(tree)), year)
    assert {each.code for each in proof.findings} <= {"HS809"}
    assert proof.rights > 90
    # What nobody grants and no demand asks for is words only; each was read and left so.
    words_only = {(each.article, each.clause) for each in proof.idle if not each.sources}
    assert words_only <= {("3", "10"), ("8", "4"), ("12", "4"), ("12", "5"), ("13", "4")}


def test_the_secondary_school_passes_check_and_proof_and_no_primary_rule_reaches_it():
    secondary = school()
    assert check_whole(secondary.tree, KINDS) == []
    proof = prove(secondary, YEAR)
    assert proof.findings == ()
    assert proof.unused == ()
    assert [(each.article, each.clause) for each in proof.idle] == [("1", "3")]


def test_changes_in_the_secondary_school_are_checked_as_the_whole_is():
    secondary = school()
    paths = [entry.path for entry in secondary.tree.entries("records")]
    assert len(paths) > 50
    for path in paths:
        assert check_changed(secondary.tree, KINDS, [path])[0] == [], path


def test_a_school_that_calls_itself_primary_is_held_to_the_primary_rules():
    assert check_whole(school().tree, KINDS) == []
    odd = school([("records/truong.yml", "cap_hoc", "tieu-hoc")])
    # Its pages are kept by term and not by the four times of TT27: nothing to judge, no crash.
    assert check_whole(odd.tree, KINDS) == []


def test_marks_of_the_secondary_school_pass_three_steps_by_three_people():
    policy = policy_on(school(), date(2026, 10, 5))
    page = {"nam_hoc": YEAR, "khoi": "6", "lop": "6A", "mon": "toan", "hoc_ky": "hk1"}
    chain = policy.chain("danh-gia-mon")
    assert [policy.able(step, page) for step in chain.values()] == [
        {"NV0113", "NV0103"}, {"NV0111", "NV0114"}, {"NV0101", "NV0102"}
    ]  # fmt: skip
    assert isinstance(policy.grants("NV0113", Deed.CHECK, "danh-gia-mon", page), Granted)
    other = {**page, "khoi": "7", "lop": "7A"}
    assert not isinstance(policy.grants("NV0113", Deed.CHECK, "danh-gia-mon", other), Granted)
    assert {lock.name for lock in policy.locks} == {"hk1", "hk2", "hk2-khoi-9", "ca-nam"}


def right(at, **said):
    return [(REGULATION, f"{at}/{name}", value) for name, value in said.items()]


BROKEN = {
    "a role nobody declared": ("HS801", right(f"{MARKS}/1/quyen/a", vai="to-pho")),
    "a kind there is not": ("HS802", right(f"{MARKS}/1/quyen/a", loai=["danh-gia-mom"])),
    "a lock of a kind there is not": (
        "HS802", [(CALENDAR, "lich_khoa/hk1/loai", ["danh-gia-mom"])]),
    "a kind there is not, passed without a signature": (
        "HS802", [(REGULATION, "chung_thuc", ["diem-danh", "tin-tuc"])]),
    "keys that pass without a signature": (
        "HS813", [(REGULATION, "chung_thuc", ["diem-danh", "khoa-ky"])]),
    "the frame that passes without a signature": ("HS813", [(REGULATION, "chung_thuc", ["khung"])]),
    "the frame that only its writer approves": (
        "HS808", right("dieu/1/khoan/4/quyen/c", vai="giao-vu")),
    "the frame without its first step": (
        "HS807", right("dieu/1/khoan/4/quyen/b", loai=["may-chu"])),
    "the frame nobody approves": ("HS806", [
        (REGULATION, f"dieu/1/khoan/4/quyen/{point}/loai", ["may-chu"]) for point in "bc"]),
    "the frame nobody writes": ("HS805", right("dieu/1/khoan/4/quyen/a", loai=["may-chu"])),
    "a part the key does not have": ("HS803", right(f"{MARKS}/2/quyen/a", pham_vi=["mon"])),
    "a part no assignment can name": ("HS803", right(f"{MARKS}/1/quyen/a", pham_vi=["hoc_ky"])),
    "a field there is not": ("HS804", right(f"{MARKS}/2/quyen/b", truong=["hoc_sinh/*/giam_sat"])),
    "a kind nobody writes": ("HS805", right(f"{MARKS}/1/quyen/a", viec="doc")),
    "a kind written only in part": ("HS805", right(f"{MARKS}/1/quyen/a", truong=["giao_vien"])),
    "a kind nobody approves": ("HS806", [
        (REGULATION, "dieu/2/khoan/1/quyen/b/loai", ["lop", "hoc-sinh"]),
        (REGULATION, "dieu/2/khoan/1/quyen/c/loai", ["lop", "hoc-sinh"])]),
    "a step left out": ("HS807", [
        *right(f"{MARKS}/3/quyen/g", buoc=4), *right(f"{MARKS}/3/quyen/h", buoc=4)]),
    "a step without a number among numbered ones": (
        "HS807", right(f"{MARKS}/3/quyen/a", buoc=None)),
    "a chain that ends in a check": ("HS807", right("dieu/1/khoan/1/quyen/c", viec="kiem-tra")),
    "a step that checks and approves": ("HS807", right(f"{MARKS}/3/quyen/a", viec="duyet")),
    "the only head of a subject teaches it": (
        "HS808", right(f"{MARKS}/3/quyen/d", vai="hieu-truong", pham_vi=None, loai=["lop"])),
    "one person for two steps": ("HS808", right("dieu/1/khoan/1/quyen/b", vai="hieu-truong")),
    "the writer is the only approver": ("HS808", right("dieu/1/khoan/1/quyen/c", vai="giao-vu")),
    "a role nobody holds": ("HS809", [
        (f"records/{YEAR}/phan-cong/NV0104.yml", "vai/p2/tu", "2026-10-01")]),
    "a class without its teacher": ("HS810", [
        (f"records/{YEAR}/phan-cong/NV0113.yml", "vai/p2/den", "2027-03-01")]),
    "a book that closes for ever": ("HS811", [
        (REGULATION, f"dieu/4/khoan/2/quyen/{point}/loai", ["danh-gia-mon", "ren-luyen", "lop"])
        for point in "abcd"]),
    "whoever asks is the only one to order": ("HS812", [
        (REGULATION, "dieu/4/khoan/2/quyen/d/vai", "pho-hieu-truong")]),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_hole_in_the_regulation_is_found_and_placed(name):
    code, edits = BROKEN[name]
    found = [each for each in prove(school(edits), YEAR).findings if each.code == code]
    assert found
    for each in found:
        assert each.path in (REGULATION, CALENDAR)
        assert each.line > 1 or code in ("HS805", "HS806", "HS811")
        assert each.hint


def test_a_gap_is_told_with_its_days():
    late = [(f"records/{YEAR}/phan-cong/NV0104.yml", "vai/p2/tu", "2026-10-01"),
            (f"records/{YEAR}/phan-cong/NV0104.yml", "vai/p2/den", "2027-05-30")]  # fmt: skip
    (gap,) = [each for each in prove(school(late), YEAR).findings if each.code == "HS809"]
    assert gap.severity is Severity.WARNING
    assert gap.message.endswith("28/08/2026–30/09/2026, 31/05/2027")


def test_people_are_missing_only_on_the_days_they_are_missing():
    leaves = [(f"records/{YEAR}/phan-cong/NV0102.yml", "vai/p2/den", "2027-01-31")]
    found = [each for each in prove(school(leaves), YEAR).findings if each.code == "HS808"]
    assert found
    assert all("01/02/2027–15/07/2027" in each.message for each in found)


def test_a_regulation_that_is_not_there_is_refused():
    with pytest.raises(HosoError, match="không có quy chế"):
        prove(school(), "2027-2028")


def test_an_unreadable_regulation_is_no_regulation():
    files = {entry.path: school().tree.read(entry.path) for entry in school().tree.entries()}
    files[REGULATION] += b"\xff"
    with pytest.raises(HosoError, match="hoso check"):
        prove(TreeSchool(MemoryTree(files), KINDS), YEAR)


def test_a_new_school_of_three_people_begins_with_a_sound_regulation():
    details = Details(
        name="Trường Tiểu học Hoa Sen", code="THHS", place="Xã Hoa Sen", province="tỉnh Ninh Bình"
    )
    tree = MemoryTree(starting_files(details))
    proof = prove(TreeSchool(tree, load_kinds(tree)), YEAR)
    assert {each.code for each in proof.findings} <= {"HS809"}
