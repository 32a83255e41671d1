"""Bảng tổng hợp kết quả đánh giá giáo dục của lớp: one class at one time of the year.

Thông tư 27/2020/TT-BGDĐT, Điều 10 và Phụ lục 2; the columns follow the grade and the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoso.books import frame, words
from hoso.books.page import Page, Reading
from hoso.findings import HosoError
from hoso.model import Record, School
from hoso.rules.pupil_year import ClassYear, class_year
from hoso.rules.subjects import requires_test, traits_of
from hoso.rules.words import period_name, subject_name, trait_name

YEAR_END = "cuoi-nam"


def class_summary(school: School, nam_hoc: str, lop: str, ky: str) -> Page:
    """The summary as it stands in the records; what is not entered yet stays empty."""
    room = class_year(school, nam_hoc, lop, ky)
    if room is None:
        raise HosoError(
            f"không có lớp {lop} năm học {nam_hoc} thời điểm {ky}: "
            "xem lại tên lớp, năm học (ví dụ 2025-2026 3A cuoi-nam)"
        )
    reading = Reading(school)
    summary = reading.get("tong-hop", **room.key)
    for page in (*room.pages.values(), *filter(None, [room.traits])):
        reading.take(page)
    reading.take(room.room)
    reading.take(room.year, ("mon_ghep",), ("ky_danh_gia", ky))
    day = (room.window.last or room.window.first).isoformat()
    if summary is not None:
        day = summary.data.get("hoan_tat", day)
    columns = _columns(room)
    rows = [_row(reading, room, summary, pupil) for pupil in _listed(room)]
    return Page(
        template="bang-tong-hop",
        title=f"Bảng tổng hợp kết quả đánh giá giáo dục lớp {lop} {ky} {nam_hoc}",
        author=frame.school_name(reading),
        date=day,
        data={
            "head": frame.head(reading, day, None),
            "class": lop,
            "year": nam_hoc,
            "period": period_name(school, ky),
            "wide": len(columns) > 28,
            "columns": columns,
            "year-end": ky == YEAR_END,
            "rows": rows,
            "count": _count(rows, ky),
            "remark": summary.data.get("nhan_xet_lop", "") if summary else "",
            "legend": _legend(school, ky),
            "signed": summary is not None and "hoan_tat" in summary.data,
            "homeroom": _homeroom(reading, summary),
            "principal": reading.staff_name(frame.principal(reading, day)),
        },
        sources=reading.sources(),
    )


def _columns(room: ClassYear) -> list[dict[str, Any]]:
    """The narrow columns, each with the group and the heading it stands under."""
    school = room.school
    found: list[dict[str, Any]] = []
    for subject in room.subjects:
        heads = ["Mức đạt được"]
        if requires_test(room.grade, subject, room.ky):
            heads.append("Điểm KTĐK")
        found.extend(
            {"group": "subjects", "of": subject_name(school, subject), "head": head}
            for head in heads
        )
    for group, names in traits_of(room.grade).items():
        found.extend(
            {"group": group, "of": None, "head": trait_name(school, name)} for name in names
        )
    return found


def _listed(room: ClassYear) -> list[str]:
    """Everybody who had been on the class list by the end of the period, in its order."""
    end = (room.window.last or room.window.first).isoformat()
    entries = room.room.data["hoc_sinh"]
    return sorted(
        (pupil for pupil, entry in entries.items() if entry["vao"] <= end),
        key=lambda pupil: (entries[pupil]["stt"], pupil),
    )


def _row(reading: Reading, room: ClassYear, summary: Record | None, pupil: str) -> dict[str, Any]:
    entry = room.room.data["hoc_sinh"][pupil]
    person = reading.get("hoc-sinh", [("ho_ten",), ("ngay_sinh",), ("gioi_tinh",)], hoc_sinh=pupil)
    known: Mapping[str, Any] = {} if person is None else person.data
    result = summary.data.get("hoc_sinh", {}).get(pupil, {}) if summary else {}
    row = {
        "number": entry["stt"],
        "name": known.get("ho_ten", pupil),
        "born": frame.short_date(known["ngay_sinh"]) if "ngay_sinh" in known else "",
        "girl": known.get("gioi_tinh") == "nu",
    }
    if pupil not in room.enrolled():
        return {**row, "gone": _departure(reading, room, pupil, entry)}
    return {
        **row,
        "gone": None,
        "cells": _cells(room, pupil),
        "result": words.RESULTS.get(result.get("ket_qua", ""), ""),
        "rewards": ", ".join(words.REWARDS[code] for code in result.get("khen_thuong", ())),
        "promotion": words.PROMOTION.get(result.get("len_lop", ""), ""),
        "note": _note(result),
    }


def _cells(room: ClassYear, pupil: str) -> list[str]:
    school, year = room.school, room.pupil(pupil)
    kind, traits = school.kind("danh-gia-mon"), school.kind("pham-chat-nang-luc")
    marks = {mark.subject: mark for mark in year.marks}
    cells = []
    for subject in room.subjects:
        mark = marks.get(subject)
        tested = requires_test(room.grade, subject, room.ky)
        if mark is None:
            cells.extend([words.EXEMPT] * (2 if tested else 1))
            continue
        cells.append(words.letter(kind, ("hoc_sinh", "", "muc"), mark.level))
        if tested:
            cells.append("" if mark.score is None else str(mark.score))
    for group, names in traits_of(room.grade).items():
        cells.extend(
            words.letter(traits, ("hoc_sinh", "", group, name), year.traits[name]) for name in names
        )
    return cells


def _departure(reading: Reading, room: ClassYear, pupil: str, entry: Mapping[str, Any]) -> str:
    """Why a line of the list has no results: the movement, or at least the last day."""
    for record in room.school.all("bien-dong", nam_hoc=room.nam_hoc):
        data = record.data
        if data["hoc_sinh"] == pupil and data.get("tu_lop") == room.lop:
            reading.take(record, ("hoc_sinh",), ("loai",), ("ngay",), ("tu_lop",))
            label = record.kind.label(("loai",), data["loai"])
            return f"{label} ngày {frame.short_date(data['ngay'])}"
    return f"Ra khỏi lớp, ngày cuối {frame.short_date(entry['ra'])}"


def _note(result: Mapping[str, Any]) -> str:
    notes = []
    if "ket_qua_truoc_he" in result:
        notes.append(f"Trước hè: {words.RESULTS[result['ket_qua_truoc_he']]}")
    if "xet_rieng" in result:
        decision = result["xet_rieng"]["quyet_dinh"]
        notes.append(f"Xét riêng theo QĐ {decision['so']}")
    notes.append(result.get("ghi_chu", ""))
    return "; ".join(note for note in notes if note)


def _count(rows: list[dict[str, Any]], ky: str) -> str:
    present = [row for row in rows if row["gone"] is None]
    girls = sum(row["girl"] for row in present)
    text = f"Tổng số: {len(present)} học sinh, trong đó {girls} nữ."
    if ky != YEAR_END:
        return text
    results = {
        sign: sum(row["result"] == sign for row in present) for sign in words.RESULTS.values()
    }
    return text + " " + "; ".join(f"{sign}: {count}" for sign, count in results.items()) + "."


def _legend(school: School, ky: str) -> list[list[str]]:
    lines = words.levels_legend(school.kind("danh-gia-mon"), school.kind("pham-chat-nang-luc"))
    lines.append(["Điểm KTĐK", "điểm kiểm tra định kỳ"])
    lines.append([words.EXEMPT, "được miễn"])
    return lines + (words.year_legend(school.kind("tong-hop")) if ky == YEAR_END else [])


def _homeroom(reading: Reading, summary: Record | None) -> str:
    return "" if summary is None else reading.staff_name(summary.data["giao_vien"])
