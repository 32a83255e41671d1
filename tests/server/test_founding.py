"""`hoso init-server`: all of a server from a sound school, or nothing and a reason."""

from __future__ import annotations

import stat
import subprocess

import pytest

from hoso.signing.keys import load_key, new_key
from hoso.store.git import Repository
from server.desk import DEPUTY, HEAD, Desk, clean, hoso, log_of, small_school, sound, written
from yards import MAIN


@pytest.fixture
def school(tmp_path):
    """The small school in a folder, not in git."""
    return written(small_school(), tmp_path / "truong")


def test_a_server_begins_with_the_school_signed_by_its_own_key(founded):
    repository = Repository(founded)
    genesis = repository.run("rev-list", "--max-parents=0", MAIN)
    key = load_key((founded / "hoso" / "may-chu.key").read_bytes()).public
    tree = repository.tree(genesis)
    assert key.line.encode() in tree.read("records/may-chu.yml")
    assert {entry.path for entry in tree.entries()} == {*small_school(), "records/may-chu.yml"}
    first = sound(founded)[0]
    assert (first.seq, first.new, first.pusher) == (0, genesis, "may-chu")
    assert (founded / "description").read_text() == f"THCH@{genesis}\n"
    assert repository.run("symbolic-ref", "HEAD") == MAIN


def test_nobody_else_can_read_the_server_or_its_key(founded):
    modes = [stat.S_IMODE(path.stat().st_mode) for path in
             (founded, founded / "hoso", founded / "hoso" / "may-chu.key")]  # fmt: skip
    assert modes == [0o700, 0o700, 0o600]


def test_founding_with_a_key_of_ones_own_prints_what_an_auditor_pins_and_what_comes_next(
    school, tmp_path
):
    (tmp_path / "khoa").write_bytes(new_key().written())
    given = ["--key", tmp_path / "khoa"]
    told = hoso("init-server", tmp_path / "kho.git", "--from", school, *given).stdout
    genesis = Repository(tmp_path / "kho.git").run("rev-list", "--max-parents=0", MAIN)
    key = load_key((tmp_path / "khoa").read_bytes()).public
    for said in (f"THCH@{genesis}", key.fingerprint, str(tmp_path / "kho.git"), "hoso server keys"):
        assert said in told


def refused(school, tmp_path, *more):
    """What is said where nothing is made; the place stays as it was, and so does all around it."""
    before = sorted(tmp_path.iterdir())
    told = hoso("init-server", tmp_path / "kho.git", "--from", school, *more)
    assert told.returncode == 2
    assert sorted(tmp_path.iterdir()) == before
    return told.stderr


def test_an_unsound_school_founds_nothing(school, tmp_path):
    (school / "records" / "hoc-sinh" / "HS2XS5FM.yml").write_text("ho_ten: Ai\n")
    assert "HS301" in refused(school, tmp_path)


def test_a_school_where_nobody_who_approves_keys_has_one_founds_nothing(school, tmp_path):
    for who in (HEAD, DEPUTY):
        (school / "records" / "khoa-ky" / f"{who}.yml").unlink()
    said = refused(school, tmp_path)
    assert f"{HEAD}, {DEPUTY}" in said
    assert "hoso key new" in said


def test_a_school_without_a_regulation_founds_nothing(school, tmp_path):
    for path in (school / "records" / "quy-che").iterdir():
        path.unlink()
    assert "quy chế" in refused(school, tmp_path)


def test_what_is_no_plain_file_founds_nothing(school, tmp_path):
    (school / "records" / "la.yml").symlink_to("/etc/passwd")
    assert "records/la.yml" in refused(school, tmp_path)


def test_nothing_that_is_there_is_written_over(school, tmp_path):
    (tmp_path / "kho.git").mkdir()
    (tmp_path / "kho.git" / "giu").write_text("giữ")
    assert "không trống" in refused(school, tmp_path)
    assert (tmp_path / "kho.git" / "giu").read_text() == "giữ"


def test_what_is_no_key_founds_nothing(school, tmp_path):
    (tmp_path / "khoa").write_text("không phải khóa")
    assert "khóa" in refused(school, tmp_path, "--key", tmp_path / "khoa")


def test_of_a_repository_its_last_commit_is_taken_and_not_what_lies_around(school, tmp_path):
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "Đầu"]):
        subprocess.run(["git", "-C", school, *words], check=True, env=clean())
    (school / "records" / "nhan-su" / "NV0099.yml").write_text("dở dang\n")
    told = hoso("init-server", tmp_path / "kho.git", "--from", school)
    assert (told.returncode, "1 tệp chưa ghi" in told.stderr) == (0, True)
    assert Repository(tmp_path / "kho.git").tree(MAIN).entry("records/nhan-su/NV0099.yml") is None


def test_a_server_works_at_a_place_with_any_name_and_after_it_was_moved(school, tmp_path):
    place = tmp_path / "kho 'của' \"trường\" $HOME;"
    assert hoso("init-server", place, "--from", school).returncode == 0
    moved = place.rename(tmp_path / "nơi khác.git")
    desk = Desk(tmp_path / "ban", moved)
    desk.push(merge := desk.approved_merge(0, "Sau khi dời kho."))
    assert log_of(moved)[-1].new == merge
