"""The search page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import asking
from hoso.desk.pages import page
from hoso.desk.searching import answers
from hoso.gate.policy import YEAR

_LONGEST = 80


def search(request: Request) -> Response:
    """What a person may read that holds the words; nothing is looked for before something is."""
    ask = asking(request)
    asked = " ".join(request.query_params.get("q", "").split())[:_LONGEST]
    years = sorted((each.key[YEAR] for each in ask.school.all("nam-hoc")), reverse=True)
    year = request.query_params.get("nam", "")
    year = year if year in years else ask.policy.year
    found = answers(ask, asked, year) if asked else None
    return page(ask, "tim.html", asked=asked, found=found, year=year, years=years)


routes = [Route("/tim", search, methods=["GET"])]
