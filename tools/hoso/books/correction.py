"""Giấy đề nghị thay đổi thông tin, and the register of a school year's requests and orders.

No official template exists; the parts are those the regulation asks for, laid out as a document
of Nghị định 30/2020/NĐ-CP. What was carried out is printed from the change itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from hoso.books import frame, nodes
from hoso.books.chronicle import Chronicle, Passage
from hoso.books.markdown import Node
from hoso.books.page import Page, Reading
from hoso.books.wish import Wish
from hoso.findings import HosoError
from hoso.model import Record
from hoso.rules.naming import Wording
from hoso.schema.school import TreeSchool

_FIELDS = ("STT", "Trường thông tin", "Đang ghi", "Sửa thành")
_DONE = ("STT", "Trường thông tin", "Trước khi sửa", "Sau khi sửa")
_COLUMNS = ("STT", "Mã giấy, ngày", "Trang và trường được sửa", "Lý do, minh chứng",
            "Người đề nghị", "Người duyệt, lúc có hiệu lực",
            "Người sửa, lúc có hiệu lực")  # fmt: skip
_ORDERS = ("STT", "Mã lệnh", "Số, ngày văn bản", "Người được ghi", "Sổ và phạm vi", "Thời gian mở",
           "Lý do")  # fmt: skip


def correction_form(school: TreeSchool, record: Record, told: Chronicle) -> Page:
    """One request (`de-nghi-sua`), with what history says of its approval and its carrying out."""
    reading = Reading(school)
    wish = Wish(school, reading, record)
    code, day = record.key["ma"], record.data["ngay"]
    brought, carried = told.brought.get(record.path), told.carried.get(record.path)
    head = frame.head(reading, day, None)
    return Page(
        template="giay-to",
        title=f"Giấy đề nghị thay đổi thông tin {code}",
        author=frame.school_name(reading),
        date=day,
        data={
            "flipped": False,
            "head": {**head, "number": f"Mã giấy: {code}"},
            "kind": "Giấy đề nghị thay đổi thông tin",
            "about": None,
            "addressees": [f"Hiệu trưởng {head['issuer']}"],
            "body": [
                *_asked(wish),
                *_reasons(wish),
                *_approved(wish, brought),
                *_carried_out(wish, carried),
            ],
            "signers": _signers(wish, brought),
        },
        sources=reading.sources(),
    )


def correction_register(school: TreeSchool, nam_hoc: str, told: Chronicle) -> Page:
    """Every request and every order to open a book of a school year, in the order of their days."""
    reading = Reading(school)
    year = school.get("nam-hoc", nam_hoc=nam_hoc)
    if year is None:
        raise HosoError(f"không có năm học {nam_hoc}: xem lại năm học, ví dụ 2026-2027")
    wishes = sorted(
        (Wish(school, reading, each) for each in school.all("de-nghi-sua", nam_hoc=nam_hoc)),
        key=lambda wish: (wish.record.data["ngay"], wish.record.path),
    )
    orders = [reading.take(each) for each in school.all("mo-so", nam_hoc=nam_hoc)]
    orders.sort(key=lambda order: (order.data["tu"], order.path))
    day = max([year.data["bat_dau"], *(wish.record.data["ngay"] for wish in wishes),
               *(order.data["lenh"]["ngay"] for order in orders)])  # fmt: skip
    rows = [[str(n), *_line(wish, told)] for n, wish in enumerate(wishes, 1)]
    opened = [[str(n), *_order(reading, order)] for n, order in enumerate(orders, 1)]
    return Page(
        template="giay-to",
        title=f"Sổ giấy đề nghị thay đổi thông tin {nam_hoc}",
        author=frame.school_name(reading),
        date=day,
        data={
            "flipped": True,
            "head": frame.head(reading, day, None),
            "kind": "Sổ giấy đề nghị thay đổi thông tin",
            "about": f"Năm học {nam_hoc}",
            "addressees": [],
            "body": [
                nodes.heading("I. Giấy đề nghị thay đổi thông tin"),
                _or_none(nodes.table(_COLUMNS, rows, (0.9, 2.2, 6, 4, 2.7, 3.2, 3.2))),
                nodes.heading("II. Lệnh mở sổ"),
                _or_none(nodes.table(_ORDERS, opened, (0.9, 2.2, 3, 3, 5, 4.5, 4))),
                nodes.text(
                    f"Cộng: {len(wishes)} giấy đề nghị, "
                    f"trong đó {sum(wish.record.path in told.carried for wish in wishes)} giấy đã "
                    f"thực hiện; {len(orders)} lệnh mở sổ."
                ),
            ],
            "signers": [
                {"authority": ["Người lập sổ"], "note": "(Ký, ghi rõ họ tên)", "name": ""},
                _principal(reading, day),
            ],
        },
        sources=reading.sources(),
    )


def _asked(wish: Wish) -> Iterator[Node]:
    data = wish.record.data
    yield nodes.fact("Người đề nghị", wish.person(data["nguoi_de_nghi"]))
    yield nodes.fact("Trang cần sửa", wish.page)
    yield nodes.fact("Nơi lưu trang", wish.path)
    yield nodes.heading("1. Nội dung đề nghị thay đổi")
    rows = wish.rows(wish.asked())
    yield nodes.table(_FIELDS, _numbered(rows), (0.9, 5, 3.2, 3.2))


def _reasons(wish: Wish) -> Iterator[Node]:
    data = wish.record.data
    yield nodes.heading("2. Lý do và minh chứng")
    yield nodes.fact("Lý do", wish.reason)
    if "giai_thich" in data:
        yield nodes.fact("Giải thích", data["giai_thich"])
    rows = ([kind, words, _spaced(digest)] for kind, words, digest in wish.evidence())
    yield nodes.table(("STT", "Minh chứng", "Mô tả", "Mã SHA-256 của tệp"), _numbered(rows),
                      (0.9, 2.4, 3.6, 5.4))  # fmt: skip
    yield nodes.fact("Thời hạn sửa", f"hết ngày {frame.short_date(data['han'])}")


def _approved(wish: Wish, brought: Passage | None) -> Iterator[Node]:
    yield nodes.heading("3. Ý kiến và phê duyệt")
    if brought is None or not brought.steps:
        yield nodes.text("Chưa có ý kiến nào được ghi vào lịch sử của kho hồ sơ.")
        return
    rows = (
        [wish.person(step.person), wish.role(step.role), wish.said(step)] for step in brought.steps
    )
    yield nodes.table(("STT", "Người cho ý kiến", "Vai", "Ý kiến"), _numbered(rows),
                      (0.9, 4.2, 3.6, 3.6))  # fmt: skip
    # A statement has no time of its own: only the merge that carried it has one.
    yield nodes.text("Lời ký không mang giờ riêng; giờ dưới đây là lúc giấy có đủ lời ký và được "
                     "nhập vào hồ sơ.")  # fmt: skip
    yield from _recorded("Giấy có hiệu lực", brought)


def _carried_out(wish: Wish, carried: Passage | None) -> Iterator[Node]:
    yield nodes.heading("4. Thực hiện")
    if carried is None:
        yield nodes.text("Giấy này chưa được thực hiện.")
        return
    yield nodes.fact("Người sửa", ", ".join(map(wish.person, carried.authors)))
    yield from _recorded("Đã sửa", carried)
    yield nodes.table(_DONE, _numbered(wish.rows(carried.edits)), (0.9, 5, 3.2, 3.2))


def _signers(wish: Wish, brought: Passage | None) -> list[dict[str, Any]]:
    asker, by_hand, by_key = wish.record.data["nguoi_de_nghi"], "(Ký, ghi rõ họ tên)", "(Đã ký số)"
    signed = brought is not None and asker in brought.authors
    asked = {
        "authority": ["Người đề nghị"],
        "note": by_key if signed else by_hand,
        "name": wish.reading.staff_name(asker),
    }
    last = None if brought is None else wish.approver(brought)
    if last is None:
        return [asked, {"authority": ["Người duyệt"], "note": by_hand, "name": ""}]
    name = wish.reading.staff_name(last.person)
    return [asked, {"authority": [wish.role(last.role)], "note": by_key, "name": name}]


def _line(wish: Wish, told: Chronicle) -> list[str]:
    data, path = wish.record.data, wish.record.path
    brought, carried = told.brought.get(path), told.carried.get(path)
    fields = (f"{field}: {old} → {new}" for field, old, new in wish.rows(wish.asked()))
    kinds = ", ".join(dict.fromkeys(kind.lower() for kind, _, _ in wish.evidence()))
    last = None if brought is None else wish.approver(brought)
    return [
        f"{wish.record.key['ma']}, {frame.short_date(data['ngay'])}",
        f"{wish.page}. {'; '.join(fields)}",
        f"{wish.reason}; minh chứng: {kinds}",
        wish.person(data["nguoi_de_nghi"]),
        "" if brought is None or last is None
        else f"{wish.person(last.person)}, {frame.moment(brought.when)}",
        "chưa sửa" if carried is None
        else f"{', '.join(map(wish.person, carried.authors))}, {frame.moment(carried.when)}",
    ]  # fmt: skip


def _order(reading: Reading, order: Record) -> list[str]:
    data, words = order.data, Wording(reading.school)
    kinds = [reading.school.kind(name) for name in data["loai"]]
    scope = ", ".join(
        words.part(next((kind for kind in kinds if hole in kind.key), None), hole, value)
        for hole, value in data["pham_vi"].items()
    )
    return [
        order.key["ma"],
        f"{data['lenh']['so']}, {frame.short_date(data['lenh']['ngay'])}",
        f"{reading.staff_name(data['nguoi'])} ({data['nguoi']})",
        f"{', '.join(kind.title for kind in kinds)}: {scope}",
        f"từ {frame.moment(data['tu'])} đến {frame.moment(data['den'])}",
        data["ly_do"],
    ]


def _principal(reading: Reading, day: str) -> dict[str, Any]:
    name = reading.staff_name(frame.principal(reading, day))
    return {"authority": ["Hiệu trưởng"], "note": "(Ký, đóng dấu, ghi rõ họ tên)", "name": name}


def _recorded(label: str, passage: Passage) -> Iterator[Node]:
    known = "theo nhật ký máy chủ" if passage.received else "theo ngày tự khai của bản ghi"
    yield nodes.fact(label, f"{frame.moment(passage.when)} ({known})")
    yield nodes.fact("Bản ghi", passage.commit)


def _numbered(rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, 1):
        yield [str(number), *row]


def _spaced(digest: str) -> str:
    return " ".join(digest[i : i + 16] for i in range(0, len(digest), 16))


def _or_none(found: Node) -> Node:
    return found if found["rows"] else nodes.text("Không có.")
