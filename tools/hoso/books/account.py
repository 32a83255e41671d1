"""An account of something examined: a verdict, facts, and sections with tables; on paper here.

The account itself knows no paper: whoever examined fills it in, and text and web pages are made
of the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hoso.books import nodes
from hoso.books.markdown import Node
from hoso.books.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings; `widths` are shares of the line."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, sentences, and a table where there is something to list."""

    title: str
    text: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What somebody examined and found; the verdict is the one sentence that is read first."""

    title: str
    about: str
    author: str
    date: str
    verdict: str
    good: bool
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def account_book(account: Account) -> Page:
    """The account on paper; it stands for no record, so it has no sources of its own."""
    return Page(
        template="giay-to",
        title=account.title,
        author=account.author,
        date=account.date,
        data={
            "flipped": False,
            "head": None,
            "kind": account.title,
            "about": account.about,
            "addressees": [],
            "body": list(_body(account)),
            "signers": [
                {"authority": ["Người kiểm tra"], "note": "(Ký, ghi rõ họ tên)", "name": ""}
            ],
        },
        sources=(),
    )


def _body(account: Account) -> Iterator[Node]:
    yield {"t": "p", "c": [{"t": "b", "c": [account.verdict]}]}
    for label, words in account.facts:
        yield nodes.fact(label, words)
    for section in account.sections:
        yield nodes.heading(section.title)
        for words in section.text:
            yield nodes.text(words)
        if section.table is not None:
            table = section.table
            yield nodes.table(table.heads, table.rows, table.widths, centred=())
