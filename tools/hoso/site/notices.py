"""Notices: a page each, the list with pinned ones first, the feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hoso.site.feeds import Item, rss
from hoso.site.library import Library
from hoso.site.news import newest_first
from hoso.site.public import Publication, PublicRecord
from hoso.site.staged import Staged, address_of, page, place_of
from hoso.site.words import written

_FEED_LENGTH = 30


def notice_pages(
    publication: Publication, library: Library, profile: PublicRecord, base: str, today: date
) -> Iterator[Staged]:
    """Everything under thong-bao/."""
    notices = newest_first(publication.all("thong-bao"))
    school = profile.text("ten")
    about = f"Thông báo của {school} tới phụ huynh, học sinh và cán bộ."
    sources = tuple(notice.source for notice in notices)
    yield page(
        "thong-bao/index.md",
        {
            "title": "Thông báo",
            "description": about,
            "template": "thong-bao.html",
            "ghim": [notice_row(each) for each in notices if _is_pinned(each, today)],
            "muc": [notice_row(each) for each in notices if not _is_pinned(each, today)],
        },
        sources=sources,
    )
    for notice in notices:
        yield page(
            place_of(notice),
            {
                "title": notice.text("tieu_de"),
                "description": notice.text("tom_tat"),
                "template": "bai.html",
                "muc_cha": "thong-bao",
                "ngay": notice.text("ngay"),
                "ngay_viet": _written(notice, "ngay"),
                "doi_tuong": notice.labels("doi_tuong"),
                "han": _written(notice, "het_han"),
                "tom_tat": notice.text("tom_tat"),
                "dinh_kem": library.attachment(notice),
            },
            notice.body,
            (notice.source,),
        )
    if base:
        items = (
            Item(
                title=notice.text("tieu_de"),
                address=base + address_of(notice),
                summary=notice.text("tom_tat"),
                day=day,
                categories=tuple(notice.labels("doi_tuong")),
            )
            for notice in notices[:_FEED_LENGTH]
            if (day := notice.day("ngay"))
        )
        yield Staged(
            path="thong-bao/rss.xml",
            content=rss(
                f"Thông báo – {school}",
                about,
                f"{base}thong-bao/",
                f"{base}thong-bao/rss.xml",
                items,
            ),
            sources=sources[:_FEED_LENGTH],
        )


def is_current(notice: PublicRecord, today: date) -> bool:
    """Whether a notice still concerns anybody."""
    end = notice.day("het_han")
    return end is None or today <= end


def notice_row(notice: PublicRecord) -> dict[str, Any]:
    """A notice in a list."""
    return {
        "tieu_de": notice.text("tieu_de"),
        "duong_dan": address_of(notice),
        "ngay": notice.text("ngay"),
        "ngay_viet": _written(notice, "ngay"),
        "tom_tat": notice.text("tom_tat"),
        "doi_tuong": ", ".join(notice.labels("doi_tuong")),
        "quan_trong": bool(notice.data.get("quan_trong")),
        "nam": notice.text("ngay")[:4],
    }


def _is_pinned(notice: PublicRecord, today: date) -> bool:
    return bool(notice.data.get("quan_trong")) and is_current(notice, today)


def _written(record: PublicRecord, name: str) -> str:
    day = record.day(name)
    return "" if day is None else written(day)
