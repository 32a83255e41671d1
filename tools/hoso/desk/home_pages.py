"""The first page after login: what waits for whoever asks, by deadline, one click from each."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import asking
from hoso.desk.my_work import work_of
from hoso.desk.pages import page
from hoso.desk.school_days import days_of_school

_AHEAD = 5


def home(request: Request) -> Response:
    """What to write, to sign and to take up again, and what comes next in the school's days."""
    ask = asking(request)
    days = days_of_school(ask.school, ask.policy)
    coming = [each for each in days if each.first >= ask.policy.on][:_AHEAD]
    return page(ask, "nha.html", work=work_of(ask), coming=coming, today=ask.policy.on)


routes = [Route("/", home, methods=["GET"])]
