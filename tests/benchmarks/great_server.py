"""A server of any size, laid out as `init-server` lays it out, and an office that works with it.

The files go straight into a pack of git's; checking and writing them one by one would take minutes.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from checking import _commit
from measuring import Spent, process

from hoso.gate.changes import changes_between, effect_digest
from hoso.gate.decision import decide
from hoso.gate.policy import Deed, Granted
from hoso.gate.regulation import locks, policy_on
from hoso.gate.verdict import VIETNAM, Binding, Past, Proposal
from hoso.ledger.chain import FOR_MAIN
from hoso.ledger.standing import policy_digest
from hoso.ledger.view import LOG, MAIN
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.server.log import write_entry
from hoso.server.place import KEY, OWN, SIGNERS, Server
from hoso.server.settings import hooks, settings
from hoso.signing.commits import written_commit
from hoso.signing.entries import Entry
from hoso.signing.keys import new_key
from hoso.signing.statements import Statement, signed
from hoso.store.bare import configure, install_hooks, new_bare
from hoso.store.git import Repository
from hoso.store.objects import put, tree_with
from hoso.store.refs import Move, update
from hoso.store.tree import MemoryTree

_NOTHING = "0" * 40
_REMARK = re.compile(r"(?m)^    nhan_xet: (.*)$")
_KEYS = {"may-chu": new_key()}


def great_server(folder: Path, files: Iterable[tuple[str, bytes]], year: str) -> int:
    """A server in a new folder: everybody has a key, locks that fell due are told, `year` is open.

    Gives the number of files. The books of `year` close in 2099 only, so that what is measured does
    not depend on the day it runs on.
    """
    repository = new_bare(folder)
    configure(repository, settings(secrets.token_hex(32)))
    count = _commit(folder, _with_keys(files, year), "Đầu năm", first=True)
    own = repository.git_dir / OWN
    own.mkdir(mode=0o700)
    (own / SIGNERS).touch(0o600)
    (own / KEY).write_bytes(_KEYS["may-chu"].written())
    (own / KEY).chmod(0o600)
    tree = repository.tree(MAIN)
    told = sorted(
        (lock.closes, f"{lock.scope['nam_hoc']}/{lock.name}")
        for lock in locks(TreeSchool(tree, load_kinds(tree)))
    )
    now, today = int(time.time()), datetime.now(VIETNAM).date()
    raw = written_commit(tree.id, (), "may-chu", now, "Lập kho", _KEYS["may-chu"])
    genesis = put(repository, "commit", raw)
    lock_names = [name for closes, name in told if closes < today]
    log = None
    for seq, lock in enumerate([None, *lock_names]):
        entry = Entry(
            event="khoa" if lock else "nhan", lock=lock, missing=0 if lock else None, new=genesis,
            old=genesis if lock else _NOTHING, pusher="may-chu", ref="" if lock else MAIN,
            seq=seq, time=now,
        )  # fmt: skip
        log = write_entry(Server(repository), _KEYS["may-chu"], entry, log)
    update(repository, (Move(MAIN, genesis, repository.resolve(MAIN)), Move(LOG, log, None)))
    install_hooks(repository, hooks(sys.executable))
    return count


def _with_keys(files: Iterable[tuple[str, bytes]], year: str) -> Iterator[tuple[str, bytes]]:
    staff = []
    for path, raw in files:
        if path.startswith("records/nhan-su/"):
            staff.append(path.rpartition("/")[2][:6])
        if path == f"records/{year}/nam-hoc.yml":
            head, books = raw.decode().split("\nlich_khoa:\n")
            books = re.sub(r"ngay: [0-9-]+", "ngay: 2099-12-31", books)
            yield path, f"{head}\nlich_khoa:\n{books}".encode()
        else:
            yield path, raw
    for who in staff:
        _KEYS.setdefault(who, new_key())
        yield f"records/khoa-ky/{who}.yml", _key_page("k1", who)
    yield "records/may-chu.yml", _key_page("m1", "may-chu", "    viec: nhat-ky\n")


def _key_page(name: str, who: str, more: str = "") -> bytes:
    line = _KEYS[who].public.line
    return f"khoa:\n  {name}:\n    cong_khai: {line}\n{more}    tu: 2020-01-01 00:00\n".encode()


class Office:
    """A clone that shares the server's objects, with everybody's keys: it approves and pushes."""

    def __init__(self, folder: Path, server: Path, year: str) -> None:
        subprocess.run(["git", "clone", "-q", "--bare", "--shared", server, folder], check=True)
        self.folder, self.server = folder, server
        self.repository = Repository(folder)
        for who, key in _KEYS.items():
            (folder / who).write_bytes(key.written())
            (folder / who).chmod(0o600)
        self.main, self.log = (self.repository.resolve(name) for name in (MAIN, LOG))
        self.genesis = self.repository.run("rev-list", "--max-parents=0", MAIN)
        tree = self.repository.tree(MAIN)
        self.school = TreeSchool(tree, load_kinds(tree))
        self.policy = policy_on(self.school, datetime.now(VIETNAM).date())
        self.digest = policy_digest(tree)
        self.pages = [
            path for path in self.school.paths("danh-gia-mon", {"nam_hoc": year})
            if path.endswith("/giua-ky-1.yml") and _REMARK.search(tree.read(path).decode())
        ]  # fmt: skip

    def proposed(self, page: str) -> SimpleNamespace:
        """A commit by whoever may write it that gives a pupil of a page another remark."""
        tree = self.repository.tree(self.main)
        before = tree.read(page)
        start, end = _REMARK.search(before.decode()).span(1)
        text = before.decode()
        after = f"{text[:start]}Lần sửa {secrets.randbelow(10**9)}.{text[end:]}".encode()
        sides = MemoryTree({page: before}), MemoryTree({page: after})
        changes = changes_between(*sides, [page], self.school.kinds)
        author = next(
            who for who in self.policy.people()
            if all(isinstance(self.policy.grants(who, Deed.WRITE, each.kind, each.key,
                                                 each.pointer), Granted) for each in changes)
        )  # fmt: skip
        new = tree_with(self.repository, tree.id, {page: after})
        head = self.committed(new, (self.main,), author, "Sửa hồ sơ")
        return SimpleNamespace(
            head=head, tree=new, author=author, changes=changes, page=page, after=after,
            digest=effect_digest(*sides, [page]), base=self.main,
        )  # fmt: skip

    def merged(self, work: SimpleNamespace) -> tuple[str, str]:
        """A merge of it into `main` as it is now, approved by whom it needs; and who signed it."""
        proposal = Proposal(changes=work.changes, authors=frozenset({work.author}), digest="",
                            binding=Binding(repo="", ref="", policy=""))  # fmt: skip
        verdict = decide(self.policy, self.school, proposal, (), datetime.now(UTC), Past())
        assert verdict.may_be_proposed, verdict.refusals
        said, signers = [], [work.author]
        for need in {need.step: need for need in verdict.needs}.values():
            signers.append(who := min(need.people - set(signers)))
            role = next(each.role for each in self.policy.held(who) if each.role in need.roles)
            deed = Deed.CHECK if Deed.CHECK in need.deeds else Deed.APPROVE
            said.append(signed(Statement(
                base=work.base, digest=work.digest, paths=1, correction=None, decision=deed.value,
                head=work.head, log=self.log, nonce=secrets.token_hex(16),
                not_after=int(time.time()) + 86_400, policy=self.digest, ref=MAIN,
                repo=f"THCH@{self.genesis}", role=role,
            ), _KEYS[who]))  # fmt: skip
        tree = work.tree
        if work.base != self.main:
            tree = tree_with(self.repository, self.repository.tree(self.main).id,
                             {work.page: work.after})  # fmt: skip
        message = "\n\n".join(["Duyệt một đề nghị", "\n".join(said)])
        return self.committed(tree, (self.main, work.head), signers[-1], message), signers[-1]

    def committed(self, tree: str, parents: tuple[str, ...], who: str, message: str) -> str:
        raw = written_commit(tree, parents, who, int(time.time()), message, _KEYS[who])
        return put(self.repository, "commit", raw)

    def refresh(self) -> None:
        """Goes to where the server is."""
        subprocess.run(["git", "-C", self.folder, "fetch", "-q", self.server,
                        "+refs/heads/*:refs/heads/*"], check=True)  # fmt: skip
        self.main, self.log = (self.repository.resolve(name) for name in (MAIN, LOG))

    def contains(self, commit: str) -> bool:
        """Whether `main` has come to hold a commit."""
        return commit in self.repository.run("rev-list", "--first-parent", self.main).split()

    def push(self, to: Path, commit: str, who: str, ref: str = FOR_MAIN, codes=(0,)) -> Spent:
        """A signed push of one commit, measured with everything the other side does for it."""
        return process(
            "env", *(f"-u{name}" for name in os.environ if name.startswith(("GIT_", "PYTHON"))),
            "git", "-C", self.folder, "-c", "gpg.format=ssh",
            "-c", f"user.signingKey={self.folder / who}", "push", "--signed", to, f"{commit}:{ref}",
            codes=codes,
        )  # fmt: skip
