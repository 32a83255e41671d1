"""The first page after login: who one is here, and where the work lies."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import asking
from hoso.desk.pages import page


def home(request: Request) -> Response:
    """One's roles today, and every place one has work at."""
    return page(asking(request), "nha.html")


routes = [Route("/", home, methods=["GET"])]
