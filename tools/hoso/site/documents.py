"""Official documents as a table that can be searched and sorted, and the school's plans by year."""

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


def document_pages(
    publication: Publication, library: Library, profile: PublicRecord, base: str, today: date
) -> Iterator[Staged]:
    """Everything under van-ban/."""
    documents = newest_first(publication.all("van-ban"))
    school = profile.text("ten")
    about = f"Văn bản của {school} và của các cơ quan cấp trên."
    sources = tuple(document.source for document in documents)
    yield page(
        "van-ban/index.md",
        {
            "title": "Văn bản",
            "description": about,
            "template": "van-ban.html",
            "muc": [_row(document, library, today) for document in documents],
            "loai": sorted({document.label("loai") for document in documents}),
            "nam": sorted({document.text("ngay")[:4] for document in documents}, reverse=True),
            "co_quan": sorted({document.text("co_quan") for document in documents}),
        },
        sources=sources,
    )
    for document in documents:
        yield page(
            place_of(document),
            {
                "title": _title(document),
                "description": document.text("trich_yeu"),
                "template": "bai.html",
                "muc_cha": "van-ban",
                "van_ban": {
                    **_row(document, library, today),
                    "nguoi_ky": document.text("nguoi_ky"),
                    "hieu_luc_tu": _written(document, "hieu_luc_tu"),
                    "het_hieu_luc": _written(document, "het_hieu_luc"),
                },
            },
            document.body,
            (document.source,),
        )
    if base:
        items = (
            Item(
                title=_title(document),
                address=base + address_of(document),
                summary=document.text("trich_yeu"),
                day=day,
                categories=(document.label("loai"),),
            )
            for document in documents[:_FEED_LENGTH]
            if (day := document.day("ngay"))
        )
        yield Staged(
            path="van-ban/rss.xml",
            content=rss(
                f"Văn bản – {school}", about, f"{base}van-ban/", f"{base}van-ban/rss.xml", items
            ),
            sources=sources[:_FEED_LENGTH],
        )


def _title(document: PublicRecord) -> str:
    return f"{document.label('loai')} {document.text('so')}: {document.text('trich_yeu')}"


def _row(document: PublicRecord, library: Library, today: date) -> dict[str, Any]:
    end = document.day("het_hieu_luc")
    return {
        "so": document.text("so"),
        "ngay": document.text("ngay"),
        "ngay_viet": _written(document, "ngay"),
        "nam": document.text("ngay")[:4],
        "loai": document.label("loai"),
        "co_quan": document.text("co_quan"),
        "trich_yeu": document.text("trich_yeu"),
        "duong_dan": address_of(document),
        "dinh_kem": library.attachment(document),
        "het": end is not None and end <= today,
    }


def plan_pages(publication: Publication, library: Library) -> Iterator[Staged]:
    """The school's own plans; those of teams and teachers stay inside."""
    plans = newest_first(publication.all("ke-hoach"))
    years = sorted({plan.key["nam_hoc"] for plan in plans}, reverse=True)
    yield page(
        "ke-hoach/index.md",
        {
            "title": "Kế hoạch",
            "description": "Kế hoạch giáo dục và các kế hoạch khác của nhà trường theo năm học.",
            "template": "ke-hoach.html",
            "nam_hoc": [
                {
                    "ten": year,
                    "muc": [_plan_row(plan) for plan in plans if plan.key["nam_hoc"] == year],
                }
                for year in years
            ],
        },
        sources=tuple(plan.source for plan in plans),
    )
    for plan in plans:
        people = {
            name: person
            for name in ("nguoi_lap", "nguoi_ky")
            if (person := publication.get("nhan-su", nhan_su=plan.text(name)))
        }
        yield page(
            place_of(plan),
            {
                "title": plan.text("tieu_de"),
                "description": plan.text("tom_tat"),
                "template": "bai.html",
                "muc_cha": "ke-hoach",
                "ke_hoach": {
                    **_plan_row(plan),
                    "nam_hoc": plan.key["nam_hoc"],
                    **{name: person.text("ho_ten") for name, person in people.items()},
                },
                "tom_tat": plan.text("tom_tat"),
                "dinh_kem": library.attachment(plan),
            },
            plan.body,
            (plan.source, *(person.source for person in people.values())),
        )


def _plan_row(plan: PublicRecord) -> dict[str, Any]:
    return {
        "tieu_de": plan.text("tieu_de"),
        "duong_dan": address_of(plan),
        "tom_tat": plan.text("tom_tat"),
        "so": plan.text("so"),
        "loai": plan.label("loai"),
        "ngay": plan.text("ngay"),
        "ngay_viet": _written(plan, "ngay"),
    }


def _written(record: PublicRecord, name: str) -> str:
    day = record.day(name)
    return "" if day is None else written(day)
