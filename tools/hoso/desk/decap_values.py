"""A page as the editor Decap sends it: fields with the parts of the address among them, a text.

What it sends is anybody's data: only fields of the kind are taken, each in the records' own form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from hoso.desk.decap_form import BODY
from hoso.desk.post_fields import body_of, file_kind, one_line
from hoso.findings import HosoError
from hoso.model import Kind
from hoso.site.words import slug

#: What a list of pupils is made of in the editor, which knows no mappings.
PUPIL, HOW = "ma_hoc_sinh", "cach"
_LINK = re.compile(r"(\]\((?:\.\./)+(?:hinh|tep)/20[0-9]{2}/)([^)\s/]+)\)")


def read_entry(raw: str) -> Mapping[str, Any]:
    """The entry in a text; HosoError where it is none."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise HosoError("bài gửi lên không đọc được") from error
    if not isinstance(found, dict):
        raise HosoError("bài gửi lên không đọc được")
    return found


def values_of(kind: Kind, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a page from what the editor sent; an empty field is a field left out."""
    found: dict[str, Any] = {}
    for name, node in kind.schema["properties"].items():
        value = sent.get(name)
        if node["type"] == "object" and isinstance(value, list):
            value = {one_line(str(each.get(PUPIL, ""))): each.get(HOW) or []
                     for each in value if isinstance(each, Mapping)}  # fmt: skip
        elif isinstance(value, str):
            value = asset_name(value) if file_kind(kind, name) else one_line(value)
        elif isinstance(value, list):
            value = [one_line(each) for each in value if isinstance(each, str)]
        if value not in ("", [], {}, None, False):
            found[name] = value
    return found


def text_of(sent: Mapping[str, Any]) -> str:
    """The text of a page, its files called by the names they have here."""
    text = sent.get(BODY)
    return _LINK.sub(lambda found: found[1] + asset_name(found[2]) + ")",
                     body_of(text if isinstance(text, str) else ""))  # fmt: skip


def asset_name(name: str) -> str:
    """The name a file goes by; the same for every time the editor says it."""
    stem, _, suffix = name.rpartition("/")[2].rpartition(".")
    ending = suffix.lower()
    return f"{slug(stem)}.{'jpg' if ending == 'jpeg' else ending}"
