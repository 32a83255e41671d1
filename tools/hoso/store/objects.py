"""Objects written into a repository: blobs, trees and commits, many in one process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from collections.abc import Iterable, Mapping

from hoso.findings import HosoError
from hoso.store.git import Repository
from hoso.store.tree import PLAIN

_FOLDER = "40000"
#: The numbers that packs have for the types of objects.
_PACKED = {"commit": 1, "tree": 2, "blob": 3}
#: A file's new content and where it stands below the folder at hand; None takes it away.
_Edit = tuple[tuple[str, ...], bytes | None]


def put(repository: Repository, kind: str, content: bytes) -> str:
    """Writes a `blob`, `tree` or `commit` and gives its id; HosoError where git refuses it."""
    return put_many(repository, [(kind, content)])[0]


def put_many(repository: Repository, objects: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
    """Writes objects, all through one process, and gives their ids in order.

    Git checks each as `fsck` would and that what it names is there: all are written or none.
    """
    given = list(objects)
    if not given:
        return ()
    pack = (
        b"PACK\0\0\0\2" + len(given).to_bytes(4, "big") + b"".join(_packed(*each) for each in given)
    )
    pack += _digest(repository, pack).digest()
    try:
        repository.run_bytes("unpack-objects", "-q", "--strict", stdin=pack)
    except subprocess.CalledProcessError as error:
        said = os.fsdecode(error.stderr).strip().rpartition("\n")[2]
        raise HosoError(f"git không ghi được dữ liệu vào kho: {said}") from error
    return tuple(id_of(repository, *each) for each in given)


def tree_with(repository: Repository, tree: str | None, files: Mapping[str, bytes | None]) -> str:
    """The id of a tree with some files written plainly and others (None) gone.

    Only folders on the way to them are rewritten, and one that is left empty goes too. None for a
    tree begins with nothing. HosoError where a file would stand in the way of a folder.
    """
    made: dict[str, tuple[str, bytes]] = {}
    edits = [(tuple(path.split("/")), content) for path, content in files.items()]
    id_ = _folder(repository, tree, edits, made)
    if id_ is None:
        id_ = _kept(repository, "tree", b"", made)
    put_many(repository, made.values())
    return id_


def _folder(
    repository: Repository,
    tree: str | None,
    edits: list[_Edit],
    made: dict[str, tuple[str, bytes]],
) -> str | None:
    members = {} if tree is None else dict(repository.folder(tree))
    below: dict[str, list[_Edit]] = {}
    for (name, *rest), content in edits:
        if rest:
            below.setdefault(name, []).append((tuple(rest), content))
        elif content is None and members.get(name, (_FOLDER, ""))[0] != _FOLDER:
            del members[name]
    for name, inner in below.items():
        mode, id_ = members.get(name, (_FOLDER, None))
        if mode == _FOLDER:
            inside = _folder(repository, id_, inner, made)
            members.pop(name, None)
            if inside is not None:
                members[name] = (_FOLDER, inside)
        elif any(content is not None for _, content in inner):
            raise HosoError(f"{name} là tệp, không chứa được tệp khác")
    for (name, *rest), content in edits:
        if not rest and content is not None:
            if members.get(name, (PLAIN, ""))[0] == _FOLDER:
                raise HosoError(f"{name} là thư mục, không ghi đè bằng tệp được")
            members[name] = (PLAIN, _kept(repository, "blob", content, made))
    if not members:
        return None
    return _kept(repository, "tree", _written(members), made)


def _written(members: Mapping[str, tuple[str, str]]) -> bytes:
    """A tree object: git sorts its members as if the names of folders ended in a slash."""
    named = sorted(
        (os.fsencode(name) + (b"/" if mode == _FOLDER else b""), mode, id_)
        for name, (mode, id_) in members.items()
    )
    return b"".join(
        mode.encode() + b" " + name.removesuffix(b"/") + b"\0" + bytes.fromhex(id_)
        for name, mode, id_ in named
    )


def _kept(
    repository: Repository, kind: str, content: bytes, made: dict[str, tuple[str, bytes]]
) -> str:
    id_ = id_of(repository, kind, content)
    made[id_] = (kind, content)
    return id_


def id_of(repository: Repository, kind: str, content: bytes) -> str:
    """The id that an object has wherever it is written."""
    return _digest(repository, b"%s %d\0" % (kind.encode(), len(content)) + content).hexdigest()


def _digest(repository: Repository, content: bytes) -> hashlib._Hash:
    name = "sha1" if repository.id_bytes == 20 else "sha256"
    return hashlib.new(name, content, usedforsecurity=False)


def _packed(kind: str, content: bytes) -> bytes:
    """One object of a pack: type and length in groups of seven bits, then the content deflated."""
    size = len(content)
    head = [_PACKED[kind] << 4 | size & 15]
    size >>= 4
    while size:
        head[-1] |= 0x80
        head.append(size & 0x7F)
        size >>= 7
    return bytes(head) + zlib.compress(content, 1)
