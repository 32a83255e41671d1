"""A disk that takes no more: a push is refused or counts wholly, and the repository verifies."""

from __future__ import annotations

import shutil

import pytest

from hoso.store.git import Repository
from hoso.store.refs import refs
from server.desk import DEPUTY, FOR_MAIN, log_of, sound
from yards import MAIN


@pytest.mark.parametrize("most", [0, 200, 450, 700, 1100])
def test_a_server_that_can_write_no_larger_files_refuses_and_stays_whole(
    desk, server, tmp_path, most
):
    limited = f"--receive-pack=prlimit --fsize={most} git-receive-pack"
    assert "rejected" in stays_whole(desk, server, tmp_path, limited)


@pytest.mark.parametrize("most", [0, 300])
def test_a_server_that_cannot_write_what_it_has_decided_says_so_and_stays_whole(
    desk, server, tmp_path, most
):
    hook = server / "hooks" / "proc-receive"
    plain = hook.read_text()
    hook.write_text(plain.replace("exec ", f"exec prlimit --fsize={most} "))
    assert "Chưa nhận: " in stays_whole(
        desk, server, tmp_path, None, lambda: hook.write_text(plain)
    )


def stays_whole(desk, server, tmp_path, option, mend=lambda: None):
    """A merge is refused, nothing has moved, and once mended it comes in; gives what was said."""
    merge = desk.approved_merge(0, "Ổ đĩa đầy.")
    before, entries = refs(Repository(server)), len(log_of(server))
    options = [option] if option else []
    said = desk.git("push", "--signed", *options, desk.url, f"{merge}:{FOR_MAIN}",
                    who=DEPUTY, fails=True)  # fmt: skip
    assert refs(Repository(server)) == before
    assert len(sound(shutil.copytree(server, tmp_path / "soat.git"))) == entries
    mend()
    desk.push(merge)
    assert len(sound(server)) == entries + 1
    assert refs(Repository(server))[MAIN] == merge
    return said
