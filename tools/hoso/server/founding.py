"""A server's repository founded from a school's files: the first commit, the first log entry."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hoso.check import check_whole
from hoso.findings import HosoError, Severity
from hoso.gate.policy import Deed, Policy
from hoso.gate.regulation import policy_on
from hoso.gate.verdict import local
from hoso.ledger.keyring import LOG as KEEPS_LOG
from hoso.ledger.keyring import MACHINES, PEOPLE, keyring_of
from hoso.ledger.opening import opened
from hoso.ledger.training import SHIFT, as_seconds, training_mark
from hoso.ledger.view import LOG, MAIN
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.server.branches import NOTHING, Refused
from hoso.server.log import SERVER, write_entry
from hoso.server.place import KEY, OWN, SIGNERS, Server
from hoso.server.settings import hooks, settings
from hoso.signing.commits import written_commit
from hoso.signing.entries import Entry
from hoso.signing.keys import SigningKey
from hoso.store.bare import configure, install_hooks, new_bare
from hoso.store.exclusive import alive
from hoso.store.objects import put, tree_with
from hoso.store.private import write_private
from hoso.store.refs import Move, update
from hoso.store.tree import PLAIN, MemoryTree, Tree

#: What belongs to a school; everything else in a folder (programs, drafts) stays behind.
_FOLDERS = ("records", "content", "schemas", ".github")
_FILES = ("mkdocs.yml", "README.md")
#: Begins the name of what is being founded, before the number of the process that does it.
_HALF = ".hoso-init-"
_MINUTE = "%Y-%m-%d %H:%M"
_TITLE = "Lập kho hồ sơ của trường"


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """A new server: what an auditor compares, and what its log begins with."""

    repo_id: str
    genesis: str
    log: str
    fingerprint: str
    files: int


def school_files(tree: Tree) -> dict[str, bytes]:
    """The files of a school in a tree; HosoError where one of them is no plain file."""
    alone = (entry for name in _FILES if (entry := tree.entry(name)) is not None)
    below = (entry for folder in _FOLDERS for entry in tree.entries(folder))
    found: dict[str, bytes] = {}
    for entry in (*below, *alone):
        if entry.mode != PLAIN:
            raise HosoError(f"{ascii(entry.path)[1:-1]} không phải tệp thường; bỏ nó ra trước")
        found[entry.path] = tree.read(entry.path)
    return found


def found_server(
    folder: Path,
    files: dict[str, bytes],
    key: SigningKey,
    seed: str,
    python: str,
    now: datetime,
    training: timedelta | None = None,
) -> Founded:
    """Makes the server in a folder that is not there yet: all of it, or nothing.

    With `training`, the distance of `now` from the real time, its first commit says for ever that
    it is for training.
    Refused with every error of the check; HosoError where nobody could ever approve a key.
    """
    files = with_server_key(files, key, now)
    _must_be_sound(files, now)
    with built_beside(folder) as made:
        server = furnished(made, key, seed)
        repository = server.repository
        if training is not None:
            configure(repository, [(SHIFT, as_seconds(training))])
        done = _begin(server, files, key, int(now.timestamp()), training)
        install_hooks(repository, hooks(python))
        (repository.git_dir / "description").write_text(f"{done.repo_id}\n", "utf-8")
    return done


def furnished(folder: Path, key: SigningKey, seed: str) -> Server:
    """A server without any history in an empty folder: its settings, its key, no hooks yet."""
    repository = new_bare(folder)
    configure(repository, settings(seed))
    own = repository.git_dir / OWN
    own.mkdir(mode=0o700)
    (own / SIGNERS).touch(0o600)
    write_private(own / KEY, key.written())
    return Server(repository)


def with_server_key(files: dict[str, bytes], key: SigningKey, now: datetime) -> dict[str, bytes]:
    """The files with the server's key among the keys of the school's machines."""
    tree = MemoryTree(files)
    kinds = load_kinds(tree)
    if MACHINES not in kinds or PEOPLE not in kinds:
        raise HosoError(f"schemas/ thiếu loại {MACHINES} hoặc {PEOPLE}; lấy mẫu của bản hoso này")
    kind = kinds[MACHINES]
    before = TreeSchool(tree, kinds).get(MACHINES)
    keys = {} if before is None else dict(before.data["khoa"])
    number = next(n for n in range(1, len(keys) + 2) if f"m{n}" not in keys)
    since = local(now).strftime(_MINUTE)
    keys[f"m{number}"] = {"cong_khai": key.public.line, "viec": KEEPS_LOG, "tu": since}
    return {**files, kind.fill({}): spell(kind, {"khoa": keys}).encode()}


def _must_be_sound(files: dict[str, bytes], now: datetime) -> None:
    tree = MemoryTree(files)
    kinds = load_kinds(tree)
    errors = [each for each in check_whole(tree, kinds) if each.severity is Severity.ERROR]
    if errors:
        raise Refused(*errors)
    school = TreeSchool(tree, kinds)
    _somebody_must_approve_keys(school, policy_on(school, local(now).date()), now)


def _somebody_must_approve_keys(school: TreeSchool, policy: Policy, now: datetime) -> None:
    """HosoError where nobody who may approve a key has one: no second key could ever come in."""
    rights = policy.about(Deed.APPROVE, PEOPLE)
    able = sorted({each.person for right in rights for each in policy.cast(right.role)})
    if not able:
        raise HosoError(f"quy chế chưa cho ai duyệt {PEOPLE}; thêm quyền duyệt khóa ký trước")
    holders = keyring_of(school).holders.values()
    have = {each.person for group in holders for each in group if each.valid(now)}
    if not have & set(able):
        raise HosoError(
            f"chưa có ai duyệt được khóa ký mà có khóa. Những người duyệt được: {', '.join(able)}. "
            "Ít nhất một người chạy hoso key new, ghi khóa công khai vào "
            f"records/{PEOPLE}/<mã>.yml, rồi chạy lại hoso init-server"
        )


def _begin(
    server: Server, files: dict[str, bytes], key: SigningKey, time: int, training: timedelta | None
) -> Founded:
    """The first commit and the founding entry of the log, with the state that follows them."""
    repository = server.repository
    tree = tree_with(repository, None, dict(files))
    said = _TITLE if training is None else f"{_TITLE}\n\n{training_mark(training)}"
    genesis = put(repository, "commit", written_commit(tree, (), SERVER, time, said, key))
    entry = Entry(
        event="nhan", lock=None, missing=None, new=genesis, old=NOTHING, pusher=SERVER, ref=MAIN,
        seq=0, time=time,
    )  # fmt: skip
    log = write_entry(server, key, entry, None)
    update(repository, (Move(MAIN, genesis, None), Move(LOG, log, None)))
    view = opened(repository)
    return Founded(
        repo_id=view.repo_id, genesis=genesis, log=log, fingerprint=key.public.fingerprint,
        files=len(files),
    )  # fmt: skip


@contextmanager
def built_beside(folder: Path) -> Iterator[Path]:
    """A folder beside the place to be, moved there when the block ends well, gone otherwise."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise HosoError(f"{folder} đã có và không trống; chọn một thư mục mới")
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear(folder.parent)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f"{_HALF}{os.getpid()}-"))
    try:
        yield made
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _clear(parent: Path) -> None:
    """Throws away what foundings that were killed have left half done, their keys included."""
    for left in parent.glob(f"{_HALF}*"):
        process = left.name.removeprefix(_HALF).partition("-")[0]
        if process.isdigit() and not alive(int(process)):
            shutil.rmtree(left)
