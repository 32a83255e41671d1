"""News posts for Material's blog: posts, authors, the tag index and the feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import yaml

from hoso.site.feeds import Item, rss
from hoso.site.library import Library
from hoso.site.public import Publication, PublicRecord, Source
from hoso.site.staged import Staged, address_of, page, place_of
from hoso.site.words import slug

_FEED_LENGTH = 30
_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


def news_pages(
    publication: Publication, library: Library, profile: PublicRecord, base: str
) -> Iterator[Staged]:
    """Everything under tin-tuc/."""
    posts = newest_first(publication.all("tin-tuc"))
    authors = _authors(publication, posts)
    school = profile.text("ten")
    about = f"Tin, bài về hoạt động của {school}."
    sources = tuple(post.source for post in posts)
    yield page(
        "tin-tuc/index.md",
        {
            "title": "Tin tức",
            "description": about,
            "nhan_de": "Tin tức",
        },
        "# Tin tức\n",
    )
    yield page(
        "tin-tuc/the.md",
        {
            "title": "Tin, bài theo thẻ",
            "description": f"Mọi thẻ của tin, bài trên trang web {school}.",
            "template": "the.html",
            "muc_cha": "tin-tuc",
            "search": {"exclude": True},
        },
        "",
        sources,
    )
    yield Staged(
        path="tin-tuc/.authors.yml",
        content=yaml.safe_dump({"authors": {a["slug"]: a for a in authors.values()}}).encode(),
    )
    for post in posts:
        yield _post(post, library, authors)
    if base:
        yield Staged(
            path="tin-tuc/rss.xml",
            content=rss(
                f"Tin tức – {school}",
                about,
                f"{base}tin-tuc/",
                f"{base}tin-tuc/rss.xml",
                (_item(post, library, base) for post in posts[:_FEED_LENGTH]),
            ),
            sources=sources[:_FEED_LENGTH],
        )


def newest_first(records: tuple[PublicRecord, ...]) -> list[PublicRecord]:
    """Records by date, the newest first; of one day, by path."""
    return sorted(sorted(records, key=lambda each: each.path), key=_day, reverse=True)


def _day(record: PublicRecord) -> str:
    return record.text("ngay")


def _post(
    post: PublicRecord,
    library: Library,
    authors: Mapping[str, Mapping[str, str]],
) -> Staged:
    picture = library.picture(post)
    writers = [code for code in post.data["tac_gia"] if code in authors]
    return page(
        place_of(post),
        {
            "title": post.text("tieu_de"),
            "description": post.text("tom_tat"),
            "date": post.day("ngay"),
            "slug": f"{post.key['nam']}/{post.key['ma']}",
            "categories": post.labels("chuyen_muc"),
            "tags": post.data.get("the"),
            "authors": [authors[code]["slug"] for code in writers],
            "anh": picture and picture.front(),
        },
        post.body,
        (post.source, *(Source(path=f"records/nhan-su/{code}.yml") for code in writers)),
    )


def _authors(publication: Publication, posts: list[PublicRecord]) -> dict[str, dict[str, str]]:
    """What is public of each writer, with an address; namesakes carry their staff code too."""
    found = {}
    for code in sorted({code for post in posts for code in post.data["tac_gia"]}):
        person = publication.get("nhan-su", nhan_su=code)
        if person is not None:
            found[code] = person
    names = [slug(person.text("ho_ten")) for person in found.values()]
    authors = {}
    for code, person in found.items():
        own = slug(person.text("ho_ten"))
        authors[code] = {
            "name": person.text("ho_ten"),
            "description": person.text("chuc_danh"),
            "avatar": "assets/images/nguoi-viet.svg",
            "slug": own if names.count(own) == 1 else f"{own}-{code.lower()}",
        }
    return authors


def _item(post: PublicRecord, library: Library, base: str) -> Item:
    picture = library.picture(post)
    return Item(
        title=post.text("tieu_de"),
        address=base + address_of(post),
        summary=post.text("tom_tat"),
        day=date.fromisoformat(post.text("ngay")),
        categories=tuple(post.labels("chuyen_muc")),
        picture=None
        if picture is None
        else (base + picture.path, _MEDIA_TYPES[picture.path.rpartition(".")[2]], picture.size),
    )
