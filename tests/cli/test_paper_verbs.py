"""`hoso lock`, `hoso correct` and `hoso unlock` in a real repository, as people type them."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from gate.test_gate_verbs import School
from hoso.cli.main import outcome

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
PLACE = "hoc_sinh/HS2XS5FM/muc"
WISH = [PAGE, f"{PLACE}=hoan-thanh-tot"]
ORDER = [
    "NV0015", "--loai", "danh-gia-mon", "--pham-vi", "lop=3B", "--tu", "2026-11-24 07:30",
    "--den", "2026-11-25 17:00", "--ly-do", "Nhập bổ sung", "--lenh", "12/QĐ-THCH",
    "--ngay-lenh", "2026-11-23", "--on", "2026-11-23",
]  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return School(tmp_path_factory.mktemp("truong"))


@pytest.fixture
def school(built, tmp_path):
    """A copy of the school, with a paper that proves something beside it."""
    folder = tmp_path / "truong"
    shutil.copytree(built.folder, folder)
    (tmp_path / "bài làm.pdf").write_bytes(b"%PDF-1.7")
    found = School.__new__(School)
    found.folder, found.files = folder, dict(built.files)
    return found


def correct(school, *arguments, on="2026-11-23"):
    return outcome(["correct", *arguments, "--on", on, "--repo", str(school.folder)])


def reasons(school, *, sort=":bai-kiem-tra", who="NV0015"):
    proof = school.folder.parent / "bài làm.pdf"
    return ["--ly-do", "nhap-sai", "--minh-chung", f"{proof}{sort}", "--who", who]


def requests(school):
    return sorted((school.folder / "records/2026-2027").glob("de-nghi-sua/*.yml"))


def test_a_request_is_written_told_and_can_be_proposed(school, capsys):
    assert correct(school, *WISH, *reasons(school)) == 0
    [paper] = requests(school)
    out = capsys.readouterr().out
    assert f"records/2026-2027/de-nghi-sua/{paper.name}" in out
    assert "HS2XS5FM · Mức đạt được: H – Hoàn thành → T – Hoàn thành tốt" in out
    assert "hết ngày 30/11/2026" in out
    assert "hoso propose" in out
    assert "Nguyễn" not in out
    text = paper.read_text("utf-8")
    assert hashlib.sha256(b"%PDF-1.7").hexdigest() in text
    assert "bài làm" not in text
    arguments = ["--who", "NV0015", "--on", "2026-11-23", "--repo", str(school.folder)]
    assert outcome(["gate", *arguments]) == 0


def test_an_approved_request_is_carried_out_to_the_letter_and_only_once(school, capsys):
    correct(school, *WISH, *reasons(school))
    [paper] = requests(school)
    code = paper.stem
    assert correct(school, "--apply", code) == 2
    assert "HEAD chưa có giấy" in capsys.readouterr().err
    school.git("add", "-A")
    school.git("commit", "-q", "-m", "x")
    before = (school.folder / PAGE).read_text("utf-8")
    assert correct(school, "--apply", code) == 0
    assert "theo giấy" in capsys.readouterr().out
    after = (school.folder / PAGE).read_text("utf-8")
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    assert [(a.strip(), b.strip()) for a, b in pairs if a != b] == [
        ("muc: hoan-thanh", "muc: hoan-thanh-tot")
    ]
    assert correct(school, "--apply", code) == 2
    assert "trên đĩa khác với HEAD" in capsys.readouterr().err
    school.git("add", "-A")
    school.git("commit", "-q", "-m", "x")
    assert correct(school, "--apply", code) == 2
    assert "đã có đủ" in capsys.readouterr().err
    school.git("revert", "-n", "HEAD")
    school.git("commit", "-q", "-m", "x")
    assert correct(school, "--apply", code) == 2
    assert "đã dùng" in capsys.readouterr().err


def test_a_request_runs_out_after_its_last_day(school, capsys):
    correct(school, *WISH, *reasons(school), "--han", "2026-11-24")
    [paper] = requests(school)
    school.git("add", "-A")
    school.git("commit", "-q", "-m", "x")
    assert correct(school, "--apply", paper.stem, on="2026-11-25") == 2
    assert "hết hạn ngày 24/11/2026" in capsys.readouterr().err
    assert correct(school, "--apply", paper.stem, on="2026-11-24") == 0


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (["records/2026-2027/lop/3B/diem-danh/2026-11.yml", "ngay_hoc=19"], "chưa khóa"),
        ([PAGE, f"{PLACE}=hoan-thanh"], "đang ghi đúng"),
        ([PAGE, "khong_co=1"], "không có trường khong_co"),
        ([PAGE, "muc"], "chưa đúng dạng"),
        ([PAGE, f"{PLACE}=hoan-thanh-tot", f"{PLACE}="], "hai lần"),
        (["./khong/co.yml", "a=1"], "không có trang"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_and_writes_nothing(school, capsys, wish, said):
    assert correct(school, *wish, *reasons(school)) == 2
    assert said in capsys.readouterr().err
    assert requests(school) == []


def test_evidence_that_is_not_there_or_of_no_known_sort_is_refused(school, capsys):
    missing = ["--ly-do", "nhap-sai", "--minh-chung", "/khong/co.pdf", "--who", "NV0015"]
    assert correct(school, *WISH, *missing) == 2
    assert "không có tệp minh chứng" in capsys.readouterr().err
    assert correct(school, *WISH, *reasons(school, sort=":anh-chup")) == 2
    assert "giay-khai-sinh" in capsys.readouterr().err
    assert correct(school, *WISH, *reasons(school, who="NV9999")) == 2
    assert "không có nhân sự" in capsys.readouterr().err
    assert requests(school) == []


def test_half_a_command_says_what_is_lacking(school, capsys):
    assert correct(school, *WISH, "--who", "NV0015") == 2
    assert "--minh-chung" in capsys.readouterr().err
    assert correct(school, *WISH, "--apply", "DN000001") == 2
    assert "--apply chỉ cần mã giấy" in capsys.readouterr().err
    assert correct(school, "--apply", "../../x") == 2
    assert "HEAD chưa có giấy" in capsys.readouterr().err


def test_a_folder_that_leads_elsewhere_is_not_written_through(school, tmp_path, capsys):
    elsewhere = tmp_path / "noi-khac"
    elsewhere.mkdir()
    (school.folder / "records/2026-2027/de-nghi-sua").symlink_to(elsewhere)
    assert correct(school, *WISH, *reasons(school)) == 2
    assert "liên kết tượng trưng" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


def test_an_order_is_written_and_told(school, capsys):
    assert outcome(["unlock", *ORDER, "--repo", str(school.folder)]) == 0
    out = capsys.readouterr().out
    [paper] = (school.folder / "records/2026-2027/mo-so").iterdir()
    assert f"records/2026-2027/mo-so/{paper.name}" in out
    assert "Mở cho NV0015: Đánh giá môn học" in out
    assert "Phạm vi: năm học 2026-2027, Lớp 3B" in out
    assert "Từ 07:30 24/11/2026 đến 17:00 25/11/2026" in out
    arguments = ["--who", "NV0003", "--on", "2026-11-23", "--repo", str(school.folder)]
    assert outcome(["gate", *arguments]) == 0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("--den", "2026-11-27 17:00", "không quá 48 giờ"),
        ("--den", "mai", "không phải ngày và giờ"),
        ("--pham-vi", "lop", "chưa đúng dạng"),
        ("--pham-vi", "lop=3A", "không có quyền ghi"),
        ("--loai", "khong-co", "không có loại hồ sơ"),
        ("--ngay-lenh", "2026-11-30", "chưa tới"),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_writes_nothing(school, capsys, name, value, said):
    arguments = list(ORDER)
    arguments[arguments.index(name) + 1] = value
    assert outcome(["unlock", *arguments, "--repo", str(school.folder)]) == 2
    assert said in capsys.readouterr().err
    assert not (school.folder / "records/2026-2027/mo-so").exists()


def lock(school, *arguments):
    return outcome(["lock", *arguments, "--on", "2026-11-23", "--repo", str(school.folder)])


def test_the_table_of_locks_says_what_is_closed_and_what_is_left(school, capsys):
    assert lock(school, "status") == 0
    rows = {line.split("│")[1].strip(): line for line in capsys.readouterr().out.splitlines()
            if line.startswith("│")}  # fmt: skip
    assert "đã khóa" in rows["giua-ky-1"]
    assert rows["giua-ky-1"].split("│")[-2].strip() == "0"
    assert "còn 51 ngày" in rows["cuoi-ky-1"]
    assert rows["cuoi-ky-1"].split("│")[-2].strip() == rows["cuoi-ky-1"].split("│")[-3].strip()
    assert list(rows).index("giua-ky-1") < list(rows).index("cuoi-ky-1")


def test_the_missing_pages_are_listed_by_teacher_with_names_only_when_asked(school, capsys):
    assert lock(school, "missing", "2026-2027", "diem-danh-2026-11") == 1
    out = capsys.readouterr().out
    assert "NV0013: còn 1 trang\n  Lớp 3A · Điểm danh tháng · Tháng 11/2026 — chưa hoàn tất" in out
    assert "Còn thiếu 2 trang." in out
    assert lock(school, "missing", "2026-2027", "diem-danh-2026-11", "--ten") == 1
    assert "Trần Thị Kim Oanh (NV0013): còn 1 trang" in capsys.readouterr().out
    assert lock(school, "missing", "2026-2027", "diem-danh-2026-11", "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)[0] == {
        "path": "records/2026-2027/lop/3A/diem-danh/2026-11.yml", "why": "unfinished",
        "people": ["NV0013"],
    }  # fmt: skip


def test_a_lock_that_lacks_nothing_says_so(school, capsys):
    assert lock(school, "missing", "2026-2027", "giua-ky-1") == 0
    assert "Không thiếu trang nào" in capsys.readouterr().out


def test_pupils_whom_a_lock_spares_are_counted(school, capsys):
    path = "records/2025-2026/lop/3A/tong-hop/cuoi-nam.yml"
    text = (school.folder / path).read_text("utf-8")
    (school.folder / path).write_text(text.replace("len_lop: hoan-thanh", "len_lop: cho-he", 1),
                                      "utf-8")  # fmt: skip
    lock(school, "missing", "2025-2026", "cuoi-nam")
    assert "Để ngỏ dòng của 1 học sinh" in capsys.readouterr().out


def test_an_unknown_year_or_lock_is_answered_with_those_there_are(school, capsys):
    assert lock(school, "missing", "2026-2027", "khong-co\x1b[2J") == 2
    said = capsys.readouterr().err
    assert "giua-ky-1" in said
    assert "\x1b" not in said
    assert lock(school, "status", "1999-2000") == 2
    assert "2025-2026" in capsys.readouterr().err
