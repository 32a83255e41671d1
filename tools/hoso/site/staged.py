"""A page ready for the site generator: Markdown with a head, the files beside it, their sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from hoso.site.public import PublicRecord, Source

#: Where a kind's pages are staged; `{}` is filled from the record's key.
PLACES: Mapping[str, str] = {
    "tin-tuc": "tin-tuc/bai/{nam}/{ma}.md",
    "thong-bao": "thong-bao/{nam}/{ma}.md",
    "van-ban": "van-ban/{nam}/{ma}.md",
    "su-kien": "su-kien/{nam}/{ma}.md",
    "cong-khai": "cong-khai/{nam_hoc}/{ma}.md",
    "ke-hoach": "ke-hoach/{nam_hoc}/{ma}.md",
    "trang": "gioi-thieu/{ma}.md",
    "hinh-anh": "hinh/{nam}/{ten}",
    "tep": "tep/{nam}/{ten}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """One file of the staging folder and everything public it was made from."""

    path: str
    content: bytes
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A published picture: where it is staged, how large it is, what it shows."""

    path: str
    width: int
    height: int
    size: int
    alt: str = ""

    def front(self) -> dict[str, Any]:
        """As templates want it."""
        return {"tep": self.path, "rong": self.width, "cao": self.height, "mo_ta": self.alt}


def place_of(record: PublicRecord) -> str:
    """Where a record's page is staged."""
    return PLACES[record.kind.name].format_map(record.key)


def address_of(record: PublicRecord) -> str:
    """The address of a record's page within the site."""
    path = place_of(record).replace("tin-tuc/bai/", "tin-tuc/")
    return path.removesuffix(".md") + "/" if path.endswith(".md") else path


def page(
    path: str,
    front: Mapping[str, Any],
    body: str = "",
    sources: tuple[Source, ...] = (),
) -> Staged:
    """A staged Markdown page; fields without a value are left out of its head."""
    kept = {name: value for name, value in front.items() if value not in (None, "", [], ())}
    head = yaml.dump(kept, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
    # A comment could call up what the generator's own pages do with comments.
    text = body.replace("<!--", "&lt;!--")
    return Staged(path=path, content=f"---\n{head}---\n\n{text}".encode(), sources=sources)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # the quick one
    """Plain YAML without anchors, so that equal parts never refer to one another."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def mentioned_files(text: str) -> set[str]:
    """Names of pictures and PDF files that a text speaks of."""
    return set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:jpg|png|webp|pdf)", text))


def school_year_of(day: date) -> str:
    """The school year a day falls in, counted from August."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}-{first + 1}"
