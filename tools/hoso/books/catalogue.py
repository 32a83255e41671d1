"""Every book that can be printed, and where its pages come from."""

from __future__ import annotations

from hoso.books import documents
from hoso.books.documents import Pictures
from hoso.books.page import edition
from hoso.books.typesetting import typeset
from hoso.model import Record, School


def no_picture(path: str) -> bytes | None:
    """For a caller that has no pictures: their descriptions are printed instead."""
    return None


def typeset_document(school: School, record: Record, picture: Pictures = no_picture) -> bytes:
    """The PDF of an own official document (`van-ban`), as it is put beside its page.

    It is committed together with that page, so it names the digest of the page but no commit.
    """
    page = documents.document(school, record, picture)
    return typeset(page, edition(page, None).seal)
