"""A server as people use it: founded from a small sound school, clones with keys, real pushes.

The pages that are edited here belong to no year and close with no lock, so these tests do not
depend on the day they run on: the server's clock is the machine's. What is tried with locks is
tried on a server for training, which lives in November 2026.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache

from gate.situations import ROOT
from hoso.cli.clock import now
from hoso.store.git import Repository
from hoso.store.refs import refs
from hoso.store.tree import FolderTree
from servers import clean, frame, taken, written
from yards import LOG, MAIN, Yard, keys

PYTHON = sys.executable
FOR_MAIN = "refs/for/main"
#: Who writes pupils' pages, who approves them, and somebody who may do neither.
CLERK, DEPUTY, HEAD, TEACHER = "NV0003", "NV0002", "NV0001", "NV0015"
_PARTS = [
    "records/truong.yml", "records/quy-che", "records/nhan-su",
    *(f"records/{year}/nam-hoc.yml" for year in ("2025-2026", "2026-2027")),
    *(f"records/2026-2027/phan-cong/{who}.yml" for who in (CLERK, DEPUTY, HEAD)),
]  # fmt: skip


@cache
def small_school():
    """The files of a school with some pupils and three people in office."""
    tree = FolderTree(ROOT)
    some = [entry.path for entry in tree.entries("records/hoc-sinh")][:24]
    return {**taken(tree, [*_PARTS, *some]), **frame()}


@cache
def pupils():
    """The pages of the pupils, in path order."""
    return sorted(path for path in small_school() if path.startswith("records/hoc-sinh/"))


def hoso(*arguments, cwd=None, **more):
    """A run of the program; gives what came of it, whatever that is."""
    return subprocess.run(
        [PYTHON, "-I", "-m", "hoso.cli.main", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, check=False, env=clean(**more),
    )  # fmt: skip


def founded_at(root, files, *more):
    """A server in a folder as `hoso init-server` makes it, packed so that it copies quickly."""
    place = root / "truong.git"
    made = hoso("init-server", place, "--from", written(files, root / "truong"), *more)
    assert made.returncode == 0, made.stdout + made.stderr
    Repository(place).run("repack", "-q", "-a", "-d")
    return place


def log_of(server):
    """Every entry of a server's log, oldest first, as it stands there."""
    from hoso.signing.entries import read_entry

    repository = Repository(server)
    told = repository.run("log", "--first-parent", "--reverse", "-z", "--format=%B", LOG)
    return [read_entry(each) for each in told.split("\0") if each]


def sound(server):
    """A server's repository is whole, its log ends where `main` ends, and nothing is left over."""
    repository = Repository(server)
    repository.run("fsck", "--strict", "--full", "--no-dangling")
    entries = log_of(server)
    assert [entry.seq for entry in entries] == list(range(len(entries)))
    moves = [(entry.old, entry.new) for entry in entries if entry.event == "nhan"]
    assert [old for old, _ in moves[1:]] == [new for _, new in moves[:-1]]
    chain = repository.run("rev-list", "--first-parent", "--reverse", MAIN).split()
    assert [new for _, new in moves] == chain
    assert not list((server / "refs").rglob("*.lock"))
    assert not (server / "hoso" / "journal").exists()
    return entries


class Desk(Yard):
    """A person's bare clone of a server, where proposals and merges are made by hand and pushed."""

    def __init__(self, folder, server, url=None, surroundings=None):
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", folder], check=True)
        self.folder, self.server, self.url = folder, server, url or str(server)
        self.surroundings = surroundings or {}
        self.repository = Repository(folder)
        for who, key in keys().items():
            (folder / who).write_bytes(key.written())
            (folder / who).chmod(0o600)
        self.refresh()
        self.genesis = self.repository.run("rev-list", "--max-parents=0", MAIN)

    def git(self, *arguments, who=None, fails=False, **more):
        """A git command in the clone as somebody; gives what it printed on both sides."""
        settings = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={self.folder}/{who}",
                    "-c", f"user.name={who}", "-c", f"user.email={who}@hoso"]  # fmt: skip
        done = subprocess.run(
            ["git", "-C", self.folder, *settings, *arguments], capture_output=True, text=True,
            check=False, env=clean(**{**self.surroundings, **more}),
        )  # fmt: skip
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def refresh(self):
        """Fetches everything the server has."""
        self.git("fetch", "-q", "--prune", self.url, "+refs/heads/*:refs/heads/*")
        there = refs(self.repository)
        self.main, self.log = there[MAIN], there[LOG]
        self.now = int(now(Repository(self.server)).timestamp())
        return self

    def push(self, commit, ref=FOR_MAIN, who=DEPUTY, fails=False, **more):
        """A signed push of one commit; gives what git and the server said."""
        return self.git("push", "--signed", self.url, f"{commit}:{ref}",
                        who=who, fails=fails, **more)  # fmt: skip

    def noted(self, number, text, who=CLERK):
        """A commit that writes a note on a pupil's page."""
        return self.topic({pupils()[number]: {"ghi_chu": text}}, who)

    def approved_merge(self, number, text, who=DEPUTY):
        """A merge of such a commit, approved and signed by the deputy head."""
        head = self.noted(number, text)
        return self.merge(head, self.approved(head, f"{who} pho-hieu-truong duyet"), who)
