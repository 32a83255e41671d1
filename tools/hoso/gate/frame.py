"""The frame of a repository: what belongs to the school besides its records and its pages.

Schemas, workflows and the settings of the site decide what records may be and what machines do
with them. A regulation speaks of all of them in one word, as if they were one more kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hoso.model import Format, Kind, Privacy

FRAME = Kind(
    name="khung",
    title="Khung của kho",
    description="Mẫu hồ sơ, quy trình tự động và cấu hình trang thông tin điện tử.",
    english="frame",
    book="",
    path="",
    format=Format.FILE,
    privacy=Privacy.PUBLIC,
    key={},
    schema={"properties": {}, "additionalProperties": False},
)
_FILES = re.compile(r"mkdocs\.yml|(?:schemas|\.github)(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+")


def in_frame(path: str) -> bool:
    """Whether a path belongs to the frame; everything else outside the records is nobody's."""
    return _FILES.fullmatch(path) is not None


def with_frame(kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """Everything a regulation can speak of: the kinds of records, and the frame."""
    return {**kinds, FRAME.name: FRAME}
