"""Numbers and dates of what the school issues and publishes (Nghị định 30/2020/NĐ-CP)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from hoso.findings import Finding
from hoso.model import Pointer, Record, School
from hoso.rules.days import day, written
from hoso.rules.rule import Rule, Shared

ND30 = "Nghị định 30/2020/NĐ-CP"
SINCE = date(2020, 3, 5)
#: The code of each type of document; those without one carry a unit after the school instead.
TYPES: Mapping[str, str | None] = {
    "nghi-quyet": "NQ",
    "quyet-dinh": "QĐ",
    "chi-thi": "CT",
    "quy-che": "QC",
    "quy-dinh": "QyĐ",
    "thong-cao": "TC",
    "thong-bao": "TB",
    "huong-dan": "HD",
    "chuong-trinh": "CTr",
    "ke-hoach": "KH",
    "phuong-an": "PA",
    "de-an": "ĐA",
    "du-an": "DA",
    "bao-cao": "BC",
    "bien-ban": "BB",
    "to-trinh": "TTr",
    "hop-dong": "HĐ",
    "cong-van": None,
    "cong-dien": "CĐ",
    "ban-ghi-nho": "BGN",
    "ban-thoa-thuan": "BTT",
    "giay-uy-quyen": "GUQ",
    "giay-moi": "GM",
    "giay-gioi-thieu": "GGT",
    "giay-nghi-phep": "GNP",
    "phieu-gui": "PG",
    "phieu-chuyen": "PC",
    "phieu-bao": "PB",
    "thu-cong": None,
}
NUMBER = re.compile(
    r"(?P<seq>0[1-9]|[1-9]\d{1,3})/"
    rf"(?:(?P<type>{'|'.join(sorted(code for code in TYPES.values() if code))})-)?"
    r"(?P<org>[A-ZĐ0-9&.]+(?:-[A-ZĐ0-9&.]+)*)"
)


def _own_number_is_well_formed(record: Record, school: School) -> Iterator[Finding]:
    owner = school.get("truong")
    if owner is None or record.data["co_quan"] != owner.data["ten"]:
        return
    yield from _number(record, ("so",), record.data["so"], record.data["loai"], owner)


def _plan_number_is_well_formed(record: Record, school: School) -> Iterator[Finding]:
    owner = school.get("truong")
    if owner is not None:
        yield from _number(record, ("so",), record.data["so"], "ke-hoach", owner)


def _regulation_number_is_well_formed(record: Record, school: School) -> Iterator[Finding]:
    owner = school.get("truong")
    if owner is not None:
        number = record.data["quyet_dinh"]["so"]
        yield from _number(record, ("quyet_dinh", "so"), number, "quyet-dinh", owner)


def _number(record: Record, at: Pointer, text: str, kind: str, owner: Record) -> Iterator[Finding]:
    if kind not in TYPES:
        yield record.finding(
            "HS712", at, f"trường không ban hành loại văn bản {kind}", "sửa loại hoặc cơ quan"
        )
        return
    code, symbol = TYPES[kind], owner.data["ky_hieu"]
    example = f"05/{code}-{symbol}" if code else f"05/{symbol}-VP"
    found = NUMBER.fullmatch(text)
    if found is None or found["org"].partition("-")[0] != symbol:
        yield record.finding(
            "HS711",
            at,
            f"số, ký hiệu “{text}” không đúng thể thức của trường",
            f"viết như {example}: số dưới 10 thêm chữ số 0, chữ Đ là U+0110",
        )
    elif found["type"] != code:
        yield record.finding(
            "HS712",
            at,
            f"số, ký hiệu “{text}” không hợp với loại văn bản {kind}",
            f"viết như {example}",
        )


def _number_is_single(record: Record, school: School) -> Iterator[Finding]:
    series = _series(record)
    for other in school.all("van-ban", nam=record.key["nam"]):
        if other.path < record.path and _series(other) == series:
            yield record.finding(
                "HS713",
                ("so",),
                f"số {record.data['so']} đã dùng cho {other.path}",
                "mỗi loại văn bản mỗi năm một dãy số; cấp số tiếp theo",
            )


def _series(record: Record) -> tuple[str, str, str]:
    return record.data["co_quan"], record.data["loai"], record.data["so"]


def _year_is_the_dates(record: Record, school: School) -> Iterator[Finding]:
    when = day(record.data["ngay"])
    if str(when.year) != record.key["nam"]:
        yield record.finding(
            "HS714",
            ("ngay",),
            f"ngày {written(when)} mà nằm trong thư mục năm {record.key['nam']}",
            f"chuyển sang thư mục {when.year}, hoặc sửa ngày",
        )


def _ends_after_it_begins(record: Record, school: School) -> Iterator[Finding]:
    data = record.data
    for first, last in (
        ("ngay", "den_ngay"),
        ("ngay", "het_han"),
        ("hieu_luc_tu", "het_hieu_luc"),
    ):
        if first in data and last in data and day(data[last]) < day(data[first]):
            yield record.finding(
                "HS715",
                (last,),
                f"{record.kind.heading((last,)).lower()} {written(day(data[last]))} trước "
                f"{record.kind.heading((first,)).lower()} {written(day(data[first]))}",
                "sửa ngày",
            )


OWNER = Shared(kind="truong", holes=())

RULES = (
    *(
        Rule(name=name, kind=kind, check=check, reads=(OWNER,), basis=f"Phụ lục I, III {ND30}",
             since=SINCE)
        for name, kind, check in (
            ("số, ký hiệu văn bản của trường", "van-ban", _own_number_is_well_formed),
            ("số, ký hiệu kế hoạch của trường", "ke-hoach", _plan_number_is_well_formed),
            ("số, ký hiệu quyết định ban hành quy chế", "quy-che",
             _regulation_number_is_well_formed),
        )
    ),
    Rule(
        name="số văn bản không lặp trong năm",
        kind="van-ban",
        check=_number_is_single,
        reads=(Shared(kind="van-ban", holes=("nam",)),),
        basis=f"Điều 15 {ND30}",
        since=SINCE,
    ),
    *(
        Rule(name=f"{kind}: thư mục đúng năm", kind=kind, check=_year_is_the_dates, reads=(),
             basis=f"Điều 29 {ND30}", since=SINCE)
        for kind in ("tin-tuc", "thong-bao", "van-ban", "su-kien")
    ),
    *(
        Rule(name=f"{kind}: kết thúc sau khi bắt đầu", kind=kind, check=_ends_after_it_begins,
             reads=(), basis=f"Điều 4 {ND30}", since=SINCE)
        for kind in ("thong-bao", "van-ban", "su-kien")
    ),
)  # fmt: skip
