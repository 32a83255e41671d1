"""A list as a school has it read: who each row is about, and every cell nobody can tell.

Headings may stand below titles and be called otherwise than ours; days may be days or text;
a formula counts by what it came to. What is not understood is told and never guessed. No message
repeats what a cell holds: it may be printed where others look on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hoso.exchange.cells import NotMeant, meant, one_line
from hoso.exchange.grid import Column
from hoso.exchange.rosters import IN_ROOM, NUMBER, ONE_BY_ONE, ROOM, Field, Roster, known
from hoso.exchange.unpacked import Cells, foreign
from hoso.exchange.workbook_in import cell_name
from hoso.findings import Finding, HosoError
from hoso.model import Kind, Pointer

_LOOKED_AT = 20
_NAME, _BORN = ("ho_ten",), ("ngay_sinh",)
#: The second half of a name whose heading stands over two columns.
_REST = frozenset({"", "tên"})
_TYPED = re.compile(r"^“.*?”")
_SHORTEST = 3


@dataclass(slots=True, kw_only=True)
class Row:
    """One person of a list: the line as spreadsheets count it, their record, their place in class.

    `cells` says where a value stands, by its field, for what is found out about it later.
    """

    line: int
    data: dict[str, Any] = field(default_factory=dict)
    seat: dict[str, Any] = field(default_factory=dict)
    room: str = ""
    cells: dict[Pointer, str] = field(default_factory=dict)

    @property
    def who(self) -> tuple[str, str]:
        """What a person is known by: name and day of birth."""
        return known_by(self.data)


@dataclass(slots=True, kw_only=True)
class Listed:
    """The people of a list that could be read, and what is to be said about the file."""

    file: str
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def say(self, line: int, code: str, message: str, hint: str = "") -> None:
        """Something about a line of the file."""
        self.findings.append(
            Finding(path=self.file, line=line, code=code, message=message, hint=hint)
        )


def known_by(data: Mapping[str, Any]) -> tuple[str, str]:
    """Name and day of birth, as two records of one person have them alike."""
    return one_line(str(data.get("ho_ten", ""))).casefold(), str(data.get("ngay_sinh", ""))


def read_roster(raw: bytes, roster: Roster, kinds: Mapping[str, Kind], file: str) -> Listed:
    """The people in a workbook; HosoError where it is none, or nowhere has our headings."""
    cells = foreign(raw, lambda lines: _head(lines, roster) is not None)
    head = None if cells is None else _head(cells.lines, roster)
    if cells is None or head is None:
        raise HosoError(
            "không thấy dòng tiêu đề có “Họ và tên” và “Ngày sinh” ở 20 dòng đầu của trang tính nào"
        )
    listed = Listed(file=file)
    places = _places(cells, head, roster, kinds, listed)
    columns = {each: roster.column(each, kinds) for each in roster.fields}
    first: dict[tuple[str, str], int] = {}
    for at in range(head + 1, len(cells.lines)):
        if not _is_person(cells.lines[at], at, places, listed):
            continue
        row = _row(cells, at, places, columns, listed)
        listed.rows.append(row)
        before = first.setdefault(row.who, row.line)
        if before != row.line and all(row.who):
            hint = "bỏ bớt một dòng; hai người khác nhau thật thì lập riêng người thứ hai"
            listed.say(row.line, "HS644", f"cùng họ tên và ngày sinh với dòng {before}", hint)
    return listed


def _head(lines: list[list[object]], roster: Roster) -> int | None:
    for number, line in enumerate(lines[:_LOOKED_AT]):
        found = {
            roster.headings[title].at for each in line if (title := known(str(each)))
            in roster.headings
        }  # fmt: skip
        if {_NAME, _BORN} <= found:
            return number
    return None


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the columns are: of the fields, of the class, and of the second half of a name."""

    fields: Mapping[Field, int]
    room: int | None
    rest: int | None


def _places(
    cells: Cells, head: int, roster: Roster, kinds: Mapping[str, Kind], listed: Listed
) -> _Places:
    found: dict[Field, int] = {}
    room = rest = None
    titles = [known(str(each)) for each in cells.lines[head]]
    for place, title in enumerate(titles):
        meant_by = roster.headings.get(title)
        where = f"cột {cell_name(head, place)[: -len(str(head + 1))]}"
        if meant_by is not None and meant_by in found:
            listed.say(head + 1, "HS641", f"{where}: có hai cột “{meant_by.heading}”",
                       "bỏ bớt một cột")  # fmt: skip
        elif meant_by is not None:
            found[meant_by] = place
        elif roster.kind != "nhan-su" and title == known(IN_ROOM):
            room = place
        elif title in _REST and place and titles[place - 1] in roster.headings and (
            roster.headings[titles[place - 1]].at == _NAME
        ):  # fmt: skip
            rest = place
        elif any(place < len(line) and line[place] != "" for line in cells.lines[head + 1 :]):
            hint = ("chỉ ghi cho từng người, khi pháp luật yêu cầu, ở hồ sơ của người ấy"
                    if title in ONE_BY_ONE else "cần giữ thì chép sang một cột máy biết, "
                    "ví dụ Ghi chú")  # fmt: skip
            said = "cột này không đưa vào từ danh sách" if title else "cột này không có tiêu đề"
            listed.say(head + 1, "HS642", f"{where}: {said} nên cả cột không được đưa vào", hint)
    for each in roster.fields:
        if each not in found and len(each.at) == 1 and roster.column(each, kinds).required:
            listed.say(head + 1, "HS641", f"thiếu cột “{each.heading}”",
                       "thêm cột ấy, ghi cho từng người")  # fmt: skip
    return _Places(found, room, rest)


def _is_person(line: list[object], at: int, places: _Places, listed: Listed) -> bool:
    """Whether a line is about somebody; numbers in advance and examples are not, and footers."""
    said = [one_line(str(each)) for each in line]
    if next((each for each in said if each), "").casefold().startswith("ví dụ"):
        return False
    counted = {place for each, place in places.fields.items() if each.heading == NUMBER}
    filled = [place for place, text in enumerate(said) if text and place not in counted]
    if len(filled) == 1:
        listed.say(at + 1, "HS646", "dòng này chỉ có một ô có chữ nên không phải một người",
                   "nếu là một người thì điền các ô còn lại")  # fmt: skip
    return len(filled) > 1


def _row(
    cells: Cells, at: int, places: _Places, columns: Mapping[Field, Column], listed: Listed
) -> Row:
    row, line = Row(line=at + 1), cells.lines[at]
    missing = []
    for each, place in places.fields.items():
        row.cells[each.at] = cell_name(at, place)
        try:
            value = _value(cells, at, place, columns[each])
            if each.at == _NAME and value is not None and places.rest is not None:
                value = one_line(f"{value} {line[places.rest]}")
        except NotMeant as error:
            _amiss(listed, row, each, _TYPED.sub("giá trị này", str(error)))
            continue
        if value is None:
            missing.append(each)
        elif each.kind == ROOM:
            row.seat[each.at[-1]] = value
        else:
            above = row.data
            for part in each.at[:-1]:
                above = above.setdefault(part, {})
            above[each.at[-1]] = value
    for each in missing:
        if columns[each].required and (len(each.at) == 1 or each.at[0] in row.data):
            _amiss(listed, row, each, "ô này chưa có gì; điền vào")
    if places.room is not None:
        row.room = one_line(str(line[places.room])).upper().removeprefix("LỚP").strip()
    return row


def _amiss(listed: Listed, row: Row, each: Field, said: str) -> None:
    message, hint = (*re.split("[;.] ", said, maxsplit=1), "sửa ô này trong tệp")[:2]
    listed.say(row.line, "HS643", f"{row.cells[each.at]} · {each.heading}: {message}", hint)


def _value(cells: Cells, at: int, place: int, column: Column) -> Any:
    line = cells.lines[at]
    raw = line[place] if place < len(line) else None
    if raw in ("", None) and (at, place) in cells.formulas:
        raise NotMeant("công thức ở ô này báo lỗi hoặc chưa tính; mở bằng Excel rồi lưu lại, "
                       "hoặc dán thành giá trị")  # fmt: skip
    name = column.at[-1]
    if isinstance(raw, str) and name in _LOOSER:
        raw = _LOOSER[name](one_line(raw))
    elif isinstance(raw, float | int) and name == "so_dang_bo" and not isinstance(raw, bool):
        raw = f"{raw:.0f}"
    if name == "so_dang_bo" and isinstance(raw, str) and raw.isdecimal():
        # Of which year it is, the day on which somebody came says; see `enrolled`.
        return raw
    if column.sort == "muc" and isinstance(raw, str):
        raw = _chosen(column, one_line(raw))
    return meant(column, raw)


def _chosen(column: Column, text: str) -> str:
    """The label that a text begins, or that begins it: “Đại học Sư phạm” is “Đại học”."""
    said = text.casefold()
    fits = [
        label for _, label in column.choices
        if len(said) >= _SHORTEST and (label.casefold().startswith(said)
                                       or said.startswith(f"{label.casefold()} "))
    ]  # fmt: skip
    return fits[0] if len(fits) == 1 else text


def _phone(text: str) -> str:
    bare = re.sub(r"[ .()-]", "", text)
    return f"0{bare[3:]}" if bare.startswith("+84") else bare


def _register(text: str) -> str:
    number, sign, year = (part.strip() for part in text.partition("/"))
    return f"{number.zfill(4)}/{year}" if sign and number.isdecimal() else text


def _team(text: str) -> str:
    plain = "".join(
        each for each in unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
        if not unicodedata.combining(each)
    )  # fmt: skip
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug if slug.startswith("to-") or not slug else f"to-{slug}"


#: How some values are written in lists, made as records have them; nothing is lost by it.
_LOOSER = {"dien_thoai": _phone, "so_dang_bo": _register, "to": _team}


def registered(number: str, came: str) -> str:
    """A number of the register, with the year of the day on which somebody came."""
    return f"{number.zfill(4)}/{date.fromisoformat(came).year}" if number.isdecimal() else number
