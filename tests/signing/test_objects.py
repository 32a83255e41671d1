"""Objects written without a work tree are those that git itself would have written."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoso.findings import HosoError
from hoso.store.git import Repository
from hoso.store.objects import put, put_many, tree_with
from signing.keys import run

FILES = {
    "records/lop/3A.yml": b"a\n",
    "records/lop/3A/danh-gia.yml": b"b\n",
    "records/lop-hai.yml": b"c\n",
    "records/lop.yml": b"",
    "mkdocs.yml": b"x" * 70_000,
}


@pytest.fixture(scope="module", params=["sha1", "sha256"])
def repository(tmp_path_factory, request):
    path = tmp_path_factory.mktemp("kho")
    run("git", "init", "-q", "--bare", f"--object-format={request.param}", path)
    return Repository(path)


def written_by_git(repository, files):
    """The tree that git makes of files, through an index of its own."""
    lines = []
    for path, content in files.items():
        blob = repository.run("hash-object", "-w", "--stdin", stdin=content)
        lines.append(f"100644 {blob}\t{path}\n")
    repository.run("read-tree", "--empty")
    repository.run("update-index", "--index-info", stdin="".join(lines).encode())
    return repository.run("write-tree")


def read(repository, tree):
    found = repository.tree(tree)
    return {entry.path: found.read(entry.path) for entry in found.entries()}


def test_a_tree_is_the_one_that_git_makes(repository):
    assert tree_with(repository, None, FILES) == written_by_git(repository, FILES)
    assert tree_with(repository, None, {}) == written_by_git(repository, {})
    run("git", "fsck", "--strict", folder=repository.path)


names = st.sampled_from(["a", "a-b", "a.yml", "b"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


@given(
    st.dictionaries(paths, st.binary(max_size=3), max_size=6),
    st.dictionaries(paths, st.none() | st.binary(max_size=3), max_size=4),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_tree_with_edits_is_the_one_that_git_makes_of_the_edited_files(repository, files, edits):
    files = {path: content for path, content in files.items() if not in_the_way(path, files)}
    after = {**files, **edits}
    after = {path: content for path, content in after.items() if content is not None}
    tree = tree_with(repository, None, files)
    if any(in_the_way(path, after) for path in after):
        with pytest.raises(HosoError):
            tree_with(repository, tree, edits)
    else:
        made = tree_with(repository, tree, edits)
        assert read(repository, made) == after
        assert made == tree_with(repository, None, after)


def in_the_way(path, files):
    return any(other.startswith(f"{path}/") for other in files)


def test_folders_left_empty_go_and_others_stay_as_they_are(repository):
    tree = tree_with(repository, None, FILES)
    gone = {"records/lop/3A.yml": None, "records/lop/3A/danh-gia.yml": None, "khong/co": None}
    made = tree_with(repository, tree, {**gone, "records/lop": b"nay la tep\n"})
    assert sorted(read(repository, made)) == [
        "mkdocs.yml", "records/lop", "records/lop-hai.yml", "records/lop.yml",
    ]  # fmt: skip
    assert read(repository, tree_with(repository, tree, dict.fromkeys(FILES))) == {}
    assert tree_with(repository, tree, {}) == tree


def test_an_edited_file_is_a_plain_one(repository):
    blob = put(repository, "blob", b"#!/bin/sh\n")
    tree = put(repository, "tree", b"100755 a\0" + bytes.fromhex(blob))
    made = tree_with(repository, tree, {"b": b""})
    assert {entry.path: entry.mode for entry in repository.tree(made).entries()} == {
        "a": "100755", "b": "100644",
    }  # fmt: skip
    made = tree_with(repository, tree, {"a": b"x"})
    assert [entry.mode for entry in repository.tree(made).entries()] == ["100644"]


def test_objects_have_the_ids_that_git_gives_them(repository):
    contents = [b"", b"x", b"y" * 15, b"z" * 16, b"\r\n" * 5000]
    ids = put_many(repository, [("blob", content) for content in contents])
    assert list(ids) == [
        repository.run("hash-object", "--no-filters", "--stdin", stdin=each) for each in contents
    ]
    assert [repository.object(id_) for id_ in ids] == [("blob", each) for each in contents]
    assert put_many(repository, []) == ()


@pytest.mark.parametrize("path", [".git/config", "a/../b", "a//b", "a/.", "/a", "a/.GIT/x", ""])
def test_git_refuses_paths_that_leave_the_tree(repository, path):
    with pytest.raises(HosoError):
        tree_with(repository, None, {path: b"x"})


def test_an_object_that_names_what_is_not_there_is_refused(repository):
    missing = b"100644 a\0" + b"\7" * repository.id_bytes
    with pytest.raises(HosoError):
        put(repository, "tree", missing)
    with pytest.raises(HosoError):
        put(repository, "commit", b"tree " + b"1" * 2 * repository.id_bytes + b"\n\nx\n")
