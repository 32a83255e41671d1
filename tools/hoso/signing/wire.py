"""The strings of the SSH protocol: each its length in four bytes, then its bytes."""

from __future__ import annotations

import binascii


def packed(*strings: bytes) -> bytes:
    """The strings one after the other, as `unpacked` reads them."""
    return b"".join(len(each).to_bytes(4, "big") + each for each in strings)


def unpacked(raw: bytes, count: int) -> tuple[list[bytes], bytes]:
    """So many strings from the front, and what follows; ValueError where the bytes run out."""
    strings = []
    for _ in range(count):
        length = int.from_bytes(raw[:4], "big")
        if len(raw) < 4 + length:
            raise ValueError("too short")
        strings.append(raw[4 : 4 + length])
        raw = raw[4 + length :]
    return strings, raw


def from_base64(text: str) -> bytes:
    """The bytes of the one Base64 spelling; ValueError for every other text."""
    try:
        raw = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise ValueError("not Base64") from error
    # Spare bits of the last character could otherwise carry several spellings of one blob.
    if to_base64(raw) != text:
        raise ValueError("not the one Base64 spelling")
    return raw


def to_base64(raw: bytes) -> str:
    """The Base64 spelling of bytes, on one line."""
    return binascii.b2a_base64(raw, newline=False).decode()
