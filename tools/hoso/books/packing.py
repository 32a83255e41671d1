"""Packs the objects of a PDF into compressed streams, as PDF 1.5 and PDF/A-2 allow.

typst writes every small object by itself, uncompressed; a report book has some four hundred. A
general PDF library does the same in five times the time, which for a year's archive is minutes.
Only the plain form typst writes is understood: one table of cross references, no update, no
encryption. Streams, their contents and the numbers of all objects stay as they are.
"""

from __future__ import annotations

import re
import zlib

_TAIL = re.compile(
    rb"trailer\n<</Size \d+(?P<trailer>.*)>>\nstartxref\n(?P<at>\d+)\n%%EOF\s*\Z", re.DOTALL
)
#: The length of one line of a table of cross references.
_ENTRY = 20
#: How many objects share a stream; a reader must unpack all of them to see one.
_MOST = 200


class NotPlain(ValueError):
    """The PDF is not of the plain form that can be packed."""


def pack(pdf: bytes) -> bytes:
    """The same document, smaller; the same bytes for the same input."""
    end = _TAIL.search(pdf, max(0, len(pdf) - 600))
    if end is None:
        raise NotPlain("không có bảng tham chiếu đơn ở cuối tệp")
    offsets = _offsets(pdf, int(end["at"]))
    places = sorted((offset, number) for number, offset in offsets.items())
    limits = [offset for offset, _ in places[1:]] + [int(end["at"])]
    out = bytearray(pdf[: places[0][0]])
    rows: dict[int, bytes] = {0: _row(0, 0, 255)}
    small: list[tuple[int, bytes]] = []
    for (offset, number), limit in zip(places, limits, strict=True):
        content = _content(pdf[offset:limit], number)
        if content.endswith(b"endstream"):
            rows[number] = _row(1, len(out), 0)
            out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
        else:
            small.append((number, content))
    number = max(offsets) + 1
    for first in range(0, len(small), _MOST):
        group = small[first : first + _MOST]
        rows[number] = _row(1, len(out), 0)
        rows |= {member: _row(2, number, place) for place, (member, _) in enumerate(group)}
        out += _object_stream(number, group)
        number += 1
    start = len(out)
    rows[number] = _row(1, start, 0)
    table = zlib.compress(b"".join(rows[each] for each in range(number + 1)), 9)
    out += b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]%b/Length %d/Filter/FlateDecode>>\nstream\n" % (
        number,
        number + 1,
        end["trailer"],
        len(table),
    )
    return bytes(out + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)


def _offsets(pdf: bytes, at: int) -> dict[int, int]:
    """Where each object begins, from the one table of cross references."""
    head = re.compile(rb"xref\n0 (\d+)\n").match(pdf, at)
    if head is None:
        raise NotPlain("bảng tham chiếu không bắt đầu từ 0")
    found = {}
    for number in range(1, int(head[1])):
        start = head.end() + _ENTRY * number
        entry = pdf[start : start + _ENTRY]
        if not re.fullmatch(rb"\d{10} 00000 n\r\n", entry):
            raise NotPlain(f"dòng {number} của bảng tham chiếu có dạng lạ")
        found[number] = int(entry[:10])
    return found


def _content(raw: bytes, number: int) -> bytes:
    head, content = b"%d 0 obj\n" % number, raw.rstrip()
    if not content.startswith(head) or not content.endswith(b"endobj"):
        raise NotPlain(f"đối tượng {number} có dạng lạ")
    return content[len(head) : -len(b"endobj")].rstrip()


def _object_stream(number: int, group: list[tuple[int, bytes]]) -> bytes:
    index, at = [], 0
    for member, content in group:
        index.append(b"%d %d" % (member, at))
        at += len(content) + 1
    head = b" ".join(index) + b"\n"
    packed = zlib.compress(head + b"\n".join(content for _, content in group), 9)
    return (
        b"%d 0 obj\n<</Type/ObjStm/N %d/First %d/Length %d/Filter/FlateDecode>>\nstream\n%b\n"
        b"endstream\nendobj\n" % (number, len(group), len(head), len(packed), packed)
    )


def _row(kind: int, where: int, index: int) -> bytes:
    return bytes((kind, *where.to_bytes(4, "big"), index))
