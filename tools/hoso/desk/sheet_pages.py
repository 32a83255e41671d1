"""A page taken home as a workbook and brought back: what it changes becomes the draft."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Missing, asking
from hoso.desk.pages import page, see_other
from hoso.desk.taking_up import before, work_of
from hoso.desk.writing import Work, place_of, shown
from hoso.exchange.grid import Column, Grid, value_at
from hoso.exchange.origins import Origin, schema_digest
from hoso.exchange.unpacked import unpacked
from hoso.exchange.workbook_in import read_sheet
from hoso.exchange.workbook_out import sheet_of
from hoso.findings import HosoError

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def taken(request: Request) -> Response:
    """The page as a workbook, with what has been sent and not with the draft."""
    ask = asking(request)
    work = work_of(ask, str(request.path_params["path"]))
    grid = _readable(work)
    ask.noted(work.path)
    entry = ask.view.standing(work.origin).tree.entry(work.path)
    origin = Origin(path=work.path, base=work.origin, blob="" if entry is None else entry.blob,
                    schema=schema_digest(work.kind))  # fmt: skip
    raw = sheet_of(grid, work.start, origin, work.title, lambda column: _closed(work, column))
    name = work.path.removeprefix("records/").removesuffix(".yml").replace("/", "-")
    said = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(raw, media_type=_TYPE, headers=said)


def brought(request: Request) -> Response:
    """Reads a workbook, or takes away the values whose blanks somebody has confirmed."""
    ask = asking(request)
    work = work_of(ask, str(request.path_params["path"]))
    sent = ask.file("tep")
    if sent is None or not sent[1]:
        confirmed = ask.texts("xoa")
        if not confirmed:
            raise HosoError("chưa chọn tệp; chọn tệp .xlsx rồi bấm nạp")
        work.take(dict.fromkeys(confirmed, ""), work.start)
        work.keep()
        ask.tell(f"Đã xóa trống {len(confirmed)} ô trong bản nháp. Xem lại rồi bấm Gửi.")
        return see_other(f"/so/{work.path}")
    sheet = unpacked(sent[1])
    if sheet.origin.path != work.path:
        raise HosoError("tệp này là bảng của trang khác; mở đúng trang rồi nạp")
    if sheet.origin.schema != schema_digest(work.kind):
        raise HosoError("mẫu cột đã đổi từ khi tải tệp này; tải bảng mới rồi chép số liệu sang")
    base = before(work, sheet.origin.base)
    grid = _readable(work)
    found = read_sheet(sheet, grid, base, lambda column: _closed(work, column))
    columns = {grid.pointer(row, column): (row, column)
               for row in grid.rows for column in grid.columns}  # fmt: skip
    wanted = {place_of(at): shown(columns[at][1], value) for at, value in found.edits.items()}
    work.take(wanted, base)
    work.keep()
    changed = [
        (columns[at][0], columns[at][1].heading, _said(columns[at][1], value_at(base, at)),
         _said(columns[at][1], value))
        for at, value in found.edits.items()
    ]  # fmt: skip
    return page(ask, "nap-bang.html", work=work, changed=changed, blanks=found.blanks,
                notes=found.notes, place=place_of)  # fmt: skip


def _readable(work: Work) -> Grid:
    """The table without columns that this person may not read."""
    grid = work.grid
    if not grid.rows or not grid.columns:
        raise Missing("trang này không có bảng để tải về")
    columns = tuple(each for each in grid.columns if work.closed(each, grid.rows[0]) is not None)
    return replace(grid, columns=columns)


def _closed(work: Work, column: Column) -> bool:
    return work.shut or bool(work.closed(column, work.grid.rows[0]))


def _said(column: Column, value: object) -> str:
    text = shown(column, value)
    return dict(column.choices).get(text, text) or "(trống)"


routes = [
    Route("/so/{path:path}/tai", taken, methods=["GET"]),
    Route("/so/{path:path}/nop", brought, methods=["POST"]),
]
