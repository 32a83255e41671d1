"""Public disclosure (công khai, Circular 09/2024/TT-BGDĐT): pages by school year, with figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from hoso.model import School
from hoso.site.figures import Figures, Table, figures
from hoso.site.library import Library
from hoso.site.public import Publication, PublicRecord
from hoso.site.staged import Staged, address_of, page, place_of
from hoso.site.words import written


def disclosure_pages(
    publication: Publication, school: School, library: Library, today: date
) -> Iterator[Staged]:
    """Everything under cong-khai/; all figures of a year are of one day."""
    pages = publication.all("cong-khai")
    years = sorted({each.key["nam_hoc"] for each in pages}, reverse=True)
    yield page(
        "cong-khai/index.md",
        {
            "title": "Công khai",
            "description": "Các nội dung nhà trường công khai theo Thông tư 09/2024/TT-BGDĐT, "
            "xếp theo năm học.",
            "template": "cong-khai.html",
            "nam_hoc": [
                {"ten": year, "muc": [_row(each) for each in pages if each.key["nam_hoc"] == year]}
                for year in years
            ],
        },
        sources=tuple(each.source for each in pages),
    )
    for year in years:
        of_year = [each for each in pages if each.key["nam_hoc"] == year]
        counted = [each for each in of_year if each.data.get("so_lieu")]
        day = max((each.text("ngay") for each in counted), default=today.isoformat())
        found = figures(school, year, min(today, date.fromisoformat(day))) if counted else None
        for each in of_year:
            yield _page(each, publication, library, found)


def _page(
    record: PublicRecord, publication: Publication, library: Library, found: Figures | None
) -> Staged:
    person = publication.get("nhan-su", nhan_su=record.text("nguoi_phu_trach"))
    tables = [found.table(name) for name in record.data.get("so_lieu", ())] if found else []
    return page(
        place_of(record),
        {
            "title": record.text("tieu_de"),
            "description": record.text("tom_tat"),
            "template": "bai.html",
            "muc_cha": "cong-khai",
            "cong_khai": {
                **_row(record),
                "nam_hoc": record.key["nam_hoc"],
                "can_cu": record.text("can_cu"),
                "nguoi_phu_trach": person.text("ho_ten") if person else "",
                "chuc_danh": person.text("chuc_danh") if person else "",
            },
            "tom_tat": record.text("tom_tat"),
            "bang": [_front(table) for table in tables],
            "dinh_kem": library.attachment(record),
        },
        record.body,
        (
            record.source,
            *((person.source,) if person else ()),
            *(source for table in tables for source in table.sources),
        ),
    )


def _front(table: Table) -> dict[str, Any]:
    front = {name: value for name, value in asdict(table).items() if name != "sources"}
    return {**front, "headings": list(table.headings), "rows": [list(row) for row in table.rows]}


def _row(record: PublicRecord) -> dict[str, Any]:
    day = record.day("ngay")
    return {
        "tieu_de": record.text("tieu_de"),
        "duong_dan": address_of(record),
        "tom_tat": record.text("tom_tat"),
        "ngay": record.text("ngay"),
        "ngay_viet": written(day) if day else "",
    }
