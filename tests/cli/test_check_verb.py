"""`hoso check` and `hoso fmt` as a person or a workflow runs them, on real repositories."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rules.sound_school import YEAR, sound_school, tree_of

ROOT = Path(__file__).parents[2]
HOSO = Path(sys.executable).with_name("hoso")
PUPIL = "records/hoc-sinh/HS1A0001.yml"
SUMMARY = f"records/{YEAR}/lop/1A/tong-hop/cuoi-nam.yml"
PAGE = f"records/{YEAR}/lop/1A/danh-gia-mon/toan/cuoi-nam.yml"


def hoso(folder, *arguments, **environment):
    return subprocess.run(
        [HOSO, *arguments], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def git(folder, *arguments):
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@x.example", *arguments],
        cwd=folder, check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "truong"
    for path, content in tree_of(sound_school()).files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    shutil.copytree(ROOT / "schemas", place / "schemas")
    return place


@pytest.fixture
def repository(folder):
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "Đầu năm")
    return folder


def spoil(folder, path=PUPIL, old="ho_ten:", new="ho_tne:"):
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), "utf-8")


def test_a_sound_school_is_said_to_be_sound_with_and_without_git(folder):
    plain = hoso(folder, "check")
    assert (plain.returncode, plain.stderr) == (0, "")
    assert "không có lỗi" in plain.stdout
    git(folder, "init", "-q")
    assert hoso(folder, "check").returncode == 0


def test_an_error_has_file_line_code_words_and_remedy_and_exit_code_one(repository):
    spoil(repository)
    done = hoso(repository, "check")
    assert done.returncode == 1
    assert PUPIL in done.stdout
    assert "dòng 1: lỗi HS302" in done.stdout
    assert "→ xóa dòng này" in done.stdout
    assert "2 lỗi" in done.stdout


def test_the_same_findings_come_as_json_and_as_annotations(repository):
    spoil(repository)
    found = json.loads(hoso(repository, "check", "--format", "json").stdout)
    assert [(each["path"], each["code"]) for each in found] == [(PUPIL, "HS301"), (PUPIL, "HS302")]
    notes = hoso(repository, "check", "--format", "github").stdout.splitlines()
    assert len(notes) == 2
    assert notes[0].startswith(f"::error file={PUPIL},line=1,title=HS301::")


def test_a_value_cannot_start_a_workflow_command(repository):
    (repository / "records/x%0A::error::.yml").write_text("a: 1\n")
    done = hoso(repository, "check", "--format", "github")
    assert done.returncode == 1
    assert all(line.startswith("::error file=records/x%250A") for line in done.stdout.splitlines())


def test_a_commit_is_checked_as_committed_whatever_lies_on_disk(repository):
    spoil(repository)
    assert hoso(repository, "check", "HEAD").returncode == 0
    git(repository, "commit", "-qam", "Sửa hồ sơ")
    assert hoso(repository, "check", "HEAD").returncode == 1
    assert hoso(repository, "check", "HEAD~1").returncode == 0


def test_a_bare_repository_is_checked_by_its_head(repository, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", str(repository), "kho.git")
    done = hoso(tmp_path, "check", "--repo", "kho.git")
    assert done.returncode == 0, done.stderr


def test_since_looks_only_at_what_changed_and_at_what_refers_to_it(repository):
    spoil(repository)
    git(repository, "commit", "-qam", "Sửa một hồ sơ")
    spoil(repository, PAGE, "muc:", "mcu:")
    found = json.loads(hoso(repository, "check", "--since", "HEAD", "--format", "json").stdout)
    assert {each["path"] for each in found} == {PAGE, SUMMARY}
    (repository / "records/nhan-su/NV0011.yml").unlink()
    found = json.loads(hoso(repository, "check", "--since", "HEAD", "--format", "json").stdout)
    assert {"HS401", "HS302"} <= {each["code"] for each in found}
    assert PUPIL not in {each["path"] for each in found}


def test_a_changed_schema_makes_everything_be_checked_again(repository):
    path = repository / "schemas/hoc-sinh.yml"
    path.write_text(
        path.read_text("utf-8").replace("required: [ho_ten, ng", "required: [ghi_chu, ho_ten, ng")
    )
    done = hoso(repository, "check", "--since", "HEAD")
    assert done.returncode == 1
    assert "HS301" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["check", "khong-co"], ["check", "--since", "khong-co"], ["check", "--", "--output=x"],
     ["check", "--format", "xml"], ["chekc"], ["check", "--repo", "khong-co"],
     ["fmt", "khong-co.yml"], ["fmt", "../x.yml"]],
)  # fmt: skip
def test_wrong_use_is_said_without_a_traceback_with_exit_code_two(repository, arguments):
    done = hoso(repository, *arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert not (repository / "x").exists()


def test_broken_schemas_are_exit_code_two_with_their_places(repository):
    spoil(
        repository,
        "schemas/hoc-sinh.yml",
        "additionalProperties: false",
        "additionalPropertys: false",
    )
    done = hoso(repository, "check")
    assert done.returncode == 2
    assert "schemas/hoc-sinh.yml" in done.stderr
    assert "HS901" in done.stderr


def test_no_schemas_at_all_refuse_instead_of_letting_everything_through(repository):
    shutil.rmtree(repository / "schemas")
    assert hoso(repository, "check").returncode == 2


def test_a_bug_of_ours_is_exit_code_three_and_not_bad_data(repository):
    (repository / "hoso_bug.py").write_text(
        "import sys\nfrom hoso import check\ncheck.check_whole = None\n"
        "from hoso.cli.main import outcome\nsys.exit(outcome(['check']))\n"
    )
    done = subprocess.run([sys.executable, "hoso_bug.py"], cwd=repository, capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 3
    assert "Lỗi của chương trình" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_check_reads_only_what_changed_and_finds_the_same(repository):
    first = hoso(repository, "check")
    listed = subprocess.run(["git", "-C", repository, "ls-files", "records", "content"],
                            capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert f"cả trường, đọc {len(listed.splitlines())} tệp" in first.stdout
    assert "đọc lại 0 tệp" in hoso(repository, "check").stdout
    spoil(repository)
    second = hoso(repository, "check")
    assert "đọc lại 1 tệp" in second.stdout
    assert (
        second.stdout.splitlines()[:-1]
        == hoso(repository, "check", "--again").stdout.splitlines()[:-1]
    )
    git(repository, "commit", "-qam", "Sửa")
    hoso(repository, "check", "HEAD")
    third = hoso(repository, "check", "HEAD")
    assert "đọc lại 0 tệp" in third.stdout
    assert third.returncode == 1
    git(repository, "revert", "--no-edit", "HEAD")
    assert hoso(repository, "check", "HEAD").returncode == 0


def damaged(path):
    raw = path.read_bytes()
    yield b""
    yield raw[:-20]
    yield raw.replace(b'"tree": "', b'"tree": "0')
    yield b"\x00" * 100
    yield raw.replace(b'"findings": [', b'"findings": [{"path": 1}, ')


def test_a_damaged_memory_changes_nothing_but_time(repository):
    spoil(repository)
    git(repository, "commit", "-qam", "Sửa")
    wanted = hoso(repository, "check", "HEAD", "--format", "json").stdout
    memory = repository / ".git/hoso/kiem-tra.json"
    for content in list(damaged(memory)):
        memory.write_bytes(content)
        done = hoso(repository, "check", "HEAD", "--format", "json")
        assert (done.stdout, done.returncode) == (wanted, 1)


def test_a_memory_that_cannot_be_written_changes_nothing_but_time(repository):
    (repository / ".git/hoso").write_text("một tệp đứng chắn chỗ")
    for _ in range(2):
        done = hoso(repository, "check")
        assert (done.returncode, done.stderr) == (0, "")


def test_fmt_respells_what_it_can_without_loss_and_leaves_the_rest(repository):
    page, pupil = repository / PAGE, repository / PUPIL
    page.write_bytes(b"\xef\xbb\xbf" + page.read_bytes().replace(b"\n", b"\r\n"))
    pupil.write_text("# ghi chú\n" + pupil.read_text("utf-8"), "utf-8")
    commented = pupil.read_bytes()
    done = hoso(repository, "fmt")
    assert done.returncode == 1
    assert f"đã viết lại {PAGE}" in done.stdout
    assert "HS111" in done.stdout
    assert pupil.read_bytes() == commented
    assert git(repository, "status", "--porcelain") == f"M {PUPIL}"
    assert "HS115" not in hoso(repository, "check").stdout


def test_fmt_of_one_file_touches_no_other(repository):
    for path in (PAGE, PUPIL):
        text = (repository / path).read_text("utf-8")
        (repository / path).write_text(text.replace(": ", ":   "), "utf-8")
    found = hoso(repository, "check")
    assert found.stdout.count("HS115") == 2
    assert (
        hoso(repository / "records", "fmt", str(repository / PAGE), "--repo", "..").returncode == 0
    )
    assert git(repository, "status", "--porcelain") == f"M {PUPIL}"


def test_a_full_disk_leaves_the_old_file_and_says_so(repository):
    page = repository / PAGE
    page.write_text(page.read_text("utf-8").replace(": ", ":   "), "utf-8")
    before = page.read_bytes()
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 0; trap '' XFSZ; exec {HOSO} fmt"], cwd=repository,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "không ghi được" in done.stderr
    assert "tệp cũ còn nguyên" in done.stderr
    assert page.read_bytes() == before
    assert git(repository, "status", "--porcelain") == f"M {PAGE}"
