"""Who works at the school, and which duties each holds in which year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hoso.demo.dice import Dice
from hoso.demo.people import child
from hoso.demo.plan import CURRENT, Page, Plan
from hoso.demo.tables import table
from hoso.demo.years import Year
from hoso.rules.subjects import ELECTIVES, GRADES, LESSONS, subjects_of, whole_of

#: Subjects with teachers of their own, and how many lessons a week such a teacher gives at most.
_SPECIAL = (
    ("ngoai-ngu-1", "ngoai-ngu-1-tu-chon"),
    ("tin-hoc", "cong-nghe"),
    ("giao-duc-the-chat",),
    ("mi-thuat",),
    ("am-nhac",),
)
_TITLES = ("Tiếng Anh", "Tin học", "Giáo dục thể chất", "Mĩ thuật", "Âm nhạc")
_MOST_LESSONS = 24
_WEEKS = 35
#: In a made-up school homeroom teachers are numbered from here, teachers of one subject after them.
_FIRST_TEACHER = 101
_ELECTIVE = "ngoai-ngu-1-tu-chon"


@dataclass(kw_only=True)
class Staff:
    """The people of a school and their duties in every year."""

    seed: int
    plan: Plan
    years: tuple[Year, ...]
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    duties: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    _homeroom: dict[tuple[str, str], str] = field(default_factory=dict)
    _special: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def appoint(self) -> Staff:
        """Fills every duty of every year; returns itself."""
        for person, page in table("nhan-su").items():
            office = int(person[2:]) < 11
            if office or self.plan.is_reference:
                phone = Dice(self.seed, "dien-thoai", person).below(1_000_000)
                self.people[person] = {**page, "dien_thoai": f"0100{phone:06}"}
        if not self.plan.is_reference:
            self._hire()
        for year in self.years:
            self._offices(year)
            if self.plan.is_reference:
                self._written_down(year)
            else:
                self._dealt_out(year)
            self._homeroom_duties(year)
            self._special_duties(year)
            self._everybody(year)
        return self

    def homeroom(self, nam_hoc: str, lop: str) -> str:
        return self._homeroom[nam_hoc, lop]

    def teacher(self, nam_hoc: str, lop: str, subject: str) -> str:
        """Who teaches a subject in a class: a teacher of that subject, or the homeroom teacher."""
        return self._special.get((nam_hoc, lop, subject), self._homeroom[nam_hoc, lop])

    def is_man(self, person: str) -> bool:
        return bool(self.people[person]["gioi_tinh"] == "nam")

    def electives(self, start: int, grade: int) -> tuple[str, ...]:
        """What a class takes by choice: English in the first two grades, from this year on."""
        return (_ELECTIVE,) if start == CURRENT and grade in ELECTIVES[_ELECTIVE] else ()

    def pages(self) -> Iterator[Page]:
        """Kind, key and data of every staff page and every page of duties."""
        for person, page in self.people.items():
            yield "nhan-su", {"nhan_su": person}, page
        for (nam_hoc, person), duties in self.duties.items():
            yield (
                "phan-cong",
                {"nam_hoc": nam_hoc, "nhan_su": person},
                {"vai": {f"p{number}": duty for number, duty in enumerate(duties, start=1)}},
            )

    def _decision(self, year: Year, which: str) -> dict[str, str]:
        known = table("phan-cong")["quyet_dinh"].get(year.name)
        if known:
            return dict(known[which])
        if which == "phan_cong":
            return {"so": "85/QĐ-THCH", "ngay": year.record["bat_dau"]}
        return {"so": "93/QĐ-THCH", "ngay": year.record["khai_giang"]}

    def _add(self, year: Year, person: str, duty: Mapping[str, Any], which: str) -> None:
        decision = self._decision(year, which)
        since = year.record["bat_dau"] if which == "phan_cong" else decision["ngay"]
        full = {"tu": since, "quyet_dinh": decision, **duty}
        self.duties.setdefault((year.name, person), []).append(full)

    def _offices(self, year: Year) -> None:
        for person, duties in table("phan-cong")["kiem_nhiem"].items():
            for duty in duties if person in self.people else ():
                board = duty["vai"] in ("quan-tri-phan-mem", "bien-tap")
                self._add(year, person, duty, "ban" if board else "phan_cong")

    def _written_down(self, year: Year) -> None:
        """The duties of the reference school, from its table."""
        known = table("phan-cong")
        for lop, person in known["chu_nhiem"][year.name].items():
            self._homeroom[year.name, lop] = person
        for person, taught in known["bo_mon"][year.name].items():
            for lop in taught["lop"]:
                for subject in taught["mon"]:
                    self._special[year.name, lop, subject] = person
        for more in (known["to"], known["lam_thay"]):
            for person, duties in more[year.name].items():
                for duty in duties:
                    self._add(year, person, duty, "phan_cong")

    def _hire(self) -> None:
        """As many teachers as the classes of a made-up school need."""
        rooms = len(GRADES) * self.plan.classes_per_grade
        for position in range(rooms):
            team = "to-1-2-3" if position < 3 * self.plan.classes_per_grade else "to-4-5"
            self._employ(_FIRST_TEACHER + position, "Giáo viên tiểu học", team)
        number = _FIRST_TEACHER + rooms
        for subjects, title in zip(_SPECIAL, _TITLES, strict=True):
            for _ in self._shares(subjects, self.years[-1]):
                self._employ(number, f"Giáo viên {title}", "to-4-5")
                number += 1

    def _employ(self, number: int, title: str, team: str) -> None:
        person = f"NV{number:04}"
        dice = Dice(self.seed, "nhan-su", person)
        who = child(dice, 1972 + dice.below(22), "nam" if dice.chance(250) else "nu")
        start = max(who.born.year + 23, 2000)
        self.people[person] = {
            "ho_ten": who.full_name,
            "gioi_tinh": who.sex,
            "ngay_sinh": str(who.born),
            "chuc_danh": title,
            "trinh_do": dice.pick(("dai-hoc", "dai-hoc", "dai-hoc", "cao-dang", "thac-si")),
            "to": team,
            "ngay_vao_truong": f"{min(start, self.years[0].start - 1)}-08-15",
            "dien_thoai": f"0100{dice.below(1_000_000):06}",
        }

    def _dealt_out(self, year: Year) -> None:
        """Homeroom teachers keep their class's place; the others share the classes in order."""
        names = [f"{grade}{letter}" for grade in GRADES for letter in self.plan.letters]
        for position, lop in enumerate(names):
            self._homeroom[year.name, lop] = f"NV{_FIRST_TEACHER + position:04}"
        number = _FIRST_TEACHER + len(names)
        for subjects in _SPECIAL:
            # Shared out as in the last year, which has the most lessons.
            for classes in self._shares(subjects, self.years[-1]):
                for lop in classes:
                    for subject in subjects:
                        self._special[year.name, lop, subject] = f"NV{number:04}"
                number += 1
        for person, duty in (
            (0, {"vai": "to-truong", "to": "to-1-2-3"}),
            (len(names) - 1, {"vai": "to-truong", "to": "to-4-5"}),
        ):
            self._add(year, f"NV{_FIRST_TEACHER + person:04}", duty, "phan_cong")

    def _shares(self, subjects: tuple[str, ...], year: Year) -> list[list[str]]:
        """The classes that have these subjects, dealt into full weeks."""
        shares: list[list[str]] = []
        load = _MOST_LESSONS
        for grade in GRADES:
            taught = [subject for subject in subjects if subject in self._taken(year, grade)]
            lessons = _lessons(taught, grade)
            for letter in self.plan.letters if taught else ():
                if load + lessons > _MOST_LESSONS:
                    shares.append([])
                    load = 0
                shares[-1].append(f"{grade}{letter}")
                load += lessons
        return shares

    def _taken(self, year: Year, grade: int) -> tuple[str, ...]:
        return subjects_of(grade, year.record["mon_ghep"], self.electives(year.start, grade))

    def _homeroom_duties(self, year: Year) -> None:
        for (nam_hoc, lop), person in self._homeroom.items():
            if nam_hoc != year.name:
                continue
            self._add(year, person, {"vai": "gvcn", "lop": lop}, "phan_cong")
            grade = int(lop[0])
            subjects = [
                subject
                for subject in self._taken(year, grade)
                if (nam_hoc, lop, subject) not in self._special
            ]
            self._teach(year, person, lop, subjects)

    def _special_duties(self, year: Year) -> None:
        held: dict[tuple[str, str], list[str]] = {}
        for (nam_hoc, lop, subject), person in self._special.items():
            if nam_hoc == year.name and subject in self._taken(year, int(lop[0])):
                held.setdefault((person, lop), []).append(subject)
        for (person, lop), subjects in held.items():
            self._teach(year, person, lop, subjects)

    def _teach(self, year: Year, person: str, lop: str, subjects: list[str]) -> None:
        lessons = _lessons(subjects, int(lop[0]))
        duty = {"vai": "giao-vien-bo-mon", "lop": lop, "mon": subjects, "so_tiet": lessons}
        self._add(year, person, duty, "phan_cong")

    def _everybody(self, year: Year) -> None:
        """Each member of staff may read what the school keeps for its staff."""
        for person, page in self.people.items():
            joined, gone = page["ngay_vao_truong"], page.get("ngay_roi_truong", "9999")
            if joined <= year.record["khai_giang"] <= gone:
                since = max(joined, year.record["bat_dau"])
                self._add(year, person, {"vai": "nhan-vien", "tu": since}, "phan_cong")


def _lessons(subjects: list[str], grade: int) -> int:
    """Lessons a week; each half of a subject with two parts has half of its lessons."""
    total = 0
    for subject in subjects:
        whole = whole_of(subject)
        lessons = {**LESSONS, **ELECTIVES}[whole][grade] // _WEEKS
        total += lessons if whole == subject else lessons // 2
    return total
