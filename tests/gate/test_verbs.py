"""`hoso policy` and `hoso why` as people run them: answers with grounds, tables, one page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import programs
from browsing import PHONE
from gate.secondary import REGULATION, YEAR, files
from visits import axe_violations

HOSO = Path(sys.executable).with_name("hoso")
MARKS = f"records/{YEAR}/khoi/6/6A/mon/toan/hk1.yml"


def written(place, edit=lambda raw: raw):
    """The secondary school on disk, with its regulation edited as bytes."""
    for path, raw in files().items():
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(edit(raw) if path == REGULATION else raw)
    return place


def hoso(folder, *arguments):
    return subprocess.run(
        [HOSO, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return written(tmp_path_factory.mktemp("trung-hoc"))


def why(folder, *arguments, day="2026-10-05"):
    return hoso(folder, "why", *arguments, "--on", day)


def test_a_sound_regulation_passes_with_exit_code_0(folder):
    done = hoso(folder, "policy", "check")
    assert done.returncode == 0, done.stderr
    assert f"Quy chế {YEAR}: 37 quyền, 0 lỗi, 0 điều nhắc." in done.stdout
    assert "khoản 3 Điều 1 (D2.1)" in done.stdout


def test_a_hole_gives_exit_code_1_and_its_place_in_every_form(folder, tmp_path):
    written(tmp_path, lambda raw: raw.replace(b"viec: duyet", b"viec: kiem-tra"))
    done = hoso(tmp_path, "policy", "check", "--year", YEAR)
    assert done.returncode == 1
    assert "HS807" in done.stdout
    found = json.loads(hoso(tmp_path, "policy", "check", "--format", "json").stdout)
    assert {each["path"] for each in found} == {REGULATION}
    assert all(each["line"] > 1 for each in found if each["code"] == "HS807")
    github = hoso(tmp_path, "policy", "check", "--format", "github").stdout
    assert github.startswith(f"::error file={REGULATION},line=")


def test_yes_comes_with_point_clause_article_assignment_and_decision(folder):
    done = why(folder, MARKS, "--who", "NV0111")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("CÓ. NV0111 được ghi")
    assert f"điểm a khoản 1 Điều 3 Quy chế {YEAR}" in done.stdout
    assert f"records/{YEAR}/phan-cong/NV0111.yml, p3" in done.stdout
    assert "từ 28/08/2026, Quyết định số 41/QĐ-THCSHB" in done.stdout
    assert re.search(r"bước 3 – duyệt: NV0101, NV0102$", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("who", "place", "deed", "day", "missing"),
    [
        ("NV0112", None, "ghi", "2026-10-05", "phân công nêu môn học Ngữ văn, hồ sơ này là Toán"),
        ("NV0114", None, "ghi", "2026-10-05", "phân công nêu lớp 8A, hồ sơ này là 6A"),
        ("NV0103", None, "ghi", "2026-10-05", "NV0103 không giữ vai giao-vien-bo-mon"),
        (
            "NV0112",
            None,
            "kiem-tra",
            "2026-10-05",
            "phân công nêu Khối 8, hồ sơ này là Khối 6",
        ),
        ("NV0111", None, "in", "2026-10-05", "Không điều khoản nào"),
        ("NV0111", None, "ghi", "2027-01-21", "sổ đã khóa"),
    ],
)
def test_no_comes_with_what_is_missing(folder, who, place, deed, day, missing):
    done = why(folder, MARKS, "--who", who, "--deed", deed, day=day)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith(("KHÔNG. ", "CHƯA ĐƯỢC. "))
    assert missing in done.stdout


def test_a_field_is_asked_about_by_its_pointer(folder):
    page = f"records/{YEAR}/khoi/6/6A/ren-luyen/hk1.yml"
    done = why(folder, page, "hoc_sinh/HSA1B2C3/giam_thi", "--who", "NV0104")
    assert done.returncode == 0, done.stdout
    assert "Ghi nhận của giám thị" in done.stdout
    done = why(folder, page, "hoc_sinh/HSA1B2C3/muc", "--who", "NV0104")
    assert done.returncode == 1
    assert "quyền này chỉ về: Kết quả từng học sinh › mỗi em › Ghi nhận" in done.stdout


def test_the_frame_is_asked_about_like_a_page(folder):
    done = why(folder, "schemas/lop.yml", "--who", "NV0103")
    assert done.returncode == 0, done.stdout
    assert "(Khung của kho)" in done.stdout
    assert "bước 1 – kiểm tra: NV0102" in done.stdout
    assert why(folder, "schemas/lop.yml", "--who", "NV0111").returncode == 1


def test_a_deputy_is_named_with_the_person_replaced_and_the_dates(folder):
    done = why(folder, f"records/{YEAR}/nam-hoc.yml", "--who", "NV0102", "--deed", "duyet",
               day="2026-12-08")  # fmt: skip
    assert done.returncode == 0
    assert "thay NV0101, từ 07/12/2026 đến 11/12/2026" in done.stdout
    done = why(folder, f"records/{YEAR}/nam-hoc.yml", "--who", "NV0102", "--deed", "duyet",
               day="2026-12-12")  # fmt: skip
    assert done.returncode == 1
    assert "giữ vai này đến hết ngày 11/12/2026" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("records/la.yml", "--who", "NV0111"),
        ("schemas/../Makefile", "--who", "NV0103"),
        ("schemas/lop.yml", "title", "--who", "NV0103"),
        (MARKS, "--who", "NV0999"),
        (MARKS, "--who", "../../x"),
        (MARKS, "hoc_sinh/HSA1B2C3/diem", "--who", "NV0111"),
        (MARKS, "--who", "NV0111", "--on", "hôm nay"),
        (MARKS, "--who", "NV0111", "--on", "2020-01-01"),
        (MARKS, "--who", "NV0111", "--at", "khong-co"),
    ],
)
def test_a_question_about_what_is_not_there_is_misuse_and_says_so(folder, arguments):
    done = hoso(folder, "why", *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") <= 3
    assert "\x1b" not in done.stderr


def test_the_table_names_every_kind_and_cuts_nothing_off(folder):
    done = hoso(folder, "policy", "table", "--on", "2026-10-05")
    assert done.returncode == 0, done.stderr
    for title in ("Đánh giá môn học", "Kết quả rèn luyện", "Khung của kho"):
        assert title in done.stdout
    assert "…" not in done.stdout
    assert re.search(r"3\. Duyệt:", done.stdout)


@pytest.fixture(scope="module")
def page(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp("trang") / "quyen.html"
    done = hoso(folder, "policy", "table", "--on", "2026-12-08", "--html", str(target))
    assert done.returncode == 0, done.stderr
    return target


def test_the_page_asks_nobody_for_anything_and_says_the_same_again(folder, page, tmp_path):
    text = page.read_text("utf-8")
    assert "http://" not in text
    assert "https://" not in text
    assert "<script" not in text
    assert 'lang="vi"' in text
    assert "NV0102 Lại Thị Thúy (thay NV0101)" in text
    again = tmp_path / "lai.html"
    hoso(folder, "policy", "table", "--on", "2026-12-08", "--html", str(again))
    assert again.read_bytes() == page.read_bytes()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_shuts_nobody_out(page, browser, scheme):
    for size in (PHONE, {"width": 1280, "height": 900}):
        context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
        seen, asked = context.new_page(), []
        seen.on("request", lambda request, asked=asked: asked.append(request.url))
        seen.goto(page.as_uri())
        assert axe_violations(seen, programs.axe().read_text("utf-8")) == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert seen.evaluate(wide) <= 0
        assert asked == [page.as_uri()]
        context.close()


def test_a_hostile_name_is_only_text_on_the_page(tmp_path):
    written(tmp_path, lambda raw: raw.replace("ten: Giáo vụ".encode(), b"ten: <script>1[bold]"))
    target = tmp_path / "quyen.html"
    done = hoso(tmp_path, "policy", "table", "--on", "2026-10-05", "--html", str(target))
    assert done.returncode == 0, done.stderr
    assert "<script" not in target.read_text("utf-8")
    shown = hoso(tmp_path, "policy", "table", "--on", "2026-10-05")
    assert "[bold]" in shown.stdout.replace("\n", "")
