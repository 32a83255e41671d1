"""A change as a line that a vice principal understands; the same words wherever it is shown.

Names of people, and values that could hold one, are said only when asked for: what is not named
may stand in a commit message or a log, which cannot be taken back.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from hoso.gate.changes import ABSENT, Change, Part, Value
from hoso.gate.frame import FRAME
from hoso.model import Key, Kind, Pointer, Privacy, School
from hoso.rules.days import day, written

_DATE = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_PEOPLE = {"hoc-sinh": "hoc_sinh", "nhan-su": "nhan_su"}
_OWN_NAMES = frozenset({"ma", "ten"})
_YEARS = frozenset({"nam_hoc", "nam"})
_OPEN = frozenset({Privacy.PUBLIC, Privacy.INTERNAL})


def readable(changes: Iterable[Change], school: School, *, named: bool) -> tuple[str, ...]:
    """The changes in words, page by page; `school` holds the labels and, where named, the names.

    A line is `Lớp 3A · Toán · Cuối học kỳ I — Nguyễn Văn An · Điểm kiểm tra định kỳ: 6 → 9`.
    """
    lines: list[str] = []
    for _, group in groupby(changes, key=lambda change: change.path):
        for change in group:
            lines.extend(_lines(change, school, named))
    return tuple(lines)


def page_name(change: Change, school: School, *, named: bool) -> str:
    """The page a change is on, for example `Lớp 3A · Toán · Cuối học kỳ I`."""
    if change.kind is None:
        return _printable(change.path)
    if change.kind == FRAME.name:
        return f"{FRAME.title} · {_printable(change.path)}"
    return place_name(school.kind(change.kind), change.key, school, named=named)


def place_name(kind: Kind, key: Key, school: School, *, named: bool) -> str:
    """The page of a kind with a key, whether or not there is one."""
    parts = [
        part_name(kind, hole, key[hole], school, named=named)
        for hole in kind.holes
        if hole not in _YEARS
    ]
    if "mon" not in key:
        parts.insert(1 if "lop" in key else 0, kind.title)
    year = key.get("nam_hoc")
    if year is not None and (year != _latest_year(school) or not kind.holes[1:]):
        parts[0] = f"{parts[0]} ({year})"
    return " · ".join(parts)


def part_name(kind: Kind, hole: str, value: str, school: School, *, named: bool) -> str:
    """One part of a page's key, for example `Lớp 3A`."""
    node = kind.key[hole]
    if value in node.get("x-labels", {}):
        return str(node["x-labels"][value])
    if _person(value, school) is not None:
        return _someone(value, school, named)
    return value if hole in _OWN_NAMES else f"{node['title']} {value}"


def field_name(kind: Kind, pointer: Pointer, school: School, *, named: bool) -> str:
    """What stands at a pointer, for example `Nguyễn Văn An · Điểm kiểm tra định kỳ`."""
    parts: list[str] = []
    for depth in range(1, len(pointer) + 1):
        part, above = str(pointer[depth - 1]), kind.field(pointer[: depth - 1]) or {}
        if part in above.get("properties", {}):
            parts.append(kind.heading(pointer[:depth]))
        elif _person(part, school) is not None:
            parts[-1:] = [_someone(part, school, named)]
        else:
            parts.append(_dated(part))
    return " · ".join(parts)


def value_said(
    value: Value, kind: Kind, pointer: Pointer, school: School, *, named: bool
) -> str | None:
    """A value in words, or None where it could name somebody and names are not asked for."""
    if not named and not _harmless(kind, pointer):
        return None
    return _value(value, kind, pointer, school, named)


def as_text(value: Value) -> str:
    """A leaf as plain text, as a correction request writes it; lists as JSON."""
    if value is None or isinstance(value, bool | tuple):
        return json.dumps(value, ensure_ascii=False)
    return "{}" if isinstance(value, Mapping) else str(value)


def _lines(change: Change, school: School, named: bool) -> Iterator[str]:
    page = page_name(change, school, named=named)
    kind = _kind_of(change, school)
    if kind is None:
        yield f"{page} — {_happened(change)}, không thuộc loại hồ sơ nào"
    elif change.part is Part.UNREADABLE:
        yield f"{page} — {_happened(change)}, không đọc được như một trang hồ sơ"
    elif change.part is Part.FIELD:
        name = field_name(kind, change.pointer, school, named=named)
        yield f"{page} — {name}: {_values(change, kind, school, named)}"
    elif change.part is Part.BODY:
        yield from _body(change, kind, page, named)
    else:
        yield f"{page} — {_happened(change)}"


def _kind_of(change: Change, school: School) -> Kind | None:
    if change.kind is None:
        return None
    return FRAME if change.kind == FRAME.name else school.kind(change.kind)


def _happened(change: Change) -> str:
    what = "tệp" if change.part is Part.FILE or change.kind is None else "trang"
    if change.old is ABSENT:
        return f"{what} mới"
    return f"xóa {what}" if change.new is ABSENT else f"thay {what}"


def _values(change: Change, kind: Kind, school: School, named: bool) -> str:
    if not named and not _harmless(kind, change.pointer):
        if change.old is ABSENT:
            return "ghi thêm (không in ở đây)"
        return "bỏ (không in ở đây)" if change.new is ABSENT else "đổi (không in ở đây)"
    old, new = (
        _value(value, kind, change.pointer, school, named) for value in (change.old, change.new)
    )
    return f"{old} → {new}"


def _harmless(kind: Kind, pointer: Pointer) -> bool:
    """Whether a value can name nobody: a code, a number or an identifier, or what anyone reads."""
    node = kind.field(pointer) or {}
    privacy = kind.privacy_of(pointer)
    if privacy in _OPEN:
        return True
    coded = any("enum" in each or "x-ref" in each for each in (node, node.get("items", {})))
    return coded or (privacy is Privacy.RESTRICTED and node.get("type") in ("integer", "boolean"))


def _value(value: Value, kind: Kind, pointer: Pointer, school: School, named: bool) -> str:
    if value is ABSENT:
        return "(trống)"
    if isinstance(value, tuple):
        return ", ".join(
            _scalar(kind.label((*pointer, 0), each), school, named) for each in value
        )  # fmt: skip
    if isinstance(value, bool):
        return "có" if value else "không"
    if value is None or isinstance(value, Mapping):
        return "(chưa có gì)"
    return _scalar(kind.label(pointer, value), school, named)


def _scalar(text: str, school: School, named: bool) -> str:
    return _someone(text, school, named) if _person(text, school) else _dated(text)


def _body(change: Change, kind: Kind, page: str, named: bool) -> Iterator[str]:
    old, new = ("" if side is ABSENT else str(side) for side in (change.old, change.new))
    told = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
    lines = [line for line in told if not line.startswith("@@")]
    more = sum(line.startswith("+") for line in lines)
    yield f"{page} — Nội dung bài: thêm {more} dòng, bớt {len(lines) - more} dòng"
    if named or kind.privacy in _OPEN:
        yield from (f"    {line[:1]} {line[1:]}" for line in lines if line[1:].strip())


def _person(text: str, school: School) -> str | None:
    """The kind of a person's identifier, or None for any other text."""
    for kind, hole in _PEOPLE.items():
        try:
            pattern = school.kind(kind).key[hole]["pattern"]
        except KeyError:
            continue
        if re.fullmatch(pattern, text):
            return kind
    return None


def _someone(text: str, school: School, named: bool) -> str:
    kind = _person(text, school)
    if kind is None or not named:
        return text
    record = school.get(kind, **{_PEOPLE[kind]: text})
    return text if record is None else str(record.data["ho_ten"])


def _dated(text: str) -> str:
    if not _DATE.fullmatch(text):
        return text
    try:
        return written(day(text))
    except ValueError:
        return text


def _latest_year(school: School) -> str | None:
    years = [each.key["nam_hoc"] for each in school.all("nam-hoc")]
    return max(years, default=None)


def _printable(path: str) -> str:
    """A path nobody has checked can carry terminal escapes."""
    return path if path.isascii() and path.isprintable() else ascii(path)[1:-1]
