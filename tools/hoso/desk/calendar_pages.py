"""The school's days by month, and as a file for people's own calendars."""

from __future__ import annotations

import re
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import asking
from hoso.desk.pages import page
from hoso.desk.school_days import as_file, days_of_school, in_month, month_page

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def month(request: Request) -> Response:
    """One month: locks, terms, holidays, events; this month where none is asked for."""
    ask = asking(request)
    asked = _MONTH.fullmatch(request.query_params.get("thang", ""))
    today = ask.policy.on
    first = date(int(asked[1]), int(asked[2]), 1) if asked else today.replace(day=1)
    days = days_of_school(ask.school, ask.policy)
    return page(
        ask, "lich.html", month=first, weeks=month_page(days, first, today), today=today,
        rows=in_month(days, first), before=first - timedelta(days=1),
        after=first + timedelta(days=31),
    )  # fmt: skip


def as_ics(request: Request) -> Response:
    """Every day of it as one file (RFC 5545)."""
    ask = asking(request)
    profile = ask.school.get("truong")
    name = "Lịch nhà trường" if profile is None else f"Lịch {profile.data['ten_ngan']}"
    made = as_file(days_of_school(ask.school, ask.policy), name, ask.view.state.genesis,
                   ask.view.state.time)  # fmt: skip
    return Response(
        made, media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="lich.ics"'},
    )  # fmt: skip


routes = [
    Route("/lich", month, methods=["GET"]),
    Route("/lich.ics", as_ics, methods=["GET"]),
]
