"""Feeds and calendars that other people's programs read."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest

from hoso.site.feeds import Event, Item, calendar, rss

STAMP = datetime(2026, 11, 23, tzinfo=UTC)
EVENTS = (
    Event(
        uid="2026-khai-giang@truong.example",
        title="Lễ khai giảng; chào cờ, văn nghệ \\ diễu hành",
        summary="Một câu rất dài " * 20 + "hết",
        first=date(2026, 9, 5),
        last=date(2026, 9, 5),
        begins="07:00",
        ends="09:30",
        place="Sân trường, cổng chính",
        address="https://truong.example/su-kien/2026/khai-giang/",
    ),
    Event(
        uid="2027-tet@truong.example",
        title="Nghỉ Tết",
        summary="Hai dòng\nở đây",
        first=date(2027, 2, 1),
        last=date(2027, 2, 12),
    ),
    Event(
        uid="2026-thi@truong.example",
        title="Thi",
        summary="x",
        first=date(2026, 12, 1),
        last=date(2026, 12, 2),
        begins="13:30",
    ),
)


@pytest.fixture(scope="module")
def lines():
    content = calendar("Lịch trường", STAMP, EVENTS)
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    raw = content.split(b"\r\n")[:-1]
    assert max(map(len, raw)) <= 75
    # Each physical line is whole letters: unfolding need not join bytes of one.
    return re.sub("\r\n ", "", "\r\n".join(line.decode() for line in raw)).split("\r\n")


def test_a_calendar_is_well_formed(lines):
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    opened = []
    for line in lines:
        assert re.match(r"[A-Z-]+(?:;[A-Z-]+=[^:;]+)*:", line), line
        if line.startswith("BEGIN:"):
            opened.append(line[6:])
        if line.startswith("END:"):
            assert opened.pop() == line[4:]
    assert opened == []
    assert lines.count("BEGIN:VEVENT") == 3
    assert lines.count("DTSTAMP:20261123T000000Z") == 3
    assert len({line for line in lines if line.startswith("UID:")}) == 3


def test_text_is_escaped_and_comes_back(lines):
    titles = [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")]
    assert titles[0] == r"Lễ khai giảng\; chào cờ\, văn nghệ \\ diễu hành"
    assert re.sub(r"\\(.)", r"\1", titles[0]) == EVENTS[0].title
    assert r"DESCRIPTION:Hai dòng\nở đây" in lines


def test_times_are_those_of_viet_nam_and_whole_days_end_on_the_next(lines):
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20260905T070000" in lines
    assert "DTEND;TZID=Asia/Ho_Chi_Minh:20260905T093000" in lines
    assert "TZOFFSETTO:+0700" in lines
    assert "DTSTART;VALUE=DATE:20270201" in lines
    assert "DTEND;VALUE=DATE:20270213" in lines
    assert "DTEND;TZID=Asia/Ho_Chi_Minh:20261202T235900" in lines


def test_a_feed_says_what_where_and_when():
    item = Item(
        title='Bài <b> & "nháy"',
        address="https://truong.example/tin-tuc/2026/bai/",
        summary="Tóm tắt ]]> hết",
        day=date(2026, 11, 5),
        categories=("Dạy & học",),
        picture=("https://truong.example/hinh/2026/a.png", "image/png", 1234),
    )
    content = rss(
        "Tin", "Về tin", "https://truong.example/", "https://truong.example/r.xml", [item]
    )
    channel = ElementTree.fromstring(content).find("channel")
    found = channel.find("item")
    assert found.findtext("title") == item.title
    assert found.findtext("description") == item.summary
    assert found.findtext("link") == found.findtext("guid") == item.address
    assert found.findtext("category") == "Dạy & học"
    assert found.find("enclosure").attrib == {
        "url": item.picture[0], "type": "image/png", "length": "1234"
    }  # fmt: skip
    assert parsedate_to_datetime(found.findtext("pubDate")).isoformat() == (
        "2026-11-05T00:00:00+07:00"
    )
    assert channel.findtext("language") == "vi"
