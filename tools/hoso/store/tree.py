"""Trees of files, read the same way from memory, from a folder or from a commit."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hoso.findings import HosoError
from hoso.store.writing import HALF

PLAIN = "100644"
EXECUTABLE = "100755"
SYMLINK = "120000"
SUBMODULE = "160000"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree: its path, its mode as git writes it, its blob id where it is known."""

    path: str
    mode: str
    blob: str = ""


class Tree(Protocol):
    """A set of files at one moment. Paths are relative, with `/`; a folder is never an entry."""

    def entries(self, under: str = "") -> Iterator[Entry]:
        """Every file below a folder, in path order; a folder that does not exist has none."""
        ...

    def names(self, folder: str) -> Iterable[str]:
        """The names of the files and folders that stand directly in a folder."""
        ...

    def entry(self, path: str) -> Entry | None:
        """The file at a path, or None."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of the file at a path; KeyError where there is none."""
        ...

    def mentions(self, words: frozenset[str], under: str = "") -> Iterator[str]:
        """Paths of the plain files below a folder whose bytes contain one of the words."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryTree:
    """A tree held in a mapping from path to content, all plain files."""

    files: Mapping[str, bytes | str]
    modes: Mapping[str, str] = field(default_factory=dict)

    def entries(self, under: str = "") -> Iterator[Entry]:
        start = f"{under}/" if under else ""
        for path in sorted(self.files, key=os.fsencode):
            if path.startswith(start):
                yield self._entry(path)

    def names(self, folder: str) -> Iterable[str]:
        start = f"{folder}/" if folder else ""
        inside = (path.removeprefix(start) for path in self.files if path.startswith(start))
        return sorted({path.partition("/")[0] for path in inside})

    def entry(self, path: str) -> Entry | None:
        return self._entry(path) if path in self.files else None

    def read(self, path: str) -> bytes:
        content = self.files[path]
        return content.encode() if isinstance(content, str) else content

    def mentions(self, words: frozenset[str], under: str = "") -> Iterator[str]:
        yield from _mentions(self, words, under)

    def _entry(self, path: str) -> Entry:
        return Entry(path, self.modes.get(path, PLAIN), blob_id(self.read(path)))


@dataclass(frozen=True, slots=True)
class FolderTree:
    """The files of a folder on disk as they stand now; git need not be there.

    Symbolic links are entries of their own and are never followed; what is neither a file nor a
    link (a pipe, a device) has mode 000000 and cannot be read. What `write_whole` left half
    written is none of the files.
    """

    root: Path
    _top: str = field(init=False, repr=False, default="")
    _folders: dict[str, bool] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_top", os.fspath(self.root))

    def entries(self, under: str = "") -> Iterator[Entry]:
        folder = self.root / under
        if under and (folder.is_symlink() or not folder.is_dir()):
            return
        yield from self._walk(os.fspath(folder), f"{under}/" if under else "")

    def _walk(self, folder: str, prefix: str) -> Iterator[Entry]:
        try:
            with os.scandir(folder) as found:
                members = sorted(found, key=_git_order)
        except OSError as error:
            raise HosoError(f"không đọc được thư mục {prefix or '.'}: {error.strerror}") from error
        for member in members:
            path = prefix + member.name
            if member.is_symlink():
                yield Entry(path, SYMLINK)
            elif member.is_dir():
                if member.name != ".git":
                    yield from self._walk(member.path, path + "/")
            elif not member.name.startswith(HALF):
                yield Entry(path, _mode(member.stat().st_mode))

    def names(self, folder: str) -> Iterable[str]:
        full = self.root / folder
        if full.is_symlink() or not full.is_dir():
            return ()
        return sorted(
            member.name
            for member in full.iterdir()
            if member.name != ".git" and not member.name.startswith(HALF)
        )

    def entry(self, path: str) -> Entry | None:
        try:
            found = os.lstat(f"{self._top}/{path}")
        except (OSError, ValueError):
            return None
        if stat.S_ISDIR(found.st_mode) or not self._is_folder(path.rpartition("/")[0]):
            return None
        return Entry(path, _mode(found.st_mode))

    def _is_folder(self, path: str) -> bool:
        """Whether a path is a folder of the tree, reached without any symbolic link."""
        if not path:
            return True
        if path not in self._folders:
            real = stat.S_ISDIR(os.lstat(f"{self._top}/{path}").st_mode)
            self._folders[path] = real and self._is_folder(path.rpartition("/")[0])
        return self._folders[path]

    def read(self, path: str) -> bytes:
        try:
            descriptor = os.open(f"{self._top}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise KeyError(path) from error
        except OSError as error:
            raise HosoError(f"không đọc được {path}: {error.strerror}") from error
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    def mentions(self, words: frozenset[str], under: str = "") -> Iterator[str]:
        yield from _mentions(self, words, under)


@dataclass(frozen=True, slots=True)
class OverlayTree:
    """A tree with other files in some places, as it would be after a change nobody has made yet.

    `files` holds the new content by path, None where a file goes away.
    """

    under: Tree
    files: Mapping[str, bytes | None]
    modes: Mapping[str, str] = field(default_factory=dict)
    _over: MemoryTree = field(init=False, repr=False)

    def __post_init__(self) -> None:
        there = {path: raw for path, raw in self.files.items() if raw is not None}
        object.__setattr__(self, "_over", MemoryTree(there, self.modes))

    def entries(self, under: str = "") -> Iterator[Entry]:
        below = [entry for entry in self.under.entries(under) if entry.path not in self.files]
        every = [*below, *self._over.entries(under)]
        yield from sorted(every, key=lambda entry: os.fsencode(entry.path))

    def names(self, folder: str) -> Iterable[str]:
        start = f"{folder}/" if folder else ""
        gone = {path for path, raw in self.files.items() if raw is None and path.startswith(start)}
        kept = (
            name
            for name in self.under.names(folder)
            if not any(path.startswith(start + name) for path in gone)
            or self.entry(start + name) is not None
            or any(True for _ in self.entries(start + name))
        )
        return sorted({*kept, *self._over.names(folder)})

    def entry(self, path: str) -> Entry | None:
        return self._over.entry(path) if path in self.files else self.under.entry(path)

    def read(self, path: str) -> bytes:
        return self._over.read(path) if path in self.files else self.under.read(path)

    def mentions(self, words: frozenset[str], under: str = "") -> Iterator[str]:
        below = (path for path in self.under.mentions(words, under) if path not in self.files)
        yield from sorted({*below, *self._over.mentions(words, under)}, key=os.fsencode)


def blob_id(content: bytes) -> str:
    """The id git gives a file with this content (SHA-1 object format)."""
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def _mode(bits: int) -> str:
    if stat.S_ISLNK(bits):
        return SYMLINK
    if not stat.S_ISREG(bits):
        return "000000"
    return EXECUTABLE if bits & stat.S_IXUSR else PLAIN


def _git_order(member: os.DirEntry[str]) -> bytes:
    """Git sorts a folder as if its name ended in a slash."""
    name = os.fsencode(member.name)
    return name + b"/" if member.is_dir(follow_symlinks=False) else name


def _mentions(tree: Tree, words: frozenset[str], under: str) -> Iterator[str]:
    needles = [word.encode() for word in words]
    for entry in tree.entries(under):
        if entry.mode == PLAIN:
            content = tree.read(entry.path)
            if any(needle in content for needle in needles):
                yield entry.path
