"""`hoso sheet`: a page taken out as a workbook for Excel or LibreOffice, and brought back in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.filing import at_head, repo_option

if TYPE_CHECKING:
    from hoso.exchange.workbook_in import Reading


@click.group("sheet", help="Một trang sổ ra bảng tính .xlsx và vào lại, từng ô một.")
def command() -> None:
    """The group of verbs about workbooks."""


@command.command("out", help="Ghi một trang có bảng của HEAD ra tệp .xlsx để điền.")
@click.argument("page", metavar="TRANG")
@click.argument("file", metavar="TỆP.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@repo_option
def out(page: str, file: Path, repo: Path) -> int:
    """Writes the workbook; a file that is there already is never overwritten."""
    from hoso.exchange.grid import grid_of, has_rows
    from hoso.exchange.origins import Origin, schema_digest
    from hoso.exchange.workbook_out import sheet_of
    from hoso.findings import HosoError
    from hoso.gate.readable import place_name
    from hoso.store.writing import write_whole

    repository, school = at_head(repo)
    path = page.removeprefix("./")
    place = school.table.find(path)
    if place is None or not has_rows(place.kind):
        raise HosoError(f"{ascii(path)[1:-1]} không phải trang sổ có bảng")
    if file.exists():
        raise HosoError(f"đã có tệp {file}; chọn tên khác")
    entry, record = school.tree.entry(path), school.at(path)
    if entry is not None and record is None:
        raise HosoError(f"{path} ở HEAD không đọc được; chạy hoso check")
    data = {} if record is None else record.data
    origin = Origin(
        path=path, base=repository.resolve("HEAD"), blob="" if entry is None else entry.blob,
        schema=schema_digest(place.kind),
    )  # fmt: skip
    grid = grid_of(place.kind, place.key, school, data)
    title = place_name(place.kind, place.key, school, named=True)
    write_whole(file, sheet_of(grid, data, origin, title))
    click.echo(f"Đã ghi {file}: {len(grid.rows)} dòng, {len(grid.columns)} cột. Tệp có dữ liệu "
               "học sinh: giữ ở máy của trường, dùng xong thì xóa.")  # fmt: skip
    return 0


@command.command("in", help="Đưa những ô đã điền của một tệp .xlsx vào trang trên đĩa; ô nào "
                 "không nhận thì nói ở đâu, vì sao.")  # fmt: skip
@click.argument(
    "file", metavar="TỆP.xlsx", type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@click.option("--xoa-o-trong", "blanking", is_flag=True,
              help="Ô để trống trên giá trị đang có thì xóa giá trị ấy.")  # fmt: skip
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@repo_option
def into(file: Path, blanking: bool, named: bool, repo: Path) -> int:
    """Merges the workbook into the page on disk; exit code 1 when a cell was not taken."""
    from hoso.exchange.edits import brought_in, edited, page_bytes
    from hoso.exchange.grid import grid_of
    from hoso.exchange.origins import schema_digest
    from hoso.exchange.unpacked import MOST_BYTES, unpacked
    from hoso.exchange.workbook_in import read_sheet
    from hoso.findings import HosoError
    from hoso.gate.merging import Conflict, conflict_said
    from hoso.schema.school import TreeSchool
    from hoso.store.tree import PLAIN, FolderTree
    from hoso.store.writing import write_whole

    repository, school = at_head(repo)
    with file.open("rb") as opened:
        sheet = unpacked(opened.read(MOST_BYTES + 1))
    path, disk = sheet.origin.path, FolderTree(repo)
    place, entry = school.table.find(path), disk.entry(path)
    if place is None or (entry is not None and entry.mode != PLAIN):
        raise HosoError(f"trong kho không có chỗ cho {ascii(path)[1:-1]}")
    if sheet.origin.schema != schema_digest(place.kind):
        raise HosoError("mẫu cột đã đổi từ khi ghi tệp này; ghi bảng mới rồi chép số liệu sang")
    try:
        base = TreeSchool(repository.tree(sheet.origin.base), school.kinds)
    except HosoError as error:
        raise HosoError("kho này không có bản mà tệp được ghi ra từ đó; lấy bản đủ về") from error
    record = base.at(path)
    data = {} if record is None else record.data
    grid = grid_of(place.kind, place.key, school, data)
    found = read_sheet(sheet, grid, data)
    edits = {**found.edits, **{each.pointer: None for each in found.blanks if blanking}}
    _tell(found, blanking, named)
    if not edits:
        click.echo("Không có ô nào để đưa vào trang.")
        return 1 if found.notes or found.blanks else 0
    before = None if record is None else base.tree.read(path)
    wanted = page_bytes(place.kind, edited(grid, data, edits))
    merged = brought_in(grid, before, wanted, None if entry is None else disk.read(path),
                        school.table)  # fmt: skip
    if isinstance(merged, Conflict):
        click.echo("Chưa ghi gì cả: có ô mà trang trên đĩa đã đổi khác đi.")
        for line in conflict_said(merged, school.table, school, named=named):
            click.echo(f"  {line}")
        return 1
    write_whole(repo / path, merged)
    click.echo(f"Đã đưa {len(edits)} ô vào {path}. Bước tiếp: hoso check, rồi hoso propose")
    return 1 if found.notes or (found.blanks and not blanking) else 0


def _tell(found: Reading, blanking: bool, named: bool) -> None:
    for note in found.notes:
        who = f" · {note.who}" if named and note.who else ""
        click.echo(f"  {note.cell} · {note.heading}{who}: {note.message}")
    for each in found.blanks if not blanking else ():
        who = f" · {each.who}" if named else ""
        click.echo(f"  {each.cell} · {each.heading}{who}: để trống trên giá trị đang có; giữ "
                   "nguyên, muốn xóa thì thêm --xoa-o-trong")  # fmt: skip
