"""The tables of figures a school must publish (Circular 09/2024/TT-BGDĐT, articles 8 and 9).

Counts for a whole grade or the whole school (`counting`), small ones hidden (`cells`): all counts
of a year are protected together, so that no table gives away what another hides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hoso.model import School
from hoso.site.cells import Name, Shown
from hoso.site.counting import (
    ALL,
    DEGREES,
    Counts,
    count_moves,
    count_pupils,
    count_results,
    count_staff,
)
from hoso.site.public import Source
from hoso.site.words import counted, written

_DEFAULT_THRESHOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table ready to print: every cell is text, and hidden counts are already hidden."""

    name: str
    title: str
    note: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    hides: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The published figures of one school year, as they stand on one day."""

    _counts: Counts
    _shown: dict[Name, Shown]
    _staff: tuple[Counts, dict[Name, Shown]]
    _threshold: int
    _day: date
    _sources: dict[str, tuple[Source, ...]]

    def table(self, name: str) -> Table:
        """The table of that name, one of the `so_lieu` of a disclosure page."""
        return _TABLES[name](self)

    def _cell(self, what: str, grade: str, share_of: str = "") -> str:
        shown = self._shown[what, grade]
        count = self._counts.counts[what, grade]
        if shown is Shown.SMALL:
            return f"<{self._threshold}"
        if shown is Shown.WITHHELD:
            return "…"
        whole = self._counts.counts[share_of, grade] if share_of else 0
        if not whole or self._shown[share_of, grade] is not Shown.EXACT:
            return counted(count)
        return f"{counted(count)} ({100 * count / whole:.1f}%)".replace(".", ",")

    def _by_grade(
        self, name: str, title: str, columns: Iterable[tuple[str, str, str]], note: str
    ) -> Table:
        """Columns are (heading, what, share of what)."""
        columns = tuple(columns)
        grades = (*self._counts.grades, ALL)
        return Table(
            name=name,
            title=title,
            note=note,
            headings=("Khối", *(heading for heading, _, _ in columns)),
            rows=tuple(
                (
                    "Toàn trường" if grade == ALL else f"Khối {grade}",
                    *(self._cell(what, grade, whole) for _, what, whole in columns),
                )
                for grade in grades
            ),
            hides=any(
                self._shown[what, grade] is not Shown.EXACT
                for _, what, _ in columns
                for grade in grades
            ),
            sources=self._sources[name],
        )

    def _scale(self) -> Table:
        table = self._by_grade(
            "quy-mo",
            "Quy mô lớp và học sinh theo khối",
            (
                ("Số lớp", "lop", ""),
                ("Lớp 2 buổi/ngày", "lop-2-buoi", ""),
                ("Số học sinh", "hs", ""),
                ("Nữ", "nu", ""),
                ("Dân tộc thiểu số", "dan-toc", ""),
                ("Khuyết tật học hòa nhập", "khuyet-tat", ""),
            ),
            f"Số liệu tính đến ngày {written(self._day)}.",
        )
        average = [self._average(grade) for grade in (*self._counts.grades, ALL)]
        return Table(
            name=table.name,
            title=table.title,
            note=table.note,
            headings=(*table.headings[:4], "Bình quân học sinh/lớp", *table.headings[4:]),
            rows=tuple(
                (*row[:4], mean, *row[4:]) for row, mean in zip(table.rows, average, strict=True)
            ),
            hides=table.hides,
            sources=table.sources,
        )

    def _average(self, grade: str) -> str:
        classes = self._counts.counts["lop", grade]
        if not classes or self._shown["hs", grade] is not Shown.EXACT:
            return "…"
        return f"{self._counts.counts['hs', grade] / classes:.1f}".replace(".", ",")

    def _results(self) -> Table:
        return self._by_grade(
            "ket-qua-giao-duc",
            "Kết quả giáo dục theo khối",
            (
                ("Học sinh được đánh giá", "danh-gia", ""),
                ("Hoàn thành xuất sắc", "hoan-thanh-xuat-sac", "danh-gia"),
                ("Hoàn thành tốt", "hoan-thanh-tot", "danh-gia"),
                ("Hoàn thành", "hoan-thanh", "danh-gia"),
                ("Chưa hoàn thành", "chua-hoan-thanh", "danh-gia"),
                ("Được lên lớp", "len-lop", "danh-gia"),
                ("Chưa được lên lớp", "chua-len-lop", "danh-gia"),
                ("Học sinh Xuất sắc", "hoc-sinh-xuat-sac", "danh-gia"),
                ("Học sinh Tiêu biểu", "hoc-sinh-tieu-bieu", "danh-gia"),
            ),
            "Theo kết quả cuối năm học, Thông tư 27/2020/TT-BGDĐT; tỉ lệ tính trên số học sinh "
            "được đánh giá. Với khối 5, được lên lớp là hoàn thành chương trình tiểu học.",
        )

    def _moves(self) -> Table:
        return self._by_grade(
            "bien-dong",
            "Học sinh chuyển đến, chuyển đi",
            (
                ("Chuyển đến", "chuyen-den", ""),
                ("Học trở lại", "hoc-lai", ""),
                ("Chuyển đi", "chuyen-di", ""),
                ("Thôi học", "thoi-hoc", ""),
            ),
            f"Từ đầu năm học đến ngày {written(self._day)}.",
        )

    def _staffing(self) -> Table:
        counts, shown = self._staff
        columns = (("Tổng số", "so-nguoi"), ("Nữ", "nu"), *zip(
            ("Trung cấp", "Cao đẳng", "Đại học", "Thạc sĩ", "Tiến sĩ"), DEGREES, strict=True
        ))  # fmt: skip
        inner = Figures(counts, shown, self._staff, self._threshold, self._day, self._sources)
        groups = (*counts.grades, ALL)
        return Table(
            name="doi-ngu",
            title="Đội ngũ theo chức danh và trình độ",
            note=f"Số liệu tính đến ngày {written(self._day)}.",
            headings=("Vị trí", *(heading for heading, _ in columns)),
            rows=tuple(
                (
                    "Toàn trường" if group == ALL else group,
                    *(inner._cell(what, group) for _, what in columns),
                )
                for group in groups
            ),
            hides=any(
                shown[what, group] is not Shown.EXACT for _, what in columns for group in groups
            ),
            sources=self._sources["doi-ngu"],
        )


_TABLES = {
    "quy-mo": Figures._scale,
    "ket-qua-giao-duc": Figures._results,
    "doi-ngu": Figures._staffing,
    "bien-dong": Figures._moves,
}


def figures(school: School, nam_hoc: str, today: date) -> Figures:
    """The figures of a school year: of its last day once it is over, else of today."""
    year = school.get("nam-hoc", nam_hoc=nam_hoc)
    day = today if year is None else min(today, date.fromisoformat(year.data["ket_thuc"]))
    threshold = _DEFAULT_THRESHOLD
    if year is not None:
        threshold = year.data.get("nguong_an_so_lieu", _DEFAULT_THRESHOLD)
    classes = school.all("lop", nam_hoc=nam_hoc)
    counts = Counts(tuple(sorted({str(each.data["khoi"]) for each in classes}, key=int)))
    count_pupils(counts, school, classes, nam_hoc, day)
    count_results(counts, school, classes, nam_hoc)
    count_moves(counts, school, nam_hoc, day)
    staff = count_staff(school, day)
    return Figures(
        counts,
        counts.protected(threshold),
        (staff, staff.protected(threshold)),
        threshold,
        day,
        {
            "quy-mo": (_some(f"records/{nam_hoc}/lop/*/lop.yml"), _some("records/hoc-sinh/*.yml")),
            "ket-qua-giao-duc": (_some(f"records/{nam_hoc}/lop/*/tong-hop/cuoi-nam.yml"),),
            "bien-dong": (_some(f"records/{nam_hoc}/bien-dong/*.yml"),),
            "doi-ngu": (_some("records/nhan-su/*.yml"),),
        },
    )


def _some(pattern: str) -> Source:
    return Source(path=pattern)
