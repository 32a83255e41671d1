"""A Markdown page: YAML between two lines of dashes, then the body."""

from __future__ import annotations

from typing import NamedTuple

from hoso.findings import Finding

_FENCE = "---"


class Page(NamedTuple):
    """The two halves of a page and the lines on which they begin."""

    head: str
    head_line: int
    body: str
    body_line: int


def split_page(text: str) -> Page | None:
    """The halves of a page, or None when it does not begin with a fenced head."""
    lines = text.split("\n")
    if lines[0] != _FENCE:
        return None
    try:
        end = lines.index(_FENCE, 1)
    except ValueError:
        return None
    head = "".join(f"{line}\n" for line in lines[1:end])
    first = end + 1
    while first < len(lines) - 1 and not lines[first]:
        first += 1
    return Page(head, 2, "\n".join(lines[first:]), first + 1)


def no_head(path: str) -> Finding:
    """What is said of a page that does not begin with a fenced head."""
    return Finding(
        path=path,
        line=1,
        code="HS116",
        message="trang phải bắt đầu bằng phần đầu nằm giữa hai dòng ---",
        hint="thêm dòng ---, các trường, rồi dòng --- ở đầu tệp",
    )
