"""Report books beside their peers: 35 files of one class, each in a process of its own.

1. Against WeasyPrint, which prints the same data as HTML in the same typeface as PDF/A-2a.
2. Against typst alone on the same data: what repacking into small files costs.
3. Their size, and the memory of the process that prints a whole school of them.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from measuring import Row, in_turn, process

from hoso.books.catalogue import Desk, book_called
from hoso.books.glyphs import FONTS
from hoso.books.page import edition
from hoso.books.typesetting import TEMPLATES, raw, typeset
from hoso.demo.generate import generate
from hoso.demo.plan import Plan
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
YEAR = "2025-2026"
CLASS = 35


def rows() -> Iterator[Row]:
    """Every comparison, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def run(what: str, count: int = CLASS):
            return lambda: process(sys.executable, __file__, what, folder, str(count))

        process(sys.executable, __file__, "school", folder, "0")
        nothing, ours, plain, peer = in_turn(
            [run("ours", 0), run("ours"), run("plain"), run("peer")], rounds=3
        )
        yield Row(
            what=f"{CLASS} report books, WeasyPrint ÷ ours",
            ratio=peer.cpu / ours.cpu, at_least=20,
            detail=f"{ours.cpu:.2f} s and {peer.cpu:.1f} s of processors, start included",
        )  # fmt: skip
        yield Row(
            what=f"{CLASS} report books, ours ÷ typst alone",
            ratio=(ours.cpu - nothing.cpu) / (plain.cpu - nothing.cpu), at_most=1.2,
            detail=f"{(ours.cpu - nothing.cpu) / CLASS * 1000:.0f} ms a book",
        )  # fmt: skip
        sizes = [path.stat().st_size for path in folder.glob("ours-*.pdf")]
        yield Row(
            what="kB of one report book of one year", ratio=sum(sizes) / len(sizes) / 1000,
            at_most=70, detail=f"largest {max(sizes) / 1000:.0f} kB",
        )  # fmt: skip
        all_of_them = process(sys.executable, __file__, "ours", folder, "1000")
        yield Row(
            what="MB at the peak, a whole school of report books in one process",
            ratio=all_of_them.peak, at_most=150,
        )  # fmt: skip


def main(what: str, folder: Path, count: int) -> None:
    if what == "school":
        _write_school(folder / "school")
        return
    tree = FolderTree(folder / "school")
    desk = Desk(TreeSchool(tree, load_kinds(tree)), lambda path: None)
    book = book_called("hoc-ba")
    # Class by class, as they are printed to be signed.
    rooms = desk.school.all("lop", nam_hoc=YEAR)
    scopes = [(pupil,) for room in rooms for pupil in room.data["hoc_sinh"]][:count]
    shared: dict[str, object] = {}
    for scope in scopes:
        page = book.keep(desk, scope, YEAR)
        if what == "ours":
            pdf = typeset(page, edition(page, None).line)
        elif what == "plain":
            pdf = raw(page, edition(page, None).line)
        else:
            pdf = _weasyprint(page.data, shared)
        if count <= CLASS:
            (folder / f"{what}-{scope[0]}.pdf").write_bytes(pdf)


def _write_school(folder: Path) -> None:
    kinds = load_kinds(FolderTree(ROOT))
    files = dict(generate(Plan(), kinds))
    files |= {f"schemas/{path.name}": path.read_bytes() for path in (ROOT / "schemas").iterdir()}
    for path, content in MemoryTree(files).files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _weasyprint(data, shared) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    if not shared:
        shared["fonts"] = FontConfiguration()
        shared["css"] = CSS(string=_STYLE, font_config=shared["fonts"])
    html = HTML(string=_html(data))
    return html.write_pdf(
        stylesheets=[shared["css"]], font_config=shared["fonts"], pdf_variant="pdf/a-2a"
    )


def _html(data) -> str:
    """The same pages: cover, guidance, personal data, one spread a year."""
    pupil, school = data["pupil"], data["school"]
    guidance = re.findall(
        r"^    \+ (.*)$|^      - (.*)$", (TEMPLATES / "hoc-ba.typ").read_text(), re.M
    )
    parts = [
        f"<section class=cover><p>{escape(data['owner'])}<p><b>{escape(school['name'])}</b>"
        f"<h1>HỌC BẠ</h1><p>CẤP TIỂU HỌC<p class=line>Họ và tên: <b>{escape(pupil['name'])}</b>"
        f"<p class=line>Mã học sinh: <b>{pupil['code']}</b>"
        f"<p class=line>Địa chỉ: <b>{escape(school['address'])}</b></section>",
        "<section><h2>HƯỚNG DẪN GHI VÀ SỬ DỤNG HỌC BẠ</h2>"
        + "".join(f"<p>{escape(one or two)}" for one, two in guidance)
        + "</section>",
        "<section><h2>HỌC BẠ</h2>"
        + "".join(
            f"<p class=line>{escape(label)}: <b>{escape(value)}</b>"
            for line in pupil["lines"]
            for label, value in line
        )
        + f"<p>{escape(data['entered'])}<p>HIỆU TRƯỞNG<p>{escape(data['principal'])}"
        + _table(["Năm học", "Lớp", "Tên trường", "Số đăng bộ", "Ngày"], data["process"])
        + "</section>",
    ]
    for year in data["years"]:
        facts = "".join(
            f"<p class=line>{escape(label)}: <b>{escape(value)}</b>"
            for label, value in year["facts"]
        )
        parts.append(
            f"<section><h2>KẾT QUẢ NĂM HỌC {year['year']}</h2>{facts}"
            + _table(["Môn học", "Mức đạt được", "Điểm KTĐK", "Nhận xét"], year["subjects"])
            + "</section>"
        )
        parts.append(
            "<section><h3>2. Những phẩm chất chủ yếu</h3>"
            + _table(["Phẩm chất", "Mức"], year["qualities"])
            + f"<p>{escape(year['qualities-remark'])}<h3>3. Những năng lực cốt lõi</h3>"
            + _table(["Năng lực", "Mức"], year["general"])
            + f"<p>{escape(year['competencies-remark'])}"
            + _table(["Năng lực", "Mức"], year["specific"])
            + f"<p>{escape(year['result'])}<p>{escape(', '.join(year['rewards']))}"
            + f"<p>{escape(year['completion'])}<p>{escape(year['place-date'])}"
            + f"<p>{escape(year['principal'])}<p>{escape(year['teacher'])}</section>"
        )
    return f"<html lang=vi><title>Học bạ</title><body>{''.join(parts)}"


def _table(heads, lines) -> str:
    head = "".join(f"<th>{escape(each)}" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(each)}" for each in line) for line in lines)
    return f"<table><thead><tr>{head}</thead><tbody>{body}</table>"


_STYLE = (
    "".join(
        f"@font-face {{ font-family: Book; src: url('{(FONTS / file).as_uri()}');"
        f" font-weight: {weight} }}"
        for file, weight in (
            ("LiberationSerif-Regular.ttf", 400),
            ("LiberationSerif-Bold.ttf", 700),
        )
    )
    + """
@page { size: A4; margin: 15mm 14mm 16mm 18mm;
  @bottom-right { content: "trang " counter(page) "/" counter(pages); font: 8pt Book } }
body { font: 12pt Book }
section { break-after: page }
table { border-collapse: collapse; width: 100% }
td, th { border: .5pt solid black; padding: 1.7mm 1.6mm }
.cover { text-align: center; border: 2pt solid black; height: 250mm }
.line { border-bottom: .5pt dotted gray }
"""
)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
