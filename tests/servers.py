"""A small school on a real server, and people at clones of their own.

Its books of marks close in 2099 only, so what is tried here does not depend on the day it runs on;
server and clones keep the machine's clock. Founding costs a second: build once, copy for each test.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from functools import cache

from gate.situations import ROOT, edited
from hoso.cli.main import outcome
from hoso.store.git import Repository
from hoso.store.refs import refs
from hoso.store.tree import FolderTree
from yards import keys, school_files

YEAR = "records/2026-2027"
MARKS = f"{YEAR}/lop/3B/danh-gia-mon"
#: The pages people edit here: mathematics and Vietnamese of class 3B, and the same of 3A.
MATHS, VIETNAMESE = f"{MARKS}/toan/giua-ky-1.yml", f"{MARKS}/tieng-viet/giua-ky-1.yml"
OTHER = f"{YEAR}/lop/3A/danh-gia-mon/toan/giua-ky-1.yml"
#: A pupil of 3B, whose page the class teacher and the clerk may both write.
PUPIL = "records/hoc-sinh/HS2XS5FM.yml"
#: Class teacher of 3B, head of the team (and class teacher of 3A), clerk, deputy head, head.
TEACHER, LEADER, CLERK, DEPUTY, HEAD = "NV0015", "NV0013", "NV0003", "NV0002", "NV0001"
#: Somebody sent to look at the books: reads everything and writes nothing.
AUDITOR = "NV0091"
_PARTS = [
    "records/truong.yml", "records/quy-che", "records/nhan-su",
    *(f"records/{year}/nam-hoc.yml" for year in ("2025-2026", "2026-2027")),
    *(f"{YEAR}/phan-cong/{who}.yml" for who in (HEAD, DEPUTY, CLERK, LEADER, TEACHER, AUDITOR)),
    *(f"{YEAR}/lop/{room}/lop.yml" for room in ("3A", "3B")), MATHS, VIETNAMESE, OTHER,
]  # fmt: skip


def taken(tree, parts):
    """The reference school's pages at some paths and below some folders."""
    return {
        entry.path: tree.read(entry.path)
        for part in parts
        for entry in ([tree.entry(part)] if part.endswith(".yml") else tree.entries(part))
    }


def frame():
    """The schemas and everybody's pages of keys."""
    return {
        path: raw
        for path, raw in school_files().items()
        if path.startswith(("schemas/", "records/khoa-ky/"))
    }


@cache
def small_files():
    """The files of the school: two classes, two subjects, five people in office, keys, schemas."""
    tree = FolderTree(ROOT)
    found = taken(tree, _PARTS)
    pupils = {
        pupil
        for path, raw in found.items()
        if path.endswith("/lop.yml")
        for pupil in re.findall(r"HS[0-9A-Z]{6}", raw.decode())
    }
    moves = [
        entry.path
        for entry in tree.entries(f"{YEAR}/bien-dong")
        if set(re.findall(r"HS[0-9A-Z]{6}", tree.read(entry.path).decode())) & pupils
    ]
    more = [*(f"records/hoc-sinh/{pupil}.yml" for pupil in pupils), *moves]
    found.update({path: tree.read(path) for path in more})
    calendar, locks = found[f"{YEAR}/nam-hoc.yml"].decode().split("\nlich_khoa:\n")
    locks, after = re.match(r"((?: .*\n?)*)(.*)", locks, re.DOTALL).groups()
    open_ = re.sub(r"ngay: \d{4}-\d{2}-\d{2}", "ngay: 2099-12-31", locks)
    # As the locks, the auditor's time is not over on whatever day this runs.
    for page, last in ((f"{YEAR}/phan-cong/{AUDITOR}.yml", "den"),
                       (f"records/nhan-su/{AUDITOR}.yml", "ngay_roi_truong")):  # fmt: skip
        found[page] = re.sub(rf"(?m)^ *{last}: .*\n", "", found[page].decode()).encode()
    found[f"{YEAR}/nam-hoc.yml"] = f"{calendar}\nlich_khoa:\n{open_}{after}".encode()
    return {**found, **frame()}


def clean(**more):
    """The surroundings of a person's own terminal, without anything of git's or ours."""
    kept = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("GIT_", "HOSO_", "PYTHON"))
    }  # fmt: skip
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8", **more}  # fmt: skip


def git(folder, *arguments):
    """What a git command prints in a folder; it must not fail."""
    return subprocess.run(
        ["git", "-C", folder, *arguments], capture_output=True, text=True, check=True, env=clean()
    ).stdout.rstrip("\n")


def written(files, folder):
    """The files, in a folder."""
    for path, raw in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder


def small_server(folder):
    """A server of the small school in a folder, founded by the program itself; gives its path."""
    place = folder / "server.git"
    school = written(small_files(), folder / "truong")
    subprocess.run(
        [sys.executable, "-I", "-m", "hoso.cli.main", "init-server", place, "--from", school],
        check=True, capture_output=True, env=clean(),
    )  # fmt: skip
    shutil.rmtree(school)
    return place


class Served:
    """A server and the people who have clones of it; each clone is made when first asked for."""

    def __init__(self, folder, template):
        """The server is a copy of the template."""
        self.folder = folder
        self.path = folder / "server.git"
        shutil.copytree(template, self.path)
        self._people = {}

    def person(self, who):
        """Somebody at their own clone."""
        if who not in self._people:
            self._people[who] = Person(who, self.folder / who, self.path)
        return self._people[who]

    def branches(self):
        """The branches of the server and where they are."""
        found = refs(Repository(self.path), "refs/heads")
        return {name.removeprefix("refs/heads/"): commit for name, commit in found.items()}

    def page(self, path):
        """What stands on a page of `main`."""
        return Repository(self.path).tree("main").read(path).decode()


class Person:
    """Somebody with a key and a clone; what they type is what `hoso` reads."""

    def __init__(self, who, folder, server):
        self.who, self.folder = who, folder
        subprocess.run(["git", "clone", "-q", server, folder], check=True, env=clean())
        self.key = folder / ".git" / "khoa"
        self.key.write_bytes(keys()[who].written())
        self.key.chmod(0o600)
        git(folder, "config", "hoso.nguoi", who)
        git(folder, "config", "hoso.khoa", self.key)

    def run(self, *arguments, typed=""):
        """The exit code of a verb, and everything it printed."""
        said, before = io.StringIO(), sys.stdin
        sys.stdin = io.StringIO(typed)
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                code = outcome([*map(str, arguments), "--repo", str(self.folder)])
        finally:
            sys.stdin = before
        return code, said.getvalue()

    def does(self, *arguments, **more):
        """As `run`, of what must succeed; gives what it printed."""
        code, said = self.run(*arguments, **more)
        assert code == 0, said
        return said

    def edit(self, path, values):
        """Sets values of a page in the work tree, as the tables of cases write them."""
        file = self.folder / path
        after, _ = edited({path: file.read_bytes()}, {path: values})
        file.write_bytes(after[path])

    def proposes(self, path, values, *more):
        """Edits a page and sends it; gives the proposal's name."""
        self.edit(path, values)
        said = self.does("propose", *more)
        return re.search(r"NV[0-9]{4}/[a-z0-9]+", said.split("Đã gửi")[1]).group()

    def update(self):
        """Throws the work tree's edits away and goes to what the server has."""
        git(self.folder, "checkout", "-q", ".")
        git(self.folder, "pull", "-q", "--ff-only")
