"""What the last check found, kept beside the repository so that the next one can be short.

One file holds the id of the tree that was checked, the digest of everything that decides (schemas
and program) and the findings. It is a convenience: missing, stale, damaged or unwritable, it costs
a full check and nothing else. It lies in git's own folder and never enters the archive.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import hoso
from hoso.findings import CODES, Finding
from hoso.model import Kind


@dataclass(frozen=True, slots=True)
class LastCheck:
    """A tree that was checked, and all that was found in it."""

    tree: str
    findings: tuple[Finding, ...]


def recall(folder: Path, deciders: str) -> LastCheck | None:
    """The last check kept in a folder, or None unless it is whole and decided by the same."""
    try:
        raw = (folder / _NAME).read_bytes()
    except OSError:
        return None
    seal, _, content = raw.partition(b"\n")
    if seal != _seal(content):
        return None
    try:
        kept = json.loads(content)
        if kept["deciders"] != deciders:
            return None
        findings = tuple(Finding(**each) for each in kept["findings"])
        known = all(finding.code in CODES for finding in findings)
        return LastCheck(str(kept["tree"]), findings) if known else None
    except (ValueError, KeyError, TypeError):
        return None


def remember(folder: Path, deciders: str, tree: str, findings: Iterable[Finding]) -> None:
    """Keeps a check for the next one; does nothing where it cannot be written."""
    content = json.dumps(
        {"deciders": deciders, "tree": tree, "findings": [asdict(each) for each in findings]},
        ensure_ascii=False,
    ).encode()
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            try:
                file.write(_seal(content) + b"\n" + content)
                file.flush()
                Path(file.name).replace(folder / _NAME)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise


def deciders(kinds: Mapping[str, Kind]) -> str:
    """A digest of everything besides the records that decides what a check finds."""
    parts = [_program(), *(f"{name} {kinds[name].digest}" for name in sorted(kinds))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _program() -> str:
    """A digest of the program's own text: a version number may lag behind while it is built."""
    root = Path(hoso.__file__).parent
    digest = hashlib.sha256()
    for room in ("", "store", "schema", "rules"):
        for path in sorted((root / room).glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


_NAME = "kiem-tra.json"


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
