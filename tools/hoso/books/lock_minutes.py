"""Biên bản khóa sổ: what one lock closed, what was missing when it fell due, and the log's head.

The head is printed so that a person with a ruler and no trust can hold the paper against a clone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hoso.books import frame, nodes
from hoso.books.chronicle import Chronicle, Closing, Entry, Gap
from hoso.books.markdown import Node
from hoso.books.page import Page, Reading
from hoso.findings import HosoError
from hoso.model import Record, covers
from hoso.rules.naming import Wording
from hoso.schema.school import TreeSchool

_CALENDAR = "lich_khoa"
_DONE = "hoan_tat"


def lock_minutes(school: TreeSchool, nam_hoc: str, name: str, told: Chronicle) -> Page:
    """The minutes of one lock of a year's calendar, over the pages as they stand in the records."""
    reading = Reading(school)
    year = school.get("nam-hoc", nam_hoc=nam_hoc)
    calendar: Mapping[str, Any] = {} if year is None else year.data[_CALENDAR]
    if year is None or name not in calendar:
        known = f"; có: {', '.join(calendar)}" if calendar else ""
        raise HosoError(f"lịch khóa sổ {nam_hoc} không có lần khóa {name}{known}")
    lock = calendar[name]
    reading.take(year, (_CALENDAR, name))
    closing = told.closings.get(f"{nam_hoc}/{name}", Closing())
    last = closing.complete or closing.due
    day = lock["ngay"] if last is None else last.when[:10]
    return Page(
        template="giay-to",
        title=f"Biên bản khóa sổ {nam_hoc} {name}",
        author=frame.school_name(reading),
        date=day,
        data={
            "flipped": False,
            "head": frame.head(reading, day, None),
            "kind": "Biên bản",
            "about": f"Khóa sổ {_called(year, name)}, năm học {nam_hoc}",
            "addressees": [],
            "body": [
                *_lock(year, name, closing),
                *_covered(reading, nam_hoc, lock),
                *_missing(school, reading, closing),
                *_comparing(nam_hoc, name, closing),
            ],
            "signers": [
                {"authority": ["Người lập biên bản"], "note": "(Ký, ghi rõ họ tên)", "name": ""},
                {
                    "authority": ["Hiệu trưởng"],
                    "note": "(Ký, đóng dấu, ghi rõ họ tên)",
                    "name": reading.staff_name(frame.principal(reading, day)),
                },
            ],
        },
        sources=reading.sources(),
    )


def _called(year: Record, name: str) -> str:
    """A lock by what it closes; by its own name where it closes no one time of the year."""
    lock, kind = year.data[_CALENDAR][name], year.kind
    if "thang" in lock:
        number, month = lock["thang"].split("-")
        return f"tháng {int(month)} năm {number}"
    if "ky" not in lock:
        return f"“{name}”"
    label = kind.label((_CALENDAR, name, "ky"), lock["ky"])
    return label[0].lower() + label[1:] + (f" (“{name}”)" if lock["ky"] != name else "")


def _lock(year: Record, name: str, closing: Closing) -> Iterator[Node]:
    lock = year.data[_CALENDAR][name]
    yield nodes.heading("1. Lần khóa sổ")
    yield nodes.fact("Tên trong lịch khóa sổ", name)
    yield nodes.fact("Hạn theo lịch", f"hết ngày {frame.short_date(lock['ngay'])}")
    for spared in lock.get("tru", ()):
        label = year.kind.label((_CALENDAR, name, "tru", 0), spared)
        yield nodes.fact("Chưa khóa lần này", label)
    if closing.due is None:
        yield nodes.text("Nhật ký máy chủ chưa ghi việc sổ này đến hạn.")
    else:
        yield nodes.fact("Sổ đóng lúc", _entered(closing.due))
    if closing.complete is None:
        yield nodes.text("Nhật ký máy chủ chưa ghi việc hồ sơ của lần khóa này đã đủ.")
    else:
        yield nodes.fact("Hồ sơ đủ lúc", _entered(closing.complete))


def _covered(reading: Reading, nam_hoc: str, lock: Mapping[str, Any]) -> Iterator[Node]:
    yield nodes.heading("2. Hồ sơ thuộc lần khóa")
    scope = {"nam_hoc": nam_hoc, **{name: lock[name] for name in ("ky", "thang") if name in lock}}
    rows, classes = [], set[str]()
    for name in lock["loai"]:
        kind = reading.school.kind(name)
        pages = [
            reading.take(page) for page in reading.school.all(name, **_known(kind.holes, scope))
            if covers(scope, page.key)
        ]  # fmt: skip
        rooms = {page.key["lop"] for page in pages if "lop" in page.key}
        classes |= rooms
        done = sum(_DONE in page.data for page in pages)
        rows.append([
            kind.title, str(len(rooms)) if "lop" in kind.holes else "–", str(len(pages)),
            str(done) if kind.field((_DONE,)) is not None else "–",
        ])  # fmt: skip
    yield nodes.table(
        ("STT", "Loại hồ sơ", "Số lớp", "Số trang", "Số trang đã ghi ngày hoàn tất"),
        ([str(number), *row] for number, row in enumerate(rows, 1)),
        (0.9, 5.4, 1.6, 1.6, 2.8),
        centred=(0, 2, 3, 4),
    )
    pages_in_all = sum(int(row[2]) for row in rows)
    yield nodes.text(f"Cộng: {pages_in_all} trang của {len(classes)} lớp.")


def _known(holes: tuple[str, ...], scope: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in scope.items() if name in holes}


def _missing(school: TreeSchool, reading: Reading, closing: Closing) -> Iterator[Node]:
    yield nodes.heading("3. Hồ sơ chưa đủ lúc đến hạn")
    if closing.due is None:
        yield nodes.text("Chưa đến hạn nên chưa kê.")
        return
    if not closing.gaps:
        yield nodes.text("Không có.")
        return

    def line(gap: Gap) -> list[str]:
        people = ", ".join(f"{reading.staff_name(staff)} ({staff})" for staff in gap.people)
        place = school.table.find(gap.path)
        page = gap.path if place is None else Wording(school).page(*place)
        return [people or "chưa phân công", page, gap.why]

    rows = map(line, sorted(closing.gaps, key=lambda gap: (gap.people, gap.path)))
    yield nodes.table(
        ("STT", "Người phải hoàn tất", "Trang", "Còn thiếu"),
        ([str(number), *row] for number, row in enumerate(rows, 1)),
        (0.9, 3.6, 4.6, 3.6),
    )


def _comparing(nam_hoc: str, name: str, closing: Closing) -> Iterator[Node]:
    last = closing.complete or closing.due
    if last is None:
        return
    yield nodes.heading("4. Đầu nhật ký để đối chiếu")
    yield nodes.fact("Số thứ tự trong nhật ký", str(last.seq))
    yield nodes.fact("Đầu nhật ký", last.id)
    yield nodes.fact("Bản ghi của hồ sơ", last.main)
    branch = f", nhánh locked/{nam_hoc}/{name} phải trỏ đúng bản ghi này" * bool(closing.complete)
    yield nodes.text(
        "Ai giữ một bản sao của kho hồ sơ đều so được: nhánh nhat-ky phải chứa đúng đầu nhật ký "
        f"này{branch}. Khác một ký tự là lịch sử đã bị viết lại sau ngày lập biên bản."
    )


def _entered(entry: Entry) -> str:
    return f"{frame.moment(entry.when)} (nhật ký số {entry.seq})"
