"""The empty workbook of a list: headings, drop-downs, a row that is an example, instructions."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from hoso.exchange.grid import Column
from hoso.exchange.rosters import PUPIL, Roster
from hoso.model import Kind

LIST, GUIDE = "Danh sách", "Hướng dẫn"
_HEAD, _ROWS = 3, 60
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_SAID = (
    "Mỗi người một dòng, bắt đầu từ dòng 6. Dòng 5 là ví dụ: máy bỏ qua, xóa hay để đều được.",
    "Cột có dấu * phải điền. Cột khác để trống được; không cần thì xóa cả cột.",
    "Dán từ phần mềm khác cũng được: máy biết các tên cột thường dùng (Họ tên, Địa chỉ, "
    "Số điện thoại mẹ, Chỗ ở hiện nay…); cột không biết thì máy nói ra chứ không lặng lẽ bỏ.",
    "Ngày ghi ngày/tháng/năm, ví dụ 05/09/2026. Số điện thoại giữ số 0 ở đầu.",
    "Còn một ô sai thì máy chưa ghi gì cả: sửa theo bản báo từng ô rồi đưa lại cả tệp.",
    "Đưa lại tệp cũ không làm ai thành hai người: trùng họ tên và ngày sinh là người đã có.",
    "Tệp này có thông tin cá nhân: giữ ở máy của trường, đưa vào xong thì xóa.",
)
_SAID_OF = {
    PUPIL: (
        "Số đăng bộ chép từ sổ đăng bộ của trường, ví dụ 0051/2026; chỉ ghi 51 thì năm lấy theo "
        "ngày vào trường.",
        "Ngày vào lớp để trống là từ ngày tựu trường, hay từ ngày vào trường nếu em đến sau; "
        "em đến khi học kỳ I đã bắt đầu thì máy ghi luôn biến động.",
        "Em đã có hồ sơ mà chưa có lớp trong năm thì chỉ được xếp vào lớp, hồ sơ cũ giữ nguyên.",
        "Một tệp có thể gồm nhiều lớp nếu thêm cột Lớp (dùng với lệnh hoso roster).",
        "Không đưa số định danh cá nhân, tình trạng khuyết tật vào danh sách.",
    ),
}


def template_of(roster: Roster, kinds: Mapping[str, Kind]) -> bytes:
    """The workbook to fill in; read back as it is, it is a list of nobody."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
              "strings_to_numbers": False},
    )  # fmt: skip
    book.set_properties({"created": _MADE, "title": roster.title})
    bold = book.add_format({"bold": True, "font_size": 14})
    edge = {"border": 1, "border_color": "#B5ADA6", "valign": "top"}
    head = book.add_format({**edge, "bold": True, "bg_color": "#F3E6E8", "text_wrap": True})
    pale = book.add_format({**edge, "italic": True, "font_color": "#7A716A", "num_format": "@"})
    text = book.add_format({**edge, "num_format": "@"})
    day = book.add_format({**edge, "num_format": "dd/mm/yyyy"})
    number = book.add_format({**edge, "num_format": "0"})
    sheet, guide = book.add_worksheet(LIST), book.add_worksheet(GUIDE)
    sheet.write_string(0, 0, roster.title, bold)
    sheet.write_string(1, 0, f"Cách điền ở trang “{GUIDE}”.")
    last = _HEAD + 1 + _ROWS
    for place, field in enumerate(roster.fields):
        column = roster.column(field, kinds)
        star = " *" if column.required and len(field.at) == 1 else ""
        sheet.write_string(_HEAD, place, field.heading + star, head)
        sheet.write_string(_HEAD + 1, place, field.example, pale)
        look = {"ngay": day, "so": number}.get(column.sort, text)
        for row in range(_HEAD + 2, last):
            sheet.write_blank(row, place, None, look)
        sheet.set_column(place, place, 6 if column.sort == "so" else 18)
        rule = _rule(column)
        if rule is not None:
            sheet.data_validation(
                _HEAD + 2, place, last - 1, place,
                {"ignore_blank": True, "error_title": "Chưa đúng", "error_type": "stop",
                 "error_message": str(column.node["description"])[:250], **rule},
            )  # fmt: skip
    sheet.freeze_panes(_HEAD + 1, 2)
    guide.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    guide.write_string(0, 0, f"{roster.title}: cách điền", bold)
    for row, line in enumerate((*_SAID, *_SAID_OF.get(roster.kind, ())), 1):
        guide.write_string(row, 0, f"{row}. {line}")
    book.close()
    return out.getvalue()


def _rule(column: Column) -> dict[str, Any] | None:
    if column.sort == "muc":
        return {"validate": "list", "source": [label for _, label in column.choices]}
    if column.sort == "ngay":
        return {"validate": "date", "criteria": "between",
                "minimum": date(1930, 1, 1), "maximum": date(2099, 12, 31)}  # fmt: skip
    if column.sort == "so":
        return {"validate": "integer", "criteria": "between",
                "minimum": column.node["minimum"], "maximum": column.node["maximum"]}  # fmt: skip
    return None
