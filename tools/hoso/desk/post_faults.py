"""What is wrong with a page somebody writes, told at the field that it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hoso.desk.post_work import Post
from hoso.findings import Finding
from hoso.schema.shape import faults
from hoso.store.front_matter import split_page
from hoso.store.strict_yaml import parse

#: A picture without words.
_UNSAID = re.compile(r"!\[\s*\]\(")


def wrong(post: Post) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """What is wrong with a page by field, and what belongs to none."""
    fields: dict[str, list[str]] = {}
    others: list[str] = []
    for pointer, code, message, hint in faults(post.kind, dict(post.data)):
        said = f"{message}; {hint} ({code})" if hint else f"{message} ({code})"
        missing = re.match(r"thiếu ([a-z_]+) ", message) if not pointer else None
        name = missing[1] if missing else str(pointer[0]) if pointer else ""
        if name:
            fields.setdefault(name, []).append("chưa ghi" if missing else said)
        else:
            others.append(said)
    if post.data.get("anh") and not post.data.get("anh_mo_ta"):
        fields.setdefault("anh_mo_ta", []).append("ảnh phải có lời mô tả cho người không nhìn thấy")
    if _UNSAID.search(post.body):
        others.append("ảnh trong bài chưa có lời mô tả cho người không nhìn thấy; ghi lời vào giữa "
                      "hai dấu ngoặc vuông: ![lời mô tả](…)")  # fmt: skip
    return fields, tuple(others)


def by_field(
    post: Post, found: Sequence[Finding]
) -> tuple[dict[str, list[str]], tuple[Finding, ...]]:
    """The findings of a proposal by the field whose line they name, and those elsewhere."""
    head = _head(post.content)
    _, lines = parse(post.path, head, [], 2)
    starts = sorted((line, str(name)) for name, (line, _) in lines[1].items())
    fields: dict[str, list[str]] = {}
    others: list[Finding] = []
    for each in found:
        name = next((name for line, name in reversed(starts) if line <= each.line), None)
        if each.path == post.path and name is not None and 1 < each.line < 2 + head.count("\n"):
            hint = f"; {each.hint}" if each.hint else ""
            fields.setdefault(name, []).append(f"{each.message}{hint} ({each.code})")
        else:
            others.append(each)
    return fields, tuple(others)


def _head(content: bytes) -> str:
    page = split_page(content.decode())
    return "" if page is None else page.head
