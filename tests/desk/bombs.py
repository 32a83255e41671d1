"""Small files that would be large once unpacked, and what it costs the desk to refuse them.

Run as a program it prints what each took: the most memory beyond what was there, in MB, and words.
"""

import io
import json
import struct
import sys
import zipfile
import zlib
from pathlib import Path

from PIL import Image

from hoso.desk.media import clean_picture
from hoso.exchange.unpacked import foreign
from hoso.findings import HosoError


def chunk(name, content):
    """A part of a PNG file."""
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


def png(side, colour=2, extra=b"", drawn=True):
    """A black square; where it is not drawn the file only says that it is there."""
    packer = zlib.compressobj(9)
    line = bytes(side * {2: 3, 3: 1, 6: 4}[colour] + 1)
    raw = b"".join(packer.compress(line) for _ in range(side if drawn else 100)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, colour, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra
    return start + chunk(b"IDAT", raw) + chunk(b"IEND", b"")


def small(form, **more):
    """A small picture whose head is then made to lie."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, form, **more)
    return bytearray(out.getvalue())


def jpeg(side):
    """A JPEG file that says it is a square of that side."""
    raw = small("JPEG")
    at = raw.index(b"\xff\xc0") + 5
    raw[at : at + 4] = struct.pack(">HH", side, side)
    return bytes(raw)


def webp(side, frames=0):
    """A WebP file of a canvas of that side, with a moving picture in it or a still one."""
    still, edge = bytes(small("WEBP", lossless=True)[12:]), struct.pack("<I", side - 1)[:3]
    part = still
    if frames:
        frame = bytes(6) + struct.pack("<I", 63)[:3] * 2 + bytes(4) + still
        part = b"ANIM" + struct.pack("<I", 6) + bytes(6)
        part += frames * (b"ANMF" + struct.pack("<I", len(frame)) + frame)
    head = b"VP8X" + struct.pack("<I", 10) + bytes([0x12 if frames else 0x10, 0, 0, 0]) + edge * 2
    return b"RIFF" + struct.pack("<I", 4 + len(head + part)) + b"WEBP" + head + part


def workbook(sheet, strings=b"<sst/>"):
    """An archive that calls itself a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet>" + sheet + b"</worksheet>")
        archive.writestr("xl/sharedStrings.xml", strings)
    return out.getvalue()


BOMBS = {
    "png": lambda: png(50_000, drawn=False), "jpeg": lambda: jpeg(65_500),
    "webp": lambda: webp(16_383), "webp moving": lambda: webp(16_383, frames=200),
    "png palette": lambda: png(6_300, 3, chunk(b"PLTE", bytes(3)) + chunk(b"tRNS", b"\0")),
    "png with holes": lambda: png(4_001, 6),
    "xlsx cells": lambda: workbook(b"<c/>" * 5_500_000),
    "xlsx blanks": lambda: workbook(b" " * 400_000_000),
    "xlsx words": lambda: workbook(b"", b"<si><t/></si>" * 1_700_000),
    # As large as may come: drawn, at a price that is known.
    "largest png": lambda: png(6_300),
}  # fmt: skip


def peak():
    """The most memory this process has had since it was last asked to forget, in MB."""
    told = Path("/proc/self/status").read_text("ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) // 1024


def forget():
    """Lets the process's peak be what it has now."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def taken(raw):
    """What the desk says to a file."""
    try:
        if raw.startswith(b"PK"):
            foreign(raw, lambda lines: True)
        else:
            clean_picture(raw, 500_000)
    except HosoError as error:
        return str(error)
    return "nhận"


def main():
    """Tries each, the one that is drawn last: memory given back is not always given back."""
    found = {}
    for name, made in BOMBS.items():
        raw = made()
        forget()
        before = peak()
        found[name] = (len(raw), taken(raw), peak() - before)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
