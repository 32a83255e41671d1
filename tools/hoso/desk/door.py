"""The door: nobody passes without a session, no form counts without the session's own token."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import quote

from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hoso.desk.asking import Asking
from hoso.desk.pages import data, refusal, see_other
from hoso.desk.place import Desk
from hoso.desk.security import SAFE_METHODS, most_bytes

LOGIN, STATIC = "/dang-nhap", "/tinh/"
#: Where a script says the token that a form holds in its hidden field.
HEADER, FIELD = "x-hoso-t", "_t"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MOST_FIELDS, _MOST_FILES = 5_000, 20


class Door:
    """Finds the session of every request but those to the login page and to static files."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(STATIC):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        answer = await self._let_in(request, scope)
        try:
            await (answer or self._app)(scope, _ended(receive), send)
        finally:
            # Files that were sent lie on the disk for as long as their request takes.
            await scope.get("hoso.form", FormData()).close()

    async def _let_in(self, request: Request, scope: Scope) -> Response | None:
        """None to go on, with everything known put into the scope; else what to answer."""
        desk, unsafe = self._desk, request.method not in SAFE_METHODS
        filled, body = FormData(), b""
        if unsafe:
            try:
                body = await request.body()
                filled = await _form(request)
            except (MultiPartException, HTTPException, UnicodeDecodeError, ValueError):
                return refusal(None, 400, "Không đọc được", "Nội dung gửi lên không đọc được.")
        scope["hoso.desk"], scope["hoso.form"] = desk, filled
        token = request.cookies.get(cookie_name(desk.secure), "")
        session = await desk.work(desk.sessions.find, token) if token else None
        if request.url.path.rstrip("/") == LOGIN or request.url.path.startswith(f"{LOGIN}/"):
            scope["hoso.session"] = session
            return None
        scripted = HEADER in request.headers
        if session is None:
            return _stranger(request, scripted)
        if unsafe:
            held = request.headers.get(HEADER) or filled.get(FIELD, "")
            if not isinstance(held, str) or not hmac.compare_digest(
                held.encode(), session.form.encode()
            ):
                return _not_ours(scripted)
        scope["hoso"] = Asking(
            desk=desk, session=session, path=request.url.path, filled=filled, body=body,
            host=request.headers.get("host", ""),
        )  # fmt: skip
        return None


async def known(desk: Desk, scope: Scope) -> bool:
    """Whether a request comes from a browser at which somebody is logged in."""
    token = Request(scope).cookies.get(cookie_name(desk.secure), "")
    return bool(token) and await desk.work(desk.sessions.find, token) is not None


def cookie_name(secure: bool) -> str:
    """What the session's cookie is called; browsers hold `__Host-` to its promise over HTTPS."""
    return "__Host-hoso" if secure else "hoso"


def set_cookie(
    answer: Response, desk: Desk, token: str, name: str = "", lasts: int | None = None
) -> None:  # fmt: skip
    """Gives the browser a token that scripts and other sites never see; for a visit, or longer."""
    answer.set_cookie(
        name or cookie_name(desk.secure), token, path="/", secure=desk.secure, httponly=True,
        samesite="strict", max_age=lasts,
    )  # fmt: skip


def drop_cookie(answer: Response, desk: Desk, name: str = "") -> None:
    """Takes the token back."""
    answer.delete_cookie(
        name or cookie_name(desk.secure), path="/", secure=desk.secure, httponly=True,
        samesite="strict",
    )  # fmt: skip


def fresh_token(desk: Desk, nonce: str) -> str:
    """What a form must carry that is filled in before anybody is known, for a browser's nonce."""
    return hmac.new(desk.secret, nonce.encode(), "sha256").hexdigest()


def new_nonce() -> str:
    """A browser's own number until somebody is known there."""
    return secrets.token_urlsafe(24)


def address_of(request: Request) -> str:
    """The address a request came from."""
    return request.client.host if request.client else ""


async def _form(request: Request) -> FormData:
    kind = Headers(scope=request.scope).get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _FORMS:
        return FormData()
    return await request.form(
        max_files=_MOST_FILES, max_fields=_MOST_FIELDS,
        max_part_size=most_bytes(request.url.path),
    )  # fmt: skip


def _stranger(request: Request, scripted: bool) -> Response:
    if scripted:
        return data({"loi": "Phiên làm việc đã hết; đăng nhập lại rồi lưu tiếp."}, 401)
    target = LOGIN
    if request.method in SAFE_METHODS and request.url.path != "/":
        target = f"{LOGIN}?toi={quote(request.url.path, safe='/')}"
    return see_other(target)


def _not_ours(scripted: bool) -> Response:
    said = "Trang này đã cũ hoặc không phải của bàn làm việc; mở lại trang rồi làm lại."
    return data({"loi": said}, 403) if scripted else refusal(None, 403, "Không nhận", said)


def _ended(receive: Receive) -> Receive:
    """The body has been read; what may still come is only that the browser went away."""
    return receive
