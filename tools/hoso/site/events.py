"""The school's calendar: a page for each event, what comes next, a file for people's calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from hoso.site.feeds import Event, calendar
from hoso.site.public import Publication, PublicRecord
from hoso.site.staged import Staged, address_of, page, place_of
from hoso.site.words import weekday, written


def event_pages(
    publication: Publication, profile: PublicRecord, base: str, today: date
) -> Iterator[Staged]:
    """Everything under su-kien/."""
    events = in_order(publication.all("su-kien"))
    sources = tuple(event.source for event in events)
    school = profile.text("ten")
    yield page(
        "su-kien/index.md",
        {
            "title": "Lịch và sự kiện",
            "description": f"Các sự kiện sắp tới và đã qua của {school}.",
            "template": "su-kien.html",
            "sap_toi": [event_row(each) for each in events if last_day(each) >= today],
            "da_qua": [event_row(each) for each in reversed(events) if last_day(each) < today],
        },
        sources=sources,
    )
    for event in events:
        row = event_row(event)
        yield page(
            place_of(event),
            {
                "title": event.text("tieu_de"),
                "description": event.text("tom_tat"),
                "template": "bai.html",
                "muc_cha": "su-kien",
                "su_kien": row,
                "tom_tat": event.text("tom_tat"),
            },
            event.body,
            (event.source,),
        )
    host = base.removeprefix("https://").split("/")[0] or "truong.invalid"
    yield Staged(
        path="su-kien/lich.ics",
        content=calendar(
            f"Lịch {profile.text('ten_ngan')}",
            datetime(today.year, today.month, today.day, tzinfo=UTC),
            (_entry(event, base, host) for event in events),
        ),
        sources=sources,
    )


def in_order(events: tuple[PublicRecord, ...]) -> list[PublicRecord]:
    """Events by the day and hour they begin."""
    return sorted(events, key=lambda each: (each.text("ngay"), each.text("gio"), each.path))


def last_day(event: PublicRecord) -> date:
    """The last day of an event."""
    return event.day("den_ngay") or _first_day(event)


def _first_day(event: PublicRecord) -> date:
    return date.fromisoformat(event.text("ngay"))


def event_row(event: PublicRecord) -> dict[str, Any]:
    """An event in a list or on a tile."""
    first, last = _first_day(event), last_day(event)
    return {
        "tieu_de": event.text("tieu_de"),
        "duong_dan": address_of(event),
        "tom_tat": event.text("tom_tat"),
        "ngay": first.isoformat(),
        "ngay_viet": written(first),
        "den": last.isoformat(),
        "ngay_so": f"{first.day:02}",
        "thang": f"Tháng {first.month}",
        "nam": str(first.year),
        "luc": _when(event, first, last),
        "dia_diem": event.text("dia_diem"),
    }


def _when(event: PublicRecord, first: date, last: date) -> str:
    """“Thứ Bảy, 05/09/2026, 07:00 – 09:30”, or the days from and to."""
    day = f"{weekday(first)}, {written(first)}"
    begins, ends = event.text("gio"), event.text("den_gio")
    if last > first:
        upto = f"{weekday(last)}, {written(last)}"
        return f"{day}{_at(begins)} – {upto}{_at(ends)}"
    if begins and ends:
        return f"{day}, {begins} – {ends}"
    return f"{day}{_at(begins)}"


def _at(time: str) -> str:
    return f", {time}" if time else ""


def _entry(event: PublicRecord, base: str, host: str) -> Event:
    return Event(
        uid=f"{event.key['nam']}-{event.key['ma']}@{host}",
        title=event.text("tieu_de"),
        summary=event.text("tom_tat"),
        first=_first_day(event),
        last=last_day(event),
        begins=event.text("gio"),
        ends=event.text("den_gio"),
        place=event.text("dia_diem"),
        address=base + address_of(event) if base else "",
    )
