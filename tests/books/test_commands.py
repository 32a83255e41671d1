"""`hoso book` and `hoso archive` over a repository, as a person runs them."""

import json
import subprocess

import pytest
from small_school import ROOT

from hoso.cli.main import outcome
from hoso.demo.generate import generate
from hoso.demo.plan import Plan
from hoso.schema.kinds import load_kinds
from hoso.store.tree import FolderTree
from reading import pages_of


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A sound school of five classes, committed."""
    root = tmp_path_factory.mktemp("truong")
    tree = FolderTree(ROOT)
    files = dict(generate(Plan(classes_per_grade=1), load_kinds(tree)))
    files |= {entry.path: tree.read(entry.path) for entry in tree.entries("schemas")}
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(
        root,
        "-c",
        "user.name=Văn thư",
        "-c",
        "user.email=vt@truong.example",
        "commit",
        "-qm",
        "Nộp",
    )
    return root


def git(root, *arguments):
    done = subprocess.run(["git", "-C", root, *arguments], capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_a_book_of_recorded_files_names_its_commit(repository, tmp_path, capsys):
    out = tmp_path / "x.pdf"
    arguments = ["book", "bang-tong-hop", "2025-2026", "3A", "cuoi-nam", "-o", str(out)]
    assert outcome([*arguments, "--repo", str(repository)]) == 0
    commit = git(repository, "rev-parse", "HEAD")[:12]
    assert f"bản ghi {commit}" in pages_of(out.read_bytes())[0]
    assert f"bản ghi {commit}" in capsys.readouterr().out
    again = tmp_path / "y.pdf"
    arguments[-1] = str(again)
    assert outcome([*arguments, "--repo", str(repository), "--at", "HEAD"]) == 0
    assert again.read_bytes() == out.read_bytes()


def test_a_book_of_edited_files_says_they_are_not_recorded(repository, tmp_path):
    page = repository / "records/2025-2026/lop/3A/tong-hop/cuoi-nam.yml"
    kept = page.read_text()
    out = tmp_path / "x.pdf"
    try:
        lines = [line for line in kept.splitlines(True) if "nhan_xet_lop" not in line]
        lines.insert(1, "nhan_xet_lop: Lớp tiến bộ đều.\n")
        order = sorted(lines[:4], key=lambda line: _ORDER.index(line.split(":")[0]))
        page.write_text("".join([*order, *lines[4:]]))
        arguments = ["book", "bang-tong-hop", "2025-2026", "3A", "cuoi-nam", "-o", str(out)]
        assert outcome([*arguments, "--repo", str(repository)]) == 0
    finally:
        page.write_text(kept)
    text = " ".join(pages_of(out.read_bytes())[0].split())
    assert "bản chưa ghi vào lịch sử" in text
    assert "Lớp tiến bộ đều." in text


_ORDER = ("giao_vien", "hoan_tat", "si_so", "nhan_xet_lop", "hoc_sinh")


def test_the_books_there_are_can_be_asked_for(capsys):
    assert outcome(["book"]) == 0
    said = capsys.readouterr().out
    assert "hoc-ba MÃ_HỌC_SINH" in said
    assert "bang-tong-hop NĂM_HỌC LỚP THỜI_ĐIỂM" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["book", "so-la"],
        ["book", "hoc-ba"],
        ["book", "hoc-ba", "HS000000"],
        ["book", "quy-che", "2026-2027", "--at", "khong-co"],
        ["archive", "2031-2032", "luu"],
    ],
)
def test_wrong_use_is_answered_in_words_with_exit_code_2(
    arguments, repository, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert outcome([*arguments, "--repo", str(repository)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Lỗi: ")
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_the_archive_of_a_whole_year_is_built_from_the_last_commit(repository, tmp_path, capsys):
    out = tmp_path / "luu"
    arguments = ["archive", "2025-2026", str(out), "--repo", str(repository), "--jobs", "2"]
    assert outcome(arguments) == 0
    listed = json.loads((out / "manifest.json").read_text())
    assert listed["commit"] == git(repository, "rev-parse", "HEAD")
    pupils = {
        line.split(":")[0].strip()
        for page in (repository / "records/2025-2026/lop").glob("*/lop.yml")
        for line in page.read_text().splitlines()
        if line.startswith("  HS")
    }
    books = [entry["book"] for entry in listed["files"]]
    assert books.count("hoc-ba") == len(pupils) > 100
    assert books.count("bang-tong-hop") == 5 * 4
    assert f"{len(books)} tệp PDF" in capsys.readouterr().out
    sizes = [entry["size"] for entry in listed["files"] if entry["book"] == "hoc-ba"]
    assert sum(sizes) / len(sizes) <= 70_000


def test_records_with_errors_are_not_archived(repository, tmp_path, capsys):
    wrong = repository / "records/2025-2026/lop/3A/lop.yml"
    kept = wrong.read_text()
    try:
        wrong.write_text(kept.replace("stt: 1\n", "stt: một\n", 1))
        git(repository, "add", "-A")
        git(
            repository, "-c", "user.name=Văn thư", "-c", "user.email=vt@truong.example",
            "commit", "-qm", "Sai",
        )  # fmt: skip
        out = tmp_path / "luu"
        assert outcome(["archive", "2025-2026", str(out), "--repo", str(repository)]) == 1
        assert not out.exists()
        assert "hoso check" in capsys.readouterr().err
    finally:
        git(repository, "reset", "-q", "--hard", "HEAD~1")
