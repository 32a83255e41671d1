"""The desk as one application: all routes in one list, every mistake told as a page.

A room of pages is a module with `routes: list[Route]`; its name stands in ROOMS.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from hoso.desk.asking import Asking, Denied, Locked, Missing
from hoso.desk.attempts import TooMany, Wrong
from hoso.desk.door import Door, known
from hoso.desk.pages import data, refusal
from hoso.desk.place import Desk
from hoso.desk.security import SAFE_METHODS, Fence, note_fault
from hoso.findings import HosoError
from hoso.proposals.delivery import NotDelivered

#: The modules whose pages make up the desk; where two claim an address, the first has it.
ROOMS: tuple[str, ...] = (
    "login_pages", "account_pages", "passkey_pages", "key_pages", "home_pages", "settling_pages",
    "approving_pages",
    "post_pages", "decap_pages", "decap_preview", "attached_pages",
    "begin_pages", "roster_pages", "sheet_pages", "writing_pages",
    "batch_pages", "lock_pages", "unlock_pages", "correction_pages", "calendar_pages",
    "reading_pages", "history_pages", "book_pages", "search_pages", "audit_pages",
)  # fmt: skip
_SWEEP_EVERY = 60
#: Where typing is kept as it goes: somebody waits for it with their hands on the keys.
_DRAFT = "/nhap"
#: What a mistake is answered with: the status, the page's title, the word scripts know it by. The
#: first that fits counts.
_ANSWERS: Mapping[type[HosoError], tuple[int, str, str]] = {
    Missing: (404, "Không có trang này", "khong-co"),
    Denied: (403, "Không được phép", "khong-duoc"),
    Locked: (409, "Khóa ký đang khóa", "khoa-ky"),
    TooMany: (429, "Chờ một chút", "cho"),
    Wrong: (403, "Chưa đúng", "sai"),
    NotDelivered: (409, "Chưa gửi được", "chua-gui"),
    HosoError: (422, "Chưa làm được", "chua-lam"),
}
_OUR_FAULT = "hồ sơ không bị thay đổi; báo người phụ trách phần mềm giờ và trang vừa mở"
_STATIC = Path(__file__).parent / "static"
_STILL = {"Cache-Control": "no-cache"}
Handler = Callable[[Request], Response]


def application(desk: Desk, names: Callable[[], Collection[str]]) -> Starlette:
    """The desk's application; `names` are the hosts with ports that it answers to."""
    routes = [*all_routes(), Mount("/tinh", _Still(directory=_STATIC), name="tinh")]
    desk.hosts = names
    desk.addresses = frozenset(route.path for route in routes if isinstance(route, Route))
    made = Starlette(
        lifespan=functools.partial(_life, desk),
        routes=[_told(desk, route) for route in routes],
        middleware=[
            Middleware(
                Fence, names=names, known=functools.partial(known, desk), secure=desk.secure
            ),
            Middleware(Door, desk=desk),
        ],
        exception_handlers={
            404: _refusing(desk, "Không có trang này", "địa chỉ này không có gì"),
            405: _refusing(desk, "Không làm vậy được", "trang này không nhận kiểu yêu cầu đó"),
            HTTPException: _refusing(desk, "Không làm được", "yêu cầu không hợp lệ"),
        },
    )
    # `/so` and `/so/` are two addresses: which one is meant is not guessed by a redirect.
    made.router.redirect_slashes = False
    return made


@asynccontextmanager
async def _life(desk: Desk, _: Starlette) -> AsyncIterator[None]:
    """Ends sessions that have run out, as long as the desk is open."""
    sweeping = asyncio.create_task(_sweep(desk))
    try:
        yield
    finally:
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping


async def _sweep(desk: Desk) -> None:
    while True:
        await asyncio.sleep(_SWEEP_EVERY)
        await desk.work(desk.sessions.sweep)


def all_routes() -> list[Route]:
    """Every route of every room."""
    return list(_of_rooms(ROOMS))


def _of_rooms(rooms: Sequence[str]) -> Iterator[Route]:
    for name in rooms:
        yield from importlib.import_module(f"hoso.desk.{name}").routes


def answered(handler: Handler, request: Request) -> Response:
    """What a handler answers, or in words why it did not; nothing of the program shows."""
    ask: Asking | None = request.scope.get("hoso")
    try:
        return handler(request)
    except HosoError as error:
        return _said(request, ask, *_answer(error), error)
    except Exception as error:  # the last fence: a bug must not look like bad data, nor show itself
        note_fault(request.method, request.scope["route"].path, error)
        return _said(request, ask, 500, "Lỗi của chương trình", "hong", HosoError(_OUR_FAULT))


def _answer(error: HosoError) -> tuple[int, str, str]:
    return next(answer for kind, answer in _ANSWERS.items() if isinstance(error, kind))


def _said(
    request: Request, ask: Asking | None, status: int, title: str, because: str, error: HosoError
) -> Response:
    findings = getattr(error, "findings", ())
    if "x-hoso-t" in request.headers:
        return data(
            {"loi": str(error), "ly_do": because, "cho": [
                {"ma": each.code, "o": each.place, "loi": each.message, "sua": each.hint}
                for each in findings
            ]},
            status,
        )  # fmt: skip
    try:
        return refusal(ask, status, title, str(error), findings)
    except HosoError:
        # The frame itself cannot be filled, for whoever asks is not among the staff any more.
        return refusal(None, status, title, str(error), findings)


def _told(desk: Desk, route: BaseRoute) -> BaseRoute:
    if not isinstance(route, Route):
        return route
    # In one thread from beginning to end: what was read of history belongs to that thread.

    async def handler(request: Request) -> Response:
        quick = request.method in SAFE_METHODS or request.url.path.endswith(_DRAFT)
        return await desk.work(answered, route.endpoint, request, waits=not quick)

    return Route(route.path, handler, methods=sorted(route.methods or {"GET"}), name=route.name)


def _refusing(desk: Desk, title: str, message: str) -> Callable[..., Awaitable[Response]]:
    """Answers an address that leads nowhere, or to something else than was wanted."""

    async def handler(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        said = HosoError(message)
        return await desk.work(_said, request, request.scope.get("hoso"), status, title, "", said)

    return handler


class _Still(StaticFiles):
    """Files of the program: a browser may keep them, and asks whether they have changed."""

    def file_response(self, *args: object, **more: object) -> Response:
        answer = super().file_response(*args, **more)  # type: ignore[arg-type]
        answer.headers.update(_STILL)
        return answer
