"""A change as a line that a vice principal understands; the same words wherever it is shown.

Names of people, and values that could hold one, are said only when asked for: what is not named
may stand in a commit message or a log, which cannot be taken back.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from hoso.gate.changes import ABSENT, Change, Part, Value
from hoso.gate.frame import FRAME
from hoso.model import Key, Kind, Pointer, Privacy, School
from hoso.rules.naming import Wording, names_in, unnamed

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
    return _words(school, named).page(kind, key)


def part_name(kind: Kind, hole: str, value: str, school: School, *, named: bool) -> str:
    """One part of a page's key, for example `Lớp 3A`."""
    return _words(school, named).part(kind, hole, value)


def field_name(kind: Kind, pointer: Pointer, school: School, *, named: bool) -> str:
    """What stands at a pointer, for example `Nguyễn Văn An · Điểm kiểm tra định kỳ`."""
    return _words(school, named).field(kind, pointer)


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
    return "(trống)" if value is ABSENT else _words(school, named).value(kind, pointer, value)


def _body(change: Change, kind: Kind, page: str, named: bool) -> Iterator[str]:
    old, new = ("" if side is ABSENT else str(side) for side in (change.old, change.new))
    told = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
    lines = [line for line in told if not line.startswith("@@")]
    more = sum(line.startswith("+") for line in lines)
    yield f"{page} — Nội dung bài: thêm {more} dòng, bớt {len(lines) - more} dòng"
    if named or kind.privacy in _OPEN:
        yield from (f"    {line[:1]} {line[1:]}" for line in lines if line[1:].strip())


def _words(school: School, named: bool) -> Wording:
    return Wording(school, names_in(school) if named else unnamed)


def _printable(path: str) -> str:
    """A path nobody has checked can carry terminal escapes."""
    return path if path.isascii() and path.isprintable() else ascii(path)[1:-1]
