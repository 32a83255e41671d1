"""Whether data has the shape its kind demands, decided fast, and what is wrong where it has not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import jsonschema_rs

from hoso.model import Kind, Pointer, Privacy

#: Where, code, message, remedy.
Fault = tuple[Pointer, str, str, str]

_TYPES: dict[str, tuple[type, str]] = {
    "object": (dict, "một mục gồm nhiều trường"),
    "array": (list, "một danh sách"),
    "string": (str, "chữ"),
    "integer": (int, "số nguyên"),
    "boolean": (bool, "true hoặc false"),
}
_SHOWN = 40
_SHOWN_CLASSES = {Privacy.PUBLIC, Privacy.INTERNAL}


def faults(kind: Kind, data: Any) -> Iterator[Fault]:
    """Everything in which data differs from the kind's schema; nothing means it is valid."""
    if _validator(kind).is_valid(data):
        return
    found = False
    for fault in explain(kind.schema, data, (), kind.privacy in _SHOWN_CLASSES):
        found = True
        yield fault
    if not found:
        # The two readings of the schema differ: refuse rather than let it pass.
        yield (), "HS304", "hồ sơ không đúng khai báo của loại", f"xem schemas/{kind.name}.yml"


@lru_cache(maxsize=256)
def _validator(kind: Kind) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        json.dumps(_plain(kind.schema)), validate_formats=True, formats={"moment": _is_moment}
    )


def _plain(node: Any) -> Any:
    """The schema without our own words, which the validator need not see."""
    if isinstance(node, Mapping):
        return {name: _plain(member) for name, member in node.items() if not name.startswith("x-")}
    return [_plain(member) for member in node] if isinstance(node, list) else node


def explain(
    node: Mapping[str, Any], value: Any, at: Pointer, shown: bool = False
) -> Iterator[Fault]:
    """The faults of one value and of everything in it, in the order of the data.

    Values of restricted fields are never repeated in a message: findings end up in logs.
    """
    if "x-privacy" in node:
        shown = Privacy(node["x-privacy"]) in _SHOWN_CLASSES
    type_ = node["type"]
    python, said = _TYPES[type_]
    if not isinstance(value, python) or (type_ == "integer" and isinstance(value, bool)):
        yield at, "HS304", f"{_show(value, shown)} không phải {said}", f"ghi {said}{_example(node)}"
        return
    yield from _EXPLAIN[type_](node, value, at, shown)


def _object(
    node: Mapping[str, Any], value: dict[str, Any], at: Pointer, shown: bool
) -> Iterator[Fault]:
    properties = node.get("properties", {})
    more = node.get("additionalProperties")
    for name in node.get("required", ()):
        if name not in value:
            title = properties[name]["title"]
            yield at, "HS301", f"thiếu {name} ({title})", f"thêm dòng {name}: …"
    yield from _count(node, len(value), at, "minProperties", "maxProperties", "mục")
    for name, member in value.items():
        if name in properties:
            yield from explain(properties[name], member, (*at, name), shown)
        elif isinstance(more, Mapping):
            for _, _, message, hint in explain(node["propertyNames"], name, (), shown):
                yield (*at, name), "HS307", f"khóa {message}", hint
            yield from explain(more, member, (*at, name), shown)
        else:
            yield (
                (*at, name),
                "HS302",
                f"loại hồ sơ không có trường {_show(name, shown)}",
                f"xóa dòng này, hoặc dùng: {', '.join(properties)}",
            )


def _array(node: Mapping[str, Any], value: list[Any], at: Pointer, shown: bool) -> Iterator[Fault]:
    yield from _count(node, len(value), at, "minItems", "maxItems", "mục")
    for position, member in enumerate(value):
        if node.get("uniqueItems") and member in value[:position]:
            yield (*at, position), "HS308", f"{_show(member, shown)} lặp lại", "giữ lại một lần"
        yield from explain(node["items"], member, (*at, position), shown)


def _string(node: Mapping[str, Any], value: str, at: Pointer, shown: bool) -> Iterator[Fault]:
    said = _show(value, shown)
    if "enum" in node and value not in node["enum"]:
        choices = ", ".join(node["enum"])
        yield at, "HS303", f"{said} không thuộc danh mục {node['title']}", f"chọn: {choices}"
        return
    yield from _count(node, len(value), at, "minLength", "maxLength", "ký tự")
    if "pattern" in node and re.search(f"(?:{node['pattern'][:-1]})\\Z", value) is None:
        yield at, "HS305", f"{said} sai dạng {node['title']}", node["description"]
    elif node.get("format") == "date" and not _is_date(value):
        yield at, "HS305", f"{said} không phải ngày có thật", "ghi năm-tháng-ngày"
    elif node.get("format") == "moment" and not _is_moment(value):
        yield at, "HS305", f"{said} không phải lúc có thật", "ghi năm-tháng-ngày rồi giờ và phút"


def _integer(node: Mapping[str, Any], value: int, at: Pointer, shown: bool) -> Iterator[Fault]:
    low, high = node.get("minimum"), node.get("maximum")
    if (low is not None and value < low) or (high is not None and value > high):
        said = _show(value, shown)
        yield at, "HS306", f"{said} ngoài khoảng {_range(low, high)}", node["description"]


def _boolean(node: Mapping[str, Any], value: bool, at: Pointer, shown: bool) -> Iterator[Fault]:
    yield from ()


_EXPLAIN: dict[str, Any] = {
    "object": _object, "array": _array, "string": _string, "integer": _integer,
    "boolean": _boolean,
}  # fmt: skip


def _count(
    node: Mapping[str, Any], size: int, at: Pointer, low: str, high: str, unit: str
) -> Iterator[Fault]:
    least, most = node.get(low), node.get(high)
    if (least is not None and size < least) or (most is not None and size > most):
        code = "HS306" if unit == "ký tự" else "HS309"
        yield at, code, f"có {size} {unit}, cần {_range(least, most)}", node["description"]


def _range(low: int | None, high: int | None) -> str:
    if high is None:
        return f"từ {low} trở lên"
    if low is None:
        return f"không quá {high}"
    return f"từ {low} đến {high}"


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _example(node: Mapping[str, Any]) -> str:
    return f", ví dụ {node['enum'][0]}" if "enum" in node else ""


def _show(value: Any, shown: bool) -> str:
    """A value as its author wrote it, cut short; "giá trị này" where it must not be repeated."""
    if isinstance(value, dict):
        return "một mục"
    if isinstance(value, list):
        return "một danh sách"
    if not shown:
        return "giá trị này"
    text = repr(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
