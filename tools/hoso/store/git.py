"""The one door to git: plumbing processes, objects read in bulk, trees of commits."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

from hoso.findings import HosoError
from hoso.store.ahead import Ahead, Near
from hoso.store.folder import Folder
from hoso.store.object_pipe import ObjectPipe, told_in
from hoso.store.surroundings import SETTINGS, environment
from hoso.store.tree import PLAIN, Entry
from hoso.store.writing import HALF

_FOLDER = "40000"
#: A school of 200,000 files has some 20,000 folders; an audit passes through many of them.
_MOST_FOLDERS = 50_000
#: A page is read several times while it is judged, and again when the next change starts from it.
_MOST_BLOBS, _SMALL = 1_024, 65_536
#: What a person may write for a revision; nothing that git could take for an option or a path.
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@{}^~+-]*")


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Where git keeps the objects of a push that is still being judged."""

    objects: str
    alternates: str

    def told(self) -> dict[str, str]:
        """How git is told of it."""
        return {
            "GIT_OBJECT_DIRECTORY": self.objects,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": self.alternates,
            "GIT_QUARANTINE_PATH": self.objects,
        }


class Repository:
    """A git repository, read without its hooks, replacements, or the caller's GIT_* settings."""

    def __init__(self, path: Path, quarantine: Quarantine | None = None) -> None:
        """Finds the repository that holds a folder; HosoError where there is none.

        With a quarantine the objects of a push can be read before any branch names them.
        """
        self.path = path
        self._begin(quarantine)
        try:
            told = self.run_bytes(
                "rev-parse", "--absolute-git-dir", "--show-object-format", "--is-bare-repository",
                "--show-prefix",
            )  # fmt: skip
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            raise HosoError(f"{path} không nằm trong kho git; chạy git init trước") from error
        git_dir, objects, bare, prefix = os.fsdecode(told).split("\n")[:4]
        self.git_dir = Path(git_dir)
        self.id_bytes = 32 if objects == "sha256" else 20
        self.bare = bare == "true"
        #: Whether the folder given is the repository's own top, not a folder inside it.
        self.is_root = self.bare or not prefix

    def _begin(self, quarantine: Quarantine | None) -> None:
        self._environment = environment({} if quarantine is None else quarantine.told())
        self._objects: ObjectPipe | None = None
        self._folders: dict[str, Folder] = {}
        self._blobs: dict[str, bytes] = {}
        self._ahead = Ahead({}, {})

    def seeing(self, quarantine: Quarantine | None) -> Repository:
        """The same repository with the objects of a push; git is not asked again where it is."""
        other = copy(self)
        other._begin(quarantine)
        return other

    def has_commits(self) -> bool:
        """Whether HEAD names a commit yet."""
        try:
            self._open().get("HEAD^{commit}")
        except KeyError:
            return False
        return True

    def run(self, *arguments: str, stdin: bytes = b"") -> str:
        """The standard output of one git command; CalledProcessError when it fails."""
        return os.fsdecode(self.run_bytes(*arguments, stdin=stdin)).rstrip("\n")

    def run_bytes(
        self, *arguments: str, stdin: bytes = b"", holding: tuple[int, ...] = ()
    ) -> bytes:
        """As `run`, but the bytes as git wrote them; git keeps the files of `holding` open too."""
        return subprocess.run(  # noqa: S603 - a fixed program, arguments never through a shell
            ["git", "-C", os.fspath(self.path), *SETTINGS, *arguments],  # noqa: S607 - git of PATH
            input=stdin,
            capture_output=True,
            check=True,
            pass_fds=holding,
            env=self._environment,
        ).stdout

    def attempt(
        self, *arguments: str, extra: Mapping[str, str], asking: bool = False
    ) -> subprocess.CompletedProcess[bytes]:
        """Both outputs and the exit code of a git command that may fail; `extra` surroundings.

        Where it is `asking`, what it starts may read a passphrase from this program's terminal.
        """
        return subprocess.run(  # noqa: S603 - a fixed program, arguments never through a shell
            ["git", "-C", os.fspath(self.path), *SETTINGS, *arguments],  # noqa: S607 - git of PATH
            stdin=None if asking else subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env={**self._environment, **extra},
        )

    def setting(self, name: str) -> str | None:
        """What the repository's git settings say, None where they say nothing."""
        try:
            return self.run("config", "--get", name) or None
        except subprocess.CalledProcessError:
            return None

    def resolve(self, revision: str, kind: str = "commit") -> str:
        """The id of the commit (or tree) a revision names; HosoError where it names none."""
        if not _REVISION.fullmatch(revision):
            raise HosoError(f"{revision!r} không phải tên phiên bản; ví dụ: HEAD, main, v1.0")
        try:
            return self._open().get(f"{revision}^{{{kind}}}")[0]
        except KeyError as error:
            raise HosoError(f"kho không có phiên bản {revision}") from error

    def tree(self, revision: str) -> CommitTree:
        """The tree of a commit, or of a tree id."""
        return CommitTree(self, self.resolve(revision, "tree"))

    def object(self, name: str) -> tuple[str, bytes]:
        """The type and the content of an object; KeyError where the repository lacks it."""
        found = self._ahead.get(name)
        if found is None:
            found = self._ahead.add(*self._open().get(name))
        return found

    def objects(self, ids: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
        """Id, type and content of many objects, through one process; those not there left out."""
        asked = "".join(f"{id_}\n" for id_ in ids).encode()
        return told_in(self.run_bytes("cat-file", "--batch", "--buffer", stdin=asked))

    def read_ahead(self, ids: Iterable[str], near: Near) -> dict[str, tuple[str, int]]:
        """Reads small objects that will soon be asked for, in place of earlier ones; all sizes."""
        sizes = self.sizes(ids)
        small = [id_ for id_, (_, size) in sizes.items() if size <= _SMALL]
        self._ahead = Ahead({id_: (kind, raw) for id_, kind, raw in self.objects(small)}, near)
        return sizes

    def blob(self, id_: str) -> bytes:
        """The content of a file by id; of small ones the last few are kept."""
        found = self._blobs.get(id_)
        if found is None:
            found = self.object(id_)[1]
            if len(found) <= _SMALL:
                if len(self._blobs) >= _MOST_BLOBS:
                    self._blobs.clear()
                self._blobs[id_] = found
        return found

    def _open(self) -> ObjectPipe:
        if self._objects is None or self._objects.owner != os.getpid():
            # A forked worker must not share its parent's pipe.
            self._objects = ObjectPipe.start(self.path, SETTINGS, self._environment)
        return self._objects

    def close(self) -> None:
        """Ends the git that reads objects; the next question starts another."""
        if self._objects is not None and self._objects.owner == os.getpid():
            self._objects.close()
        self._objects = None

    def folder(self, id_: str) -> Folder:
        """(mode, id) of the members of a tree object by name; kept, for most folders never move."""
        found = self._folders.get(id_)
        if found is None:
            if len(self._folders) > _MOST_FOLDERS:
                self._folders.clear()
            found = self._folders[id_] = Folder(self.object(id_)[1], self.id_bytes)
        return found

    def sizes(self, ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Type and size of objects without reading them; those that are not there are left out."""
        asked = "".join(f"{id_}\n" for id_ in ids).encode()
        told = self.run("cat-file", "--batch-check", "--buffer", stdin=asked) if asked else ""
        lines = (line.split(" ") for line in told.splitlines())
        return {line[0]: (line[1], int(line[2])) for line in lines if line[-1].isdigit()}

    def changed(self, old: str, new: str) -> Iterator[tuple[str, Entry | None, Entry | None]]:
        """Paths that differ between two trees, with the file before and after; never renames."""
        fields = os.fsdecode(
            self.run_bytes(
                "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", old, new
            )
        ).split("\0")
        for header, path in zip(fields[:-1:2], fields[1::2], strict=True):
            old_mode, new_mode, old_blob, new_blob, _ = header.lstrip(":").split(" ")
            before = None if old_mode == "000000" else Entry(path, old_mode, old_blob)
            after = None if new_mode == "000000" else Entry(path, new_mode, new_blob)
            yield path, before, after

    def changed_on_disk(self, *folders: str) -> list[str]:
        """Paths below folders of the work tree that differ from HEAD, or that git ignores.

        What `write_whole` left half written is none of them.
        """
        options = ("--untracked-files=all", "--ignored=matching", "--no-renames")
        found = self.run_bytes("status", "--porcelain=v1", "-z", *options, "--", *folders)
        fields = os.fsdecode(found).split("\0")
        paths = (line[3:] for line in fields if line)
        return [path for path in paths if not path.rpartition("/")[2].startswith(HALF)]


@dataclass(slots=True)
class CommitTree:
    """The files of one commit, straight from git's objects; no checkout is needed."""

    repository: Repository
    id: str
    _folders: dict[str, Mapping[str, tuple[str, str]] | None] = field(default_factory=dict)
    _entries: dict[str, Entry | None] = field(default_factory=dict)

    def know(self, path: str, entry: Entry | None) -> None:
        """Takes over what git has said already of the file at a path."""
        self._entries[path] = entry

    def entries(self, under: str = "") -> Iterator[Entry]:
        for name, (mode, id_) in (self._folder(under) or {}).items():
            path = f"{under}/{name}" if under else name
            if mode == _FOLDER:
                yield from self.entries(path)
            else:
                yield Entry(path, mode, id_)

    def names(self, folder: str) -> Iterable[str]:
        return self._folder(folder) or ()

    def entry(self, path: str) -> Entry | None:
        if path in self._entries:
            return self._entries[path]
        folder, _, name = path.rpartition("/")
        mode, id_ = (self._folder(folder) or {}).get(name, (_FOLDER, ""))
        return None if mode == _FOLDER else Entry(path, mode, id_)

    def read(self, path: str) -> bytes:
        entry = self.entry(path)
        if entry is None:
            raise KeyError(path)
        return self.repository.blob(entry.blob)

    def mentions(self, words: frozenset[str], under: str = "") -> Iterator[str]:
        arguments = [part for word in sorted(words) for part in ("-e", word)]
        try:
            found = self.repository.run_bytes(
                "grep", "-l", "-z", "-F", *arguments, self.id, "--", under or "."
            )
        except subprocess.CalledProcessError as error:
            if error.returncode == 1:
                return
            raise
        for name in os.fsdecode(found).split("\0")[:-1]:
            path = name.partition(":")[2]
            entry = self.entry(path)
            if entry is not None and entry.mode == PLAIN:
                yield path

    def _folder(self, path: str) -> Mapping[str, tuple[str, str]] | None:
        """(mode, id) of a folder's members by name, or None where there is no such folder."""
        if path not in self._folders:
            self._folders[path] = self._read_folder(path)
        return self._folders[path]

    def _read_folder(self, path: str) -> Mapping[str, tuple[str, str]] | None:
        if not path:
            return self.repository.folder(self.id)
        above, _, name = path.rpartition("/")
        mode, id_ = (self._folder(above) or {}).get(name, ("", ""))
        if mode != _FOLDER:
            return None
        return self.repository.folder(id_)

    def folder_id(self, path: str) -> str:
        """The id of a folder's tree object; "" where there is no such folder."""
        above, _, name = path.rpartition("/")
        mode, id_ = (self._folder(above) or {}).get(name, ("", ""))
        return id_ if mode == _FOLDER else ""
