"""Học bạ: one pupil's report book, with a spread for every school year that is finished.

Thông tư 27/2020/TT-BGDĐT, Điều 10 và Phụ lục 1; only year-end data is written in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hoso.books import frame, words
from hoso.books.page import Page, Reading, together
from hoso.findings import HosoError
from hoso.model import Record, School
from hoso.rules.pupil_year import ClassYear, PupilYear, class_year
from hoso.rules.subjects import GENERAL, QUALITIES, traits_of
from hoso.rules.words import subject_name, trait_name

_LAST_PRIMARY_GRADE = 5


@dataclass(frozen=True, slots=True)
class Stay:
    """A pupil's place on one class list."""

    nam_hoc: str
    lop: str
    entry: Mapping[str, Any]


def report_book(
    school: School, hoc_sinh: str, until: str | None = None, *, attach_sources: bool = False
) -> Page:
    """The book up to a school year, or up to now; a year without a result has no spread yet."""
    reading = Reading(school)
    pupil = reading.get("hoc-sinh", hoc_sinh=hoc_sinh)
    if pupil is None:
        raise HosoError(f"không có học sinh {hoc_sinh}: xem lại mã trong records/hoc-sinh")
    stays = stays_of(school, hoc_sinh, until)
    years = [spread for stay in stays for spread in [_spread(reading, stay, pupil)] if spread]
    entered = pupil.data["ngay_vao_truong"]
    latest = max([entered, *(str(year["signed"]) for year in years)])
    data = {
        "owner": frame.head(reading, latest, None)["owner"],
        "entered": frame.head(reading, entered, None)["place-date"],
        "school": _school(reading),
        "pupil": _person(pupil),
        "process": _process(reading, pupil, stays),
        "principal": reading.staff_name(frame.principal(reading, entered)),
        "years": years,
    }
    sources = reading.sources()
    return Page(
        template="hoc-ba",
        title=f"Học bạ {hoc_sinh}",
        author=frame.school_name(reading),
        date=latest,
        data=data,
        sources=sources,
        attached={f"{hoc_sinh}.yml": together(sources)} if attach_sources else {},
    )


def stays_of(school: School, hoc_sinh: str, until: str | None = None) -> list[Stay]:
    """Every class list the pupil has stood on, from the oldest, none after a school year."""
    found = [
        Stay(room.key["nam_hoc"], room.key["lop"], room.data["hoc_sinh"][hoc_sinh])
        for room in school.all("lop")
        if hoc_sinh in room.data["hoc_sinh"] and (until is None or room.key["nam_hoc"] <= until)
    ]
    return sorted(found, key=lambda stay: (stay.nam_hoc, stay.entry["vao"]))


def _school(reading: Reading) -> dict[str, str]:
    record = reading.take(frame.school_record(reading), ("ten",), ("dia_chi",), ("tinh",))
    data = record.data
    return {"name": data["ten"], "address": data["dia_chi"], "province": data.get("tinh", "")}


def _person(pupil: Record) -> dict[str, Any]:
    data, kind = pupil.data, pupil.kind
    year, month, day = data["ngay_sinh"].split("-")
    lines = [
        [_field(pupil, "ho_ten"), ["Giới tính", kind.label(("gioi_tinh",), data["gioi_tinh"])]],
        [["Ngày, tháng, năm sinh", f"{day}/{month}/{year}"], _field(pupil, "dan_toc")],
        [_field(pupil, "quoc_tich"), _field(pupil, "ma_dinh_danh")],
        [_field(pupil, "noi_sinh")],
        [_field(pupil, "que_quan")],
        [_field(pupil, "noi_o")],
        [["Họ và tên cha", _parent(data.get("cha"))]],
        [["Họ và tên mẹ", _parent(data.get("me"))]],
        [["Người giám hộ (nếu có)", _parent(data.get("giam_ho"))]],
    ]
    return {"name": data["ho_ten"], "code": pupil.key["hoc_sinh"], "lines": lines}


def _field(pupil: Record, name: str) -> list[str]:
    return [pupil.kind.heading((name,)), str(pupil.data.get(name, ""))]


def _parent(data: Mapping[str, Any] | None) -> str:
    if data is None:
        return ""
    more = data.get("nghe_nghiep") or data.get("quan_he")
    return f"{data['ho_ten']} ({more[0].lower()}{more[1:]})" if more else str(data["ho_ten"])


def _process(reading: Reading, pupil: Record, stays: list[Stay]) -> list[list[str]]:
    school_name, register = frame.school_name(reading), pupil.data["so_dang_bo"]
    rows = []
    if "truong_truoc" in pupil.data:
        rows.append(["", "", pupil.data["truong_truoc"], "", ""])
    for stay in stays:
        room = reading.get(
            "lop",
            [("khoi",), ("hoc_sinh", pupil.key["hoc_sinh"])],
            nam_hoc=stay.nam_hoc,
            lop=stay.lop,
        )
        if room is not None:
            since = frame.short_date(stay.entry["vao"])
            rows.append([stay.nam_hoc, stay.lop, school_name, register, since])
    return rows


def _spread(reading: Reading, stay: Stay, pupil: Record) -> dict[str, Any] | None:
    """One year's two pages, or None while the year has no result."""
    code = pupil.key["hoc_sinh"]
    room = class_year(reading.school, stay.nam_hoc, stay.lop)
    key = {"nam_hoc": stay.nam_hoc, "lop": stay.lop, "ky": "cuoi-nam"}
    summary = reading.school.get("tong-hop", **key)
    if room is None or summary is None:
        return None
    result = summary.data.get("hoc_sinh", {}).get(code, {})
    if "ket_qua" not in result:
        return None
    reading.take(summary, ("giao_vien",), ("hoan_tat",), ("hoc_sinh", code))
    reading.take(room.year, ("mon_ghep",), ("ky_danh_gia", "cuoi-nam"))
    for page in (*room.pages.values(), *filter(None, [room.traits])):
        reading.take(page, ("giao_vien",), ("hoan_tat",), ("hoc_sinh", code))
    signed = summary.data.get("hoan_tat", (room.window.last or room.window.first).isoformat())
    year = room.pupil(code)
    head = frame.head(reading, signed, None)
    return {
        "year": stay.nam_hoc,
        "class": stay.lop,
        "facts": _facts(result),
        "subjects": _subjects(room, year, code),
        **_traits(room, year, code),
        "result": _result(summary, result),
        "rewards": [
            words.reward_name(summary.kind, reward) for reward in result.get("khen_thuong", ())
        ],
        "completion": _completion(summary, result, room.grade),
        "signed": signed,
        "place-date": head["place-date"],
        "teacher": reading.staff_name(summary.data["giao_vien"]),
        "principal": reading.staff_name(frame.principal(reading, signed)),
    }


def _facts(result: Mapping[str, Any]) -> list[list[str]]:
    def measured(name: str, unit: str, per: int) -> str:
        if name not in result:
            return ""
        whole, rest = divmod(result[name], per)
        return f"{whole},{rest * 10 // per} {unit}" if rest * 10 // per else f"{whole} {unit}"

    days = [str(result.get(name, "")) for name in ("nghi_co_phep", "nghi_khong_phep")]
    return [
        ["Chiều cao", measured("chieu_cao_mm", "cm", 10)],
        ["Cân nặng", measured("can_nang_g", "kg", 1000)],
        ["Sức khỏe", str(result.get("suc_khoe", ""))],
        ["Số ngày nghỉ có phép", days[0]],
        ["không phép", days[1]],
    ]


def _subjects(room: ClassYear, year: PupilYear, code: str) -> list[list[str]]:
    kind = room.school.kind("danh-gia-mon")
    rows = [
        [
            subject_name(room.school, mark.subject),
            words.letter(kind, ("hoc_sinh", "", "muc"), mark.level),
            "" if mark.score is None else str(mark.score),
            _entry(room.pages.get(mark.subject), code).get("nhan_xet", ""),
        ]
        for mark in year.marks
    ]
    return rows + [
        [subject_name(room.school, subject), words.EXEMPT, "", "Được miễn"]
        for subject in year.exempt
    ]


def _traits(room: ClassYear, year: PupilYear, code: str) -> dict[str, Any]:
    kind, entry = room.school.kind("pham-chat-nang-luc"), _entry(room.traits, code)

    def lines(group: str, names: tuple[str, ...]) -> list[list[str]]:
        return [
            [
                trait_name(room.school, name),
                words.letter(kind, ("hoc_sinh", "", group, name), year.traits[name]),
            ]
            for name in names
        ]

    return {
        "qualities": lines("pham_chat", QUALITIES),
        "qualities-remark": entry.get("nhan_xet_pham_chat", ""),
        "general": lines("nang_luc_chung", GENERAL),
        "specific": lines("nang_luc_dac_thu", traits_of(room.grade)["nang_luc_dac_thu"]),
        "competencies-remark": entry.get("nhan_xet_nang_luc", ""),
    }


def _entry(page: Record | None, code: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] = {} if page is None else page.data["hoc_sinh"].get(code, {})
    return row


def _result(summary: Record, result: Mapping[str, Any]) -> str:
    text = words.result_name(summary.kind, result["ket_qua"])
    if "ket_qua_truoc_he" in result and result["ket_qua"] != result["ket_qua_truoc_he"]:
        return f"{text} (sau đánh giá bổ sung trong hè)"
    return text


def _completion(summary: Record, result: Mapping[str, Any], grade: int) -> str:
    code = result.get("len_lop")
    if code is None:
        return ""
    if code != "hoan-thanh":
        return words.promotion_name(summary.kind, code)
    if grade == _LAST_PRIMARY_GRADE:
        return "Hoàn thành chương trình tiểu học"
    return f"Hoàn thành chương trình lớp {grade}, được lên lớp {grade + 1}"
