"""`hoso server backup` and `restore`: what was accepted outlives the machine and is a witness."""

from __future__ import annotations

import os
import shutil
import stat

import pytest

from hoso.store.database import Database
from hoso.store.git import Repository
from hoso.store.refs import refs
from server.desk import MAIN, Desk, hoso, log_of, sound

LOCKED = "refs/heads/locked/2026-2027/giua-ky-1"


@pytest.fixture(scope="module")
def kept(founded, tmp_path_factory):
    """A server with one merge, one open proposal and a desk's store, and the copy made of it."""
    root = tmp_path_factory.mktemp("kho")
    server = shutil.copytree(founded, root / "truong.git")
    desk = Desk(root / "ban", server)
    desk.push(desk.approved_merge(0, "Đã nộp giấy khai sinh"))
    desk.push(desk.noted(1, "Chờ giấy"), "refs/heads/de-nghi/NV0003/abcd1", "NV0003")
    store = Database(server / "hoso" / "desk" / "desk.sqlite", ["CREATE TABLE t (x)"])
    with store.change() as change:
        change.execute("INSERT INTO t VALUES ('bản nháp')")
    assert made(server, root / "luu").startswith("Đã lưu THCH@")
    store.close()
    return root


@pytest.fixture
def server(kept, tmp_path):
    """Such a server of this test's own."""
    return shutil.copytree(kept / "truong.git", tmp_path / "truong.git")


@pytest.fixture
def copy(kept, tmp_path):
    """Its copy."""
    return shutil.copytree(kept / "luu", tmp_path / "luu")


def made(server, copy):
    """What a backup that must succeed prints."""
    told = hoso("server", "backup", server, copy)
    assert told.returncode == 0, told.stderr
    return told.stdout


def merges(log):
    """How many moves of `main` a log tells of; the locks that fell due depend on the day."""
    return len([entry for entry in log if entry.event == "nhan"])


def test_a_server_made_again_from_its_copy_goes_on_where_the_old_one_ended(
    server, desk, copy, tmp_path
):
    branches = refs(Repository(server))
    shutil.rmtree(server)
    told = hoso("server", "restore", copy, server)
    assert told.returncode == 0, told.stderr
    assert refs(Repository(server)) == branches
    assert branches["refs/heads/nhat-ky"] in told.stdout
    desk.refresh().push(desk.approved_merge(2, "Sau khi lập lại"))
    assert merges(sound(server)) == 3
    assert hoso("audit", tmp_path / "ban").returncode == 0
    rows = Database(server / "hoso" / "desk" / "desk.sqlite", []).rows("SELECT x FROM t")
    assert [row["x"] for row in rows] == ["bản nháp"]
    assert stat.S_IMODE((server / "hoso" / "may-chu.key").stat().st_mode) == 0o600


def test_nobody_else_can_read_a_copy(copy):
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    for name in ("may-chu.key", "desk/desk.sqlite"):
        assert stat.S_IMODE((copy / name).stat().st_mode) == 0o600


def test_a_later_copy_brings_what_came_since_and_lets_go_of_proposals_that_ended(
    server, desk, copy
):
    desk.refresh().push(desk.approved_merge(2, "Thêm"))
    Repository(server).run("update-ref", "-d", "refs/heads/de-nghi/NV0003/abcd1")
    made(server, copy)
    assert refs(Repository(copy / "kho.git")) == refs(Repository(server))


def rewritten(server, ref, commit):
    """History at the server taken back behind the program's back; the log's memory with it."""
    Repository(server).run("update-ref", ref, commit)
    (server / "hoso" / "so-cai.json").unlink(missing_ok=True)


@pytest.mark.parametrize("ref", [MAIN, "refs/heads/nhat-ky"])
def test_a_rewritten_history_does_not_get_into_the_copy(server, copy, ref):
    before = refs(Repository(copy / "kho.git"))
    rewritten(server, ref, Repository(server).run("rev-parse", f"{ref}^1"))
    told = hoso("server", "backup", server, copy)
    assert told.returncode == 2
    assert "viết lại" in told.stderr
    assert refs(Repository(copy / "kho.git")) == before


@pytest.mark.parametrize("to", [MAIN, None])
def test_frozen_books_moved_or_taken_away_do_not_get_into_the_copy(server, copy, to):
    before = refs(Repository(copy / "kho.git"))
    Repository(server).run("update-ref", *([LOCKED, to] if to else ["-d", LOCKED]))
    told = hoso("server", "backup", server, copy)
    assert told.returncode == 2
    assert "viết lại" in told.stderr
    assert refs(Repository(copy / "kho.git")) == before


def test_a_forged_end_of_the_log_is_named_by_the_copy(server, desk, copy):
    repository = Repository(server)
    log = refs(repository)["refs/heads/nhat-ky"]
    forged = repository.run("commit-tree", f"{log}^{{tree}}", "-p", log, "-m", "không phải mục nào")
    rewritten(server, "refs/heads/nhat-ky", forged)
    told = hoso("server", "backup", server, copy)
    assert told.returncode == 2
    assert "HS8" in told.stderr


def test_a_backup_that_was_killed_is_finished_by_the_next(server, desk, copy):
    desk.refresh().push(desk.approved_merge(2, "Thêm"))
    (copy / "desk" / ".desk.sqlite.moi").write_bytes(b"d")
    (copy / "kho.git" / "objects" / "pack" / "tmp_pack_dở").write_bytes(b"PACK")
    made(server, copy)
    assert refs(Repository(copy / "kho.git")) == refs(Repository(server))


def test_a_copy_inside_the_server_is_refused(server):
    told = hoso("server", "backup", server, server / "luu")
    assert told.returncode == 2
    assert "ngoài kho chung" in told.stderr


def test_a_copy_that_lost_an_object_restores_nothing(copy, tmp_path):
    packs = copy / "kho.git" / "objects"
    for path in [*packs.rglob("*.pack"), *packs.glob("??/*")]:
        path.chmod(0o600)
        os.truncate(path, max(0, path.stat().st_size - 30))
    told = hoso("server", "restore", copy, tmp_path / "moi.git")
    assert told.returncode == 2
    assert not (tmp_path / "moi.git").exists()
    assert not list(tmp_path.glob(".hoso-*"))


def test_a_copy_with_another_servers_key_restores_nothing(copy, tmp_path):
    from hoso.signing.keys import new_key

    (copy / "may-chu.key").write_bytes(new_key().written())
    told = hoso("server", "restore", copy, tmp_path / "moi.git")
    assert told.returncode == 2
    assert "không phải của kho này" in told.stderr
    assert not (tmp_path / "moi.git").exists()


def test_a_folder_that_is_no_copy_restores_nothing(tmp_path):
    told = hoso("server", "restore", tmp_path, tmp_path / "moi.git")
    assert told.returncode == 2
    assert "không phải bản lưu" in told.stderr


def test_the_copy_of_a_server_is_whole_without_the_server(server, copy):
    shutil.rmtree(server)
    assert merges(log_of(copy / "kho.git")) == 2
    Repository(copy / "kho.git").run("fsck", "--strict", "--full", "--no-dangling")
