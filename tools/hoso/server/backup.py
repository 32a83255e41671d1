"""A server kept safe on another disk, and made again from there: history, key, private stores.

A copy only ever goes on: where the server's `main`, log or frozen books do not continue what the
copy holds, somebody has rewritten history, and the copy stays as the witness that it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hoso.findings import HosoError
from hoso.ledger.opening import opened
from hoso.ledger.training import SHIFT
from hoso.ledger.view import LOG, MAIN, View
from hoso.server.founding import built_beside, furnished
from hoso.server.journal import alone
from hoso.server.place import KEY, Server
from hoso.server.settings import hooks
from hoso.signing.keys import load_key
from hoso.store.bare import configure, install_hooks, new_bare
from hoso.store.database import copy_database
from hoso.store.git import Repository
from hoso.store.private import replace_private
from hoso.store.refs import refs

MIRROR = "kho.git"
_LOCKED = "refs/heads/locked/"
#: These begin and end with every proposal; of the others none may ever go back.
_PASSING = ("refs/heads/de-nghi/*", "refs/heads/y-kien/*")
_LASTING = (MAIN, LOG, f"{_LOCKED}*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a copy or a restored server holds: whose it is, and up to which entry of the log."""

    repo_id: str
    seq: int
    log: str
    main: str


def back_up(server: Server, folder: Path, stores: Iterable[str] = ()) -> Kept:
    """Brings the copy in a folder up to date; it costs what has happened since the last time.

    `stores` are databases below the server's own folder. HosoError where history was rewritten,
    with the copy's branches as they were, or where a new entry of the log does not hold.
    """
    if folder.resolve().is_relative_to(server.repository.git_dir.resolve()):
        raise HosoError("bản lưu phải nằm ngoài kho chung, tốt nhất trên một ổ đĩa khác")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mirror = new_bare(folder / MIRROR)
    with alone(server):
        _must_go_on(refs(mirror), server.repository)
        _fetch(mirror, server.repository.git_dir, "--atomic", *_same(_LASTING))
        _fetch(mirror, server.repository.git_dir, "--prune", *_same(_PASSING, force=True))
    kept = _held(opened(mirror))
    shift = _shift(server.repository)
    if shift:
        mirror.run("config", SHIFT, shift)
    replace_private(folder / KEY, (server.own / KEY).read_bytes())
    for store in stores:
        if (server.own / store).is_file():
            copy_database(server.own / store, folder / store)
    return kept


def restore(source: Path, folder: Path, python: str, stores: Iterable[str] = ()) -> Kept:
    """Makes a server anew from a copy, in a folder that is not there yet: all of it, or nothing.

    Its history is followed from the first entry; HosoError where any of it does not hold, or where
    the copy's key is not one that the school's records name.
    """
    try:
        key = load_key((source / KEY).read_bytes())
    except OSError as error:
        raise HosoError(f"{source} không phải bản lưu: không đọc được {KEY}") from error
    with built_beside(folder) as made:
        server = furnished(made, key, secrets.token_hex(32))
        repository = server.repository
        _fetch(repository, source / MIRROR, *_same(("refs/heads/*",)))
        view = opened(repository)
        if not view.standing(view.main).keyring.holders_of(key.public):
            raise HosoError(f"khóa {KEY} trong bản lưu không phải của kho này")
        shift = _shift(Repository(source / MIRROR))
        if shift:
            configure(repository, [(SHIFT, shift)])
        for store in stores:
            if (source / store).is_file():
                copy_database(source / store, server.own / store)
        install_hooks(repository, hooks(python))
        (repository.git_dir / "description").write_text(f"{view.repo_id}\n", "utf-8")
    return _held(view)


def _same(names: Iterable[str], *, force: bool = False) -> list[str]:
    return [f"{'+' if force else ''}{name}:{name}" for name in names]


def _fetch(into: Repository, source: Path, *what: str) -> None:
    options, specs = [each for each in what if each[0] == "-"], [x for x in what if x[0] != "-"]
    done = into.attempt(
        "-c", "fetch.fsckObjects=true", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
        "--no-auto-maintenance", "--recurse-submodules=no", *options, "--end-of-options",
        str(source.absolute()), *specs, extra={},
    )  # fmt: skip
    if not done.returncode:
        return
    said = done.stderr.decode("utf-8", "replace").strip()
    raise HosoError(f"không chép được từ {source}: {said.rpartition(chr(10))[2] or 'git fetch'}")


def _must_go_on(kept: dict[str, str], there: Repository) -> None:
    """HosoError unless every lasting branch of a copy is, at the server, where it was or beyond."""
    now = refs(there)
    for name, commit in kept.items():
        if name in (MAIN, LOG):
            gone_on = name in now and _is_below(there, commit, now[name])
        else:
            gone_on = not name.startswith(_LOCKED) or now.get(name) == commit
        if not gone_on:
            raise HosoError(
                "lịch sử ở kho chung không nối tiếp bản lưu: có người đã viết lại. Bản lưu giữ "
                "nguyên; đừng xóa nó, chạy hoso audit trên cả hai rồi báo Hiệu trưởng"
            )


def _is_below(repository: Repository, commit: str, tip: str) -> bool:
    done = repository.attempt("merge-base", "--is-ancestor", commit, tip, extra={})
    return done.returncode == 0


def _held(view: View) -> Kept:
    state = view.state
    return Kept(repo_id=view.repo_id, seq=state.seq, log=state.log, main=view.main)


def _shift(repository: Repository) -> str:
    """How far a training server's clock is off, as its settings say it; nothing for a real one."""
    return repository.run("config", "--default", "", "--get", SHIFT)
