"""The pages about single pupils: register, movements, consent; and the school's own page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hoso.demo.cohorts import KNOWN, Cohorts
from hoso.demo.dice import Dice
from hoso.demo.marks import ADAPTED, EXEMPT
from hoso.demo.people import family
from hoso.demo.plan import Page
from hoso.demo.rooms import Pupil, Room
from hoso.rules.consent import OWN_CONSENT_AGE, PURPOSES, age_on

SCHOOL: dict[str, Any] = {
    "ten": "Trường Tiểu học Cộng Hòa",
    "ten_ngan": "Tiểu học Cộng Hòa",
    "ky_hieu": "THCH",
    "ma_truong": "99-TH-0001",
    "cap_hoc": "tieu-hoc",
    "dia_danh": "Cộng Hòa",
    "dia_chi": "Thôn Trung, xã Cộng Hòa, tỉnh Ninh Bình",
    "tinh": "Ninh Bình",
    "dien_thoai": "02283000000",
    "thu_dien_tu": "vanphong@tieuhoc-conghoa.example",
    "trang_web": "https://tieuhoc-conghoa.example/",
    "co_quan_chu_quan": {
        "2010-08-15": "Phòng Giáo dục và Đào tạo huyện Vụ Bản",
        "2025-07-01": "Ủy ban nhân dân xã Cộng Hòa",
    },
    "lanh_dao": {"2016-08-01": "NV0001"},
}


def register_pages(seed: int, cohorts: Cohorts) -> Iterator[Page]:
    """Every pupil's page, then every movement."""
    years = tuple(year.name for year in cohorts.years)
    for pupil in cohorts.pupils.values():
        yield "hoc-sinh", {"hoc_sinh": pupil.id}, _pupil(seed, pupil, years)
    for (nam_hoc, code), data in cohorts.moves.items():
        yield "bien-dong", {"nam_hoc": nam_hoc, "ma": code}, data


def consent_pages(seed: int, cohorts: Cohorts) -> Iterator[Page]:
    """The three pupils the posts name, then one pupil of each class; every sixth form withdrawn."""
    first = [room for room in cohorts.rooms if room.year is cohorts.years[-1]]
    number = 0
    for identifier in KNOWN.values():
        if identifier in cohorts.pupils:
            number += 1
            yield _consent(cohorts.pupils[identifier], date(2025, 9, 15), number, "", full=True)
    for position, room in enumerate(first):
        pupil = _someone(seed, room)
        number += 1
        signed = date(room.year.start, 9, 14 + position % 9)
        withdrawn = f"{room.year.start}-10-{10 + position % 20}" if position % 6 == 5 else ""
        yield _consent(pupil, signed, number, withdrawn, full=position % 3 == 0)


def _someone(seed: int, room: Room) -> Pupil:
    known = set(KNOWN.values())
    seats = [seat for seat in room.seats[:20] if seat.pupil.id not in known]
    return Dice(seed, "dong-y", room.year.name, room.name).pick(seats).pupil


def _consent(pupil: Pupil, signed: date, number: int, withdrawn: str, *, full: bool) -> Page:
    form: dict[str, Any] = {"cha_me": str(signed)}
    if age_on(pupil.child.born, signed) >= OWN_CONSENT_AGE or full:
        form["hoc_sinh"] = str(signed)
    form["minh_chung"] = f"Phiếu số {number:03}/{signed.year}"
    if withdrawn:
        form["rut"] = withdrawn
    purposes = PURPOSES.values() if full else [PURPOSES["anh"]]
    return "dong-y", {"hoc_sinh": pupil.id}, {"muc_dich": {name: dict(form) for name in purposes}}


def _pupil(seed: int, pupil: Pupil, years: tuple[str, ...]) -> dict[str, Any]:
    page = family(Dice(seed, "gia-dinh", pupil.id), pupil.child)
    page["so_dang_bo"] = pupil.register
    page["ngay_vao_truong"] = pupil.entered
    page["vao_tu"] = "chuyen-den" if pupil.former_school else "tuyen-sinh"
    if pupil.former_school:
        page["truong_truoc"] = pupil.former_school
    if pupil.with_plan:
        page["ke_hoach_ca_nhan"] = {
            name: {
                "quyet_dinh": {"so": "97/QĐ-THCH", "ngay": f"{name[:4]}-09-12"},
                "noi_dung": "Học hòa nhập; giảm yêu cầu về tốc độ đọc, viết và số lượng bài tập;"
                " được dùng bàn phím khi làm bài dài; đánh giá theo sự tiến bộ của em.",
                "mon_dieu_chinh": list(ADAPTED),
                "mon_mien": [EXEMPT],
            }
            for name in years
        }
    return page
