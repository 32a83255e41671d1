"""JSON over HTTP to one forge and nowhere else: no redirect is followed, no answer is endless."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any

from hoso.findings import HosoError

_SECONDS = 30
_LONGEST = 16 * 1024 * 1024
_PAGE = 50
_MOST_PAGES = 40
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _Stay(urllib.request.HTTPRedirectHandler):
    """The token must not follow an answer to another place."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message,
        newurl: str,
    ) -> None:  # fmt: skip
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The API below an address; the token goes into one header and into no message."""

    root: str
    headers: Mapping[str, str]
    page_size: str

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.root)
        if parts.scheme != "https" and not (
            parts.scheme == "http" and parts.hostname in _LOOPBACK
        ):  # fmt: skip
            raise HosoError("địa chỉ nơi đặt kho phải bắt đầu bằng https://")

    def get(self, path: str) -> Mapping[str, Any]:
        """The object at a path."""
        return _object(self._ask("GET", path), path)

    def every(self, path: str) -> Iterator[Mapping[str, Any]]:
        """The members of a list, page after page."""
        for page in range(1, _MOST_PAGES + 1):
            found = self._ask("GET", f"{path}?{self.page_size}={_PAGE}&page={page}")
            if not isinstance(found, list):
                raise HosoError(f"nơi đặt kho trả lời khác điều mong đợi ở {path}")
            yield from (_object(each, path) for each in found)
            if len(found) < _PAGE:
                return
        raise HosoError(f"nơi đặt kho có quá {_PAGE * _MOST_PAGES} mục ở {path}")

    def send(self, method: str, path: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Sends an object and gives what comes back."""
        return _object(self._ask(method, path, json.dumps(data).encode()), path)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> object:
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
            f"{self.root.rstrip('/')}/{path}", data=body, method=method,
            headers={**self.headers, "Content-Type": "application/json", "User-Agent": "hoso"},
        )  # fmt: skip
        opener = urllib.request.build_opener(_Stay())
        try:
            with opener.open(request, timeout=_SECONDS) as answer:
                raw = answer.read(_LONGEST + 1)
        except urllib.error.HTTPError as error:
            error.close()
            raise HosoError(f"nơi đặt kho không cho {method} {path}: mã {error.code}") from None
        except (OSError, ValueError) as error:
            raise HosoError(f"không nói chuyện được với nơi đặt kho: {method} {path}") from error
        if len(raw) > _LONGEST:
            raise HosoError(f"nơi đặt kho trả lời quá dài ở {path}")
        try:
            return json.loads(raw or b"{}")
        except (ValueError, RecursionError) as error:
            raise HosoError(f"nơi đặt kho không trả lời bằng JSON ở {path}") from error


def _object(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise HosoError(f"nơi đặt kho trả lời khác điều mong đợi ở {path}")
    return value
