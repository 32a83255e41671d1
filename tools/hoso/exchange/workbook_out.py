"""A page written as a workbook for Excel and LibreOffice: the class locked, the cells to fill open.

There is never a formula in it: text goes out as text, whatever it begins with.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hoso.exchange.cells import said
from hoso.exchange.grid import Column, Grid, value_at
from hoso.exchange.origins import SHEET, Origin

#: The sheet people fill in, and the headings by which its first columns are known.
TABLE, CODE, NUMBER, NAME = "Sổ", "Mã", "STT", "Họ và tên"
_HEAD, _LISTS = 3, 4
#: The same page gives the same bytes.
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_MOST_NOTE = 250
_GUIDE = (
    "Chỉ điền các ô trắng. Không đổi cột Mã và tiêu đề cột; thêm, bớt, xếp lại dòng thì được. "
    "Không dùng công thức: nạp lại chỉ nhận giá trị đã gõ."
)


def sheet_of(
    grid: Grid, data: Mapping[str, Any], origin: Origin, title: str,
    closed: Callable[[Column], bool] = lambda column: False,
) -> bytes:  # fmt: skip
    """The workbook of a page with rows; columns that are `closed` can be read only."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy"},
    )  # fmt: skip
    book.set_properties({"created": _MADE, "title": "Sổ của nhà trường"})
    form = {
        name: book.add_format({"valign": "top", "border": 1, "border_color": "#B5ADA6", **look})
        for name, look in _LOOKS.items()
    }
    sheet, hidden = book.add_worksheet(TABLE), book.add_worksheet(SHEET)
    _origin(hidden, origin, grid)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, _GUIDE)
    first = _leads(sheet, grid, form)
    last = _HEAD + max(1, len(grid.rows))
    for place, column in enumerate(grid.columns, first):
        sheet.write_string(_HEAD, place, column.heading, form["dau"])
        shut = closed(column)
        look = form["khoa"] if shut else form[column.sort if column.sort in form else "chu"]
        sheet.set_column(place, place, column.width)
        for number, row in enumerate(grid.rows, _HEAD + 1):
            _write(sheet, number, place, column, value_at(data, grid.pointer(row, column)), look)
        if not shut:
            _limit(sheet, (_HEAD + 1, place, last, place), column, place - first + _LISTS)
    sheet.freeze_panes(_HEAD + 1, first)
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True})
    sheet.set_landscape()
    sheet.repeat_rows(_HEAD)
    hidden.very_hidden()
    book.close()
    return out.getvalue()


_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "dau": {"bold": True, "bg_color": "#F3E6E8", "text_wrap": True, "locked": True},
    "khoa": {"bg_color": "#EEEBE7", "locked": True, "text_wrap": True},
    "chu": {"locked": False, "text_wrap": True, "num_format": "@"},
    "muc": {"locked": False, "num_format": "@"},
    "so": {"locked": False, "num_format": "0"},
    "ngay": {"locked": False, "num_format": "dd/mm/yyyy"},
}


def _leads(sheet: Worksheet, grid: Grid, form: Mapping[str, Format]) -> int:
    """The locked columns that say whose a row is; gives how many there are."""
    leads: list[tuple[str, int, list[str | int | None]]] = [
        (CODE, 11, [row.id for row in grid.rows]),
        (NAME, 26, [row.name for row in grid.rows]),
    ]
    # The class list has its number among what can be filled in.
    if all(column.heading != NUMBER for column in grid.columns):
        leads.insert(1, (NUMBER, 5, [row.number for row in grid.rows]))
    for place, (heading, width, values) in enumerate(leads):
        sheet.write_string(_HEAD, place, heading, form["dau"])
        sheet.set_column(place, place, width)
        for number, value in enumerate(values, _HEAD + 1):
            if value is None:
                sheet.write_blank(number, place, None, form["khoa"])
            elif isinstance(value, int):
                sheet.write_number(number, place, value, form["khoa"])
            else:
                sheet.write_string(number, place, value, form["khoa"])
    return len(leads)


def _write(sheet: Worksheet, row: int, at: int, column: Column, value: Any, look: Format) -> None:
    if value is None:
        sheet.write_blank(row, at, None, look)
    elif column.sort == "so":
        sheet.write_number(row, at, value, look)
    elif column.sort == "ngay":
        sheet.write_datetime(row, at, datetime.fromisoformat(value), look)
    else:
        sheet.write_string(row, at, said(column, value), look)


def _limit(sheet: Worksheet, area: tuple[int, int, int, int], column: Column, at: int) -> None:
    rule = _rule(column, at)
    if rule is not None:
        note = f"{column.node['description']}"[:_MOST_NOTE]
        sheet.data_validation(
            *area,
            {"ignore_blank": True, "error_title": "Chưa đúng", "error_message": note,
             "error_type": "stop", **rule},
        )  # fmt: skip


def _rule(column: Column, at: int) -> dict[str, Any] | None:
    """What a cell may hold; `at` is where on the hidden sheet the column's choices stand."""
    node = column.node
    if column.sort == "muc":
        letter = _letters(at)
        return {"validate": "list",
                "source": f"={SHEET}!${letter}$1:${letter}${len(column.choices)}"}  # fmt: skip
    if column.sort == "so":
        return {"validate": "integer", "criteria": "between",
                "minimum": node.get("minimum", -999_999_999),
                "maximum": node.get("maximum", 999_999_999)}  # fmt: skip
    if column.sort == "ngay":
        return {"validate": "date", "criteria": "between",
                "minimum": date(2000, 1, 1), "maximum": date(2099, 12, 31)}  # fmt: skip
    if "maxLength" in node:
        return {"validate": "length", "criteria": "<=", "value": node["maxLength"]}
    return None


def _origin(sheet: Worksheet, origin: Origin, grid: Grid) -> None:
    """What the workbook was made of, and the choices of each column in a column of its own."""
    for number, line in enumerate(origin.rows()):
        for place, text in enumerate(line):
            sheet.write_string(number, place, text)
    for place, column in enumerate(grid.columns, _LISTS):
        for number, (_, label) in enumerate(column.choices):
            sheet.write_string(number, place, label)


def _letters(place: int) -> str:
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
