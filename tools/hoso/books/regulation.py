"""The school's regulation of a year and the decision that issues it, with every right it grants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hoso.books import frame, nodes
from hoso.books.documents import ended, ended_list, without_kind
from hoso.books.markdown import Node
from hoso.books.page import Page, Reading
from hoso.model import Record, School


def decision(school: School, record: Record) -> Page:
    """The decision alone: one page to sign."""
    return _page(Reading(school), record, annexes=False)


def regulation(school: School, record: Record) -> Page:
    """The decision, the regulation issued with it, and the table of rights."""
    return _page(Reading(school), record, annexes=True)


def _page(reading: Reading, record: Record, *, annexes: bool) -> Page:
    reading.take(record)
    issued = record.data["quyet_dinh"]
    day, number = issued["ngay"], issued["so"]
    head = frame.head(reading, day, number)
    sign = frame.signature(reading, issued["nguoi_ky"], day)
    title = f"Quyết định {number}"
    return Page(
        template="van-ban",
        title=f"{title} và quy chế kèm theo" if annexes else title,
        author=frame.school_name(reading),
        date=day,
        data={
            "head": head,
            "kind": "Quyết định",
            "about": without_kind(issued["trich_yeu"], "Quyết định"),
            "addressees": [],
            "authority": f"Hiệu trưởng {head['issuer']}",
            "bases": [[line.rstrip(" ;.")] for line in record.data["can_cu"]],
            "enacting": "QUYẾT ĐỊNH:",
            "body": ended(list(_decision_body(record.data["dieu_quyet_dinh"]))),
            "signature": sign,
            "recipients": ended_list(record.data["noi_nhan"]),
            "annexes": _annexes(reading.school, record, head, sign) if annexes else [],
        },
        sources=reading.sources(),
    )


def _annexes(
    school: School, record: Record, head: Mapping[str, Any], sign: Mapping[str, Any]
) -> list[dict[str, Any]]:
    issued = record.data["quyet_dinh"]
    along = f"Quyết định số {frame.padded(issued['so'])} {frame.long_date(issued['ngay'])}"
    return [
        {
            "head": {**head, "number": None, "place-date": None},
            "kind": "Quy chế",
            "about": without_kind(record.data["ten"], "Quy chế"),
            "note": f"(Ban hành kèm theo {along} của Hiệu trưởng {head['issuer']})",
            "body": ended(list(_articles(record.data["dieu"]))),
            "signature": sign,
        },
        {
            "head": None,
            "kind": "Phụ lục",
            "about": "Quyền của từng vai đối với từng loại hồ sơ",
            "note": f"(Kèm theo Quy chế ban hành theo {along})",
            "body": [
                nodes.text(
                    "Bảng này liệt kê các quyền mà quy chế trao, theo từng điều, khoản, điểm. "
                    "Không có tên trong bảng thì không có quyền."
                ),
                _rights_table(school, record.data),
            ],
            "signature": None,
        },
    ]


def _decision_body(articles: Mapping[str, str]) -> Iterator[Node]:
    for number in sorted(articles, key=int):
        yield {"t": "p", "c": [{"t": "b", "c": [f"Điều {number}."]}, f" {articles[number]}"]}


def _articles(articles: Mapping[str, Any]) -> Iterator[Node]:
    for number in sorted(articles, key=int):
        article = articles[number]
        yield {"t": "h", "level": 1, "first": True, "c": [f"Điều {number}. {article['ten']}"]}
        clauses = article["khoan"]
        for clause in sorted(clauses, key=int):
            # An article of a single clause carries no number (Nghị định 30/2020/NĐ-CP).
            mark = f"{clause}. " if len(clauses) > 1 else ""
            yield nodes.text(mark + clauses[clause]["loi"])


def _rights_table(school: School, data: Mapping[str, Any]) -> Node:
    rows = [
        [
            f"{article}.{clause}.{letter}",
            str(data["vai"].get(right["vai"], {}).get("ten", right["vai"])),
            _what(school, right),
            "; ".join(_kind_title(school, name) for name in right["loai"]),
            _within(school, right),
        ]
        for article in sorted(data["dieu"], key=int)
        for clause in sorted(data["dieu"][article]["khoan"], key=int)
        for letter, right in sorted(data["dieu"][article]["khoan"][clause].get("quyen", {}).items())
    ]
    heads = ["Điều, khoản, điểm", "Vai", "Được làm", "Với hồ sơ", "Phạm vi"]
    return nodes.table(heads, rows, [1.5, 2.6, 1.5, 4.2, 2.6])


def _what(school: School, right: Mapping[str, Any]) -> str:
    kind = school.kind("quy-che")
    place = ("dieu", "", "khoan", "", "quyen", "", "viec")
    done = kind.label(place, right["viec"])
    return f"{done} (bước {right['buoc']})" if "buoc" in right else done


def _within(school: School, right: Mapping[str, Any]) -> str:
    """What the assignment must match, or the whole school; the fields, if not all of them."""
    known = [_key_titles(school, name) for name in right["loai"]]
    names = [
        next((titles[part] for titles in known if part in titles), part)
        for part in right.get("pham_vi", ())
    ]
    text = f"{', '.join(names)} được phân công" if names else "toàn trường"
    fields = [_field_title(school, right["loai"][0], name) for name in right.get("truong", ())]
    return f"{text}; chỉ mục: {', '.join(fields)}" if fields else text


def _kind_title(school: School, name: str) -> str:
    try:
        return school.kind(name).title
    except KeyError:
        return name


def _key_titles(school: School, name: str) -> dict[str, str]:
    try:
        kind = school.kind(name)
    except KeyError:
        return {}
    titles = {hole: str(part["title"]) for hole, part in kind.key.items()}
    return {hole: title[0].lower() + title[1:] for hole, title in titles.items()}


def _field_title(school: School, name: str, field: str) -> str:
    try:
        kind = school.kind(name)
    except KeyError:
        return field
    return kind.heading(tuple(part if part != "*" else "" for part in field.split("/")))
