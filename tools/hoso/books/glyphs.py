"""Which characters the books' typeface can print, read from its own character maps."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"


@cache
def printable() -> frozenset[str]:
    """Characters that every face of the typeface has, controls and invisible ones aside."""
    faces = [_characters(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))]
    shared = frozenset.intersection(*faces)
    return frozenset(sign for sign in shared if unicodedata.category(sign)[0] != "C") | {"\n"}


def _characters(font: bytes) -> frozenset[str]:
    """The characters of a TrueType file, from the format 4 subtable of its `cmap`."""
    (tables,) = struct.unpack_from(">H", font, 4)
    directory = (struct.unpack_from(">4sIII", font, 12 + 16 * i) for i in range(tables))
    start = next(offset for tag, _, offset, _ in directory if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", font, start + 2)
    for i in range(subtables):
        platform, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * i)
        if platform == 3 and struct.unpack_from(">H", font, start + offset) == (4,):
            return _segments(font, start + offset)
    raise ValueError("phông chữ không có bảng ký tự dạng 4")


def _segments(font: bytes, at: int) -> frozenset[str]:
    segments = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends, starts, deltas, ranges = (
        struct.unpack_from(f">{segments}H", font, at + 14 + 2 * segments * i + (2 if i else 0))
        for i in range(4)
    )
    offsets_at = at + 16 + 6 * segments
    found = set()
    for i in range(segments):
        for code in range(starts[i], min(ends[i], 0xFFFE) + 1):
            glyph = code
            if ranges[i]:
                place = offsets_at + 2 * i + ranges[i] + 2 * (code - starts[i])
                (glyph,) = struct.unpack_from(">H", font, place)
            if (glyph + deltas[i] if glyph or not ranges[i] else 0) & 0xFFFF:
                found.add(chr(code))
    return frozenset(found)
