"""Where a workbook comes from: which page at which commit it was made of, under which schema."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from hoso.findings import HosoError
from hoso.model import Kind

#: The sheet that holds it, and the first cell by which it is known.
SHEET, MARK = "_meta", "hoso-sheet/1"
_HEX = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The page, the commit and the content a workbook was made of; "" for a page not yet there."""

    path: str
    base: str
    blob: str
    schema: str

    def rows(self) -> list[tuple[str, str]]:
        """The same as lines of a sheet."""
        return [("loai", MARK), *asdict(self).items()]


def read_origin(lines: Mapping[str, str]) -> Origin:
    """The origin in the lines of a sheet; HosoError where it is none of ours."""
    wrong = lines.get("loai") != MARK or any(
        not _HEX.fullmatch(lines.get(name, "?")) for name in ("base", "blob", "schema")
    )
    if wrong or not lines.get("path") or len(lines["path"]) > 200:
        raise HosoError("tệp này không phải bảng tải từ hồ sơ; tải lại bảng rồi chép số liệu sang")
    return Origin(**{name: lines[name] for name in ("path", "base", "blob", "schema")})


def schema_digest(kind: Kind) -> str:
    """SHA-256 over the schema of a kind: equal digests mean equal columns and limits."""
    text = json.dumps(kind.schema, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
