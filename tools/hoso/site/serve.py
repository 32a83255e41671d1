"""The site on this machine, built again and reloaded whenever a file of the school changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from hoso.findings import HosoError

#: Parts of a school's repository that decide about its site.
WATCHED = ("content", "records", "schemas", "mkdocs.yml")
_NEWS, _SCRIPT = "/__moi", "/__moi.js"
_LISTENER = b'new EventSource("/__moi").onmessage = () => location.reload();\n'
_TAG = b'<script src="/__moi.js"></script>'
#: Editors save in several steps; a build starts when nothing has moved for so long.
_QUIET_SECONDS = 0.3
_HEARTBEAT_SECONDS = 15


@dataclass(eq=False)
class _Wakes(FileSystemEventHandler):
    """Remembers that something changed, and counts the builds made since."""

    changed: threading.Event = field(default_factory=threading.Event)
    built: threading.Condition = field(default_factory=threading.Condition)
    builds: int = 0

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in {"created", "modified", "moved", "deleted"}:
            self.changed.set()

    def announce(self) -> None:
        with self.built:
            self.builds += 1
            self.built.notify_all()


def serve_site(
    folder: Path,
    target: Path,
    build: Callable[[], None],
    *,
    host: str,
    port: int,
    say: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Builds, serves and rebuilds until `stop` is set; a build that fails leaves the old pages."""
    build()
    wakes = _Wakes()
    try:
        server = ThreadingHTTPServer(
            (host, port), partial(_Handler, directory=str(target), wakes=wakes, stop=stop)
        )
    except OSError as error:
        raise HosoError(f"không mở được cổng {port}: {error.strerror}; thử --port khác") from error
    server.daemon_threads = True
    observer = Observer()
    for name in WATCHED:
        if (folder / name).exists():
            observer.schedule(wakes, str(folder / name), recursive=True)
    observer.start()
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    say(f"Trang web ở http://{host}:{server.server_port}/ (Ctrl+C để dừng)")
    try:
        while not stop.is_set():
            if wakes.changed.wait(0.2):
                _rebuild(wakes, build, say)
    finally:
        stop.set()
        wakes.announce()
        observer.stop()
        observer.join()
        server.shutdown()
        server.server_close()


def _rebuild(wakes: _Wakes, build: Callable[[], None], say: Callable[[str], None]) -> None:
    while wakes.changed.is_set():
        wakes.changed.clear()
        wakes.changed.wait(_QUIET_SECONDS)
    try:
        build()
    except HosoError as error:
        say(f"Chưa dựng lại được: {error}")
        return
    say("Đã dựng lại.")
    wakes.announce()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(
        self, *arguments: object, directory: str, wakes: _Wakes, stop: threading.Event
    ) -> None:
        self.wakes = wakes
        self.stop = stop
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def log_message(self, format: str, *_: object) -> None:
        """Nobody wants a line for every picture."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == _NEWS:
            self._tell_of_builds()
        elif path == _SCRIPT:
            self._answer(HTTPStatus.OK, "text/javascript", _LISTENER)
        elif (page := self._page(path)) is not None:
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", _with_listener(page))
        else:
            super().do_GET()

    def _page(self, path: str) -> Path | None:
        file = Path(self.translate_path(path))
        page = file / "index.html" if path.endswith("/") else file
        return page if page.suffix == ".html" and page.is_file() else None

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code == HTTPStatus.NOT_FOUND and page.is_file():
            self._answer(HTTPStatus.NOT_FOUND, "text/html; charset=utf-8", _with_listener(page))
        else:
            super().send_error(code, message, explain)

    def _answer(self, status: HTTPStatus, media_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _tell_of_builds(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        known = self.wakes.builds
        try:
            while not self.stop.is_set():
                with self.wakes.built:
                    self.wakes.built.wait(_HEARTBEAT_SECONDS)
                    news, known = self.wakes.builds > known, self.wakes.builds
                self.wfile.write(b"data: moi\n\n" if news else b": con day\n\n")
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            return


def _with_listener(page: Path) -> bytes:
    return page.read_bytes().replace(b"</body>", _TAG + b"</body>", 1)
