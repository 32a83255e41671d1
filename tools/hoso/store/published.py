"""A published site read file by file, from a folder or over HTTP, never more than was asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from hoso.findings import HosoError

_GONE = frozenset({404, 410})


class Published(Protocol):
    """A site as visitors get it."""

    def read(self, name: str, most: int) -> bytes | None:
        """The content of a file, cut off after one byte more than `most`; None if there is none."""
        ...

    def names(self) -> Iterator[str]:
        """Every file there is, as far as that can be found out."""
        ...


@dataclass(frozen=True, slots=True)
class FolderSite:
    """A site in a folder; what is not a plain file inside it counts as absent when read."""

    folder: Path

    def read(self, name: str, most: int) -> bytes | None:
        path = self.folder / name
        if (
            path.is_symlink()
            or not path.is_file()
            or not path.resolve().is_relative_to(self.folder.resolve())
        ):
            return None
        with path.open("rb") as file:
            return file.read(most + 1)

    def names(self) -> Iterator[str]:
        for path in sorted(self.folder.rglob("*")):
            if path.is_symlink() or not path.is_dir():
                yield path.relative_to(self.folder).as_posix()


@dataclass(frozen=True, slots=True)
class WebSite:
    """A site at an address; answers come from its own origin or not at all, and before long.

    A web server does not list its files, so `names` yields nothing.
    """

    address: str
    seconds: float = 300.0
    _opener: OpenerDirector = field(init=False, repr=False)
    _until: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        asked = urlsplit(self.address)
        if asked.scheme not in ("http", "https") or not asked.hostname or asked.username:
            raise HosoError(
                f"{self.address} không phải địa chỉ trang web, ví dụ https://truong.vn/"
            )
        object.__setattr__(self, "address", self.address.rstrip("/") + "/")
        object.__setattr__(self, "_opener", build_opener(_SameOrigin()))
        object.__setattr__(self, "_until", time.monotonic() + self.seconds)

    def read(self, name: str, most: int) -> bytes | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise HosoError(f"{self.address} trả lời quá chậm: hết {self.seconds:.0f} giây")
        address = urljoin(self.address, quote(name))
        request = Request(address, headers={"Cache-Control": "no-cache"})  # noqa: S310 - http(s) only
        try:
            with self._opener.open(request, timeout=min(20, left)) as answer:
                content: bytes = answer.read(most + 1)
                return content
        except HTTPError as error:
            with error:
                if error.code in _GONE:
                    return None
            raise HosoError(f"{address}: máy chủ trả lời {error.code}") from error
        except (OSError, HTTPException) as error:
            raise HosoError(f"{address}: không tải được ({error})") from error

    def names(self) -> Iterator[str]:
        return iter(())


class _SameOrigin(HTTPRedirectHandler):
    """Follows a redirect inside one origin; any other is a different site."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if _origin(newurl) != _origin(req.full_url):
            fp.close()
            raise HosoError(f"{req.full_url} chuyển sang trang web khác: {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port
