"""News for feed readers (RSS 2.0) and dates for calendars (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

#: Viet Nam keeps UTC+7 all year.
_HERE = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed; `picture` is (address, media type, bytes) or None."""

    title: str
    address: str
    summary: str
    day: date
    categories: tuple[str, ...] = ()
    picture: tuple[str, str, int] | None = None


def rss(title: str, about: str, home: str, own: str, items: Iterable[Item]) -> bytes:
    """A feed; `own` is the feed's own address, `home` that of the page it follows."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">',
        "<channel>",
        f"<title>{_text(title)}</title>",
        f"<link>{_text(home)}</link>",
        f"<description>{_text(about)}</description>",
        "<language>vi</language>",
        f'<atom:link href={quoteattr(own)} rel="self" type="application/rss+xml"/>',
    ]
    for item in items:
        day = datetime(item.day.year, item.day.month, item.day.day, tzinfo=_HERE)
        lines += [
            "<item>",
            f"<title>{_text(item.title)}</title>",
            f"<link>{_text(item.address)}</link>",
            f'<guid isPermaLink="true">{_text(item.address)}</guid>',
            f"<pubDate>{format_datetime(day)}</pubDate>",
            f"<description>{_text(item.summary)}</description>",
            *(f"<category>{_text(name)}</category>" for name in item.categories),
        ]
        if item.picture:
            address, media_type, size = item.picture
            lines.append(
                f'<enclosure url={quoteattr(address)} type="{media_type}" length="{size}"/>'
            )
        lines.append("</item>")
    return "\n".join([*lines, "</channel>", "</rss>", ""]).encode()


def _text(value: str) -> str:
    return escape(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a calendar; without `begins` it takes whole days, `last` included."""

    uid: str
    title: str
    summary: str
    first: date
    last: date
    begins: str = ""
    ends: str = ""
    place: str = ""
    address: str = ""


def calendar(name: str, stamp: datetime, events: Iterable[Event]) -> bytes:
    """A calendar file; `stamp` is when the data was made, so that equal data gives equal bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//hoso//Lich nha truong//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_value(name)}",
        f"X-WR-CALNAME:{_value(name)}",
        "X-WR-TIMEZONE:Asia/Ho_Chi_Minh",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Ho_Chi_Minh",
        "BEGIN:STANDARD",
        "DTSTART:19750613T000000",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0700",
        "TZNAME:+07",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_value(event.uid)}",
            f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            *_when(event),
            f"SUMMARY:{_value(event.title)}",
            f"DESCRIPTION:{_value(event.summary)}",
        ]
        if event.place:
            lines.append(f"LOCATION:{_value(event.place)}")
        if event.address:
            lines.append(f"URL:{event.address}")
        lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _when(event: Event) -> list[str]:
    if not event.begins:
        return [
            f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}",
        ]
    lines = [f"DTSTART;TZID=Asia/Ho_Chi_Minh:{event.first:%Y%m%d}T{_clock(event.begins)}"]
    if event.ends or event.last > event.first:
        end = event.ends or "23:59"
        lines.append(f"DTEND;TZID=Asia/Ho_Chi_Minh:{event.last:%Y%m%d}T{_clock(end)}")
    return lines


def _clock(time: str) -> str:
    return time.replace(":", "") + "00"


def _value(text: str) -> str:
    """A text value, escaped as RFC 5545 §3.3.11 asks."""
    for mark in "\\;,":
        text = text.replace(mark, "\\" + mark)
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> bytes:
    """A content line in pieces of at most 75 octets, never cut inside a letter (§3.1)."""
    pieces: list[bytes] = []
    piece = b""
    for letter in line:
        encoded = letter.encode()
        if len(piece) + len(encoded) > (74 if pieces else 75):
            pieces.append(piece)
            piece = b""
        piece += encoded
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
