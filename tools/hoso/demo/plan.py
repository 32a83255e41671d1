"""How large a school is wanted, and which school years it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hoso.findings import HosoError

#: The kind, key and data of one record.
Page = tuple[str, dict[str, str], dict[str, Any]]

#: The school year under way in every generated school, and the last day its records know.
CURRENT = 2026
LAST_DAY = "2026-11-20"
#: What `hoso demo` uses when no seed is given, and what the committed school was made with.
SEED = 27
MOST_CLASSES = 260
MOST_YEARS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The size of a school: classes in each grade, finished years, and made-up posts."""

    classes_per_grade: int = 2
    finished_years: int = 1
    posts: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.classes_per_grade <= MOST_CLASSES:
            raise HosoError(f"số lớp mỗi khối phải từ 1 đến {MOST_CLASSES}")
        if not 0 <= self.finished_years <= MOST_YEARS:
            raise HosoError(f"số năm học đã xong phải từ 0 đến {MOST_YEARS}")
        if self.posts < 0:
            raise HosoError("số bài không được âm")

    @property
    def is_reference(self) -> bool:
        """Whether this is the school whose prose, pictures and staff are written by hand."""
        return self.classes_per_grade == 2 and self.finished_years == 1

    @property
    def starts(self) -> range:
        """The calendar years in which the school years begin, the current one last."""
        return range(CURRENT - self.finished_years, CURRENT + 1)

    @property
    def letters(self) -> tuple[str, ...]:
        """The names of the classes of a grade: A to Z, then A1 to Z9."""
        return tuple(
            chr(ord("A") + position % 26) + (str(position // 26) if position >= 26 else "")
            for position in range(self.classes_per_grade)
        )


def year_name(start: int) -> str:
    """The name of the school year that begins in a calendar year."""
    return f"{start}-{start + 1}"
