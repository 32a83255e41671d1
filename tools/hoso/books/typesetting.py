"""Turns a page model into the bytes of a PDF/A and PDF/UA file, the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from hoso.books.glyphs import FONTS, printable
from hoso.books.packing import pack
from hoso.books.page import Page
from hoso.findings import HosoError

TEMPLATES = Path(__file__).parent / "templates"


def typeset(page: Page, line: str) -> bytes:
    """The PDF of a page, A-2a with UA-1, or A-3a with UA-1 when it carries a file.

    The line stands at the foot of every page; see `Edition.line`.
    """
    return pack(raw(page, line))


def raw(page: Page, line: str) -> bytes:
    """The PDF as typst writes it, conforming already but larger than it need be."""
    inputs = _inputs(page, line)
    strange = _characters(inputs["page"]) - printable()
    if strange:
        raise HosoError(_missing_glyphs(page, strange))
    written = typst.compile(
        TEMPLATES / f"{page.template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": unicodedata.normalize("NFC", json.dumps(inputs, ensure_ascii=False))},
        pdf_standards=["a-3a" if page.attached else "a-2a", "ua-1"],
        timestamp=datetime.fromisoformat(page.date).replace(tzinfo=UTC),
    )
    return bytes(written)


@cache
def program_digest() -> str:
    """A digest of all that shapes a page besides its data: templates, fonts and tool versions."""
    known = hashlib.sha256(f"typst {version('typst')}".encode())
    packer = Path(__file__).with_name("packing.py")
    for path in sorted((*TEMPLATES.glob("*.typ"), *FONTS.glob("*.ttf"), packer)):
        known.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return known.hexdigest()


def content_key(page: Page) -> str:
    """A digest of all that a page prints except the commit it is printed from."""
    text = json.dumps(_inputs(page, ""), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{program_digest()}\0{page.template}\0{text}".encode()).hexdigest()


def _inputs(page: Page, line: str) -> dict[str, Any]:
    return {
        "title": page.title,
        "author": page.author,
        "date": page.date,
        "edition": line,
        "page": page.data,
        # typst has no decoder for binary text: a list of numbers becomes bytes without a loop.
        "pictures": {name: list(content) for name, content in page.pictures.items()},
        "attached": dict(page.attached),
    }


def _characters(value: object) -> set[str]:
    """Every character of every text in some data, composed as it will be printed."""
    if isinstance(value, str):
        return set(unicodedata.normalize("NFC", value))
    if isinstance(value, Mapping):
        return set[str]().union(*map(_characters, value.values()))
    if isinstance(value, list | tuple):
        return set[str]().union(*map(_characters, value))
    return set()


def _missing_glyphs(page: Page, strange: set[str]) -> str:
    lines = []
    for sign in sorted(strange):
        name = unicodedata.name(sign, "không tên")
        paths = [source.path for source in page.sources if sign in source.text]
        lines.append(f"{', '.join(paths) or page.title}: ký tự U+{ord(sign):04X} ({name})")
    return (
        "phông chữ của sổ không in được:\n  "
        + "\n  ".join(lines)
        + "\nthay ký tự đó bằng chữ tiếng Việt hoặc dấu thông thường rồi in lại"
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
