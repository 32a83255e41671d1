"""Where at the desk each kind is written, so that nothing a person may write lacks a way."""

from __future__ import annotations

from enum import Enum

from hoso.exchange.grid import has_rows
from hoso.gate.corrections import ORDER, REQUEST
from hoso.model import Format, Kind

#: Papers that are drawn up from a wish and never typed field by field.
PAPERS = {REQUEST: "/sua/", ORDER: "/mo-so/moi"}

#: Kinds that are begun on a page of their own, and written in a form from then on.
BEGUN_AT = {"khoa-ky": "/khoa-moi"}


class Way(Enum):
    """How a kind is written: as a table, as a form, as a post, with a post, on its own page."""

    TABLE = "bảng"
    FORM = "biểu mẫu"
    POST = "bài viết, hoặc Decap"
    WITH_POST = "kèm bài viết"
    PAPER = "trang lập giấy riêng"


def way_of(kind: Kind) -> Way:
    """The way of a kind; every kind has one, whatever its schema says."""
    if kind.name in PAPERS:
        return Way.PAPER
    if kind.format is Format.MARKDOWN:
        return Way.POST
    if kind.format is Format.FILE:
        return Way.WITH_POST
    return Way.TABLE if has_rows(kind) else Way.FORM
