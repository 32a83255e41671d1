"""Pupil movements: complete, in their year, and in agreement with the class lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.days import Span, day
from hoso.rules.pages import SINCE
from hoso.rules.rule import Named, Rule

#: The classes each movement must name; admission may come before the classes are made up.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "tuyen-sinh": (),
    "chuyen-den": ("den_lop",),
    "chuyen-di": ("tu_lop",),
    "chuyen-lop": ("tu_lop", "den_lop"),
    "thoi-hoc": ("tu_lop",),
    "hoc-lai": ("den_lop",),
    "o-lai-lop": (),
    "hoan-thanh-tieu-hoc": ("tu_lop",),
}
#: Movements that may bring a pupil into a class after the year began, and out before its end.
COMING = frozenset({"tuyen-sinh", "chuyen-den", "chuyen-lop", "hoc-lai"})
LEAVING = frozenset({"chuyen-di", "chuyen-lop", "thoi-hoc"})
_LAST_GRADE = 5
TRANSFERS = (
    "Điều 21, Điều 36 Điều lệ trường tiểu học, Thông tư 28/2020/TT-BGDĐT "
    "(từ 10/05/2026: Điều lệ theo Thông tư 15/2026/TT-BGDĐT)"
)


def _movement_is_complete(event: Record, school: School) -> Iterator[Finding]:
    for name in NEEDED.get(event.data["loai"], ()):
        if name not in event.data:
            yield event.finding(
                "HS616",
                ("loai",),
                f"loại biến động này cần ghi {event.kind.heading((name,)).lower()}",
                f"thêm trường {name}",
            )
    first, last = event.key["nam_hoc"].split("-")
    # Admission begins in June, the year's accounts close at the end of August.
    year, when = Span(date(int(first), 6, 1), date(int(last), 8, 31)), day(event.data["ngay"])
    if when not in year:
        yield event.finding(
            "HS616",
            ("ngay",),
            f"ngày biến động nằm ngoài năm học {event.key['nam_hoc']}",
            "chuyển sang thư mục của năm học đúng",
        )


def _lists_agree(event: Record, school: School) -> Iterator[Finding]:
    pupil, kind, when = event.data["hoc_sinh"], event.data["loai"], day(event.data["ngay"])
    for name in ("tu_lop", "den_lop"):
        room = _room(event, name, school)
        if room is None:
            continue
        entry = room.data["hoc_sinh"].get(pupil)
        lop = room.key["lop"]
        if entry is None:
            problem = f"{pupil} không có tên ở lớp {lop}"
        elif name == "den_lop" and day(entry["vao"]) < when:
            problem = f"lớp {lop} ghi {pupil} vào lớp trước ngày biến động"
        elif name == "tu_lop" and kind in LEAVING and "ra" not in entry:
            problem = f"lớp {lop} chưa ghi ngày ra của {pupil}"
        elif name == "tu_lop" and kind in LEAVING and day(entry["ra"]) > when:
            problem = f"lớp {lop} ghi {pupil} ra khỏi lớp sau ngày biến động"
        elif kind == "hoan-thanh-tieu-hoc" and room.data["khoi"] != _LAST_GRADE:
            problem = f"lớp {lop} không phải khối {_LAST_GRADE}"
        else:
            continue
        yield event.finding(
            "HS616",
            (name,),
            problem,
            f"sửa danh sách lớp {lop} hoặc biến động này",
        )


def _room(event: Record, name: str, school: School) -> Record | None:
    if name not in event.data:
        return None
    return school.get("lop", nam_hoc=event.key["nam_hoc"], lop=event.data[name])


RULES = (
    Rule(
        name="biến động ghi đủ lớp và đúng năm",
        kind="bien-dong",
        check=_movement_is_complete,
        reads=(),
        basis=TRANSFERS,
        since=SINCE,
    ),
    Rule(
        name="biến động khớp danh sách lớp",
        kind="bien-dong",
        check=_lists_agree,
        reads=tuple(
            Named(
                kind="lop",
                hole="lop",
                by="bien-dong",
                place=(name,),
                holes=("nam_hoc", "ma"),
                same=("nam_hoc",),
            )
            for name in ("tu_lop", "den_lop")
        ),
        basis=TRANSFERS,
        since=SINCE,
    ),
)
