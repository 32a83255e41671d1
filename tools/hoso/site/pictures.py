"""How wide and high a picture is, read from its first bytes: pages then do not jump as it loads."""

from __future__ import annotations

import struct

#: JPEG markers that start a frame and carry its size.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def size_of(picture: bytes) -> tuple[int, int] | None:
    """(width, height) of a PNG, JPEG or WebP picture; None for anything else."""
    try:
        if picture.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack(">II", picture[16:24])
            return width, height
        if picture.startswith(b"\xff\xd8"):
            return _jpeg(picture)
        if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
            return _webp(picture)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg(picture: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(picture):
        marker = picture[position + 1]
        if picture[position] != 0xFF:
            return None
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", picture[position + 5 : position + 9])
            return width, height
        position += 2 + struct.unpack(">H", picture[position + 2 : position + 4])[0]
    return None


def _webp(picture: bytes) -> tuple[int, int] | None:
    form, body = picture[12:16], picture[20:30]
    if form == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if form == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None
