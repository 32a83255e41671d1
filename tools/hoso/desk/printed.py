"""A book printed for somebody at the desk: the same bytes that `hoso book` gives."""

from __future__ import annotations

from starlette.responses import Response

from hoso.audit.chronicle import chronicle
from hoso.books.catalogue import Desk as Sources
from hoso.books.catalogue import book_called, page_of
from hoso.books.page import Page, edition
from hoso.books.typesetting import typeset
from hoso.desk.asking import Asking
from hoso.store.tree import PLAIN


def book_pdf(
    ask: Asking,
    name: str,
    scope: tuple[str, ...],
    commit: str = "",
    lock: tuple[str, str] | None = None,
) -> Response:
    """A book of a commit, of `main` where none is given; HosoError where it cannot be printed.

    Whether this person may print it is for the caller to know.
    """
    return as_pdf(ask, book_page(ask, name, scope, commit, lock), (name, *scope), commit)


def book_page(
    ask: Asking,
    name: str,
    scope: tuple[str, ...],
    commit: str = "",
    lock: tuple[str, str] | None = None,
) -> Page:
    """A book before it is typeset: what it says, and of which records."""
    view, at = ask.view, commit or ask.view.main
    standing = view.standing(at)

    def picture(path: str) -> bytes | None:
        entry = standing.tree.entry(path)
        return standing.tree.read(path) if entry is not None and entry.mode == PLAIN else None

    told = chronicle(view.repository, at, view.state.log, standing.school, lock)
    return page_of(book_called(name), Sources(standing.school, picture, told), scope)


def as_pdf(ask: Asking, page: Page, called: tuple[str, ...], commit: str = "") -> Response:
    """A book as a file that a browser shows."""
    pdf = typeset(page, edition(page, commit or ask.view.main).line)
    return Response(
        pdf, media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{"-".join(called)}.pdf"'},
    )  # fmt: skip
