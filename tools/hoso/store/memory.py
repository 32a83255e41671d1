"""What the last check learned, kept beside the repository so that the next one can be short.

Two files: the schemas as they are after reading and linting; and the id of the tree that was
checked, with all that was found in it. Both carry a digest of everything that decides (the schema
files and the program) and a seal over their own content. They are a convenience: missing, stale,
damaged or unwritable, they cost a full check and nothing else. They lie in git's own folder and
never enter the archive.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hoso
from hoso.findings import CODES, Finding
from hoso.store.tree import PLAIN, Tree


@dataclass(frozen=True, slots=True)
class LastCheck:
    """A tree that was checked, and all that was found in it."""

    tree: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept in a folder by a program and schemas with one digest."""

    folder: Path
    deciders: str

    def last_check(self) -> LastCheck | None:
        """The last check, or None unless it is whole and was decided by the same."""
        kept = self.load(_CHECK)
        try:
            findings = tuple(Finding(**each) for each in kept["findings"])
            known = all(finding.code in CODES for finding in findings)
            return LastCheck(str(kept["tree"]), findings) if known else None
        except (KeyError, TypeError):
            return None

    def keep_check(self, tree: str, findings: Iterable[Finding]) -> None:
        """Keeps a check for the next one; does nothing where it cannot be written."""
        self.save(_CHECK, {"tree": tree, "findings": [asdict(each) for each in findings]})

    def schemas(self) -> dict[str, Any] | None:
        """The sound schemas, or None unless they were kept whole."""
        kept = self.load(_SCHEMAS)
        return kept["schemas"] if kept and isinstance(kept.get("schemas"), dict) else None

    def keep_schemas(self, schemas: dict[str, Any]) -> None:
        """Keeps schemas for the next check; does nothing where they cannot be written."""
        self.save(_SCHEMAS, {"schemas": schemas})

    def load(self, name: str) -> Any:
        """What was kept under a name; None unless it is whole and was kept by the same deciders."""
        try:
            raw = (self.folder / name).read_bytes()
        except OSError:
            return None
        seal, _, content = raw.partition(b"\n")
        if seal != self._seal(content):
            return None
        try:
            return json.loads(content)
        except ValueError:
            return None

    def save(self, name: str, value: Any) -> None:
        """Keeps a value that JSON can carry; does nothing where it cannot be written."""
        content = json.dumps(value, ensure_ascii=False).encode()
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
                try:
                    file.write(self._seal(content) + b"\n" + content)
                    file.flush()
                    Path(file.name).replace(self.folder / name)
                except OSError:
                    Path(file.name).unlink(missing_ok=True)
                    raise

    def _seal(self, content: bytes) -> bytes:
        """Names the deciders and the content at once: either one changed breaks it."""
        return hashlib.sha256(self.deciders.encode() + b"\n" + content).hexdigest().encode()


def deciders(tree: Tree, folder: str) -> str:
    """A digest of all that decides what a check finds: the program, and the schemas in a folder."""
    digest = hashlib.sha256(program().encode())
    for entry in tree.entries(folder):
        digest.update(f"\0{entry.path}\0{entry.mode}\0".encode("utf-8", "surrogateescape"))
        digest.update(tree.read(entry.path) if entry.mode == PLAIN else b"")
    return digest.hexdigest()


@cache
def program(*more: str) -> str:
    """A digest of the program's own text, as far as a check needs it, and of `more` rooms of it.

    A version number would lag behind while the program is built.
    """
    root = Path(hoso.__file__).parent
    digest = hashlib.sha256()
    for room in ("", "store", "schema", "rules", *more):
        for path in sorted((root / room).glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


_CHECK = "kiem-tra.json"
_SCHEMAS = "khai-bao.json"
