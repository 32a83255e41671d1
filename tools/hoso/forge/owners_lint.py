"""What GitHub would silently read otherwise than it is written, in any CODEOWNERS of a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hoso.findings import Finding
from hoso.forge.owners import LIMIT, PATH
from hoso.store.tree import PLAIN, Tree

_OWNER = re.compile(r"@[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?")
_PART = re.compile(r"\*|[A-Za-z0-9._-]+")
_WRITE = "viết lại bằng: hoso forge write"


def lint(tree: Tree) -> tuple[Finding, ...]:
    """Everything in the CODEOWNERS files of a tree that would leave a path without its owners."""
    return (*_elsewhere(tree), *_here(tree))


def _elsewhere(tree: Tree) -> Iterator[Finding]:
    """Other files of that name: forges read one of several places, and not all the same one."""
    for folder in ("", ".github", "docs", ".gitea", ".forgejo", ".gitlab"):
        for name in tree.names(folder):
            path = f"{folder}/{name}" if folder else name
            if name.casefold() == "codeowners" and path != PATH:
                yield _finding(path, 1, f"chỉ {PATH} được nói ai là chủ", "xóa tệp này")


def _here(tree: Tree) -> Iterator[Finding]:
    entry = tree.entry(PATH)
    if entry is None or entry.mode != PLAIN:
        yield _finding(PATH, 1, "không có tệp thường này nên không đường dẫn nào có chủ", _WRITE)
        return
    raw = tree.read(PATH)
    if len(raw) >= LIMIT:
        yield _finding(PATH, 1, "tệp quá 3 MB nên GitHub bỏ qua cả tệp", _WRITE)
        return
    try:
        lines = raw.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        yield _finding(PATH, 1, "không phải UTF-8", _WRITE)
        return
    said = [(number, line.partition("#")[0].split()) for number, line in enumerate(lines, 1)]
    rules = [(number, words) for number, words in said if words]
    for number, (pattern, *owners) in rules:
        yield from _wrong(number, pattern, owners)
    if not rules or rules[0][1][0] != "*":
        yield _finding(PATH, 1, "dòng đầu không phải * nên có đường dẫn không ai làm chủ", _WRITE)
    if not rules or rules[-1][1][0] not in ("/.github/", f"/{PATH}"):
        yield _finding(PATH, rules[-1][0] if rules else 1,
                       "dòng cuối không giữ chính tệp này", _WRITE)  # fmt: skip


def _wrong(number: int, pattern: str, owners: list[str]) -> Iterator[Finding]:
    parts = pattern.strip("/").split("/")
    if pattern != "*" and not (pattern.startswith("/") and all(map(_PART.fullmatch, parts))):
        yield _finding(PATH, number, f"mẫu “{ascii(pattern)[1:-1]}” có thể bị đọc khác đi",
                       "viết đường dẫn đầy đủ từ /, chỉ dùng * cho cả một phần")  # fmt: skip
    if not owners:
        yield _finding(PATH, number, "dòng không có chủ làm mất chủ của đường dẫn", _WRITE)
    for owner in owners:
        if not _OWNER.fullmatch(owner):
            yield _finding(PATH, number, f"“{ascii(owner)[1:-1]}” không phải tài khoản hay nhóm",
                           "viết @tài-khoản hoặc @tổ-chức/nhóm")  # fmt: skip


def _finding(path: str, line: int, message: str, hint: str) -> Finding:
    return Finding(path=path, line=line, code="HS896", message=message, hint=hint)
