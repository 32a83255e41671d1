"""The parts of an administrative document under Nghị định 30/2020/NĐ-CP, as words to print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hoso.books.page import Reading
from hoso.findings import HosoError
from hoso.model import Record


def school_record(reading: Reading) -> Record:
    """The school's own record, without which nothing can be printed."""
    found = reading.school.get("truong")
    if found is None:
        raise HosoError("chưa có records/truong.yml: ghi tên trường, địa danh rồi in lại")
    return found


def school_name(reading: Reading) -> str:
    """The school's full name, noted as printed."""
    return str(reading.take(school_record(reading), ("ten",)).data["ten"])


def in_force(timeline: Mapping[str, str], day: str) -> tuple[str, str]:
    """The entry of a dated mapping that holds on a day; the first one for days before it."""
    begun = [since for since in timeline if since <= day]
    since = max(begun) if begun else min(timeline)
    return since, timeline[since]


def head(reading: Reading, day: str, number: str | None) -> dict[str, Any]:
    """Issuer, number, place and date; the owner is the one of that day."""
    record = school_record(reading)
    since, owner = in_force(record.data["co_quan_chu_quan"], day)
    reading.take(record, ("ten",), ("dia_danh",), ("co_quan_chu_quan", since))
    return {
        "owner": owner,
        "issuer": record.data["ten"],
        "number": number and f"Số: {padded(number)}",
        "place-date": f"{record.data['dia_danh']}, {long_date(day)}",
    }


def padded(number: str) -> str:
    """A document number below ten with its leading zero (Phụ lục I mục II khoản 3)."""
    return re.sub(r"\A([1-9])(?=\D)", r"0\1", number)


def long_date(day: str) -> str:
    """ "ngày 03 tháng 9 năm 2026": days below ten and the first two months take a zero."""
    year, month, number = day.split("-")
    return f"ngày {number} tháng {month if int(month) < 3 else int(month)} năm {year}"


def short_date(day: str) -> str:
    """ "03/09/2026", as in tables."""
    year, month, number = day.split("-")
    return f"{number}/{month}/{year}"


def moment(when: str) -> str:
    """ "2026-11-20 07:30" as "07:30 ngày 20/11/2026"; a day alone as a day."""
    day, _, time = when.partition(" ")
    return f"{time} ngày {short_date(day)}" if time else short_date(day)


def signature(reading: Reading, staff: str, day: str) -> dict[str, Any]:
    """Who signs for the school: the principal, or somebody in the principal's stead (Điều 13)."""
    name = reading.staff_name(staff)
    if staff == principal(reading, day):
        return {"authority": ["Hiệu trưởng"], "name": name}
    record = reading.get("nhan-su", [("chuc_danh",)], nhan_su=staff)
    title = str(record.data["chuc_danh"]) if record else "Phó Hiệu trưởng"
    return {"authority": ["KT. Hiệu trưởng", title], "name": name}


def principal(reading: Reading, day: str) -> str:
    """The id of the principal on a day."""
    record = school_record(reading)
    since, staff = in_force(record.data["lanh_dao"], day)
    reading.take(record, ("lanh_dao", since))
    return staff


def staff_called(reading: Reading, name: str) -> str | None:
    """The id of the one member of staff with this name, or None when none or several have it."""
    found = [
        record.key["nhan_su"]
        for record in reading.school.all("nhan-su")
        if record.data["ho_ten"] == name
    ]
    return found[0] if len(found) == 1 else None
