"""Plans of a team or a teacher, and lesson plans, under Công văn 2345/BGDĐT-GDTH."""

from __future__ import annotations

from typing import Any

from hoso.books import frame
from hoso.books.documents import Pictures, read_pictures, without_kind
from hoso.books.markdown import blocks
from hoso.books.page import Page, Reading
from hoso.model import Record, School
from hoso.rules.words import subject_name


def team_plan(school: School, record: Record, picture: Pictures) -> Page:
    """The plan of a team (`ke-hoach-to`), signed by its leader and approved by the principal."""
    reading = Reading(school)
    data = record.data
    about = without_kind(data["tieu_de"], "Kế hoạch")
    facts = []
    if "mon" in data:
        facts.append(f"Môn: {subject_name(school, data['mon'])}")
    if "khoi" in data:
        facts.append(f"Khối {data['khoi']}")
    return _page(
        reading,
        record,
        picture,
        title=f"Kế hoạch tổ {record.key['to']} {record.key['nam_hoc']}",
        unit=_team_name(record.key["to"]),
        about=about,
        facts=facts,
        author_of=data["nguoi_lap"],
        author_title="Tổ trưởng chuyên môn",
        number=data.get("so"),
    )


def teacher_plan(school: School, record: Record, picture: Pictures) -> Page:
    """The plan of a teacher (`ke-hoach-giao-vien`), checked by the head of the team."""
    reading = Reading(school)
    staff = record.key["nhan_su"]
    return _page(
        reading,
        record,
        picture,
        title=f"Kế hoạch giáo viên {staff} {record.key['nam_hoc']}",
        unit=None,
        about=without_kind(record.data["tieu_de"], "Kế hoạch"),
        facts=[f"Giáo viên: {reading.staff_name(staff)}", f"Năm học {record.key['nam_hoc']}"],
        author_of=staff,
        author_title="Người lập kế hoạch",
        number=None,
    )


def lesson_plan(school: School, record: Record, picture: Pictures) -> Page:
    """The plan of one lesson (`bai-day`), appendix 3 of the letter."""
    reading = Reading(school)
    reading.take(record)
    data, key = record.data, record.key
    nodes = blocks(record.body)
    return Page(
        template="bai-day",
        title=f"Kế hoạch bài dạy {key['lop']} {key['nam_hoc']} {key['ma']}",
        author=frame.school_name(reading),
        date=data["ngay"],
        data={
            "school": frame.school_name(reading),
            "owner": frame.head(reading, data["ngay"], None)["owner"],
            "year": key["nam_hoc"],
            "subject": subject_name(school, data["mon"]),
            "class": key["lop"],
            "lesson": data["tieu_de"],
            "periods": data["so_tiet"],
            "taught": frame.long_date(data["ngay"]),
            "teacher": reading.staff_name(data["nguoi_soan"]),
            "body": nodes,
        },
        sources=reading.sources(),
        pictures=read_pictures(nodes, record.path, picture),
    )


def _page(
    reading: Reading,
    record: Record,
    picture: Pictures,
    *,
    title: str,
    unit: str | None,
    about: str,
    facts: list[str],
    author_of: str,
    author_title: str,
    number: str | None,
) -> Page:
    reading.take(record)
    day = record.data["ngay"]
    head: dict[str, Any] = frame.head(reading, day, number)
    if unit is not None:
        head["owner"], head["issuer"] = head["issuer"], unit
    nodes = blocks(record.body)
    return Page(
        template="ke-hoach",
        title=title,
        author=frame.school_name(reading),
        date=day,
        data={
            "head": head,
            "about": about,
            "facts": facts,
            "body": nodes,
            "author": {"authority": [author_title], "name": reading.staff_name(author_of)},
            "approver": {
                "authority": ["Duyệt của Hiệu trưởng"],
                "name": reading.staff_name(frame.principal(reading, day)),
            },
        },
        sources=reading.sources(),
        pictures=read_pictures(nodes, record.path, picture),
    )


def _team_name(code: str) -> str:
    """ "to-4-5" as people say it: Tổ 4 – 5; a team named in words keeps its words' code."""
    parts = code.removeprefix("to-").split("-")
    if all(part.isdigit() for part in parts):
        return "Tổ chuyên môn " + ", ".join(parts)
    return {"van-phong": "Tổ Văn phòng"}.get("-".join(parts), f"Tổ {' '.join(parts)}")
