"""A filled-in workbook read back: what it changes, and about every other cell why it does not.

Rows are known by identifier and columns by heading, never by place. A cell that was left blank
over a value takes nothing away by itself: it is listed for a person to confirm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hoso.exchange.cells import NotMeant, meant, one_line, said
from hoso.exchange.grid import Column, Grid, Row, value_at
from hoso.exchange.unpacked import Sheet
from hoso.exchange.workbook_out import CODE, NAME
from hoso.findings import HosoError
from hoso.model import Pointer

#: Titles stand above the headings; further down nobody looks for them.
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A cell or a row that was not taken, and why."""

    cell: str
    who: str
    heading: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A cell left blank over a value, which only a person may take away."""

    cell: str
    who: str
    heading: str
    was: str
    pointer: Pointer


@dataclass(slots=True)
class Reading:
    """What a workbook asks for, compared with the page it was made of."""

    edits: dict[Pointer, Any] = field(default_factory=dict)
    blanks: list[Blank] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read_sheet(
    sheet: Sheet, grid: Grid, base: Mapping[str, Any],
    closed: Callable[[Column], bool] = lambda column: False,
) -> Reading:  # fmt: skip
    """What a workbook changes in the page that it was made of; HosoError without our headings."""
    found = Reading()
    head, places = _headings(sheet, grid, found)
    rows = {row.id: row for row in grid.rows}
    lines = list(enumerate(sheet.lines[head + 1 :], head + 1))
    twice = Counter(_text(line, places[CODE]) for _, line in lines)
    for number, line in lines:
        code, name = _text(line, places[CODE]), _text(line, places[NAME])
        if all(one_line(str(each)) == "" for each in line):
            continue
        row = rows.get(code)
        because = _refused(code, name, row, twice)
        if because or row is None:
            found.notes.append(
                Note(cell=cell_name(number, places[CODE]), who=name or code, heading=CODE,
                     message=because)
            )  # fmt: skip
            continue
        for column in grid.columns:
            if column.heading in places:
                _read_cell(sheet, number, places[column.heading], grid, row, column, base,
                           closed(column), found)  # fmt: skip
    return found


def _read_cell(
    sheet: Sheet, number: int, place: int, grid: Grid, row: Row, column: Column,
    base: Mapping[str, Any], shut: bool, found: Reading,
) -> None:  # fmt: skip
    line, pointer = sheet.lines[number], grid.pointer(row, column)
    cell, was = cell_name(number, place), value_at(base, pointer)

    def note(message: str) -> None:
        found.notes.append(Note(cell=cell, who=row.name or row.id, heading=column.heading,
                                message=message))  # fmt: skip

    if (number, place) in sheet.formulas:
        note("ô này là công thức hoặc báo lỗi; dán thành giá trị (Paste Values) rồi gửi lại")
        return
    try:
        value = meant(column, line[place] if place < len(line) else None)
    except NotMeant as error:
        note(str(error))
        return
    if value == was and type(value) is type(was):
        return
    if shut:
        note("thầy cô không được ghi cột này nên ô này bị bỏ qua")
    elif value is None:
        found.blanks.append(
            Blank(cell=cell, who=row.name or row.id, heading=column.heading,
                  was=said(column, was), pointer=pointer)
        )  # fmt: skip
    else:
        found.edits[pointer] = value


def _headings(sheet: Sheet, grid: Grid, found: Reading) -> tuple[int, dict[str, int]]:
    """The line of the headings and the place of each; a heading not there leaves its column out."""
    for number, line in enumerate(sheet.lines[:_LOOKED_AT]):
        titles = [one_line(str(each)) for each in line]
        if CODE not in titles or NAME not in titles:
            continue
        wanted = {CODE, NAME, *(column.heading for column in grid.columns)}
        doubled = sorted(each for each in wanted if titles.count(each) > 1)
        if doubled:
            raise HosoError(f"tiêu đề “{doubled[0]}” có ở hai cột; bỏ bớt một cột rồi gửi lại")
        places = {title: place for place, title in enumerate(titles) if title in wanted}
        found.notes.extend(
            Note(cell=cell_name(number, 0), who="", heading=column.heading,
                 message="không thấy cột này trong tệp nên giữ nguyên cả cột")
            for column in grid.columns
            if column.heading not in places
        )  # fmt: skip
        found.notes.extend(_strangers(number, titles, wanted))
        return number, places
    raise HosoError(f"không thấy dòng tiêu đề có “{CODE}” và “{NAME}”; tải lại bảng")


def _strangers(number: int, titles: list[str], wanted: set[str]) -> Iterator[Note]:
    for place, title in enumerate(titles):
        if title and title not in wanted and title != "STT":
            yield Note(cell=cell_name(number, place), who="", heading=title,
                       message="sổ không có cột này nên cả cột bị bỏ qua")  # fmt: skip


def _refused(code: str, name: str, row: Row | None, twice: Mapping[str, int]) -> str:
    if not code:
        return "dòng không có mã nên không biết là của ai; cả dòng bị bỏ qua"
    if twice[code] > 1:
        return f"mã {code} có ở {twice[code]} dòng; cả các dòng ấy bị bỏ qua"
    if row is None:
        return f"mã {code} không có trong sổ này; cả dòng bị bỏ qua"
    if one_line(row.name).casefold() != name.casefold():
        return f"họ tên không khớp mã {code}: có lẽ dòng bị dán lệch; cả dòng bị bỏ qua"
    return ""


def _text(line: list[object], place: int) -> str:
    return one_line(str(line[place])) if place < len(line) else ""


def cell_name(row: int, place: int) -> str:
    """A cell as spreadsheets call it; both count from zero here."""
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
