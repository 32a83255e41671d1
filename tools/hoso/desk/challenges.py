"""Challenges for passkeys: each for one browser and one purpose, for a short while, and once.

Nothing is kept for a challenge that nobody answers, so asking for many crowds nobody out.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable

from hoso.desk.attempts import Wrong

#: Seconds in which a challenge must be answered.
LASTS = 180
_RANDOM, _TIME = 24, 8


class Challenges:
    """Makes challenges and takes each back once; a restart makes all of them void."""

    def __init__(self, seconds: Callable[[], int]) -> None:
        self._seconds, self._secret = seconds, secrets.token_bytes(32)
        self._spent: dict[bytes, int] = {}
        self._lock = threading.Lock()

    def new(self, browser: bytes, purpose: str) -> bytes:
        """A challenge that only this browser can answer, for this purpose."""
        body = secrets.token_bytes(_RANDOM) + self._seconds().to_bytes(_TIME, "big")
        return body + self._seal(body, browser, purpose)

    def spend(self, challenge: bytes, browser: bytes, purpose: str) -> None:
        """Takes a challenge back; Wrong where it is not ours, not theirs, late or used before."""
        body, seal = challenge[: _RANDOM + _TIME], challenge[_RANDOM + _TIME :]
        if not hmac.compare_digest(seal, self._seal(body, browser, purpose)):
            raise Wrong("yêu cầu xác nhận này không phải của trang này; thử lại")
        made, now = int.from_bytes(body[_RANDOM:], "big"), self._seconds()
        with self._lock:
            self._spent = {each: end for each, end in self._spent.items() if end >= now}
            if not made <= now <= made + LASTS or challenge in self._spent:
                raise Wrong("yêu cầu xác nhận đã quá hạn hoặc đã dùng; thử lại")
            self._spent[challenge] = made + LASTS

    def _seal(self, body: bytes, browser: bytes, purpose: str) -> bytes:
        said = b"\0".join((purpose.encode(), browser.hex().encode(), body))
        return hmac.digest(self._secret, said, "sha256")
