"""The home page: news with pictures, notices that still hold, what is coming."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hoso.site.events import event_row, in_order, last_day
from hoso.site.library import Library
from hoso.site.news import newest_first
from hoso.site.notices import is_current, notice_row
from hoso.site.public import Publication, PublicRecord
from hoso.site.staged import Staged, address_of, page
from hoso.site.words import written


def front_page(
    publication: Publication, library: Library, profile: PublicRecord, today: date
) -> Iterator[Staged]:
    """index.md."""
    posts = newest_first(publication.all("tin-tuc"))[:5]
    notices = [
        each for each in newest_first(publication.all("thong-bao")) if is_current(each, today)
    ]
    notices.sort(key=lambda each: not each.data.get("quan_trong"))
    events = [each for each in in_order(publication.all("su-kien")) if last_day(each) >= today][:6]
    shown = (*posts, *notices[:6], *events)
    yield page(
        "index.md",
        {
            "title": profile.text("ten"),
            "description": f"Trang thông tin điện tử {profile.text('ten')}: tin tức, thông báo, "
            "lịch, văn bản và nội dung công khai.",
            "template": "trang-chu.html",
            "tin": [news_card(post, library) for post in posts],
            "thong_bao": [notice_row(each) for each in notices[:6]],
            "su_kien": [event_row(each) for each in events],
        },
        sources=(profile.source, *(each.source for each in shown)),
    )


def news_card(post: PublicRecord, library: Library) -> dict[str, Any]:
    """A post on a card."""
    picture = library.picture(post)
    day = post.day("ngay")
    return {
        "tieu_de": post.text("tieu_de"),
        "duong_dan": address_of(post),
        "ngay": post.text("ngay"),
        "ngay_viet": written(day) if day else "",
        "tom_tat": post.text("tom_tat"),
        "chuyen_muc": post.labels("chuyen_muc"),
        "anh": picture.front() if picture else None,
    }
