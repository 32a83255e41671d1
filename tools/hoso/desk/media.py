"""Pictures and PDF files that people send: told by their own bytes, made harmless, made small.

A picture is drawn anew from its points, so that nothing else of the file that came goes on: no
EXIF, no place where it was taken, no comment, nothing appended. A PDF file stays byte for byte
what was signed elsewhere; one that runs something or has something behind its end is refused.
"""

from __future__ import annotations

import io
import re
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

from hoso.findings import HosoError

#: The longer side of a published picture, and of one that comes, in points.
LONGEST, SHORTEST = 1600, 32
#: And so many points in all; fewer of what can only be made small with further copies as large.
MOST_POINTS, MOST_COPIED = 40_000_000, 16_000_000
_STARTS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_SUFFIX = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
_QUALITIES = (86, 78, 68)
_TOO_LARGE = "ảnh lớn quá; lưu lại ở cỡ dưới 4000 × 4000 điểm rồi gửi"
#: Forty million points take two hundred megabytes to draw, and a few kilobytes to send.
_ONE_AT_A_TIME = threading.Lock()
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm)(?![A-Za-z])"
)
#: Objects packed together, in which names are as good as anywhere; and how far they are unpacked.
_PACKED = re.compile(rb"/ObjStm(?![A-Za-z])[^\0]{0,1000}?stream\r?\n")
_MOST_UNPACKED = 16_000_000
_HIDING = re.compile(rb"/[A-Za-z]*#[0-9A-Fa-f]{2}")


class Unfit(HosoError):
    """A file that the school does not publish; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture drawn anew: its bytes, the ending its name must have, its size in points."""

    content: bytes
    suffix: str
    width: int
    height: int


def is_pdf(raw: bytes) -> bool:
    """Whether a file begins as a PDF file does."""
    return raw.startswith(b"%PDF-")


def clean_picture(raw: bytes, most_bytes: int) -> Picture:
    """The picture in a file, drawn anew and made to fit; Unfit where there is none to be had."""
    with _ONE_AT_A_TIME:
        return _clean_picture(raw, most_bytes)


def _clean_picture(raw: bytes, most_bytes: int) -> Picture:
    form = _form(raw)
    if form is None:
        raise Unfit("tệp này không phải ảnh JPEG, PNG hay WebP; chụp lại hoặc lưu thành một trong "
                    "ba dạng đó")  # fmt: skip
    try:
        with Image.open(io.BytesIO(raw), formats=[form]) as found:
            _measure(found, form)
            # JPEG can be read at an eighth of its size, as long as enough is left.
            found.draft("RGB", (LONGEST, LONGEST))
            # Made small before anything else, so that no second copy is as large as the first.
            mode = "RGBA" if _has_holes(found) else "RGB"
            drawn = found if found.mode == mode else found.convert(mode)
            drawn.thumbnail((LONGEST, LONGEST))
            # A camera that was held upright says so in what is about to be thrown away.
            drawn = ImageOps.exif_transpose(drawn)
    except Unfit:
        raise
    except Image.DecompressionBombError as error:
        raise Unfit(_TOO_LARGE) from error
    except Exception as error:
        # The reader fails in as many ways as files can be broken.
        raise Unfit("ảnh bị hỏng, không đọc được hết; lưu lại ảnh rồi gửi") from error
    drawn.info = {}
    return _written(drawn, form, most_bytes)


def clean_pdf(raw: bytes, most_bytes: int) -> bytes:
    """A PDF file as it came; Unfit where it is none, is too large, or does more than be read."""
    if not raw.startswith(b"%PDF-1.") or b"%%EOF" not in raw:
        raise Unfit("tệp này không phải PDF trọn vẹn; xuất lại thành PDF rồi gửi")
    if raw.rpartition(b"%%EOF")[2].strip():
        raise Unfit("sau chỗ kết thúc của tệp PDF còn nội dung lạ; xuất lại thành PDF rồi gửi")
    if len(raw) > most_bytes:
        raise Unfit(f"tệp PDF nặng quá {most_bytes // 1024} kB; giảm độ nét của bản quét")
    if any(_ACTIVE.search(part) or _HIDING.search(part) for part in (raw, *_unpacked(raw))):
        raise Unfit("tệp PDF có phần tự chạy hoặc tệp giấu bên trong; in lại ra PDF rồi gửi")
    return raw


def _unpacked(raw: bytes) -> Iterator[bytes]:
    """The objects that a PDF file holds packed; Unfit where nobody can tell what they are."""
    left = _MOST_UNPACKED
    if b"/Encrypt" in raw:
        raise Unfit("tệp PDF bị khóa; in lại ra PDF không khóa rồi gửi")
    begins = [found.end() for found in _PACKED.finditer(raw)]
    if len(begins) != raw.count(b"/ObjStm"):
        raise Unfit("tệp PDF có phần không đọc được; in lại ra PDF rồi gửi")
    for begin in begins:
        try:
            part = zlib.decompressobj().decompress(raw[begin:], left)
        except zlib.error:
            part = b""
        left -= len(part)
        # Such a stream begins with the numbers of its objects, however it was packed.
        if left <= 0 or not part[:1].isdigit():
            raise Unfit("tệp PDF có phần không đọc được; in lại ra PDF rồi gửi")
        yield part


def _form(raw: bytes) -> str | None:
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "WEBP"
    return next((form for start, form in _STARTS.items() if raw.startswith(start)), None)


def _measure(image: Image.Image, form: str) -> None:
    width, height = image.size
    if width * height > (MOST_COPIED if form == "WEBP" or _has_holes(image) else MOST_POINTS):
        raise Unfit(f"ảnh {width} × {height} điểm: {_TOO_LARGE}")
    if max(image.size) < SHORTEST:
        raise Unfit(f"ảnh {width} × {height} điểm, nhỏ quá để xem được")


def _has_holes(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info


def _written(image: Image.Image, form: str, most_bytes: int) -> Picture:
    """The smallest loss that fits: first as it is, then with less detail, then smaller."""
    while True:
        for kind, options in _ways(image, form):
            out = io.BytesIO()
            source = image.convert("RGB") if kind == "JPEG" else image
            source.save(out, kind, **options)
            if out.tell() <= most_bytes:
                return Picture(
                    content=out.getvalue(), suffix=_SUFFIX[kind], width=image.width,
                    height=image.height,
                )  # fmt: skip
        if max(image.size) <= SHORTEST:
            raise Unfit("ảnh không thu được vừa cỡ cho phép; gửi ảnh khác")
        image = image.resize(tuple(max(1, side * 4 // 5) for side in image.size))


def _ways(image: Image.Image, form: str) -> list[tuple[str, dict[str, int | bool]]]:
    plain: list[tuple[str, dict[str, int | bool]]] = []
    if form == "PNG":
        plain = [("PNG", {"optimize": True})]
    # What has holes would lose them as JPEG.
    lossy = "WEBP" if form == "WEBP" or image.mode == "RGBA" else "JPEG"
    return [*plain, *((lossy, {"quality": each}) for each in _QUALITIES)]
