"""What the homeroom teacher signs: the class's list, its months, its summaries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hoso.demo.attendance import absences, totals
from hoso.demo.dice import Dice
from hoso.demo.marks import Marks
from hoso.demo.plan import Page
from hoso.demo.results import outcome, rewards
from hoso.demo.rooms import Fate, Room, Seat
from hoso.demo.staff import Staff
from hoso.demo.tables import table
from hoso.demo.traits import Traits
from hoso.rules.assessment_tt27 import Result

#: Mean height in millimetres at the end of each grade, girls and boys nearly alike.
_HEIGHT = {1: 1195, 2: 1250, 3: 1305, 4: 1360, 5: 1425}


@dataclass(frozen=True, kw_only=True)
class ClassBook:
    """All pages of one class in one year."""

    seed: int
    room: Room
    staff: Staff
    strange: bool = False

    def pages(self) -> Iterator[Page]:
        """Kind, key and data of every page of the class."""
        room, year = self.room, self.room.year
        key = {"nam_hoc": year.name, "lop": room.name}
        homeroom = self.staff.homeroom(year.name, room.name)
        electives = self.staff.electives(year.start, room.grade)
        yield "lop", key, self._list(electives)
        teachers = {
            subject: self.staff.teacher(year.name, room.name, subject)
            for subject in self._marks(electives, {}).subjects
        }
        men = {subject: self.staff.is_man(person) for subject, person in teachers.items()}
        marks = self._marks(electives, men)
        traits = Traits(seed=self.seed, room=room, marks=marks)
        for ky in year.periods:
            for subject, teacher in teachers.items():
                yield (
                    "danh-gia-mon",
                    {**key, "mon": subject, "ky": ky},
                    {
                        "giao_vien": teacher,
                        "hoan_tat": self._finished(ky, subject),
                        "hoc_sinh": marks.page(subject, ky),
                    },
                )
            yield (
                "pham-chat-nang-luc",
                {**key, "ky": ky},
                {
                    "giao_vien": homeroom,
                    "hoan_tat": self._finished(ky, ""),
                    "hoc_sinh": traits.page(ky),
                },
            )
        months = absences(self.seed, room)
        for month, absent in months.items():
            days = year.months[month]
            page: dict[str, Any] = {"giao_vien": homeroom, "ngay_hoc": len(days), "vang": absent}
            if year.finished or month != max(months):
                page["hoan_tat"] = str(days[-1])
            yield "diem-danh", {**key, "thang": month}, page
        for ky in year.periods:
            yield "tong-hop", {**key, "ky": ky}, self._summary(ky, homeroom, traits, months)

    def _marks(self, electives: tuple[str, ...], men: dict[str, bool]) -> Marks:
        return Marks(
            seed=self.seed, room=self.room, electives=electives, men=men, strange=self.strange
        )

    def _list(self, electives: tuple[str, ...]) -> dict[str, Any]:
        room = self.room
        page: dict[str, Any] = {
            "khoi": room.grade,
            "phong": f"Phòng {room.grade}{_position(room.letter):02}",
            "buoi_hoc": "hai-buoi",
        }
        if electives:
            page["mon_tu_chon"] = list(electives)
        page["hoc_sinh"] = {
            seat.pupil.id: {
                "stt": seat.number,
                "vao": str(seat.since),
                **({} if seat.until is None else {"ra": str(seat.until)}),
            }
            for seat in room.seats
        }
        return page

    def _finished(self, ky: str, subject: str) -> str:
        """A subject page is finished some days before the period ends, the class's own later."""
        window = self.room.year.window(ky)
        last = window.last or window.first
        dice = Dice(self.seed, "hoan-tat", self.room.year.name, self.room.name, ky, subject)
        early = dice.below(2) if not subject else 1 + dice.below(5)
        when = last - timedelta(days=early)
        while when.weekday() >= 5:
            when -= timedelta(days=1)
        return str(when)

    def _summary(
        self, ky: str, homeroom: str, traits: Traits, months: dict[str, Any]
    ) -> dict[str, Any]:
        last = self.room.year.window(ky).last or self.room.year.window(ky).first
        present = self.room.present(last)
        dice = Dice(self.seed, "nhan-xet-lop", self.room.year.name, self.room.name, ky)
        page: dict[str, Any] = {
            "giao_vien": homeroom,
            "hoan_tat": str(last),
            "si_so": len(present),
            "nhan_xet_lop": dice.pick(table("pham-chat-nang-luc")["lop"][ky]),
        }
        if ky == "cuoi-nam":
            page["hoc_sinh"] = {
                seat.pupil.id: self._year_end(seat, traits, months) for seat in present
            }
        return page

    def _year_end(self, seat: Seat, traits: Traits, months: dict[str, Any]) -> dict[str, Any]:
        pupil = seat.pupil
        before = outcome(traits.marks, traits, pupil.id, after_summer=False)
        after = outcome(traits.marks, traits, pupil.id, after_summer=True)
        row: dict[str, Any] = {"ket_qua": after.code}
        if before.result is Result.NOT_COMPLETED:
            row["ket_qua_truoc_he"] = before.code
        row.update(rewards(self.seed, seat, traits.marks, after.result))
        passed = after.result is not Result.NOT_COMPLETED
        row["len_lop"] = "hoan-thanh" if passed else "chua-len-lop"
        row["nghi_co_phep"], row["nghi_khong_phep"] = totals(months, pupil.id)
        row.update(_body(self.seed, seat, self.room))
        note = self._note(seat)
        if note:
            row["ghi_chu"] = note
        return row

    def _note(self, seat: Seat) -> str:
        if seat.pupil.with_plan:
            return "Học hòa nhập, đánh giá theo kế hoạch giáo dục cá nhân"
        if seat.since > self.room.year.first_day:
            return f"Chuyển đến ngày {seat.since:%d/%m/%Y}"
        if seat.fate is Fate.SUMMER:
            return "Đã hoàn thành sau đánh giá bổ sung trong hè"
        if seat.fate is Fate.RETAINED:
            return "Tiếp tục học lại lớp này, có kế hoạch giúp đỡ"
        return ""


def _body(seed: int, seat: Seat, room: Room) -> dict[str, Any]:
    """Height and weight grow along one line from year to year."""
    build = Dice(seed, "the-trang", seat.pupil.id)
    tall = build.between(-40, 40) + build.between(-40, 40)
    thick = 146 + build.below(22) + build.below(22)
    height = _HEIGHT[room.grade] + tall + (10 if seat.pupil.child.sex == "nam" else 0)
    weight = height * height * (thick + 3 * room.grade) // 10_000
    health = Dice(seed, "suc-khoe", seat.pupil.id, room.year.name)
    return {
        "chieu_cao_mm": height // 5 * 5,
        "can_nang_g": weight // 100 * 100,
        "suc_khoe": health.pick(table("pham-chat-nang-luc")["suc_khoe"]),
    }


def _position(letter: str) -> int:
    return ord(letter[0]) - ord("A") + 1 + 26 * int(letter[1:] or 0)
