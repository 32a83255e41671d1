"""The list `site/manifest.json`: which file of the site came from which records, and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hoso.site.public import Source
from hoso.site.staged import Staged

NAME = "manifest.json"


def manifest(
    site: Path,
    pages: Mapping[str, tuple[str, ...]],
    staged: Iterable[Staged],
    commit: str,
) -> bytes:
    """The manifest of a built folder; every file of it is listed, each with its own digest.

    `pages` says for a page which staged files it was made from. A source carries the git blob id
    of its file unless the file also holds private values (see `public.Source`); what a commit's
    file was, `git rev-parse COMMIT:PATH` tells those who may read the records.
    """
    by_path = {each.path: each.sources for each in staged}
    listed: dict[str, Any] = {"trang": {}, "tep": {}}
    for path in sorted(each for each in site.rglob("*") if each.is_file()):
        name = path.relative_to(site).as_posix()
        content = path.read_bytes()
        entry: dict[str, Any] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "byte": len(content),
        }
        behind = pages.get(name, (name,))
        sources = dict.fromkeys(source for each in behind for source in by_path.get(each, ()))
        if sources:
            entry["nguon"] = [_front(source) for source in sources]
        listed["trang" if name in pages else "tep"][name] = entry
    data = {"phien_ban": 1, **({"commit": commit} if commit else {}), **listed}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _front(source: Source) -> dict[str, str]:
    return {"tep": source.path, "blob": source.blob} if source.blob else {"tep": source.path}
