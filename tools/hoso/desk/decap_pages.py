"""Decap CMS at the desk: its page, its configuration, its files, and what it asks of us."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hoso.desk.asking import Denied, Locked, Missing, asking
from hoso.desk.decap_form import configuration
from hoso.desk.decap_protocol import Unready, answer
from hoso.desk.decap_words import words
from hoso.desk.pages import data, page, templates
from hoso.findings import HosoError
from hoso.store.editor_files import editor_piece

#: Only for this one page: Decap writes its styles into the page, and checks what it is configured
#: with by a program that it makes up as it goes.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_STATUS = {Missing: 404, Denied: 403, Locked: 409}


def editor(request: Request) -> Response:
    """The editor, or how to bring it in."""
    ask = asking(request)
    if editor_piece(ask.desk.editor, "decap-cms.js") is None:
        return page(ask, "chua-co-decap.html")
    text = templates().get_template("decap.html").render(t=ask.session.form)
    return HTMLResponse(text, headers={"Content-Security-Policy": POLICY})


def config(request: Request) -> Response:
    """What the editor may edit for whoever asks."""
    return data({**configuration(asking(request)), "words": words()})


def piece(request: Request) -> Response:
    """A file of the editor; it never changes under its name."""
    raw = editor_piece(asking(request).desk.editor, request.path_params["name"])
    if raw is None:
        raise Missing("không có tệp này")
    return Response(raw, media_type="text/javascript", headers={
        "Content-Encoding": "gzip", "Cache-Control": "private, max-age=86400"})  # fmt: skip


def asked(request: Request) -> Response:
    """One question of the editor, answered for whoever is logged in."""
    ask = asking(request)
    try:
        body = ask.json()
        action, params = body.get("action"), body.get("params")
        if not isinstance(action, str) or not isinstance(params, Mapping | None):
            raise HosoError("yêu cầu không đúng dạng")
        return data(answer(ask, action, params or {}))
    except HosoError as error:
        faults = {"vuong": error.faults} if isinstance(error, Unready) else {}
        return data({"error": str(error), **faults}, _STATUS.get(type(error), 422))


routes = [
    Route("/soan/decap", editor, methods=["GET"]),
    Route("/soan/config.json", config, methods=["GET"]),
    Route("/soan/decap/{name}", piece, methods=["GET"]),
    Route("/api/v1", asked, methods=["POST"]),
]
