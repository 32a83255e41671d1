"""A yard to build histories in: a bare repository, keys for people, every object made by hand.

Nothing here asks the server or the gate: what is wrong with a history is for them to find.
"""

from __future__ import annotations

import copy
import hashlib
import secrets
import shutil
import subprocess
import zlib
from datetime import datetime
from functools import cache
from pathlib import Path

from gate.situations import KINDS, ROOT, edited, files
from hoso.gate.changes import effect_digest
from hoso.gate.verdict import VIETNAM
from hoso.ledger.chain import founding
from hoso.ledger.merged import merged
from hoso.ledger.opening import opened
from hoso.ledger.standing import policy_digest
from hoso.ledger.view import LOG, MAIN, View
from hoso.schema.paths import PathTable
from hoso.signing.commits import written_commit
from hoso.signing.entries import Entry
from hoso.signing.keys import new_key
from hoso.signing.statements import Statement, signed
from hoso.store.git import Repository
from hoso.store.objects import tree_with
from hoso.store.tree import FolderTree
from tokens import Token

PEOPLE = ["NV0001", "NV0002", "NV0003", "NV0013", "NV0014", "NV0015", "NV0016", "NV0022",
          "NV0091"]  # fmt: skip
NOTHING = "0" * 40
TABLE = PathTable(KINDS)
#: A second key of one of them, and a key that nobody has enrolled.
SECOND, STRANGER = "NV0002-2", "nguoi-la"
#: A security key, which nobody has enrolled either.
FIDO = "the-khoa"
#: Every key begins before the first test's day and does not end.
SINCE = "2025-08-01 00:00"


@cache
def keys():
    """A key for each of the people, and the server's own."""
    plain = [*PEOPLE, SECOND, STRANGER, "may-chu", "chung-thuc"]
    return {**{who: new_key() for who in plain}, FIDO: Token()}


def key_page(*held, **more):
    """The page of somebody's keys, as text; `more` is said of each of them."""
    said = "".join(f"    {name}: {value}\n" for name, value in {"tu": SINCE, **more}.items())
    return "khoa:\n" + "".join(
        f"  k{number}:\n    cong_khai: {keys()[who].public.line}\n{said}"
        for number, who in enumerate(held, 1)
    )


@cache
def school_files():
    """The small school that decisions are tried on, with schemas and keys, as files."""
    tree = FolderTree(ROOT)
    schemas = {entry.path: tree.read(entry.path) for entry in tree.entries("schemas")}
    people = {
        f"records/khoa-ky/{who}.yml": key_page(
            *(each for each in keys() if each.startswith(who))
        ).encode()
        for who in PEOPLE
    }
    server = "khoa:\n" + "".join(
        f"  m{number}:\n    cong_khai: {keys()[who].public.line}\n"
        f"    viec: {task}\n    tu: {SINCE}\n"
        for number, (who, task) in enumerate(
            [("may-chu", "nhat-ky"), ("chung-thuc", "chung-thuc")], 1
        )
    )
    return {**files(), **schemas, **people, "records/may-chu.yml": server.encode()}


def at(text):
    """A moment by the school's clock, in seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=VIETNAM).timestamp())


class Yard:
    """A repository under construction; `main` and `log` are its tips, `now` the server's clock."""

    def __init__(self, folder: Path, now="2026-11-09 08:00", more=None):
        subprocess.run(
            ["git", "init", "-q", "--template=", "--bare", "-b", "main", folder], check=True
        )
        self.folder = folder
        self.repository = Repository(folder)
        self.now = at(now)
        tree = tree_with(self.repository, None, {**school_files(), **(more or {})})
        self.genesis = self.main = self.commit(tree, (), "may-chu", "Lập kho")
        self.seq = -1
        self.log = None
        self.entry(old=NOTHING, new=self.genesis, pusher="may-chu")

    def copied(self, folder: Path):
        """The same repository in another folder, to go on from there."""
        shutil.copytree(self.folder, folder)
        other = copy.copy(self)
        other.folder, other.repository = folder, Repository(folder)
        return other

    def raw(self, kind, content):
        """An object written as it is, also one that git would never write; its id."""
        whole = b"%s %d\0" % (kind.encode(), len(content)) + content
        id_ = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        place = self.folder / "objects" / id_[:2] / id_[2:]
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(zlib.compress(whole, 1))
        return id_

    def tree_beside(self, tree, folder, mode, name, id_):
        """A tree with one more member in a folder, whatever its mode and name."""
        member = mode.encode() + b" " + name.encode() + b"\0" + bytes.fromhex(id_)
        if not folder:
            return self.raw("tree", self.repository.object(tree)[1] + member)
        top, _, rest = folder.partition("/")
        held = dict(self.repository.folder(tree))
        held[top] = ("40000", self.tree_beside(held[top][1], rest, mode, name, id_))
        ordered = sorted(held.items(), key=lambda each: each[0] + "/" * (each[1][0] == "40000"))
        return self.raw("tree", b"".join(
            mode.encode() + b" " + name.encode() + b"\0" + bytes.fromhex(id_)
            for name, (mode, id_) in ordered
        ))  # fmt: skip

    # What is written by hand, step by step.

    def commit(self, tree, parents, who, message, key="", when=None):
        """A commit signed with somebody's key, another's or none, written into the repository."""
        signer = keys()[key or who] if key is not None else None
        raw = written_commit(tree, parents, who, when or self.now, message, signer)
        return self.raw("commit", raw)

    def tree_of(self, commit):
        return self.repository.resolve(commit, "tree")

    def files_at(self, commit):
        tree = self.repository.tree(commit)
        return {entry.path: tree.read(entry.path) for entry in tree.entries("records")}

    def topic(self, edit, who="NV0015", base=None, key=""):
        """One commit of somebody on top of another; edits are those of the tables of cases."""
        base = base or self.main
        held = self.repository.tree(base)
        before = {path: held.read(path) for path in edit if held.entry(path) is not None}
        after, modes = edited(before, edit)
        assert not modes
        changed = {
            path: after.get(path)
            for path in before.keys() | after.keys()
            if before.get(path) != after.get(path)
        }
        tree = tree_with(self.repository, self.tree_of(base), changed)
        return self.commit(tree, (base,), who, "Sửa hồ sơ", key)

    def merge_tree(self, head, main=None):
        """The tree that a merge of a topic into main has, and the paths that change."""
        main = main or self.main
        base = self.repository.run("merge-base", main, head)
        ours, theirs = self.repository.tree(main), self.repository.tree(head)
        old = self.repository.tree(base)
        paths = [path for path, _, _ in self.repository.changed(old.id, theirs.id)]
        found = merged(old, ours, theirs, paths, TABLE)
        assert not found.conflicts
        tree = tree_with(self.repository, ours.id, found.files(theirs))
        return tree, tuple(found.pages)

    def statement(self, head, who, role, decision="duyet", key="", **different):
        """The two lines of somebody's statement about what a topic does to main now."""
        tree, paths = self.merge_tree(head)
        before, after = self.repository.tree(self.main), self.repository.tree(tree)
        said = {
            "base": self.main, "digest": effect_digest(before, after, paths),
            "paths": len(paths), "correction": None, "decision": decision, "head": head,
            "log": self.log, "nonce": secrets.token_hex(16), "not_after": self.now + 86_400,
            "policy": policy_digest(before), "ref": MAIN, "repo": f"THCH@{self.genesis}",
            "role": role,
        }  # fmt: skip
        return signed(Statement(**{**said, **different}), keys()[key or who])

    def approved(self, head, *said):
        """Statements by `NV0013 to-truong kiem-tra` and the like."""
        return [self.statement(head, *each.split()) for each in said]

    def merge(self, head, statements=(), who="NV0002", tree=None, parents=None, **how):
        """A merge commit of a topic with statements in its message; main does not move yet."""
        tree = tree or self.merge_tree(head)[0]
        message = "\n\n".join(
            ["Duyệt một đề nghị", *(["\n".join(statements)] if statements else [])]
        )
        return self.commit(tree, parents or (self.main, head), who, message, **how)

    def entry(self, key="may-chu", parents=None, files=None, **said):
        """One more entry of the log; what is not said is as it should be."""
        given = {
            "event": "nhan", "lock": None, "missing": None, "new": self.main, "old": self.main,
            "pusher": "NV0002", "ref": MAIN, "seq": self.seq + 1, "time": self.now,
        }  # fmt: skip
        entry = Entry(**{**given, **said})
        tree = tree_with(self.repository, None, files or {})
        above = parents if parents is not None else (() if self.log is None else (self.log,))
        self.log = self.commit(tree, above, "may-chu", entry.text(), key, entry.time)
        self.seq = entry.seq
        if entry.event == "nhan":
            self.main = entry.new
        self.settle()
        return self.log

    def accept(self, merge, pusher="NV0002", **said):
        """A merge entered into the log, right or wrong."""
        self.entry(old=self.main, new=merge, pusher=pusher, **said)
        return merge

    def settle(self):
        """The branches, moved to where the yard says they are."""
        moved = f"update {MAIN} {self.main}\nupdate {LOG} {self.log}\n"
        self.repository.run("update-ref", "--stdin", stdin=moved.encode())

    def view(self) -> View:
        """The repository followed from its founding on."""
        return opened(self.repository)

    def later(self, text):
        """Sets the server's clock."""
        self.now = at(text)
        return self


__all__ = [
    "FIDO", "LOG", "MAIN", "NOTHING", "SECOND", "STRANGER", "Yard", "at", "founding", "key_page",
    "keys", "school_files",
]  # fmt: skip
