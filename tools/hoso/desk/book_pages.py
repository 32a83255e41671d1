"""Every book as a list of volumes, and each volume as PDF, made when it is asked for."""

from __future__ import annotations

import re
from itertools import islice

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Missing, asking
from hoso.desk.book_shelf import books, let_read, noted, volumes
from hoso.desk.pages import page
from hoso.desk.printed import as_pdf, book_page
from hoso.findings import HosoError
from hoso.gate.policy import YEAR

_WORD = re.compile(r"[A-Za-z0-9_-]{1,60}")
_MOST = 600


def index(request: Request) -> Response:
    """The books that can be printed."""
    ask = asking(request)
    return page(ask, "sach.html", books=books(), one=None, volumes=(), more=False, year="",
                years=())  # fmt: skip


def one(request: Request) -> Response:
    """The volumes of one book."""
    ask, name = asking(request), request.path_params["so"]
    book = next((each for each in books() if each.name == name), None)
    if book is None:
        raise Missing("không có sổ này")
    years = _years(ask)
    asked = request.query_params.get("nam", "")
    year = asked if asked in years else ask.policy.year
    found = list(islice(volumes(ask, book, year), _MOST + 1))
    return page(ask, "sach.html", books=books(), one=book, volumes=found[:_MOST],
                more=len(found) > _MOST, year=year, years=years)  # fmt: skip


def volume(request: Request) -> Response:
    """A volume as PDF, for whoever may read or print every page it is made of."""
    ask, name = asking(request), request.path_params["so"]
    scope = tuple(request.path_params["pham_vi"].split("/"))
    if name not in {each.name for each in books()} or len(scope) > 3:
        raise Missing("không có sổ này")
    if not all(_WORD.fullmatch(word) for word in scope):
        raise Missing("không có sổ này")
    try:
        made = book_page(ask, name, scope)
    except (HosoError, ValueError, KeyError) as error:
        raise Missing("không có sổ này, hoặc chưa in được") from error
    let_read(ask, made, name, scope)
    noted(ask, made, name, scope)
    return as_pdf(ask, made, (name, *scope))


def _years(ask: Asking) -> list[str]:
    return sorted((each.key[YEAR] for each in ask.school.all("nam-hoc")), reverse=True)


routes = [
    Route("/doc/sach/", index, methods=["GET"]),
    Route("/doc/sach/{so}", one, methods=["GET"]),
    Route("/doc/sach/{so}/{pham_vi:path}", volume, methods=["GET"]),
]
