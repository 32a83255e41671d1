"""Writing a generated school: nobody's work is lost, nothing half-written stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hoso.demo.writing import left_over, put, refuse_a_stranger
from hoso.findings import HosoError

SCHOOL = b"ten: A\n"
FILES = [("records/truong.yml", SCHOOL), ("records/nhan-su/NV0001.yml", b"ho_ten: B\n")]
HOSO = Path(sys.executable).with_name("hoso")


def test_files_are_written_and_left_alone_the_second_time(tmp_path):
    assert put(tmp_path, FILES) == [path for path, _ in FILES]
    before = {path: (tmp_path / path).stat().st_ino for path, _ in FILES}
    assert (tmp_path / FILES[1][0]).read_bytes() == FILES[1][1]
    put(tmp_path, FILES)
    assert {path: (tmp_path / path).stat().st_ino for path, _ in FILES} == before


def test_a_file_of_the_generator_that_was_changed_is_written_again(tmp_path):
    put(tmp_path, FILES)
    (tmp_path / FILES[1][0]).write_bytes(b"ho_ten: C\n")
    put(tmp_path, FILES)
    assert (tmp_path / FILES[1][0]).read_bytes() == FILES[1][1]


def test_the_records_of_another_school_are_never_touched(tmp_path):
    place = tmp_path / "records/truong.yml"
    place.parent.mkdir()
    place.write_bytes(b"ten: B\n")
    with pytest.raises(HosoError, match="trường khác"):
        refuse_a_stranger(tmp_path, SCHOOL)
    place.write_bytes(SCHOOL)
    refuse_a_stranger(tmp_path, SCHOOL)


def test_pages_without_a_school_are_a_stranger_too(tmp_path):
    (tmp_path / "content").mkdir()
    with pytest.raises(HosoError, match="trường khác"):
        refuse_a_stranger(tmp_path, SCHOOL)


def test_a_new_folder_is_welcome_and_a_file_is_not(tmp_path):
    refuse_a_stranger(tmp_path / "chưa-có", SCHOOL)
    refuse_a_stranger(tmp_path, SCHOOL)
    (tmp_path / "tệp").write_text("x")
    with pytest.raises(HosoError, match="không phải thư mục"):
        refuse_a_stranger(tmp_path / "tệp", SCHOOL)


def test_a_full_disk_is_said_and_leaves_the_old_file(tmp_path):
    put(tmp_path, FILES)
    target = tmp_path / FILES[1][0]
    # Writing to this device fails as it does on a disk without space.
    target.with_name(target.name + ".dang-ghi").symlink_to("/dev/full")
    changed = [FILES[0], (FILES[1][0], b"ho_ten: C\n")]
    with pytest.raises(HosoError, match="hết chỗ trên đĩa; 1 tệp đã ghi"):
        put(tmp_path, changed)
    assert target.read_bytes() == FILES[1][1]
    assert sorted(each.name for each in target.parent.iterdir()) == [target.name]


def test_a_folder_where_a_file_should_be_is_said(tmp_path):
    (tmp_path / FILES[1][0]).mkdir(parents=True)
    with pytest.raises(HosoError, match=r"không ghi được records/nhan-su/NV0001\.yml"):
        put(tmp_path, FILES)


def test_what_the_generator_did_not_write_is_listed(tmp_path):
    put(tmp_path, FILES)
    (tmp_path / "records/hoc-sinh").mkdir()
    (tmp_path / "records/hoc-sinh/HS000000.yml").write_text("x")
    (tmp_path / "ghi-chú.txt").write_text("x")
    assert left_over(tmp_path, [path for path, _ in FILES]) == ["records/hoc-sinh/HS000000.yml"]


def hoso(*arguments):
    return subprocess.run([HOSO, *arguments], capture_output=True, text=True, check=False)


def test_the_verb_writes_a_school_that_passes_its_own_check(tmp_path):
    place = tmp_path / "truong"
    size = ("--lop-moi-khoi", "1", "--nam", "0", "--tin", "4", "--seed", "3")
    done = hoso("demo", str(place), *size)
    assert done.returncode == 0, done.stderr
    assert "Đã ghi" in done.stdout
    done = hoso("check", "--repo", str(place))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((place / "content/tin-tuc").rglob("*.md"))) == 4
    before = {path: path.stat().st_ino for path in place.rglob("*.yml")}
    assert hoso("demo", str(place), *size).returncode == 0
    assert {path: path.stat().st_ino for path in place.rglob("*.yml")} == before


def test_the_verb_keeps_and_lists_what_another_seed_left(tmp_path):
    place, size = tmp_path / "truong", ("--lop-moi-khoi", "1", "--nam", "0")
    assert hoso("demo", str(place), *size, "--seed", "3").returncode == 0
    pupils = sorted((place / "records/hoc-sinh").iterdir())
    done = hoso("demo", str(place), *size, "--seed", "4")
    assert done.returncode == 1
    assert "được giữ nguyên" in done.stderr
    assert all(pupil.is_file() for pupil in pupils)


def test_the_verb_refuses_a_stranger_in_words(tmp_path):
    (tmp_path / "records").mkdir()
    (tmp_path / "records/truong.yml").write_text("ten: Trường khác\n")
    done = hoso("demo", str(tmp_path))
    assert done.returncode == 2
    assert "trường khác" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "schemas").exists()


def test_processes_share_the_work_and_write_the_same_school(tmp_path):
    size = ("--lop-moi-khoi", "6", "--nam", "1")
    one, two = tmp_path / "một", tmp_path / "hai"
    assert hoso("demo", str(one), *size, "--jobs", "1").returncode == 0
    assert hoso("demo", str(two), *size, "--jobs", "2").returncode == 0
    assert _content(one) == _content(two)


def _content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
