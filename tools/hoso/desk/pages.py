"""Pages: one environment of templates, one frame around each, refusals said in words.

    return page(ask, "so.html", rows=rows)           a page in the frame; also `status=404`
    return see_other("/so/")                         after every POST that did something
    return data(ask, {...}, status=200)              an answer to a fetch()

In every template: `ask`, `person`, `nav`, `t` (the form token; `{{ dau() }}` writes the hidden
field), `said`, and the filters `ngay`, `luc`. Everything is escaped; nothing is marked safe.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from hoso.desk.asking import Asking
from hoso.desk.navigation import shown
from hoso.findings import Finding
from hoso.gate.verdict import local
from hoso.rules.days import day

_TEMPLATES = Path(__file__).parent / "templates"


def page(ask: Asking, template: str, status: int = 200, **more: Any) -> Response:
    """A page for somebody who is logged in."""
    said = ask.session.said
    if said:
        ask.tell("")
    text = (
        templates()
        .get_template(template)
        .render(
            ask=ask, person=ask.person, truy_cap=ask.desk.passkeys.sign_at(ask.person.id, ask.site),
            nav=shown(ask), t=ask.session.form, said=said,
            school=_school_name(ask), training=ask.desk.training,
            dau=functools.partial(_token_field, ask.session.form), **more,
        )
    )  # fmt: skip
    return HTMLResponse(text, status)


def bare_page(template: str, status: int = 200, token: str = "", **more: Any) -> Response:
    """A page for somebody who is not logged in: it may say nothing about the school's people."""
    text = (
        templates()
        .get_template(template)
        .render(
            ask=None, person=None, truy_cap=False, nav=(), t=token, said="",
            dau=functools.partial(_token_field, token),
            **{"school": "", "training": False, **more},
        )
    )  # fmt: skip
    return HTMLResponse(text, status)


def refusal(
    ask: Asking | None, status: int, title: str, message: str, findings: Sequence[Finding] = ()
) -> Response:
    """A page that says why something was not done: code, words and remedy, never where it broke."""
    told: dict[str, Any] = {
        "title": title,
        "message": message,
        "findings": findings,
        "status_code": status,
    }
    if ask is None:
        return bare_page("tu-choi.html", status, **told)
    return page(ask, "tu-choi.html", status, **told)


def see_other(address: str) -> Response:
    """Where to look after something was done, so that reloading does not do it twice."""
    return RedirectResponse(address, status_code=303)


def data(content: Any, status: int = 200) -> Response:
    """An answer for a script."""
    return JSONResponse(content, status)


@functools.cache
def templates() -> Environment:
    """The templates of the desk; a name that nobody gave is an error, not a blank."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["ngay"] = as_day
    made.filters["luc"] = as_moment
    return made


def as_day(value: date | str) -> str:
    """A day as people write it."""
    found = day(value) if isinstance(value, str) else value
    return f"{found:%d/%m/%Y}"


def as_moment(value: int | datetime) -> str:
    """A moment by the school's clock."""
    moment = datetime.fromtimestamp(value, UTC) if isinstance(value, int) else value
    return f"{local(moment):%H:%M %d/%m/%Y}"


def _token_field(token: str) -> Markup:
    return Markup('<input type="hidden" name="_t" value="{}">').format(token)


def _school_name(ask: Asking) -> str:
    found = ask.school.get("truong")
    return "" if found is None else str(found.data["ten"])
