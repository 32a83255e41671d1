"""A workbook somebody sent, opened with bounds: what is too big, broken or not ours is refused.

The archive is read once by us, and packed anew from what we have read: no reader after that sees
a size, a name or a part that we have not.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import openpyxl
from python_calamine import CalamineWorkbook

from hoso.exchange.origins import SHEET, Origin, read_origin
from hoso.exchange.workbook_out import TABLE
from hoso.findings import HosoError

MOST_BYTES, _MOST_UNPACKED, _MOST_PARTS = 4_000_000, 24_000_000, 200
MOST_ROWS, _MOST_COLUMNS = 1_000, 200
_PART = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/[A-Za-z0-9_-]+\.xml|xl/sharedStrings\.xml|xl/styles\.xml|xl/theme/[a-z0-9]+\.xml"
)
_PLACE = re.compile(rb"\sr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TAG = re.compile(rb"<(?:[A-Za-z0-9_]+:)?c(?=[\s/>])[^>]*")
_CELL = re.compile(rb"([A-Z]{0,3})([0-9]{1,7})")
_OLD, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of a sheet as typed, by line from the top; `formulas` are the cells with one."""

    lines: list[list[object]]
    formulas: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Cells):
    """The same of a workbook that we gave out."""

    origin: Origin


def unpacked(raw: bytes) -> Sheet:
    """What a workbook holds; HosoError, with what to do, where it is none that we gave out."""
    book = _opened(raw)
    return _readable(lambda: _sheet(book))


def foreign(raw: bytes, wanted: Callable[[list[list[object]]], bool]) -> Cells | None:
    """The first sheet of anybody's workbook whose lines are `wanted`, None where none is.

    HosoError, with what to do, where the file is too big, broken or no workbook.
    """
    book = _opened(raw)

    def found() -> Cells | None:
        values = CalamineWorkbook.from_filelike(io.BytesIO(book))
        for name in values.sheet_names:
            lines = _lines(values, name)
            if wanted(lines):
                return Cells(lines=lines, formulas=frozenset(_formulas(book, name)))
        return None

    return _readable(found)


def _opened(raw: bytes) -> bytes:
    """The workbook packed anew, when everything about it is bearable."""
    if raw.startswith(_OLD):
        raise HosoError("đây là tệp .xls kiểu cũ; mở bằng Excel rồi lưu thành .xlsx")
    if not raw.startswith(_ZIP):
        raise HosoError("đây không phải tệp .xlsx; CSV làm hỏng dấu, ngày và số 0 nên không nhận")
    if len(raw) > MOST_BYTES:
        raise HosoError("tệp lớn quá; bảng của một trang chỉ vài chục kB")
    return _packed(_parts(raw))


def _sheet(book: bytes) -> Sheet:
    values = CalamineWorkbook.from_filelike(io.BytesIO(book))
    if not {TABLE, SHEET} <= set(values.sheet_names):
        raise HosoError(f"tệp không có trang tính “{TABLE}” của nhà trường; tải lại bảng")
    told = values.get_sheet_by_name(SHEET).to_python(skip_empty_area=False, nrows=20)
    origin = read_origin({str(line[0]): str(line[1]) for line in told if len(line) > 1})
    return Sheet(
        origin=origin, lines=_lines(values, TABLE), formulas=frozenset(_formulas(book, TABLE))
    )


def _lines(values: CalamineWorkbook, name: str) -> list[list[object]]:
    sheet = values.get_sheet_by_name(name)
    return [list(line) for line in sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS)]


def _formulas(book: bytes, name: str) -> set[tuple[int, int]]:
    """Where formulas and errors stand: a formula nobody has computed reads as a blank elsewhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = openpyxl.load_workbook(io.BytesIO(book), read_only=True, keep_links=False)
        try:
            sheet = opened[name]
            sheet.reset_dimensions()
            return {
                (cell.row - 1, cell.column - 1)
                for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=_MOST_COLUMNS)
                for cell in row
                if cell.value is not None and cell.data_type in ("f", "e")
            }
        finally:
            opened.close()


def _readable(read: Callable[[], _Read]) -> _Read:
    try:
        return read()
    except (HosoError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # both readers raise whatever a broken part made them meet
        raise HosoError("không đọc được tệp này; mở bằng Excel, lưu lại thành .xlsx") from error


def _parts(raw: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST_PARTS:
                raise HosoError("tệp có quá nhiều phần; tải lại bảng rồi chép số liệu sang")
            found: dict[str, bytes] = {}
            left = _MOST_UNPACKED
            for info in infos:
                if not _PART.fullmatch(info.filename) or info.filename in found:
                    continue
                with archive.open(info) as part:
                    found[info.filename] = part.read(left + 1)
                left -= len(found[info.filename])
                if left < 0:
                    raise HosoError("tệp bung ra lớn quá; tải lại bảng rồi chép số liệu sang")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError,
            ValueError) as error:  # fmt: skip
        raise HosoError("tệp .xlsx bị hỏng; tải lại rồi gửi lại") from error
    for name, content in found.items():
        _plain(name, content)
    return found


def _plain(name: str, content: bytes) -> None:
    """Refuses what no spreadsheet writes: other encodings, declared entities, far-away cells."""
    head = content[:200].lower()
    if b"\0" in content or (b"encoding" in head and b"utf-8" not in head) or b"<!" in content:
        raise HosoError("tệp có phần không do bảng tính viết; tải lại bảng rồi chép số liệu sang")
    if not name.startswith("xl/worksheets/"):
        return
    # A cell may leave out where it stands, and then stands right of the last; a few kilobytes of
    # those make one line of a million. Spreadsheets always say it.
    for number, cell in enumerate(_TAG.finditer(content)):
        if number >= MOST_ROWS * _MOST_COLUMNS or not _PLACE.search(cell[0]):
            raise HosoError("bảng có ô không ghi mình ở đâu; mở bằng Excel, lưu lại thành .xlsx")
    for place in _PLACE.finditer(content):
        found = _CELL.fullmatch(place[1] or place[2] or b"")
        if found is None or int(found[2]) > MOST_ROWS or _number(found[1]) > _MOST_COLUMNS:
            raise HosoError(f"bảng có ô nằm ngoài {MOST_ROWS} dòng đầu; xóa phần thừa rồi gửi lại")


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
