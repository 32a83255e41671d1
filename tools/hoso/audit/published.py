"""Whether what is published is what was approved: a site held against its manifest and a commit.

1. Every file of the site has the digest its manifest lists, and every listed file is there.
2. The manifest is that of a commit of `main`, and the commit holds every source it lists.
3. A manifest can lie about what its sources turn into; only a second build of that commit cannot.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath

from hoso.findings import Finding, HosoError
from hoso.site.manifest import NAME
from hoso.store.published import Published
from hoso.store.tree import Tree

_LARGEST = 32_000_000
_MOST_FILES = 100_000
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
#: Not out of the site, and nothing that a web server or a shell would read as something else.
_FILE = re.compile(r"(?!/)(?!.*//)(?!.*(?:\A|/)\.{1,2}(?:/|\Z))[^\x00-\x1f\\?#:]{1,400}(?<!/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file in a manifest: its digest, its size, and each source with its blob, if told."""

    sha256: str
    size: int
    sources: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a site says it consists of, and of which commit; "" where it was built from a disk."""

    commit: str
    files: Mapping[str, Listed]
    raw: bytes


def manifest_of(site: Published) -> Manifest:
    """The manifest that a site publishes; HosoError where there is none or it is none of ours."""
    raw = site.read(NAME, _LARGEST)
    if raw is None:
        raise HosoError(f"trang web không có {NAME}: không phải do hoso dựng, hoặc sai địa chỉ")
    return read_manifest(raw)


def read_manifest(raw: bytes) -> Manifest:
    """A manifest from its bytes; whoever wrote them, nothing in it leads out of the site."""
    try:
        if len(raw) > _LARGEST:
            raise ValueError
        data = json.loads(raw)
        files = {**data["trang"], **data["tep"]}
        commit = data.get("commit", "")
        if data["phien_ban"] != 1 or len(files) > _MOST_FILES:
            raise ValueError
        if commit and not _ID.fullmatch(commit):
            raise ValueError
        listed = {name: _listed(name, entry) for name, entry in files.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise HosoError(f"{NAME} của trang web không đúng dạng: dựng lại trang web") from error
    return Manifest(commit=commit, files=listed, raw=raw)


def _listed(name: str, entry: Mapping[str, object]) -> Listed:
    digest, size, sources = entry["sha256"], entry["byte"], entry.get("nguon", [])
    if not (_FILE.fullmatch(name) and isinstance(digest, str) and _DIGEST.fullmatch(digest)):
        raise ValueError
    if type(size) is not int or not 0 <= size <= _LARGEST or not isinstance(sources, list):
        raise ValueError
    told = tuple((each["tep"], each.get("blob")) for each in sources)
    if not all(isinstance(path, str) and isinstance(blob, str | None) for path, blob in told):
        raise ValueError
    return Listed(sha256=digest, size=size, sources=told)


def differences(site: Published, listed: Manifest) -> tuple[Finding, ...]:
    """How the files of a site differ from a manifest, in the order of their names."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda item: _file(site, *item), sorted(listed.files.items())))
    known = {NAME, *listed.files}
    more = [
        _finding(name, "HS722", "tệp này không có trong danh mục", "gỡ tệp khỏi nơi đăng tải")
        for name in site.names()
        if name not in known
    ]
    return tuple(sorted((*filter(None, found), *more), key=lambda each: each.place))


def _file(site: Published, name: str, listed: Listed) -> Finding | None:
    content = site.read(name, listed.size)
    if content is None:
        return _finding(name, "HS723", "danh mục có tệp này mà trang web không có",
                        "đăng tải lại bản dựng")  # fmt: skip
    if hashlib.sha256(content).hexdigest() != listed.sha256:
        return _finding(name, "HS721", "nội dung đăng tải khác nội dung đã duyệt",
                        "đăng tải lại bản dựng; xem ai đã sửa trên máy chủ web")  # fmt: skip
    return None


def unapproved(listed: Manifest, tree: Tree) -> Iterator[Finding]:
    """Every source a manifest lists that the commit does not hold, or holds otherwise."""
    some: dict[str, bool] = {}
    for name, file in sorted(listed.files.items()):
        for path, blob in file.sources:
            if blob is None and "*" in path:
                if path not in some:
                    some[path] = _holds_some(tree, path)
                if some[path]:
                    continue
            entry = tree.entry(path)
            if entry is None or (blob is not None and entry.blob != blob):
                said = "không có trong" if entry is None else "khác với"
                yield _finding(name, "HS724", f"nguồn {path} {said} bản ghi {listed.commit[:12]}",
                               "dựng lại trang web từ bản ghi đã duyệt")  # fmt: skip


def _holds_some(tree: Tree, pattern: str) -> bool:
    """Whether a tree holds any of the pages that figures were counted from, as `records/a/*.yml`.

    Which of them there were, and what they said, only a second build can tell.
    """
    folder = pattern.partition("*")[0].rpartition("/")[0]
    return any(PurePosixPath(entry.path).match(pattern) for entry in tree.entries(folder))


def misfit(listed: Manifest, wanted: str | None, on_main: bool) -> Finding | None:
    """Why a manifest is not that of the commit asked for, or of any commit of `main`."""
    again = "dựng lại trang web: hoso site build --at main"
    if not listed.commit:
        return _finding(NAME, "HS724", "trang dựng từ tệp trên đĩa, không từ một bản ghi", again)
    if wanted is not None and wanted != listed.commit:
        said = f"trang dựng từ bản ghi {listed.commit[:12]}, không phải {wanted[:12]}"
        return _finding(NAME, "HS724", said, again)
    if not on_main:
        said = f"bản ghi {listed.commit[:12]} không nằm trên main của kho này"
        return _finding(NAME, "HS724", said, again)
    return None


def against_rebuilt(site: Published, claimed: Manifest, built: Manifest) -> tuple[Finding, ...]:
    """How a site differs from a second build of its commit; its own manifest is not believed."""
    found = list(differences(site, built))
    seen = {finding.path for finding in found}
    for name in sorted(claimed.files.keys() - built.files.keys() - seen):
        if site.read(name, 0) is not None:
            found.append(_finding(name, "HS722", "bản dựng lại không có tệp này",
                                  "gỡ tệp khỏi nơi đăng tải"))  # fmt: skip
    if claimed.raw != built.raw:
        found.append(_finding(NAME, "HS721", "danh mục khác danh mục của bản dựng lại",
                              "đăng tải lại bản dựng"))  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.place))


def _finding(name: str, code: str, message: str, hint: str) -> Finding:
    return Finding(path=name, line=1, code=code, message=message, hint=hint)
