"""Vietnamese text for machines and clocks: addresses without marks, dates as people write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def fold(text: str) -> str:
    """Lower case without tones, marks or đ: what two spellings of one word have in common."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def slug(text: str, separator: str = "-") -> str:
    """A part of an address made from a title: a–z, 0–9 and the separator; never empty."""
    return re.sub(r"[^a-z0-9]+", separator, fold(text)).strip(separator) or "muc"


def written(day: date) -> str:
    """A date as 05/09/2025."""
    return day.strftime("%d/%m/%Y")


def weekday(day: date) -> str:
    """The Vietnamese name of a date's day of the week."""
    return _WEEKDAYS[day.weekday()]


def counted(number: int) -> str:
    """A number with dots between thousands."""
    return f"{number:,}".replace(",", ".")


def measured(size: int) -> str:
    """A file's size for a person who is about to download it."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB".replace(".", ",")


def spaced_phone(number: str) -> str:
    """A telephone number in groups that can be read aloud: 0228 3000 000."""
    if len(number) == 11:
        return f"{number[:4]} {number[4:8]} {number[8:]}"
    return f"{number[:4]} {number[4:7]} {number[7:]}" if len(number) == 10 else number
