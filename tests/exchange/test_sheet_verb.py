"""`hoso sheet out` and `hoso sheet in` in a real repository, as people type them."""

from __future__ import annotations

import re

import openpyxl
import pytest

from gate.test_gate_verbs import School
from hoso.cli.main import outcome
from hoso.exchange.workbook_out import TABLE

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    return School(tmp_path_factory.mktemp("truong"))


@pytest.fixture
def page(school):
    """The page on disk, as it stood before the test when that has ended."""
    path = school.folder / PAGE
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


def sheet(school, *arguments):
    return outcome(["sheet", *map(str, arguments), "--repo", str(school.folder)])


def filled_in(school, file, cells):
    """A workbook taken out of the school, with cells filled in."""
    assert sheet(school, "out", PAGE, file) == 0
    book = openpyxl.load_workbook(file)
    for place, value in cells.items():
        book[TABLE][place] = value
    book.save(file)
    return file


def row_of(page, pupil):
    """The lines of one pupil on a page."""
    return page.read_text("utf-8").split(f"  {pupil}:\n")[1].split("\n  HS")[0]


def test_cells_filled_in_come_into_the_page_and_every_other_line_stays(
    school, page, tmp_path, capsys
):
    before = page.read_text("utf-8").splitlines()
    file = filled_in(school, tmp_path / "toán 3B.xlsx", {"D5": "T", "E5": "=Em ngoan", "E6": 7})
    book = openpyxl.load_workbook(file)
    book[TABLE]["E5"].data_type = "s"
    book.save(file)
    assert sheet(school, "in", file) == 0
    assert "Đã đưa 3 ô" in capsys.readouterr().out
    after = page.read_text("utf-8").splitlines()
    added = [line.strip() for line in after if line not in before]
    assert added == ["nhan_xet: =Em ngoan", 'nhan_xet: "7"']
    assert sheet(school, "out", PAGE, file) == 2
    assert "đã có tệp" in capsys.readouterr().err


def test_a_cell_that_is_not_taken_is_told_without_a_name_and_the_others_come_in(
    school, page, tmp_path, capsys
):
    file = filled_in(school, tmp_path / "a.xlsx", {"D5": "Đ", "D6": None, "D7": "C"})
    assert sheet(school, "in", file) == 1
    out = capsys.readouterr().out
    assert "D5 · Mức đạt được: “Đ” không có trong danh mục" in out
    assert "D6 · Mức đạt được: để trống trên giá trị đang có" in out
    assert "Đã đưa 1 ô" in out
    assert sheet(school, "in", file, "--xoa-o-trong") == 1
    assert "Đã đưa 2 ô" in capsys.readouterr().out
    assert "muc" not in row_of(page, openpyxl.load_workbook(file)[TABLE]["A6"].value)


def test_a_cell_that_changed_on_disk_meanwhile_is_a_conflict_and_nothing_is_written(
    school, page, tmp_path, capsys
):
    file = filled_in(school, tmp_path / "a.xlsx", {"D5": "C", "E6": "Em chăm."})
    pupil = openpyxl.load_workbook(file)[TABLE]["A5"].value
    row = row_of(page, pupil)
    was, now = ("T", "hoan-thanh") if "tot" in row else ("H", "hoan-thanh-tot")
    changed = re.sub("muc: .*", f"muc: {now}", row, count=1)
    head = f"  {pupil}:\n"
    page.write_text(page.read_text("utf-8").replace(head + row, head + changed), "utf-8")
    theirs = page.read_bytes()
    assert sheet(school, "in", file) == 1
    out = capsys.readouterr().out
    assert f"{pupil} · Mức đạt được: gốc {was} – " in out
    assert page.read_bytes() == theirs


@pytest.mark.parametrize("name", ["bang.csv", "cu.xls"])
def test_other_formats_are_refused(school, tmp_path, capsys, name):
    file = tmp_path / name
    file.write_bytes(b"\xd0\xcf\x11\xe0" if name.endswith("xls") else b"a,b\n")
    assert sheet(school, "in", file) == 2
    assert ".xlsx" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["records/truong.yml", "khong/co.yml"])
def test_a_page_without_a_table_has_no_workbook(school, tmp_path, capsys, path):
    assert sheet(school, "out", path, tmp_path / "a.xlsx") == 2
    assert "không phải trang sổ có bảng" in capsys.readouterr().err
