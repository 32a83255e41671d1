"""Why signed bytes are refused: a code of the catalogue and words."""

from __future__ import annotations

from hoso.findings import HosoError


class Fault(HosoError):
    """Signed bytes that cannot be taken for what they claim; `code` is one of `CODES`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
