"""What somebody typed made the value that is meant, or the reason why nobody can tell.

Nothing is rounded, guessed or shortened: a mark that a spreadsheet has turned into a date is not
turned back, it is told.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from typing import Any

from hoso.exchange.grid import Column
from hoso.findings import HosoError
from hoso.rules.days import written
from hoso.schema.shape import explain

_WHOLE = re.compile(r"[0-9]{1,9}(?:[.,]0+)?")
_BROKEN = re.compile(r"[0-9]+[.,][0-9]+")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YES, _NO = frozenset({"có", "co", "x", "true"}), frozenset({"không", "khong", "false"})
_UNSEEN = frozenset({"Cf", "Cc", "Co", "Cs"})
_MOST_SHOWN = 40


class NotMeant(HosoError):
    """A cell whose value nobody can tell; the message says what to type instead."""


def said(column: Column, value: Any) -> str:
    """A value as it stands in a cell; what is typed back so means the same value."""
    if value is None:
        return ""
    labels = dict(column.choices)
    if column.sort == "ds":
        between = "\n" if _by_lines(column) else "; "
        return between.join(labels.get(str(each), str(each)) for each in value)
    if column.sort == "muc":
        return labels.get(str(value), str(value))
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if column.sort == "ngay":
        try:
            return written(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return str(value)


def meant(column: Column, raw: object) -> Any:
    """The value in a cell, None for a blank one; NotMeant where it does not fit the column."""
    typed = raw if not isinstance(raw, str) or column.sort == "ds" else one_line(raw)
    if typed is None or typed == "":
        return None
    value = _READ[column.sort](column, typed)
    for _, _, message, hint in () if value is None else explain(column.node, value, ()):
        raise NotMeant(f"{message}. {hint}")
    return value


def one_line(text: str) -> str:
    """A text as records keep it: composed, one line, nothing that cannot be seen."""
    seen = (each for each in text if each.isspace() or unicodedata.category(each) not in _UNSEEN)
    return unicodedata.normalize("NFC", " ".join("".join(seen).split()))


def _whole(column: Column, raw: object) -> int:
    if isinstance(raw, date):
        raise _turned(raw)
    if isinstance(raw, bool):
        raise NotMeant("ô này cần một số")
    if isinstance(raw, int | float):
        if isinstance(raw, float) and not (math.isfinite(raw) and raw == int(raw)):
            raise NotMeant(f"{_comma(raw)} không phải số nguyên; không làm tròn thay thầy cô")
        return int(raw)
    text = str(raw)
    if _WHOLE.fullmatch(text):
        return int(re.split("[.,]", text)[0])
    if _BROKEN.fullmatch(text):
        raise NotMeant(f"{text} không phải số nguyên; không làm tròn thay thầy cô")
    raise NotMeant(f"“{_short(text)}” không phải số; {_limits(column)}")


def _choice(column: Column, raw: object) -> Any:
    if isinstance(raw, date):
        raise _turned(raw)
    text = _plain(raw).casefold()
    for code, label in column.choices:
        short, _, long = label.partition(" – ")
        if text in {str(code).casefold(), label.casefold(), short.casefold(), long.casefold()}:
            return code
    labels = "; ".join(label for _, label in column.choices)
    raise NotMeant(f"“{_short(_plain(raw))}” không có trong danh mục; chọn: {labels}")


def _day(_: Column, raw: object) -> str:
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return raw.isoformat()
    text = _plain(raw)
    found = _DAY.fullmatch(text)
    try:
        if found is not None:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise NotMeant(f"“{_short(text)}” không phải ngày; ghi ngày/tháng/năm") from None


def _list(column: Column, raw: object) -> list[Any] | None:
    between = "\n" if _by_lines(column) else "[;\n]"
    parts = [one_line(each) for each in re.split(between, _plain(raw))]
    if column.choices:
        return [_choice(column, each) for each in parts if each] or None
    return [each for each in parts if each] or None


def _by_lines(column: Column) -> bool:
    """Whether an item of a list may have a semicolon of its own."""
    items = column.node["items"]
    return not column.choices and not any(explain(items, "a; b" * 4, ()))


def _flag(_: Column, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = _plain(raw).casefold()
    if text in _YES | _NO:
        return text in _YES
    raise NotMeant("ô này chỉ ghi Có hoặc Không")


def _text(column: Column, raw: object) -> str:
    if isinstance(raw, date):
        raise _turned(raw)
    if isinstance(raw, bool):
        raise NotMeant("ô này cần chữ")
    text = _plain(raw)
    if not isinstance(raw, str) and not _fits(column, text) and _fits(column, f"0{text}"):
        raise NotMeant(
            "bảng tính đã bỏ mất số 0 ở đầu; đổi ô sang dạng Văn bản (Text) rồi gõ lại đủ số"
        )
    return text


_READ: dict[str, Any] = {
    "so": _whole, "muc": _choice, "ngay": _day, "co": _flag, "ds": _list, "chu": _text,
}  # fmt: skip


def _fits(column: Column, text: str) -> bool:
    return not any(explain(column.node, text, ()))


def _turned(when: date) -> NotMeant:
    return NotMeant(
        f"bảng tính đã đổi ô này thành ngày {when.day}/{when.month}/{when.year}; gõ lại giá trị"
    )


def _plain(raw: object) -> str:
    if isinstance(raw, float) and math.isfinite(raw):
        return str(int(raw)) if raw == int(raw) else _comma(raw)
    return str(raw)


def _comma(number: float) -> str:
    return str(number).replace(".", ",")


def _limits(column: Column) -> str:
    low, high = column.node.get("minimum"), column.node.get("maximum")
    return f"cần số nguyên từ {low} đến {high}" if None not in (low, high) else "cần số nguyên"


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
