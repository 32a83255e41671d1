"""Lists of keys as SSH and git read them, and the fences that stand behind the program."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime

import pytest

from hoso.findings import HosoError
from hoso.ledger.opening import opened
from hoso.server.branches import Command
from hoso.server.doors import allowed_signers, authorized_keys
from hoso.server.journal import alone
from hoso.server.packets import asked
from hoso.server.place import server_at
from hoso.server.waiting import Waiting, clear, keep, take
from hoso.store.exclusive import Busy
from hoso.store.git import Repository
from hoso.store.refs import Move, NotMoved, refs, update
from server.desk import CLERK, HEAD, clean, hoso, small_school
from yards import MAIN


def keyring(server):
    """Who holds which key on main."""
    view = opened(Repository(server))
    return view.standing(view.main).keyring


def test_only_keys_that_are_valid_open_the_door_and_servers_keys_never_do(server, tmp_path):
    odd = tmp_path / "kho \"của\" 'trường'"
    lines = list(authorized_keys(keyring(server), datetime.now(UTC), ("hoso",), odd))
    people = [line.rsplit(" ", 1)[1] for line in lines]
    named = [path for path in small_school() if path.startswith("records/khoa-ky/")]
    assert set(people) == {path.rpartition("/")[2].removesuffix(".yml") for path in named}
    assert all(line.startswith('restrict,command="hoso shell NV') for line in lines)
    assert '\\"' in lines[0]
    early = datetime(2025, 7, 1, tzinfo=UTC)
    assert list(authorized_keys(keyring(server), early, ("hoso",), odd)) == []
    assert list(allowed_signers(keyring(server), early)) == []


def test_stock_git_verifies_peoples_commits_with_the_list_of_signers(desk, server):
    told = hoso("server", "keys", server, "--signers")
    (desk.folder / "nguoi-ky").write_text(told.stdout)
    head = desk.noted(0, "Ký bằng khóa của mình.")
    said = desk.git("-c", f"gpg.ssh.allowedSignersFile={desk.folder}/nguoi-ky",
                    "verify-commit", head, who=CLERK)  # fmt: skip
    assert f'Good "git" signature for {CLERK}' in said


def test_ticking_keeps_the_list_of_signers_as_main_has_it(server):
    (server / "hoso" / "allowed_signers").write_text("")
    assert hoso("server", "tick", server).returncode == 0
    told = hoso("server", "keys", server, "--signers").stdout
    assert (server / "hoso" / "allowed_signers").read_text() == told
    assert CLERK in told


def test_a_server_whose_own_setting_is_gone_still_refuses(desk, server):
    Repository(server).run("config", "--unset-all", "receive.procReceiveRefs")
    before = refs(Repository(server))
    head = desk.noted(0, "Không qua cửa.")
    wish = f"refs/heads/de-nghi/{CLERK}/k7p2xq"
    assert f"HS847 {wish}" in desk.push(head, wish, CLERK, fails=True)
    assert refs(Repository(server)) == before


def test_a_server_without_its_judge_receives_nothing_until_the_next_tick(desk, server):
    (server / "hooks" / "pre-receive").unlink()
    before = refs(Repository(server))
    assert "chưa ai xét" in desk.push(merge := desk.approved_merge(0, "Không ai xét."), fails=True)
    assert refs(Repository(server)) == before
    assert hoso("server", "tick", server).returncode == 0
    assert "Đã nhận vào main" in desk.push(merge)


def test_what_was_judged_is_carried_out_once_and_for_nothing_else(server):
    place = server_at(server)
    command = Command("0" * 40, "1" * 40, "refs/for/main")
    waiting = Waiting(command=command, main="a", log="b", moves=(Move("c", None, "d"),))
    keep(place, 7, waiting)
    with pytest.raises(HosoError):
        take(place, 7, (Command("0" * 40, "2" * 40, "refs/for/main"),))
    keep(place, 7, waiting)
    assert take(place, 7, (command,)) == waiting
    with pytest.raises(HosoError):
        take(place, 7, (command,))
    keep(place, 7, waiting)
    [note] = (place.own / "spool").iterdir()
    since = note.stat().st_mtime
    assert (clear(place, since), clear(place, since + 1), clear(place, since + 1)) == (0, 1, 0)


def test_nobody_is_alone_beside_somebody_else(server):
    place = server_at(server)
    with alone(place), pytest.raises(Busy), alone(place, 0.1):
        raise AssertionError("both were alone")


def test_refs_move_together_and_only_from_where_they_were_seen(server):
    repository = Repository(server)
    before = refs(repository)
    moves = [Move("refs/heads/moi", before[MAIN], None), Move(MAIN, before[MAIN], "1" * 40)]
    with pytest.raises(NotMoved):
        update(repository, moves)
    assert refs(repository) == before


@pytest.mark.parametrize(
    "said", [b"", b"0000", b"000eversion=2\n0000", b"zzzz", b"0011version=1\n00", b"fff0x"]
)
def test_what_does_not_speak_as_git_does_is_told_nothing(said):

    with pytest.raises((HosoError, ValueError)):
        asked(io.BytesIO(said), io.BytesIO())


def test_the_door_asks_for_a_person_and_a_server(server, tmp_path):
    for words in (["NV12", "--repo", server], [HEAD, "--repo", tmp_path]):
        told = hoso("shell", *words, SSH_ORIGINAL_COMMAND="git-upload-pack 'truong.git'")
        assert (told.returncode, told.stdout) == (2, "")
    told = subprocess.run(
        [server / "hooks" / "update", MAIN, "0" * 40, "1" * 40], capture_output=True, text=True,
        check=False, env=clean(),
    )  # fmt: skip
    assert (told.returncode, "HS847" in told.stderr) == (1, True)
