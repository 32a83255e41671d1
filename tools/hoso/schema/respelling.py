"""A record brought into its canonical spelling, when that loses nothing."""

from __future__ import annotations

import unicodedata

from hoso.findings import Finding
from hoso.model import Format
from hoso.schema.paths import Place
from hoso.schema.spelling import spell
from hoso.store.front_matter import no_head, split_page
from hoso.store.strict_yaml import parse
from hoso.store.text import read_text

#: What respelling mends by itself: byte order mark, line ends, decomposed letters.
_MENDED = {"HS103", "HS104", "HS106"}


def respell(place: Place, path: str, raw: bytes, findings: list[Finding]) -> bytes | None:
    """The canonical bytes of a record's file, or None with findings when meaning could be lost.

    Comments, repeated keys, aliases and the like are for a person to settle. Data that breaks its
    schema is spelled all the same: the check says what is wrong with it.
    """
    if place.kind.format is Format.FILE:
        return raw
    found: list[Finding] = []
    text = read_text(path, raw, found)
    if text is None or _unmended(found):
        findings.extend(_unmended(found))
        return None
    text = unicodedata.normalize("NFC", text)
    body = ""
    if place.kind.format is Format.MARKDOWN:
        page = split_page(text)
        if page is None:
            findings.append(no_head(path))
            return None
        body = page.body
        data, _ = parse(path, page.head, found, page.head_line)
    else:
        data, _ = parse(path, text, found)
    if not _unmended(found) and not isinstance(data, dict):
        found.append(
            Finding(
                path=path, line=1, code="HS304", message="hồ sơ không phải một mục gồm các trường",
                hint="viết mỗi trường một dòng: tên trường: giá trị",
            )
        )  # fmt: skip
    if _unmended(found):
        findings.extend(_unmended(found))
        return None
    return spell(place.kind, data, body).encode()


def _unmended(found: list[Finding]) -> list[Finding]:
    return [each for each in found if each.code not in _MENDED]
