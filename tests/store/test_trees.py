"""Trees over memory, folder and commit read the same way."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hoso.findings import HosoError
from hoso.store.git import Repository
from hoso.store.tree import EXECUTABLE, PLAIN, SYMLINK, FolderTree, MemoryTree, blob_id

FILES = {
    "records/truong.yml": "ten: Trường\n",
    "records/a/b.yml": "b: 1\n",
    "records/a-b/c.yml": "mã: HS7K3QZ9\n",
    "records/a.yml": "a: 1\n",
    "content/tin/bài.md": "---\n---\n\nHS7K3QZ9\n",
    "README.md": "x",
}


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", folder, "-c", "user.name=x", "-c", "user.email=x@x.example", *arguments],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "Một")
    return tmp_path


@pytest.fixture(params=["memory", "folder", "commit"])
def tree(request, folder):
    return {
        "memory": lambda: MemoryTree(FILES),
        "folder": lambda: FolderTree(folder),
        "commit": lambda: Repository(folder).tree("HEAD"),
    }[request.param]()


def test_entries_come_in_the_order_of_git(tree):
    assert [entry.path for entry in tree.entries("records")] == [
        "records/a-b/c.yml", "records/a.yml", "records/a/b.yml", "records/truong.yml",
    ]  # fmt: skip
    assert {entry.path for entry in tree.entries()} == set(FILES)
    assert list(tree.entries("nowhere")) == []
    assert list(tree.entries("records/truong.yml")) == []


def test_a_file_is_found_read_and_known_by_its_mode(tree):
    for path, text in FILES.items():
        entry = tree.entry(path)
        assert entry.mode == PLAIN
        assert entry.blob in {"", blob_id(text.encode())}
        assert tree.read(path) == text.encode()
    assert tree.entry("records") is None
    assert tree.entry("records/none.yml") is None
    with pytest.raises(KeyError):
        tree.read("records/none.yml")


def test_names_are_those_of_files_and_folders(tree):
    assert sorted(tree.names("records")) == ["a", "a-b", "a.yml", "truong.yml"]
    assert list(tree.names("nowhere")) == []


def test_words_are_found_where_they_are(tree):
    assert sorted(tree.mentions(frozenset(["HS7K3QZ9"]))) == [
        "content/tin/bài.md", "records/a-b/c.yml",
    ]  # fmt: skip
    assert list(tree.mentions(frozenset(["HS7K3QZ9"]), "records/a")) == []
    assert list(tree.mentions(frozenset(["không có"]))) == []


def test_modes_are_seen_and_links_are_not_followed(folder):
    (folder / "records/run.yml").write_text("a: 1\n")
    (folder / "records/run.yml").chmod(0o755)
    (folder / "records/link.yml").symlink_to("/etc/passwd")
    (folder / "records/out").symlink_to("/etc")
    os.mkfifo(folder / "records/pipe.yml")
    disk = {entry.path: entry.mode for entry in FolderTree(folder).entries("records")}
    assert disk["records/run.yml"] == EXECUTABLE
    assert disk["records/link.yml"] == disk["records/out"] == SYMLINK
    assert disk["records/pipe.yml"] == "000000"
    assert FolderTree(folder).entry("records/out/passwd") is None
    with pytest.raises(HosoError):
        FolderTree(folder).read("records/link.yml")
    (folder / "records/pipe.yml").unlink()
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "Hai")
    kept = {entry.path: entry.mode for entry in Repository(folder).tree("HEAD").entries("records")}
    assert kept["records/run.yml"] == EXECUTABLE
    assert kept["records/link.yml"] == kept["records/out"] == SYMLINK


def test_what_changed_between_two_commits_is_listed_without_renames(folder):
    git(folder, "mv", "records/a.yml", "records/z.yml")
    (folder / "records/truong.yml").write_text("ten: Khác\n", "utf-8")
    git(folder, "commit", "-qam", "Hai")
    found = {
        path: (before is not None, after is not None)
        for path, before, after in Repository(folder).changed("HEAD~1", "HEAD")
    }
    assert found == {
        "records/a.yml": (True, False),
        "records/z.yml": (False, True),
        "records/truong.yml": (True, True),
    }


@pytest.mark.parametrize(
    "name", ["--output=x", "-x", "a b", "HEAD; id", "a:b", "", "../x", "khong"]
)
def test_a_revision_that_is_no_name_of_a_commit_is_refused(folder, name):
    with pytest.raises(HosoError):
        Repository(folder).resolve(name)
    assert not (folder / "x").exists()


def test_settings_of_the_caller_do_not_change_what_is_read(folder, monkeypatch):
    other = folder / "other"
    other.mkdir()
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    assert Repository(folder).tree("HEAD").read("README.md") == b"x"


def test_replaced_objects_are_read_as_they_were_committed(folder):
    forged = subprocess.run(
        ["git", "-C", folder, "hash-object", "-w", "--stdin"], input=b"forged", check=True,
        capture_output=True,
    ).stdout.decode().strip()  # fmt: skip
    git(folder, "replace", blob_id(b"x"), forged)
    assert Repository(folder).tree("HEAD").read("README.md") == b"x"


def test_a_folder_without_git_says_so(tmp_path):
    with pytest.raises(HosoError, match="không nằm trong kho git"):
        Repository(tmp_path)
