"""The fence around every page: who may be asked by which name, how much may be sent, what is said.

Nothing here knows people. Every answer, also one about a mistake, goes out through here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The pages of the desk: nothing from elsewhere, no script and no style inside a page.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    # Not `no-referrer`: under it browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
METHODS: Final = SAFE_METHODS | {"POST"}
#: Bytes of a request's body; the pages that take files take more.
MOST_BYTES, MOST_WITH_FILES = 1_000_000, 16_000_000
_WITH_FILES = re.compile(r"/so/.+/nop|/soan/anh|/api/v1|/sua/.+|/bai/.+")
#: Seconds for a body to arrive, and for a reader to take the next piece of an answer.
_ARRIVES, _TAKES = 30.0, 60.0
_MOST_ADDRESS = 2_000
_TOO_SLOW = 408


class Fence:
    """Lets through what is whole, of bearable size, sent to us by name and from our own pages."""

    def __init__(self, app: ASGIApp, names: Callable[[], Collection[str]], *, secure: bool) -> None:
        """`names` are the hosts with ports that we are called by."""
        self._app, self._names, self._secure = app, names, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            async with asyncio.timeout(_TAKES):
                await send(message)

        body, wrong = b"", self._wrong(scope)
        if wrong is None and scope["method"] not in SAFE_METHODS:
            found = await _arrived(receive, most_bytes(scope["path"]))
            body, wrong = (found, None) if isinstance(found, bytes) else (b"", found)
        if wrong is not None:
            if wrong.status_code != _TOO_SLOW:
                await _poured_away(receive, most_bytes(scope["path"]))
            await wrong(scope, receive, out)
            return
        await self._app(scope, _replaying(body, receive), out)

    def _wrong(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        # A page elsewhere may have a name of its own point at this machine.
        if host not in self._names():
            return _said(421, "Bàn làm việc không mang tên này; dùng địa chỉ đã in ra lúc mở.")
        if scope["method"] not in METHODS:
            return _said(405, "Bàn làm việc không nhận kiểu yêu cầu này.")
        if len(scope["path"]) + len(scope.get("query_string", b"")) > _MOST_ADDRESS:
            return _said(414, "Địa chỉ dài quá.")
        if scope["method"] in SAFE_METHODS:
            return None
        own = f"{'https' if self._secure else 'http'}://{host}"
        if headers.get("origin", own if _same_site(headers) else "") != own:
            return _said(403, "Yêu cầu không đến từ trang của bàn làm việc nên bị bỏ qua.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > most_bytes(scope["path"]):
            return _said(413, "Gửi nhiều quá một lần; chia nhỏ ra rồi gửi lại.")
        return None


def most_bytes(path: str) -> int:
    """How many bytes a request to this address may carry."""
    return MOST_WITH_FILES if _WITH_FILES.fullmatch(path) else MOST_BYTES


def _same_site(headers: Headers) -> bool:
    return headers.get("sec-fetch-site") == "same-origin"


async def _arrived(receive: Receive, most: int) -> bytes | PlainTextResponse:
    """The whole body, or what to answer where it is too long or takes too long."""
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_ARRIVES):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return _said(400, "Yêu cầu bị ngắt giữa chừng.")
                pieces.append(message.get("body", b""))
                size += len(pieces[-1])
                if size > most:
                    return _said(413, "Gửi nhiều quá một lần; chia nhỏ ra rồi gửi lại.")
                if not message.get("more_body", False):
                    return b"".join(pieces)
    except TimeoutError:
        return _said(_TOO_SLOW, "Yêu cầu tới chậm quá; gửi lại khi mạng khá hơn.")


async def _poured_away(receive: Receive, most: int) -> None:
    """Lets what is on its way come for a while: a sender who is cut off reads no answer."""
    left = 4 * most
    with suppress(TimeoutError):
        async with asyncio.timeout(_ARRIVES / 3):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return


def _replaying(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _said(status: int, text: str) -> PlainTextResponse:
    return PlainTextResponse(f"{text}\n", status, headers={"Connection": "close"})
