"""The desk on a socket: uvicorn, with a bound on everything a slow or greedy client could hold."""

from __future__ import annotations

import asyncio
import functools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds in which a request's head must have come, and for which an idle connection stays open.
HEAD_ARRIVES, IDLE = 10.0, 15
#: Connections at one time; forty people with a browser's six each, and some to spare.
_CONNECTIONS = 400
#: And from one address: whoever fills these keeps out nobody elsewhere.
_OF_ONE_ADDRESS = _CONNECTIONS // 2
_MOST_HEAD = 32 * 1024


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate and of its key."""

    certificate: Path
    key: Path


class _Patient(H11Protocol):
    """A connection that ends when it says nothing whole for too long."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._crowds():
            transport.close()
        self._waiting = self.loop.call_later(HEAD_ARRIVES, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._waiting.cancel()
        # The next request on this connection may idle first, but not dawdle for ever.
        self._waiting = self.loop.call_later(HEAD_ARRIVES + IDLE, self._give_up)

    def _crowds(self) -> bool:
        address = self.client and self.client[0]
        others = (each.client for each in self.connections if isinstance(each, _Patient))
        return sum(each is not None and each[0] == address for each in others) > _OF_ONE_ADDRESS

    def _give_up(self) -> None:
        busy = self.cycle is not None and not self.cycle.response_complete
        if not busy and not self.transport.is_closing():
            self.transport.close()


class _Server(uvicorn.Server):
    """A server that hangs up on whoever begins to agree on a cipher and never ends."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        if self.config.is_ssl:
            create = functools.partial(loop.create_server, ssl_handshake_timeout=HEAD_ARRIVES)
            loop.create_server = create  # type: ignore[method-assign]
        await super().startup(sockets)


def server(app: Starlette, certificate: Certificate | None = None) -> uvicorn.Server:
    """A server for the application, to be given the socket it shall listen at."""
    return _Server(
        uvicorn.Config(
            app, http=_Patient, ws="none", lifespan="on", log_config=None, access_log=False,
            server_header=False, date_header=True, proxy_headers=False,
            timeout_keep_alive=IDLE, limit_concurrency=_CONNECTIONS,
            h11_max_incomplete_event_size=_MOST_HEAD, timeout_graceful_shutdown=10,
            ssl_certfile=None if certificate is None else certificate.certificate,
            ssl_keyfile=None if certificate is None else certificate.key,
        )
    )  # fmt: skip


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens, on any free port where 0 is asked for; OSError where it cannot."""
    made = socket.create_server((host, port), backlog=256)
    made.set_inheritable(False)
    return made


@contextmanager
def running(
    app: Starlette, host: str = "127.0.0.1", port: int = 0,
    certificate: Certificate | None = None,
) -> Iterator[int]:  # fmt: skip
    """The application served by a thread of its own while the block runs; gives the port."""
    made = server(app, certificate)
    with listening(host, port) as at:
        thread = threading.Thread(target=made.run, kwargs={"sockets": [at]}, daemon=True)
        thread.start()
        try:
            yield int(at.getsockname()[1])
        finally:
            made.should_exit = True
            thread.join(timeout=20)
