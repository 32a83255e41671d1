"""What the scalars of a record mean, and how much of them one text may hold."""

from __future__ import annotations

import re
from typing import Any

MAX_NODES = 5_000
MAX_DEPTH = 12

INTEGER = re.compile(r"-?[1-9][0-9]*|0")
MAX_DIGITS = 15
#: Plain words that are no text.
CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}


def resolve(text: str) -> Any:
    """What a plain scalar means: true, false, null, an integer, or the text itself."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    if INTEGER.fullmatch(text) and len(text.lstrip("-")) <= MAX_DIGITS:
        return int(text)
    return text
