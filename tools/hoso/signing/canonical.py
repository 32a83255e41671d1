"""The one spelling of what is signed: JSON of texts, whole numbers, null and mappings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from hoso.signing.faults import Fault

#: A statement is about a kilobyte; what is longer is refused before it is read.
_LONGEST = 16 * 1024
#: Numbers every reader holds exactly.
_LARGEST = 2**53


class NotCanonical(Fault):
    """A text that is not the one spelling of any value, or a value that has none."""


def canonical(value: Mapping[str, Any]) -> str:
    """The one text of a mapping: keys in code point order, no spaces; NotCanonical without one."""
    _closed(value)
    text = _WRITTEN.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("HS820", "có nửa ký tự không viết được bằng UTF-8") from error
    return text


def parse_canonical(text: str) -> dict[str, Any]:
    """The mapping a text is the one spelling of; NotCanonical for every other text."""
    if len(text) > _LONGEST:
        raise NotCanonical("HS820", f"dài {len(text)} ký tự, cho phép không quá {_LONGEST}")
    if _PLAIN.fullmatch(text):
        plain: dict[str, Any] = _QUICK.decode(text)
        if _is_in_order(plain, text):
            return plain
    try:
        value = _READ.decode(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise NotCanonical("HS820", "không phải JSON") from error
    except ValueError as error:
        raise NotCanonical("HS820", "có số quá dài") from error
    if not isinstance(value, dict):
        raise NotCanonical("HS820", "không phải một bảng khóa và giá trị")
    if canonical(value) != text:
        raise NotCanonical("HS820", "không viết theo dạng chuẩn: khóa theo thứ tự, không cách")
    return value


def _is_in_order(value: dict[str, Any], text: str) -> bool:
    """Whether a plain text has every key of its value once and in order.

    A colon after a quotation mark ends a key; where one begins a value the answer is no, and the
    long way finds out.
    """
    every = [value, *(member for member in value.values() if type(member) is dict)]
    return sum(map(len, every)) == text.count('":') and all(
        list(each) == sorted(each) for each in every
    )


def _closed(value: object) -> None:
    if value is None or isinstance(value, str):
        return
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > _LARGEST:
            raise NotCanonical("HS820", "có số quá lớn")
        return
    if not isinstance(value, Mapping):
        raise NotCanonical("HS820", f"có giá trị kiểu {type(value).__name__}")
    for name, member in value.items():
        if not isinstance(name, str):
            raise NotCanonical("HS820", "có khóa không phải là chữ")
        _closed(member)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotCanonical("HS820", f"khóa {ascii(twice)[1:-1]} bị lặp")
    return found


def _fraction(said: str) -> NoReturn:
    raise NotCanonical("HS820", f"{said[:20]} không phải số nguyên")


_READ = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=_fraction, parse_constant=_fraction
)  # fmt: skip
_QUICK = json.JSONDecoder()
_WRITTEN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_STRING = r'"[^"\\\x00-\x1f\ud800-\udfff]*+"'
_SCALAR = rf"(?:{_STRING}|0|[1-9][0-9]{{0,14}}+|null)"
_FLAT = rf"\{{{_STRING}:{_SCALAR}(?:,{_STRING}:{_SCALAR})*+\}}"
_MEMBER = rf"{_STRING}:(?:{_SCALAR}|{_FLAT})"
#: What nearly all texts are: no escapes, no spaces, no mapping deeper than in a member. Of such a
#: text only the order of the keys is left to ask.
_PLAIN = re.compile(rf"\{{{_MEMBER}(?:,{_MEMBER})*+\}}")
