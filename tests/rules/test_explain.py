"""The explanation of a pupil's result: every page read, what decided, the article, no name."""

from __future__ import annotations

import pytest
from sound_school import KINDS, ROOT, YEAR, edited, reader_of, sound_school, tree_of

from hoso.cli.main import outcome
from hoso.rules.explain import explain
from hoso.rules.pupil_year import pupil_year
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree

_5A = f"records/{YEAR}/lop/5A"


def told(pupil, edits=None):
    return list(explain(reader_of(edited(sound_school(), edits or {})), YEAR, pupil))


def one(lines, start):
    found = [line for line in lines if line.strip().startswith(start)]
    assert len(found) == 1, lines
    return found[0]


def test_every_subject_is_shown_with_its_page_and_line():
    lines = told("HS5A0001")
    assert f"({_5A}/danh-gia-mon/toan/cuoi-nam.yml:4)" in one(lines, "Toán: T – Hoàn thành tốt")
    assert sum("/danh-gia-mon/" in line for line in lines) == 12


def test_the_best_result_needs_no_reason():
    lines = told("HS5A0001")
    assert "Hoàn thành xuất sắc" in one(lines, "Kết quả tính được")
    assert not any("vì:" in line for line in lines)
    assert "Học sinh Xuất sắc (Điều 13" in one(lines, "Khen thưởng")
    assert "Điều 11" in one(lines, "Lên lớp")


def test_the_score_that_decided_is_named_with_the_article():
    lines = told("HS5A0002")
    assert "dưới 9 (Điều 9 khoản 2 điểm a" in one(lines, "Điểm kiểm tra")
    assert one(lines, "Điểm kiểm tra").endswith(": Toán (8)")
    assert "khớp" in one(lines, "Kết quả: Hoàn thành tốt")


def test_a_summer_retest_shows_the_result_before_and_after():
    lines = told("HS5A0003")
    assert "đánh giá lại 20/06/2026" in one(lines, "Toán:")
    assert "Chưa hoàn thành" in one(lines, "Trước đánh giá bổ sung trong hè (Toán)")
    told_why = [line for line in lines if line.strip().startswith("Mức của môn học là")]
    assert "H – Hoàn thành, cần từ T – Hoàn thành tốt" in told_why[0]
    assert "C – Chưa hoàn thành, cần từ H – Hoàn thành" in told_why[1]
    assert all(line.endswith(": Toán") for line in told_why)


def test_the_individual_plan_is_told_and_its_exempt_subject_left_out():
    lines = told("HS1A0003")
    assert "Âm nhạc" in one(lines, "Miễn")
    assert not any(line.strip().startswith("Âm nhạc:") for line in lines)
    assert "theo yêu cầu đã điều chỉnh" in one(lines, "Toán:")


def test_missing_data_are_listed_and_never_called_not_completed():
    lines = told("HS5A0001", {"lop/5A/danh-gia-mon/khoa-hoc/cuoi-nam.yml": None})
    assert "chưa đủ dữ liệu" in one(lines, "Kết quả tính được")
    assert "chưa có records" in one(lines, "Khoa học:")
    assert one(lines, "Còn thiếu điểm kiểm tra").endswith(": Khoa học")
    assert one(lines, "Còn thiếu mức của môn học").endswith(": Khoa học")
    assert "Chưa hoàn thành" not in "\n".join(lines)


def test_a_pupil_who_left_is_told_to_have_left():
    lines = told("HS5A0004")
    assert "Đã ra khỏi lớp ngày 10/03/2026." in lines
    assert "chưa ghi gì" in one(lines, "Trang tổng hợp")


def test_a_grade_under_another_regulation_is_said_so():
    edits = {
        "lop/6A/lop.yml": {
            "khoi": 6, "buoi_hoc": "hai-buoi",
            "hoc_sinh": {"HS5A0001": {"stt": 1, "vao": "2026-01-05"}},
        },
    }  # fmt: skip
    assert "không áp dụng" in told("HS5A0001", edits)[1]


def test_nobody_in_no_class_has_no_lines():
    assert told("HS9Z9999") == []
    assert pupil_year(reader_of(sound_school()), YEAR, "5A", "HS9Z9999") is None


@pytest.fixture
def folder(tmp_path):
    for path, text in tree_of(sound_school()).files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    for schema in (ROOT / "schemas").iterdir():
        (tmp_path / "schemas").mkdir(exist_ok=True)
        (tmp_path / "schemas" / schema.name).write_bytes(schema.read_bytes())
    return tmp_path


def test_the_command_prints_the_identifier_and_no_name(folder, capsys):
    assert outcome(["explain", "HS5A0002", YEAR, "--repo", str(folder)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("HS5A0002, lớp 5A")
    assert "Trần Minh An" not in said


def test_the_command_prints_the_name_when_asked(folder, capsys):
    assert outcome(["explain", "HS5A0002", YEAR, "--repo", str(folder), "--ten"]) == 0
    assert "Trần Minh An" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["HS9Z9999", YEAR], 1, "không có lớp nào ghi HS9Z9999"),
        (["HS5A0002", "2031-2032"], 1, "2031-2032"),
        (["5A0002", YEAR], 2, "không đúng dạng"),
        (["HS5A0002", "nam nay"], 2, "không đúng dạng"),
        (["HS5A0002", YEAR, "--at", "HEAD"], 2, "Lỗi"),
    ],
)
def test_the_command_says_what_is_wrong_with_its_arguments(folder, capsys, arguments, code, said):
    assert outcome(["explain", *arguments, "--repo", str(folder)]) == code
    assert said in capsys.readouterr().err


def test_the_reference_school_is_explained_in_agreement_with_its_records():
    school = TreeSchool(FolderTree(ROOT), KINDS)
    agreed = set()
    for page in school.all("tong-hop", nam_hoc=YEAR, ky="cuoi-nam"):
        for pupil, row in page.data["hoc_sinh"].items():
            lines = list(explain(school, YEAR, pupil))
            assert lines[0] == f"{pupil}, lớp {page.key['lop']}, năm học {YEAR}"
            assert one(lines, "Kết quả: ").endswith("(khớp)")
            # What is not the best result has its reason.
            excellent = row["ket_qua"] == "hoan-thanh-xuat-sac"
            assert any("vì:" in line for line in lines) != excellent
            agreed.add(row["ket_qua"])
    assert len(agreed) == 4
