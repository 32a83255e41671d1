"""Blocks of a body that the program itself writes: paragraphs, headings, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hoso.books.markdown import Node


def text(words: str) -> Node:
    """A paragraph."""
    return {"t": "p", "c": [words]}


def fact(label: str, words: str) -> Node:
    """A paragraph that says what a value is before it says the value."""
    return {"t": "p", "c": [{"t": "b", "c": [f"{label}: "]}, words]}


def heading(words: str, level: int = 1) -> Node:
    """A heading inside a body."""
    return {"t": "h", "level": level, "c": [words]}


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    centred: Sequence[int] = (0,),
) -> Node:
    """A table; the columns named in `centred` are set in their middle, heads always are."""
    return {
        "t": "table",
        "head": [_cell(words, "center") for words in heads],
        "rows": [
            [_cell(words, "center" if i in centred else "") for i, words in enumerate(row)]
            for row in rows
        ],
        "widths": list(widths),
    }


def _cell(words: str, align: str) -> Node:
    return {"c": [words], "align": align, "head": False}
