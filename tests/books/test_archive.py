"""The archive of a year is whole or not there, and an interrupted run can go on."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from archiving import COMMIT
from small_school import YEAR, SmallSchool

import verapdf
from hoso.books.archive import JOURNAL, MANIFEST, build
from hoso.books.catalogue import Desk
from hoso.findings import HosoError

SCRIPT = Path(__file__).with_name("archiving.py")


@pytest.fixture(scope="module")
def small():
    made = SmallSchool()
    made.add_papers()
    made.add_class("1A", 6, periods=("cuoi-nam",))
    made.add_class("4A", 6, periods=("cuoi-ky-1", "cuoi-nam"))
    return made


@pytest.fixture(scope="module")
def folder(small, tmp_path_factory):
    """The small school on disk, as a process of its own reads it."""
    root = tmp_path_factory.mktemp("truong")
    small.write(root)
    return root


@pytest.fixture(scope="module")
def whole(folder, tmp_path_factory):
    """What a run that nobody disturbs leaves behind."""
    out = tmp_path_factory.mktemp("luu") / "2025-2026"
    run(folder, out)
    return contents(out)


def desk_of(school):
    return Desk(school.school(), lambda path: None)


def run(folder, out, workers=2, **more):
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), str(out), str(workers)],
        capture_output=True,
        text=True,
        check=False,
        **more,
    )


def contents(out):
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def test_the_archive_holds_every_book_of_the_year(whole, small):
    books = {}
    for path in whole:
        books.setdefault(path.split("/")[0], []).append(path)
    pupils = sum(path.startswith("records/hoc-sinh/") for path in small.files)
    assert {name: len(paths) for name, paths in books.items()} == {
        "quy-che": 1,
        "bang-tong-hop": 3,
        "hoc-ba": pupils,
        "ke-hoach": 3,
        "bai-day": 1,
        "van-ban": 1,
        MANIFEST: 1,
    }


def test_the_manifest_tells_the_truth_about_every_file(whole, small):
    listed = json.loads(whole[MANIFEST])
    assert (listed["year"], listed["commit"]) == (YEAR, COMMIT)
    files = {entry["path"]: entry for entry in listed["files"]}
    assert set(files) == set(whole) - {MANIFEST}
    tree = small.tree()
    for path, entry in files.items():
        assert entry["size"] == len(whole[path])
        assert entry["sha256"] == hashlib.sha256(whole[path]).hexdigest()
        assert entry["sources"]
        for source in entry["sources"]:
            assert tree.entry(source["path"]).blob == source["blob"]


def test_neither_paths_nor_manifest_name_a_person(whole, desk_names):
    listed = whole[MANIFEST].decode() + " ".join(whole)
    assert not [name for name in desk_names if name in listed]


@pytest.fixture(scope="module")
def desk_names(small):
    school = small.school()
    return {
        record.data["ho_ten"] for kind in ("hoc-sinh", "nhan-su") for record in school.all(kind)
    }


def test_archived_report_books_conform_with_their_source(whole):
    paths = [path for path in whole if path.startswith("hoc-ba/")]
    for path in paths[:2]:
        assert verapdf.broken_rules(whole[path], "PDFA_3_A", "PDFUA_1") == []


def test_one_worker_and_two_make_the_same_archive(whole, folder, tmp_path):
    run(folder, tmp_path / "mot", workers=1)
    assert contents(tmp_path / "mot") == whole


def test_a_killed_run_leaves_whole_files_only_and_the_next_one_finishes(whole, folder, tmp_path):
    out = tmp_path / "bi-ngat"
    command = [sys.executable, str(SCRIPT), str(folder), str(out), "2", "0.05"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        ready = [process.stdout.readline().split()[2] for _ in range(6)]
        os.kill(process.pid, signal.SIGKILL)
    left = {path: content for path, content in contents(out).items() if path.endswith(".pdf")}
    assert set(ready) <= set(left)
    assert len(left) < len(whole) - 1
    assert all(whole[path] == content for path, content in left.items())
    assert not (out / MANIFEST).exists()
    (out / "hoc-ba" / ".ghi-do-dang").write_bytes(b"%PDF-1.7 d")
    before = {path: (out / path).stat().st_mtime_ns for path in ready}
    assert run(folder, out).returncode == 0
    assert contents(out) == whole
    assert {path: (out / path).stat().st_mtime_ns for path in ready} == before


def test_workers_end_when_their_master_is_killed(folder, tmp_path):
    command = [sys.executable, str(SCRIPT), str(folder), str(tmp_path / "x"), "2", "0.2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        team = _children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        # The workers hold the other end of this pipe: it closes when the last of them has gone.
        process.stdout.read()
    assert len(team) >= 2
    assert not [pid for pid in team if _is_typesetting(pid)]


def _children(pid):
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_typesetting(pid):
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def test_a_full_disk_is_said_plainly_and_leaves_no_half_file(whole, folder, tmp_path):
    """A file may grow to 40 kB and no further, as on a disk with nothing left."""
    out = tmp_path / "day-dia"
    limited = (
        "import resource, runpy, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        f"sys.path.insert(0, {str(SCRIPT.parent)!r})\n"
        f"sys.argv = ['archiving.py', {str(folder)!r}, {str(out)!r}, '1']\n"
        "import archiving; sys.exit(archiving.main(*sys.argv[1:]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("Lỗi: không ghi được ")
    assert "giữ nguyên" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert [path for path in contents(out) if path != JOURNAL] == []
    assert run(folder, out).returncode == 0
    assert contents(out) == whole


def test_a_folder_that_cannot_be_made_is_said_plainly(small, tmp_path):
    (tmp_path / "tep").write_text("không phải thư mục")
    with pytest.raises(HosoError, match="không ghi được"):
        build(desk_of(small), YEAR, tmp_path / "tep" / "luu", commit=None)


def test_a_folder_with_other_files_is_refused(small, tmp_path):
    (tmp_path / "anh.jpg").write_bytes(b"x")
    with pytest.raises(HosoError, match="đã có tệp khác"):
        build(desk_of(small), YEAR, tmp_path, commit=None)
    assert contents(tmp_path) == {"anh.jpg": b"x"}


def test_a_year_without_books_is_refused(small, tmp_path):
    with pytest.raises(HosoError, match="2031-2032"):
        build(desk_of(small), "2031-2032", tmp_path / "luu", commit=None)
    assert not (tmp_path / "luu").exists()


def test_a_damaged_file_a_cut_journal_and_a_lost_manifest_are_repaired(whole, folder, tmp_path):
    out = tmp_path / "hong"
    run(folder, out)
    paths = sorted(path for path in whole if path.startswith("hoc-ba/"))
    (out / paths[0]).write_bytes(whole[paths[0]][:-1])
    (out / paths[1]).unlink()
    (out / MANIFEST).unlink()
    (out / JOURNAL).write_text('{"path": "hoc-ba/x.pdf", "si')
    assert run(folder, out).returncode == 0
    assert contents(out) == whole


def test_only_what_changed_is_printed_again_and_what_left_goes_away(tmp_path):
    small = SmallSchool()
    pupils = small.add_class("2A", 4, periods=("cuoi-nam",))
    out = tmp_path / "luu"
    first = build(desk_of(small), YEAR, out, commit="a" * 40)
    record = small.school().get("hoc-sinh", hoc_sinh=pupils[0])
    small.put("hoc-sinh", {**record.data, "noi_o": "Thôn Châu Bạc"}, hoc_sinh=pupils[0])
    room = small.school().get("lop", nam_hoc=YEAR, lop="2A").data
    kept = {code: entry for code, entry in room["hoc_sinh"].items() if code != pupils[3]}
    small.put("lop", {**room, "hoc_sinh": kept}, nam_hoc=YEAR, lop="2A")
    printed = []
    second = build(
        desk_of(small), YEAR, out, commit="b" * 40,
        progress=lambda done, total, path: printed.append(path),
    )  # fmt: skip
    assert sorted(printed) == sorted(
        [f"bang-tong-hop/{YEAR}/2A/cuoi-nam.pdf", f"hoc-ba/{pupils[0]}.pdf"]
    )
    assert {each.path for each in first} - {each.path for each in second} == {
        f"hoc-ba/{pupils[3]}.pdf"
    }
    assert not (out / f"hoc-ba/{pupils[3]}.pdf").exists()
    commits = {each.path: each.commit for each in second}
    assert commits[f"hoc-ba/{pupils[1]}.pdf"] == "a" * 40
    assert commits[f"hoc-ba/{pupils[0]}.pdf"] == "b" * 40


def test_two_runs_do_not_write_into_one_archive(folder, small, tmp_path):
    out = tmp_path / "hai"
    command = [sys.executable, str(SCRIPT), str(folder), str(out), "1", "0.5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        with pytest.raises(HosoError, match="lệnh khác"):
            build(desk_of(small), YEAR, out, commit=None)
        process.kill()
        process.stdout.read()
