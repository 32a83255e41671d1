"""`hoso roster` on a new school: lists as schools have them become pages, or nothing does."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from gate.situations import KINDS
from hoso.check import check_whole
from hoso.cli.main import outcome
from hoso.exchange.roster_in import read_roster
from hoso.exchange.roster_out import GUIDE, LIST, template_of
from hoso.exchange.rosters import ROSTERS
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree

YEAR = "2026-2027"
#: A pupil as a list tells of them; what a test is about differs.
ANH = {
    "STT": 1, "Họ và tên": "Lò Thị Ánh", "Ngày sinh": date(2020, 3, 1), "Giới tính": "Nữ",
    "Dân tộc": "Thái", "Quốc tịch": "Việt Nam", "Nơi sinh": "tỉnh Sơn La",
    "Quê quán": "tỉnh Sơn La", "Nơi ở hiện nay": "Bản Mòn, xã Mẫu", "Họ tên mẹ": "Quàng Thị Hoa",
    "SĐT mẹ": "0912345678", "Số đăng bộ": "0001/2026", "Ngày vào trường": date(2026, 8, 28),
    "Vào trường từ": "Tuyển sinh lớp 1",
}  # fmt: skip
BINH = {**ANH, "STT": 2, "Họ và tên": "Vì Văn Bình", "Giới tính": "Nam", "Số đăng bộ": "0002/2026"}
COLLEAGUE = {
    "STT": 1, "Họ và tên": "Cầm Thị Dung", "Ngày sinh": "02/09/1988", "Giới tính": "Nữ",
    "Chức vụ": "Giáo viên tiểu học", "Trình độ chuyên môn": "Đại học Sư phạm", "Tổ": "Tổ 4, 5",
    "Ngày vào trường": "15/08/2015", "SĐT": "+84 912 345 678",
}  # fmt: skip


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moi") / "truong"
    assert outcome(["init", str(folder)]) == 0
    return folder


@pytest.fixture
def school(founded, tmp_path):
    return shutil.copytree(founded / "records", tmp_path / "truong" / "records").parent


@pytest.fixture(autouse=True)
def schemas(founded, school):
    shutil.copytree(founded / "schemas", school / "schemas")
    shutil.copytree(founded / "content", school / "content")


def listed(folder, *people, titles=True, change=None):
    """A file as a school has it: titles over merged cells, headings in the fourth row."""
    book = openpyxl.Workbook()
    sheet = book.active
    if titles:
        sheet.append(["TRƯỜNG TIỂU HỌC MỚI"])
        sheet.merge_cells("A1:H1")
        sheet.append(["DANH SÁCH"])
        sheet.append([])
    headings = list(dict.fromkeys(name for each in people for name in each))
    sheet.append(headings)
    for each in people:
        sheet.append([each.get(name) for name in headings])
    if change is not None:
        change(sheet)
    file = folder.parent / "danh sách.xlsx"
    book.save(file)
    return file


def brings(school, file, *more, kind="hoc-sinh"):
    return outcome(["roster", "in", kind, str(file), "--repo", str(school), *more])


def into_1a(school, file, *more):
    return brings(school, file, "--lop", "1A", "--buoi-hoc", "hai-buoi", *more)


def everything(school):
    return {path: path.read_bytes() for path in sorted(school.rglob("*.yml"))}


def opened(school):
    tree = FolderTree(school)
    return TreeSchool(tree, load_kinds(tree))


def findings(school):
    found = opened(school)
    return [each.code for each in check_whole(found.tree, found.kinds)]


def seats(school, room="1A"):
    """The pupils of a class by name, with their pages and their seats."""
    found = opened(school)
    page = found.get("lop", nam_hoc=YEAR, lop=room)
    return {
        found.get("hoc-sinh", hoc_sinh=code).data["ho_ten"]: (code, seat)
        for code, seat in page.data["hoc_sinh"].items()
    }


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_template_is_a_list_of_nobody_and_says_how_to_fill_it_in(school, tmp_path, kind, capsys):
    file = tmp_path / "mau.xlsx"
    assert outcome(["roster", "out", kind, str(file), "--repo", str(school)]) == 0
    assert outcome(["roster", "out", kind, str(file), "--repo", str(school)]) == 2
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == [LIST, GUIDE]
    rules = {each.type for each in book[LIST].data_validations.dataValidation}
    assert {"list", "date"} <= rules
    before = everything(school)
    assert brings(school, file, "--lop", "1A", "--ghi", kind=kind) == 0
    assert "0 người" in capsys.readouterr().out
    assert everything(school) == before


def test_a_template_filled_in_below_its_example_is_a_list_of_those_people():
    raw = template_of(ROSTERS["hoc-sinh"], KINDS)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book[LIST]
    titles = [str(cell.value).removesuffix(" *") for cell in sheet[4]]
    for place, title in enumerate(titles, 1):
        sheet.cell(6, place).value = ANH.get(title)
    out = io.BytesIO()
    book.save(out)
    found = read_roster(out.getvalue(), ROSTERS["hoc-sinh"], KINDS, "tep")
    assert found.findings == []
    assert [each.data["ho_ten"] for each in found.rows] == ["Lò Thị Ánh"]


def test_a_class_list_becomes_pages_that_pass_and_the_same_file_changes_nothing_more(
    school, capsys
):
    file = listed(school, ANH, BINH)
    before = everything(school)
    assert into_1a(school, file) == 0
    assert everything(school) == before
    assert "chưa ghi" in capsys.readouterr().out
    assert into_1a(school, file, "--ghi") == 0
    assert findings(school) == []
    (code, seat), (_, other) = seats(school).values()
    assert re.fullmatch("HS[0-9A-Z]{6}", code)
    assert sorted((seat["stt"], other["stt"])) == [1, 2]
    assert seat["vao"] == "2026-08-28"
    after = everything(school)
    assert len(after) == len(before) + 3
    capsys.readouterr()
    assert into_1a(school, file, "--ghi") == 0
    said = capsys.readouterr().out
    assert said.count("HS645") == 2
    assert not any(each["Họ và tên"] in said for each in (ANH, BINH))
    assert everything(school) == after


def test_names_are_printed_only_when_somebody_asks_for_them(school, capsys):
    file = listed(school, ANH)
    assert into_1a(school, file) == 0
    assert "Ánh" not in capsys.readouterr().out
    assert into_1a(school, file, "--ten") == 0
    assert "Lò Thị Ánh" in capsys.readouterr().out


def cell(place, value):
    return lambda sheet: sheet.__setitem__(place, value)


#: What is wrong with a file of two pupils, and what must be told of it.
WRONG = {
    "nothing where something must be": (cell("E6", None), "dòng 6: lỗi HS643: E6 · Dân tộc"),
    "no name": (cell("B6", "  "), "HS643: B6 · Họ và tên"),
    "a day there never was": (cell("C6", "31/02/2020"), "HS643: C6 · Ngày sinh: giá trị này"),
    "a choice that is none": (cell("D6", "Gái"), "HS643: D6 · Giới tính: giá trị này"),
    "a telephone without its zero": (cell("K6", 912345678), "đã bỏ mất số 0"),
    "a formula nobody computed": (cell("E6", '="Ki"&"nh"'), "HS643: E6 · Dân tộc: công thức"),
    "one number on the list twice": (cell("A6", 1), "HS643: A6 · STT"),
    "one number of the register twice": (cell("L6", "1/2026"), "HS643: L6 · Số đăng bộ"),
    "one person twice": (cell("B6", "LÒ THỊ  ÁNH"), "HS644: cùng họ tên và ngày sinh với dòng 5"),
    "a column that must be there": (cell("E4", "Tôn giáo"), "HS641: thiếu cột “Dân tộc”"),
    "two columns of one thing": (cell("E4", "Họ tên"), "HS641: cột E: có hai cột “Họ và tên”"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_one_wrong_cell_is_told_with_its_remedy_and_nothing_at_all_is_written(school, name, capsys):
    change, said = WRONG[name]
    before = everything(school)
    assert into_1a(school, listed(school, ANH, BINH, change=change), "--ghi") == 1
    out = capsys.readouterr().out
    assert said in out
    assert "→" in out
    assert not re.search("Ánh|Bình|31/02|Gái|912345678", out)
    assert everything(school) == before


def test_a_list_is_read_as_schools_write_it(school, capsys):
    loose = {
        "TT": 1, "HỌ VÀ CHỮ ĐỆM": unicodedata.normalize("NFD", " Lò  Thị "), "Tên": "Ánh",
        "Ngày, tháng, năm sinh": "1/3/2020", "Nam/Nữ": "nữ", "Dân tộc (*)": "Thái",
        "Quốc tịch": "Việt Nam", "Nơi sinh": "tỉnh Sơn La", "Nguyên quán": "tỉnh Sơn La",
        "Chỗ ở hiện nay:": "Bản Mòn", "Họ và tên bố": "Lò Văn Mẫu",
        "Số điện thoại bố": "0912.345.678", "Số đăng bộ": 51, "Ngày nhập học": "28-08-2026",
        "Vào trường từ": "Tuyển sinh",
        "Số CCCD": "001320000000", "Con thứ": 2, "Ghi chú": None,
    }  # fmt: skip

    def footer(sheet):
        sheet["B7"], sheet["N9"] = "Tổng số: 1 em", "Hiệu trưởng"

    assert into_1a(school, listed(school, loose, change=footer), "--ghi") == 0
    out = capsys.readouterr().out
    assert out.count("HS642") == 2
    assert out.count("HS646") == 2
    assert "chỉ ghi cho từng người" in out
    (code, _) = seats(school)["Lò Thị Ánh"]
    data = opened(school).get("hoc-sinh", hoc_sinh=code).data
    assert (data["ngay_sinh"], data["gioi_tinh"], data["so_dang_bo"], data["vao_tu"]) == (
        "2020-03-01", "nu", "0051/2026", "tuyen-sinh")  # fmt: skip
    assert data["cha"] == {"ho_ten": "Lò Văn Mẫu", "dien_thoai": "0912345678"}
    assert "so_dinh_danh" not in data
    assert findings(school) == []


def test_a_formula_counts_by_what_it_came_to(school, tmp_path):
    file = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Lớp 1A")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for place, (title, value) in enumerate(ANH.items()):
        sheet.write(0, place, title)
        if isinstance(value, date):
            sheet.write_datetime(1, place, value, day)
        elif title == "Họ và tên":
            sheet.write_formula(1, place, '="Lò Thị "&"Ánh"', None, value)
        else:
            sheet.write(1, place, value)
    book.close()
    assert into_1a(school, file, "--ghi") == 0
    assert list(seats(school)) == ["Lò Thị Ánh"]


def test_somebody_there_already_is_never_made_twice(school, capsys):
    assert into_1a(school, listed(school, ANH), "--ghi") == 0
    before = everything(school)
    elsewhere = ("--lop", "1B", "--buoi-hoc", "mot-buoi", "--ghi")
    assert brings(school, listed(school, ANH, BINH), *elsewhere) == 1
    assert "HS648: đã có ở lớp 1A" in capsys.readouterr().out
    assert everything(school) == before
    # A page without a class is put into one, as in a new school year.
    code, _ = seats(school)["Lò Thị Ánh"]
    (school / f"records/{YEAR}/lop/1A/lop.yml").unlink()
    assert brings(school, listed(school, ANH, BINH), *elsewhere) == 0
    assert seats(school, "1B")["Lò Thị Ánh"][0] == code
    assert findings(school) == []
    # Two of one name and day can only be told apart by a person.
    page = school / f"records/hoc-sinh/{code}.yml"
    page.with_name("HS000000.yml").write_bytes(page.read_bytes().replace(b"0001/", b"0009/"))
    (school / f"records/{YEAR}/lop/1B/lop.yml").unlink()
    assert brings(school, listed(school, ANH), *elsewhere) == 1
    assert "có 2 hồ sơ cùng họ tên" in capsys.readouterr().out


def test_who_came_after_the_year_began_comes_with_a_movement(school):
    late = {**BINH, "Ngày vào trường": date(2026, 10, 12), "Vào trường từ": "Chuyển đến",
            "Trường trước đó": "Trường Tiểu học Khác"}  # fmt: skip
    assert into_1a(school, listed(school, ANH, late), "--ghi") == 0
    assert findings(school) == []
    (event,) = opened(school).all("bien-dong")
    assert event.data["loai"] == "chuyen-den"
    assert event.data["truong_khac"] == "Trường Tiểu học Khác"
    assert seats(school)["Vì Văn Bình"][1]["vao"] == event.data["ngay"] == "2026-10-12"


def test_a_file_of_the_whole_school_says_the_class_of_each(school, capsys):
    file = listed(school, {**ANH, "Lớp": "Lớp 1a"}, {**BINH, "Lớp": "1B"})
    assert brings(school, file) == 1
    assert capsys.readouterr().out.count("HS647: lớp 1") == 2
    assert brings(school, file, "--buoi-hoc", "hai-buoi", "--ghi") == 0
    assert [*seats(school), *seats(school, "1B")] == ["Lò Thị Ánh", "Vì Văn Bình"]
    assert into_1a(school, file) == 1
    assert "HS647: dòng này của lớp khác" in capsys.readouterr().out
    for room in ({"Lớp": "Mầm"}, {}):
        assert brings(school, listed(school, {**BINH, **room}), "--buoi-hoc", "hai-buoi") == 1
        assert "HS647" in capsys.readouterr().out


def test_colleagues_get_the_next_numbers_and_the_same_file_adds_nobody(school, capsys):
    file = listed(school, COLLEAGUE, {**COLLEAGUE, "Họ và tên": "Hà Văn Em", "Tổ": None})
    assert brings(school, file, "--ghi", kind="nhan-su") == 0
    assert findings(school) == []
    data = opened(school).get("nhan-su", nhan_su="NV0004").data
    assert (data["trinh_do"], data["to"], data["dien_thoai"]) == (
        "dai-hoc", "to-4-5", "0912345678")  # fmt: skip
    after = everything(school)
    assert brings(school, file, "--ghi", kind="nhan-su") == 0
    assert "HS645: đã có hồ sơ NV0004" in capsys.readouterr().out
    assert everything(school) == after


@pytest.mark.parametrize("year", ["1999-2000", "x"])
def test_a_year_the_school_has_not_is_refused(school, year, capsys):
    assert into_1a(school, listed(school, ANH), "--nam-hoc", year) == 2
    assert "chưa có năm học ấy" in capsys.readouterr().err


def test_a_file_that_is_no_list_is_refused_in_words(school, tmp_path, capsys):
    assert into_1a(school, listed(school, {"Món": "Cơm", "Giá": 1})) == 2
    assert "không thấy dòng tiêu đề" in capsys.readouterr().err
    file = tmp_path / "a.csv"
    file.write_text("Họ và tên,Ngày sinh\n")
    assert into_1a(school, file) == 2
    assert ".xlsx" in capsys.readouterr().err
