"""What was written and drawn by hand: copied, spelled once more, and rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import typst

from hoso.books.documents import typeset_document
from hoso.findings import Finding
from hoso.model import Format, Kind
from hoso.schema.paths import PathTable
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.store.front_matter import split_page
from hoso.store.strict_yaml import parse
from hoso.store.tree import MemoryTree

#: A picture alone on a page of its own size, so that one point becomes one pixel.
_FRAME = """#set page(width: 1200pt, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)"""


def written_pages(kinds: Mapping[str, Kind]) -> Iterator[tuple[str, str]]:
    """Path and canonical text of every page below `prose/`."""
    table = PathTable(kinds)
    for path, raw in _walk(files("hoso.demo") / "prose"):
        place = table.find(path)
        if place is None:
            raise ValueError(f"{path}: no kind has this path")
        data, body = _read(place.kind, path, raw.decode())
        yield path, spell(place.kind, data, body)


def regulation(kinds: Mapping[str, Kind], start: int) -> tuple[str, str]:
    """The regulation of a year for which nobody wrote one: the oldest one with its dates moved."""
    kind = kinds["quy-che"]
    path = kind.fill({"nam_hoc": "2025-2026"})
    source = files("hoso.demo") / "prose" / path
    text = source.read_text("utf-8").replace("2025-2026", f"{start}-{start + 1}")
    data, _ = _read(kind, path, text.replace("2025-09-", f"{start}-09-"))
    return kind.fill({"nam_hoc": f"{start}-{start + 1}"}), spell(kind, data)


def pictures() -> Iterator[tuple[str, bytes]]:
    """Every drawing as the PNG that the posts show."""
    for path, raw in _walk(files("hoso.demo") / "pictures"):
        if path.endswith(".svg"):
            yield f"content/hinh/{path.removesuffix('.svg')}.png", drawn(raw.decode())


def drawn(svg: str) -> bytes:
    """The pixels of a drawing; no font of the machine can reach it."""
    return bytes(
        typst.compile(
            _FRAME.encode(), format="png", ppi=72, ignore_system_fonts=True,
            sys_inputs={"svg": svg},
        )
    )  # fmt: skip


def attachments(kinds: Mapping[str, Kind], pages: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """The PDF of every document of the school's own that names one, set from its own words.

    `pages` are the texts a document may need: its own, the school's and those of its staff.
    """
    school = TreeSchool(MemoryTree(pages), kinds)
    for record in school.all("van-ban"):
        if "tep" in record.data:
            path = kinds["tep"].fill({"nam": record.key["nam"], "ten": record.data["tep"]})
            yield path, typeset_document(school, record)


def _read(kind: Kind, path: str, text: str) -> tuple[Any, str]:
    findings: list[Finding] = []
    if kind.format is Format.MARKDOWN:
        page = split_page(text)
        if page is None:
            raise ValueError(f"{path}: no front matter")
        data, _ = parse(path, page.head, findings)
        body = page.body
    else:
        (data, _), body = parse(path, text, findings), ""
    if findings:
        raise ValueError(f"{path}: {findings[0].message}")
    return data, body


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for member in sorted(folder.iterdir(), key=lambda each: each.name):
        path = f"{prefix}{member.name}"
        if member.is_dir():
            yield from _walk(member, f"{path}/")
        elif not member.name.startswith("."):
            yield path, member.read_bytes()
