"""Counts over restricted records: whole grades and whole groups of staff, never a person.

The only module of the site that reads restricted records. What it returns is not yet fit to
publish: `figures` hides the small counts first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from hoso.model import Record, School
from hoso.site.cells import Name, Shown, Sum, protect

ALL = "tong"
DEGREES = ("trung-cap", "cao-dang", "dai-hoc", "thac-si", "tien-si")
_RESULTS = ("hoan-thanh-xuat-sac", "hoan-thanh-tot", "hoan-thanh", "chua-hoan-thanh")
_AWARDS = ("hoc-sinh-xuat-sac", "hoc-sinh-tieu-bieu")
_MOVES = ("chuyen-den", "hoc-lai", "chuyen-di", "thoi-hoc")
_GROUPS = ("Cán bộ quản lý", "Giáo viên", "Nhân viên")


@dataclass(slots=True)
class Counts:
    """Counts under (what, grade), with every sum a reader may know, while they are gathered."""

    grades: tuple[str, ...]
    counts: dict[Name, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    known: set[Name] = field(default_factory=set)
    computable: set[Name] = field(default_factory=set)

    def add(self, what: str, by_grade: dict[str, int], *, known: bool = False) -> None:
        """One count for each grade, and their total."""
        for grade in self.grades:
            self.counts[what, grade] = by_grade.get(grade, 0)
        self.counts[what, ALL] = sum(by_grade.values())
        self.sums.append(Sum((what, ALL), tuple((what, grade) for grade in self.grades)))
        if known:
            self.known.update((what, grade) for grade in (*self.grades, ALL))

    def rest(self, whole: str, parts: tuple[str, ...]) -> None:
        """Some of `whole` are in each part, each in one at most: the rest can be worked out.

        Where nobody is left over, a reader takes that for granted: the parts are the whole.
        """
        what = f"{whole} trừ {', '.join(parts)}"
        if len(parts) > 1 and self.counts[whole, ALL] == sum(self.counts[p, ALL] for p in parts):
            for grade in (*self.grades, ALL):
                self.sums.append(Sum((whole, grade), tuple((part, grade) for part in parts)))
            return
        for grade in (*self.grades, ALL):
            self.counts[what, grade] = self.counts[whole, grade] - sum(
                self.counts[part, grade] for part in parts
            )
            self.computable.add((what, grade))
            self.sums.append(
                Sum((whole, grade), (*((part, grade) for part in parts), (what, grade)))
            )
        self.sums.append(Sum((what, ALL), tuple((what, grade) for grade in self.grades)))

    def same(self, what: str, other: str) -> None:
        """Two counts every reader expects to be equal: what one hides the other must not show."""
        for grade in (*self.grades, ALL):
            if self.counts[what, grade] == self.counts[other, grade]:
                self.sums.append(Sum((what, grade), ((other, grade),)))

    def protected(self, threshold: int) -> dict[Name, Shown]:
        """How each count may be shown."""
        return protect(
            self.counts,
            tuple(self.sums),
            threshold,
            known=self.known,
            computable=self.computable,
        )


def _present(room: Record, day: date) -> Iterator[str]:
    for pupil, place in room.data["hoc_sinh"].items():
        if place["vao"] <= day.isoformat() <= place.get("ra", "9999-12-31"):
            yield pupil


def count_pupils(
    counts: Counts, school: School, classes: Iterable[Record], nam_hoc: str, day: date
) -> None:
    """Classes and pupils of a day by grade; of the pupils, girls, ethnic minorities, own plans."""
    tally: dict[str, dict[str, int]] = {
        what: {} for what in ("lop", "lop-2-buoi", "hs", "nu", "dan-toc", "khuyet-tat")
    }

    def one(what: str, grade: str) -> None:
        tally[what][grade] = tally[what].get(grade, 0) + 1

    for room in classes:
        grade = str(room.data["khoi"])
        one("lop", grade)
        if room.data["buoi_hoc"] == "hai-buoi":
            one("lop-2-buoi", grade)
        for code in _present(room, day):
            one("hs", grade)
            pupil = school.get("hoc-sinh", hoc_sinh=code)
            if pupil is None:
                continue
            if pupil.data["gioi_tinh"] == "nu":
                one("nu", grade)
            if pupil.data["dan_toc"].casefold() != "kinh":
                one("dan-toc", grade)
            if nam_hoc in pupil.data.get("ke_hoach_ca_nhan", {}):
                one("khuyet-tat", grade)
    for what, by_grade in tally.items():
        counts.add(what, by_grade, known=what.startswith("lop"))
    for part in ("nu", "dan-toc", "khuyet-tat"):
        counts.rest("hs", (part,))


def count_results(counts: Counts, school: School, classes: Iterable[Record], nam_hoc: str) -> None:
    """Year-end results, promotion and awards by grade; after `count_pupils`."""
    names = ("danh-gia", *_RESULTS, *_AWARDS, "len-lop", "chua-len-lop")
    tally: dict[str, dict[str, int]] = {what: {} for what in names}
    for room in classes:
        grade = str(room.data["khoi"])
        page = school.get("tong-hop", nam_hoc=nam_hoc, lop=room.key["lop"], ky="cuoi-nam")
        for result in (page.data.get("hoc_sinh", {}) if page else {}).values():
            if "ket_qua" not in result:
                continue
            moved = result.get("len_lop") in {"hoan-thanh", "theo-quyet-dinh"}
            for what in (
                "danh-gia",
                result["ket_qua"],
                "len-lop" if moved else "chua-len-lop",
                *(award for award in result.get("khen_thuong", ()) if award in _AWARDS),
            ):
                tally[what][grade] = tally[what].get(grade, 0) + 1
    for what, by_grade in tally.items():
        counts.add(what, by_grade)
    if any(tally["danh-gia"].values()):
        counts.rest("danh-gia", _RESULTS)
        counts.rest("danh-gia", ("len-lop", "chua-len-lop"))
        counts.rest("danh-gia", _AWARDS)
        counts.same("hs", "danh-gia")
        counts.same("hoan-thanh-xuat-sac", "hoc-sinh-xuat-sac")
        counts.same("chua-hoan-thanh", "chua-len-lop")


def count_moves(counts: Counts, school: School, nam_hoc: str, day: date) -> None:
    """Pupils who came and left from the start of the year to a day, by grade."""
    tally: dict[str, dict[str, int]] = {what: {} for what in _MOVES}
    for move in school.all("bien-dong", nam_hoc=nam_hoc):
        what, room = move.data["loai"], move.data.get("den_lop") or move.data.get("tu_lop")
        found = room and school.get("lop", nam_hoc=nam_hoc, lop=room)
        if what in _MOVES and found and move.data["ngay"] <= day.isoformat():
            grade = str(found.data["khoi"])
            tally[what][grade] = tally[what].get(grade, 0) + 1
    for what, by_grade in tally.items():
        counts.add(what, by_grade)


def count_staff(school: School, day: date) -> Counts:
    """The staff of a day by group: how many, how many women, how many with each degree."""
    counts = Counts(_GROUPS)
    tally: dict[str, dict[str, int]] = {what: {} for what in ("so-nguoi", "nu", *DEGREES)}
    for person in school.all("nhan-su"):
        data = person.data
        if not data["ngay_vao_truong"] <= day.isoformat() <= data.get("ngay_roi_truong", "9999"):
            continue
        group = _group(data["chuc_danh"])
        female = ("nu",) if data["gioi_tinh"] == "nu" else ()
        degree = (data["trinh_do"],) if "trinh_do" in data else ()
        for what in ("so-nguoi", *female, *degree):
            tally[what][group] = tally[what].get(group, 0) + 1
    for what, by_group in tally.items():
        # How many hold each post is on the organisation page with their names.
        counts.add(what, by_group, known=what == "so-nguoi")
    counts.rest("so-nguoi", ("nu",))
    counts.rest("so-nguoi", DEGREES)
    return counts


def _group(post: str) -> str:
    words = post.casefold()
    if "hiệu trưởng" in words:
        return _GROUPS[0]
    return _GROUPS[1] if "giáo viên" in words or "tổng phụ trách" in words else _GROUPS[2]
