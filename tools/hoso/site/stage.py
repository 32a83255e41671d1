"""A school at one moment becomes a folder of public pages for the site generator.

The staging folder holds nothing that may not be published: its pages come from `Publication`, its
figures from `figures`. What is staged is all that the generator, and so the site, can know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hoso.findings import HosoError
from hoso.model import School
from hoso.site.about import about_pages
from hoso.site.disclosure import disclosure_pages
from hoso.site.documents import document_pages, plan_pages
from hoso.site.events import event_pages
from hoso.site.front_page import front_page
from hoso.site.library import Library, gather
from hoso.site.news import news_pages
from hoso.site.notices import notice_pages
from hoso.site.public import Publication, PublicRecord
from hoso.site.staged import Staged
from hoso.site.words import spaced_phone
from hoso.store.tree import Tree

#: Kinds whose newest date is the day of a site built without a commit.
_DATED = ("tin-tuc", "thong-bao", "van-ban", "cong-khai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything the site will be made of."""

    files: tuple[Staged, ...]
    library: Library
    school: Mapping[str, Any]
    address: str
    today: date

    def without_contents(self) -> Stage:
        """What remains to be known once the files are written."""
        return replace(self, files=tuple(replace(file, content=b"") for file in self.files))


def stage(tree: Tree, school: School, today: date | None = None, also: str = "") -> Stage:
    """The staged site of a school; without a day, the day of its newest public page.

    `also` is text outside the records that may name published files, such as the site's settings.
    """
    publication = Publication(school)
    profile = publication.get("truong")
    if profile is None:
        raise HosoError("không đọc được records/truong.yml; chạy: hoso check")
    day = today or newest_day(publication)
    library = gather(tree, publication, also)
    return Stage(
        files=tuple(_files(publication, school, library, profile, day)),
        library=library,
        school=_letterhead(profile, day),
        address=profile.text("trang_web"),
        today=day,
    )


def newest_day(publication: Publication) -> date:
    """The latest date on which anything was published."""
    days = [
        day for kind in _DATED for record in publication.all(kind) if (day := record.day("ngay"))
    ]
    return max(days, default=date(2000, 1, 1))


def _files(
    publication: Publication, school: School, library: Library, profile: PublicRecord, day: date
) -> Iterator[Staged]:
    base = profile.text("trang_web")
    yield from front_page(publication, library, profile, day)
    yield from about_pages(publication, library, profile, day)
    yield from news_pages(publication, library, profile, base)
    yield from notice_pages(publication, library, profile, base, day)
    yield from event_pages(publication, profile, base, day)
    yield from document_pages(publication, library, profile, base, day)
    yield from plan_pages(publication, library)
    yield from disclosure_pages(publication, school, library, day)
    yield from library.files.values()
    yield _robots(base)


def _robots(base: str) -> Staged:
    lines = ["User-agent: *", "Allow: /"]
    if base:
        lines.append(f"Sitemap: {base}sitemap.xml")
    return Staged(path="robots.txt", content="\n".join([*lines, ""]).encode())


def _letterhead(profile: PublicRecord, day: date) -> dict[str, Any]:
    """What the head and foot of every page say about the school."""
    owners = profile.data.get("co_quan_chu_quan", {})
    return {
        **{name: profile.text(name) for name in ("ten", "ten_ngan", "ky_hieu", "dia_chi")},
        "dien_thoai": spaced_phone(profile.text("dien_thoai")),
        "dien_thoai_so": profile.text("dien_thoai"),
        "thu_dien_tu": profile.text("thu_dien_tu"),
        "co_quan_chu_quan": next(
            (owners[since] for since in sorted(owners, reverse=True) if since <= day.isoformat()),
            "",
        ),
    }
