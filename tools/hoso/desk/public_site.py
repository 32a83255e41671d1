"""The public site as everybody sees it: the built folder, served at a port of its own.

A port of its own is an origin of its own: what runs on the public pages can ask nothing of the
desk in the reader's name.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hoso.findings import HosoError


@contextmanager
def public_site(folder: Path, host: str, port: int) -> Iterator[int]:
    """Serves a folder of the public site, there or not yet, within; gives the port."""
    try:
        server = ThreadingHTTPServer((host, port), partial(_Reader, directory=str(folder)))
    except OSError as error:
        raise HosoError(f"không mở được cổng {port} cho trang web: {error.strerror}") from error
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


class _Reader(SimpleHTTPRequestHandler):
    """Pages and files of the folder and nothing else: no listing, no name of the program."""

    server_version = sys_version = ""
    #: A reader who stops listening is let go.
    timeout = 30

    def log_message(self, format: str, *_: object) -> None:
        """Nobody's reading is written down."""

    def list_directory(self, path: object) -> None:
        """A folder without a page of its own is nothing."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
