"""A page goes out as a workbook and comes back: only what was changed changes, the rest is told."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.situations import KINDS, ROOT, TABLE
from hoso.exchange.edits import brought_in, edited, page_bytes
from hoso.exchange.grid import grid_of, has_rows, value_at
from hoso.exchange.origins import SHEET, Origin, schema_digest
from hoso.exchange.unpacked import unpacked
from hoso.exchange.workbook_in import read_sheet
from hoso.exchange.workbook_out import TABLE as SHOWN
from hoso.exchange.workbook_out import sheet_of
from hoso.findings import HosoError
from hoso.gate.merging import Conflict
from hoso.schema.school import TreeSchool, read_record
from hoso.store.tree import FolderTree

SCHOOL = TreeSchool(FolderTree(ROOT), KINDS)
MATHS = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
END = "records/2025-2026/lop/4A/danh-gia-mon/toan/cuoi-nam.yml"
TRAITS = "records/2025-2026/lop/3B/pham-chat-nang-luc/cuoi-nam.yml"
SUMMARY = "records/2025-2026/lop/3B/tong-hop/cuoi-nam.yml"
MONTH = "records/2026-2027/lop/3B/diem-danh/2026-10.yml"
ROOM = "records/2026-2027/lop/3B/lop.yml"
PAGES = [MATHS, END, TRAITS, SUMMARY, MONTH, ROOM]


def laid_out(path):
    record = SCHOOL.at(path)
    return record, grid_of(record.kind, record.key, SCHOOL, record.data)


def written(path, data=None, closed=lambda column: False):
    record, grid = laid_out(path)
    origin = Origin(path=path, base="a" * 40, blob=record.blob, schema=schema_digest(record.kind))
    return sheet_of(grid, record.data if data is None else data, origin, "Một trang sổ", closed)


def filled_in(raw, change):
    """The workbook after somebody has had it open."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    change(book[SHOWN])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(path, raw, **more):
    record, grid = laid_out(path)
    return read_sheet(unpacked(raw), grid, record.data, **more)


def at(sheet, heading):
    """The column of a heading, by openpyxl's counting from one."""
    return next(cell.column for cell in sheet[4] if cell.value == heading)


@pytest.mark.parametrize("path", PAGES)
def test_a_workbook_that_nobody_touched_changes_nothing(path):
    found = read(path, written(path))
    assert (found.edits, found.blanks, found.notes) == ({}, [], [])
    assert unpacked(written(path)).origin.path == path


def test_every_kind_that_is_a_table_is_tried_here():
    tried = {SCHOOL.at(path).kind.name for path in PAGES}
    assert tried == {name for name, kind in KINDS.items() if has_rows(kind)}


def test_a_workbook_saved_by_another_program_still_changes_nothing():
    found = read(TRAITS, filled_in(written(TRAITS), lambda sheet: None))
    assert (found.edits, found.blanks, found.notes) == ({}, [], [])


@settings(max_examples=25, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_what_is_written_into_any_cells_comes_back_as_exactly_that(chance):
    record, grid = laid_out(END)
    values = {
        "so": lambda: chance.randint(0, 10),
        "muc": lambda: chance.choice(["hoan-thanh-tot", "hoan-thanh", "chua-hoan-thanh"]),
        "chu": lambda: chance.choice(["=1+1", "+84", "-5", "@a", "8,0", "Em “ngoan”; tốt"]),
    }
    edits = {
        grid.pointer(row, column): values[column.sort]()
        for row in grid.rows for column in grid.columns if chance.random() < 0.2
    }  # fmt: skip
    wanted = edited(grid, record.data, edits)
    found = read(END, written(END, wanted))
    assert edited(grid, record.data, found.edits) == wanted
    assert (found.blanks, found.notes) == ([], [])
    raw = page_bytes(record.kind, wanted)
    assert read_record(TABLE.find(END), END, raw, []).data == wanted


def test_rows_are_known_by_identifier_and_columns_by_heading():
    record, _ = laid_out(MATHS)

    def shuffle(sheet):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
        random.Random(7).shuffle(rows)
        for number, row in enumerate([[cell.value for cell in sheet[4]], *rows], 4):
            for place, value in enumerate(row[:3] + row[:2:-1], 1):
                sheet.cell(number, place).value = value
        for row in sheet.iter_rows(min_row=5):
            if row[0].value == "HS32SAQY":
                row[at(sheet, "Nhận xét") - 1].value = "Em tiến bo\u0323\u0302."

    found = read(MATHS, filled_in(written(MATHS), shuffle))
    assert found.edits == {("hoc_sinh", "HS32SAQY", "nhan_xet"): "Em tiến bộ."}
    assert found.notes == []
    before = page_bytes(record.kind, record.data).decode().splitlines()
    after = page_bytes(record.kind, edited(laid_out(MATHS)[1], record.data, found.edits)).decode()
    assert [line for line in after.splitlines() if line not in before] == [
        "    nhan_xet: Em tiến bộ."
    ]


def test_a_name_that_does_not_fit_its_identifier_refuses_the_row():
    def shift(sheet):
        names = [sheet.cell(row, 3).value for row in (5, 6)]
        sheet.cell(5, 3).value, sheet.cell(6, 3).value = names[1], names[0]
        sheet.cell(5, at(sheet, "Mức đạt được")).value = "C"
        sheet.cell(7, at(sheet, "Mức đạt được")).value = "C"

    found = read(MATHS, filled_in(written(MATHS), shift))
    assert len(found.edits) == 1
    assert [(note.cell, "dán lệch" in note.message) for note in found.notes] == [
        ("A5", True), ("A6", True)
    ]  # fmt: skip


def test_rows_nobody_can_place_are_told_one_by_one():
    def spoil(sheet):
        sheet.cell(5, 1).value = sheet.cell(6, 1).value
        sheet.cell(7, 1).value = "HS000000"
        sheet.cell(8, 1).value = None
        sheet.cell(4, 6).value = "Cột lạ"
        sheet.cell(4, at(sheet, "Nhận xét")).value = "Nhận xet"

    notes = read(MATHS, filled_in(written(MATHS), spoil)).notes
    assert [note.cell for note in notes if note.heading == "Mã"] == ["A5", "A6", "A7", "A8"]
    assert {note.heading for note in notes if note.heading != "Mã"} == {
        "Nhận xét", "Nhận xet", "Cột lạ"
    }  # fmt: skip


def test_a_blank_over_a_value_is_asked_about_and_takes_nothing_away():
    def blank(sheet):
        sheet.cell(5, at(sheet, "Mức đạt được")).value = None

    found = read(MATHS, filled_in(written(MATHS), blank))
    assert found.edits == {}
    assert [(each.cell, each.was) for each in found.blanks] == [("D5", "H – Hoàn thành")]


def test_cells_that_a_spreadsheet_has_spoiled_are_told_by_cell():
    def spoil(sheet):
        score, level = at(sheet, "Điểm KTĐK"), at(sheet, "Mức đạt được")
        sheet.cell(5, score).value = datetime(2026, 10, 9)  # noqa: DTZ001
        sheet.cell(6, score).value = 8.5
        sheet.cell(7, score).value = "=5+4"
        sheet.cell(8, score).value = "#N/A"
        sheet.cell(5, level).value = "Đ"

    found = read(END, filled_in(written(END), spoil))
    assert found.edits == {}
    assert found.blanks == []
    assert sorted(note.cell for note in found.notes) == ["D5", "E5", "E6", "E7", "E8"]
    told = {note.cell: note.message for note in found.notes}
    assert "công thức" in told["E7"]
    assert "ngày 9/10/2026" in told["E5"]


def test_a_closed_column_can_be_read_and_not_filled_in():
    def fill(sheet):
        sheet.cell(5, at(sheet, "Mức đạt được")).value = "C"

    def shut(column):
        return column.at == ("muc",)

    raw = written(MATHS, closed=shut)
    sheet = openpyxl.load_workbook(io.BytesIO(raw))[SHOWN]
    assert sheet.protection.sheet
    assert [sheet.cell(5, place).protection.locked for place in (1, 3, 4, 5)] == [
        True, True, True, False
    ]  # fmt: skip
    found = read(MATHS, filled_in(raw, fill), closed=shut)
    assert found.edits == {}
    assert "không được ghi cột này" in found.notes[0].message


def test_the_workbook_holds_people_to_the_limits_of_the_schema_and_has_no_formula():
    record, grid = laid_out(END)
    edits = {grid.pointer(row, grid.columns[2]): "=HYPERLINK(1)" for row in grid.rows[:1]}
    raw = written(END, edited(grid, record.data, edits))
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book[SHOWN]
    rules = {rule.type: rule for rule in sheet.data_validations.dataValidation}
    assert set(rules) == {"list", "whole", "textLength"}
    assert (rules["whole"].formula1, rules["whole"].formula2) == ("0", "10")
    assert "Số nguyên từ 0 đến 10" in rules["whole"].error
    assert sheet.freeze_panes == "D5"
    assert book[SHEET].sheet_state != "visible"
    assert {cell.data_type for each in book for row in each.iter_rows() for cell in row} <= {
        "s", "n"
    }  # fmt: skip


def test_two_people_in_one_column_both_keep_their_cells_and_one_cell_is_a_conflict():
    record, grid = laid_out(MATHS)
    base = page_bytes(record.kind, record.data)

    def with_level(pupil, level):
        edits = {("hoc_sinh", pupil, "muc"): level}
        return page_bytes(record.kind, edited(grid, record.data, edits))

    mine, theirs = (with_level(each, "chua-hoan-thanh") for each in ("HS32SAQY", "HS6AMV52"))
    both = brought_in(grid, base, mine, theirs, TABLE)
    assert both.count(b"chua-hoan-thanh") == base.count(b"chua-hoan-thanh") + 2
    clash = brought_in(grid, base, mine, with_level("HS32SAQY", "hoan-thanh"), TABLE)
    assert isinstance(clash, Conflict)
    assert clash.pointers == (("hoc_sinh", "HS32SAQY", "muc"),)


def test_taking_the_last_value_of_a_row_takes_the_row_and_leaves_the_table():
    record, grid = laid_out(MONTH)
    pupil, days = next(iter(record.data["vang"].items()))
    gone = {("vang", pupil, day, name): None for day, names in days.items() for name in names}
    after = edited(grid, record.data, gone)
    assert pupil not in after["vang"]
    every = {at: None for at, _, row in grid.places() if row and value_at(record.data, at)}
    assert edited(grid, record.data, every)["vang"] == {}


def repacked(raw, change):
    """The archive with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def in_sheet(old, new):
    def change(name, content):
        return content.replace(old, new, 1) if name.endswith("sheet1.xml") else content

    return change


@pytest.mark.parametrize(
    ("raw", "because"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls kiểu cũ"), (b"Ma,Diem\nHS,8\n", "CSV"),
        (b"", "CSV"), (b"PK\x03\x04" + b"x" * 4_000_000, "lớn quá"),
        (b"PK\x03\x04 broken", "bị hỏng"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_with_what_to_do(raw, because):
    with pytest.raises(HosoError, match=because):
        unpacked(raw)


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (in_sheet(b"<sheetData>", b"<sheetData>" + b" " * 30_000_000), "bung ra lớn"),
        (in_sheet(b'r="D5"', b'r="XFD1048576"'), "nằm ngoài"),
        (in_sheet(b'r="D5"', b"r = '&#68;5'"), "nằm ngoài"),
        (in_sheet(b"</sheetData>", b"<row>" + b"<c/>" * 900_000 + b"</row></sheetData>"), "ở đâu"),
        (in_sheet(b"</sheetData>", b'<row><x:c r="A1"/>' + b'<c r="A1"/>' * 200_000), "ở đâu"),
        (in_sheet(b"<worksheet", b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet"), "không do bảng"),
        (in_sheet(b"UTF-8", b"UTF-16"), "không do bảng"),
        (in_sheet(b"</sheetData>", b"</sheetDat>"), "không đọc được"),
        (lambda name, raw: raw.replace(b"hoso-sheet", b"other-sheet"), "không phải bảng tải từ"),
        (lambda name, raw: raw.replace("Sổ".encode(), b"So"), "không có trang tính"),
        (lambda name, raw: raw.replace("Họ và tên".encode(), b"Ten"), "dòng tiêu đề"),
        (lambda name, raw: raw.replace("Mức đạt được".encode(), "Nhận xét".encode()), "hai cột"),
    ],
)
def test_a_workbook_made_to_harm_is_refused_before_anything_reads_it(change, because):
    with pytest.raises(HosoError, match=because):
        read(MATHS, repacked(written(MATHS), change))


def test_an_archive_of_a_thousand_parts_is_not_looked_into():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(1000):
            archive.writestr(f"xl/worksheets/a{number}.xml", "")
    with pytest.raises(HosoError, match="quá nhiều phần"):
        unpacked(out.getvalue())


@settings(max_examples=80, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_a_damaged_workbook_is_refused_or_read_and_never_worse(chance):
    raw = written(MATHS)

    def spoil(name, content):
        if chance.random() < 0.4 and content:
            start = chance.randrange(len(content))
            size = chance.randrange(1, 40)
            return content[:start] + chance.randbytes(chance.randrange(9)) + content[start + size :]
        return content

    spoiled = repacked(raw, spoil)
    if chance.random() < 0.3:
        cut = chance.randrange(len(spoiled))
        spoiled = spoiled[:cut] + chance.randbytes(2) + spoiled[cut + 2 :]
    try:
        found = read(MATHS, spoiled)
    except HosoError:
        return
    record, grid = laid_out(MATHS)
    after = page_bytes(record.kind, edited(grid, record.data, found.edits))
    assert read_record(TABLE.find(MATHS), MATHS, after, []) is not None
