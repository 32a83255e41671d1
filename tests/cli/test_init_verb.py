"""`hoso init`: a new school's repository, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOSO = Path(sys.executable).with_name("hoso")
ROOT = Path(__file__).parents[2]


def hoso(folder, *arguments):
    return subprocess.run(
        [HOSO, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("init") / "truong-moi"
    done = hoso(
        place.parent, "init", "truong-moi", "--ten", "Trường Tiểu học Hoa Sen", "--ky-hieu", "THHS",
        "--xa", "Xã Hoa Sen", "--tinh", "tỉnh Ninh Bình",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return place


def test_a_new_school_passes_its_own_check(made):
    done = hoso(made, "check")
    assert done.returncode == 0
    assert done.stdout.endswith(": không có lỗi.\n")


def test_a_new_school_is_told_which_rights_wait_for_somebody_clause_by_clause(made):
    told = hoso(made, "policy", "check")
    assert told.returncode == 0, told.stderr
    waiting = told.stdout.partition("theo phân công của năm học:\n")[2].splitlines()
    assert "    khoản 1 Điều 6: điểm a, b, c, d, e" in waiting


def test_a_new_school_is_a_repository_with_one_commit_and_nothing_uncommitted(made):
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=made, check=True, capture_output=True,
                              text=True).stdout  # fmt: skip

    assert git("log", "--format=%s") == "Khởi tạo kho hồ sơ\n"
    assert git("branch", "--show-current") == "main\n"
    assert git("status", "--porcelain") == ""


def test_a_new_school_has_its_schemas_regulation_site_and_workflows(made):
    for path in (ROOT / "schemas").iterdir():
        assert (made / "schemas" / path.name).read_bytes() == path.read_bytes()
    assert (made / "mkdocs.yml").read_bytes() == (ROOT / "mkdocs.yml").read_bytes()
    assert {path.name for path in (made / ".github/workflows").iterdir()} == {
        "check.yml", "gate.yml", "site.yml", "archive.yml",
    }  # fmt: skip
    assert (made / "records/quy-che/2026-2027.yml").is_file()


def test_a_new_school_with_an_organisation_has_all_that_its_regulation_writes_for_a_forge(tmp_path):
    done = hoso(tmp_path, "init", "truong", "--to-chuc", "truong-hoa-sen")
    assert done.returncode == 0, done.stderr
    assert hoso(tmp_path / "truong", "forge", "check").returncode == 0
    assert "@truong-hoa-sen/hieu-truong" in (tmp_path / "truong/.github/CODEOWNERS").read_text()


def test_a_new_school_carries_its_own_name_and_no_other(made):
    text = "".join(
        path.read_text("utf-8")
        for folder in ("records", "content")
        for path in (made / folder).rglob("*")
        if path.is_file()
    )
    assert "Trường Tiểu học Hoa Sen" in text
    assert "/QĐ-THHS" in text
    assert "Tiểu học Mới" not in text
    assert "THM" not in text
    assert "Cộng Hòa" not in text


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "truong").mkdir()
    (tmp_path / "truong/thu.txt").write_text("của tôi")
    done = hoso(tmp_path, "init", "truong")
    assert done.returncode == 2
    assert "không trống" in done.stderr
    assert [path.name for path in (tmp_path / "truong").iterdir()] == ["thu.txt"]


@pytest.mark.parametrize(
    "arguments",
    [["--ky-hieu", "abc"], ["--ten", " "], ["--ten", "Trường\nMới"], ["--xa", "\u202e"]],
)
def test_a_name_that_no_record_may_have_makes_nothing(tmp_path, arguments):
    done = hoso(tmp_path, "init", "truong", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(tmp_path):
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 4; trap '' XFSZ; exec {HOSO} init truong"], cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "không tạo được" in done.stderr or "không chạy được" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.nightly
def test_a_plain_install_gives_the_command_with_all_it_needs(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    bin_ = tmp_path / "venv/bin"
    subprocess.run([bin_ / "pip", "install", "--quiet", ROOT], check=True, cwd=tmp_path)
    environment = {name: each for name, each in os.environ.items() if name != "PYTHONPATH"}
    book = ["book", "quy-che", "2026-2027", "--repo", "truong", "-o", "quy-che.pdf"]
    site = ["site", "build", "--repo", "truong", "--out", "site"]
    for arguments in (["init", "truong"], ["check", "--repo", "truong"], site, book):
        subprocess.run([bin_ / "hoso", *arguments], check=True, cwd=tmp_path, env=environment)
    assert (tmp_path / "site/index.html").is_file()
    assert (tmp_path / "quy-che.pdf").read_bytes().startswith(b"%PDF-")
