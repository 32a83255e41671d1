"""The fence around every page: who may be asked by which name, how much may be sent, what is said.

Nothing here knows people. Every answer, also one about a mistake, goes out through here.
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hoso.desk.budget import Budget

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
#: Bytes of a request's body; the pages that take files take more, and from strangers nobody does.
MOST_BYTES, MOST_WITH_FILES, MOST_OF_STRANGERS = 1_000_000, 16_000_000, 64_000
_WITH_FILES = re.compile(r"/so/.+/nop|/soan/anh|/api/v1|/sua/.+|/bai/.+")
#: Seconds for a body to arrive, and for a reader to take the next piece of an answer.
_ARRIVES, _TAKES = 30.0, 60.0
_MOST_ADDRESS = 2_000
_TOO_MUCH = "Gửi nhiều quá một lần; chia nhỏ ra rồi gửi lại."
_NO_ROOM = "Nhiều người đang gửi tệp cùng lúc; chờ ít giây rồi gửi lại."
#: Seconds after which somebody for whom there was no room may come again.
_AGAIN = "10"
_LOG = logging.getLogger("hoso.desk")


class Fence:
    """Lets through what is whole, of bearable size, sent to us by name and from our own pages."""

    def __init__(
        self, app: ASGIApp, names: Callable[[], Collection[str]],
        known: Callable[[Scope], Awaitable[bool]], *, secure: bool,
    ) -> None:  # fmt: skip
        """`names` are the hosts with ports that we are called by; `known` tells whose session is
        not a stranger's.
        """
        self._app, self._names, self._known, self._secure = app, names, known, secure
        self._budget = Budget()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def out(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            async with asyncio.timeout(_TAKES):
                await send(message)

        async def answered(body: bytes) -> None:
            try:
                await self._app(scope, _replaying(body, receive), out)
            except Exception as error:
                if begun:
                    raise
                note_fault(scope["method"], "", error)
                said = _said(500, "Lỗi của chương trình; hồ sơ không bị thay đổi.")
                await said(scope, receive, out)

        most, wrong = MOST_OF_STRANGERS, self._wrong(scope)
        if wrong is None and scope["method"] in SAFE_METHODS:
            await answered(b"")
            return
        if wrong is None:
            most = most_bytes(scope["path"])
            if not await self._known(scope):
                # Many strangers at once must not fill the memory.
                most = min(most, MOST_OF_STRANGERS)
            size = _announced(scope, most)
            wrong = None if size <= most else _said(413, _TOO_MUCH)
        if wrong is None:
            who = (scope.get("client") or ("",))[0]
            async with self._budget.room(size, who) as free:
                if free:
                    found = await _arrived(receive, most)
                    await (answered(found) if isinstance(found, bytes)
                           else found(scope, receive, out))  # fmt: skip
                    return
            wrong = _said(503, _NO_ROOM)
            wrong.headers["Retry-After"] = _AGAIN
        await _poured_away(receive, most)
        await wrong(scope, receive, out)

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
        return None


def note_fault(method: str, route: str, error: Exception) -> None:
    """Leaves a line about a mistake of the program: where it happened, and no value it was about.

    What an exception says may hold what somebody typed, or a pupil's name.
    """
    where = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("%s %s: %s\n%s", method, route, type(error).__name__, where)


def most_bytes(path: str) -> int:
    """How many bytes a request to this address may carry."""
    return MOST_WITH_FILES if _WITH_FILES.fullmatch(path) else MOST_BYTES


def _same_site(headers: Headers) -> bool:
    return headers.get("sec-fetch-site") == "same-origin"


def _announced(scope: Scope, most: int) -> int:
    """How many bytes a body says it has; the most there may be where it does not say."""
    headers = Headers(scope=scope)
    length = headers.get("content-length", f"{most}" if "transfer-encoding" in headers else "0")
    return int(length) if length.isdecimal() else most + 1


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
                more = message.get("more_body", False)
                if size > most:
                    # A sender who is cut off reads no answer; nothing more of it is kept.
                    pieces.clear()
                    if not more or size > 5 * most:
                        return _said(413, _TOO_MUCH)
                elif not more:
                    return b"".join(pieces)
    except TimeoutError:
        return _said(408, "Yêu cầu tới chậm quá; gửi lại khi mạng khá hơn.")


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
