"""What a schema may say: a closed vocabulary, so that a typo is refused instead of ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hoso.model import Format, Pointer, Privacy

#: A place in a schema file and what is wrong there.
Problem = tuple[Pointer, str]

_WORDS = {
    "object": {"properties", "required", "additionalProperties", "propertyNames", "minProperties",
               "maxProperties"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "string": {"enum", "pattern", "format", "minLength", "maxLength"},
    "integer": {"minimum", "maximum"},
    "boolean": set(),
}  # fmt: skip
_EVERYWHERE = {"title", "description", "type", "x-privacy", "x-ref", "x-labels", "x-column",
               "x-widget"}  # fmt: skip
#: What stands behind each word; anything else is refused before it is looked into.
_BEHIND: dict[str, type] = {
    "title": str, "description": str, "type": str, "properties": dict, "required": list,
    "minProperties": int, "maxProperties": int, "items": dict, "minItems": int, "maxItems": int,
    "uniqueItems": bool, "enum": list, "pattern": str, "format": str, "minLength": int,
    "maxLength": int, "minimum": int, "maximum": int, "x-privacy": str, "x-labels": dict,
    "x-column": dict, "x-widget": str, "propertyNames": dict,
    "name": str, "book": str, "path": str, "english": str, "key": dict, "file": dict,
    "types": list, "max_kb": int,
}  # fmt: skip
_ROOT = {"x-kind", "x-privacy", "title", "description"}
_KIND = {"name", "book", "path", "english", "format", "key", "file"}
_WIDGETS = {"grid", "date", "choice", "text"}
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: A quantified group whose body is itself open-ended backtracks without bound.
_NESTED = re.compile(r"\([^()]*[*+][^()]*\)[*+]")


def problems_of_root(node: Any, stem: str) -> Iterator[Problem]:
    """What is wrong with the head of a schema file; `stem` is the file's name without `.yml`."""
    kind = node.get("x-kind") if isinstance(node, Mapping) else None
    if not isinstance(kind, Mapping):
        yield (), "thiếu x-kind"
        return
    wrong = [*_behind(node, ()), *_behind(kind, ("x-kind",)),
             *_behind(kind.get("file"), ("x-kind", "file"))]  # fmt: skip
    if wrong:
        yield from wrong
        return
    yield from _head_problems(kind, stem)
    if kind.get("format", "yaml") not in [each.value for each in Format]:
        yield ("x-kind", "format"), f"format {kind.get('format')!r} không có"
        return
    yield from _path_problems(kind)
    for hole, part in kind.get("key", {}).items():
        yield from problems_of_field(part, ("x-kind", "key", hole))
        if isinstance(part, Mapping) and part.get("type") != "string":
            yield ("x-kind", "key", hole), "phần khóa phải là chữ"
    if kind.get("format") == "file":
        for word in sorted(node.keys() - _ROOT):
            yield (word,), f"loại tệp không có mục {word!r}"
        yield from _privacy_problems(node, ())
        yield from _file_problems(kind.get("file"))
    elif node.get("type") != "object":
        yield (), "gốc của một loại hồ sơ phải là type: object"
    for word in ("title", "description"):
        if not isinstance(node.get(word), str):
            yield (), f"thiếu {word}"


def _head_problems(kind: Mapping[str, Any], stem: str) -> Iterator[Problem]:
    for word in sorted(kind.keys() - _KIND):
        yield ("x-kind", word), f"x-kind không có mục {word!r}"
    for word in ("name", "book", "path", "english"):
        if not isinstance(kind.get(word), str):
            yield ("x-kind",), f"x-kind thiếu {word}"
    if kind.get("name") != stem:
        yield ("x-kind", "name"), f"tên loại {kind.get('name')!r} khác tên tệp {stem!r}"


def _path_problems(kind: Mapping[str, Any]) -> Iterator[Problem]:
    path, key = str(kind.get("path", "")), kind.get("key", {})
    holes = re.findall(r"\{([^{}]*)\}", path)
    if not path.startswith(("records/", "content/")):
        yield ("x-kind", "path"), "đường dẫn phải bắt đầu bằng records/ hoặc content/"
    if len(set(holes)) != len(holes):
        yield ("x-kind", "path"), "một phần khóa lặp lại trong đường dẫn"
    for hole in holes:
        if not _FIELD_NAME.fullmatch(hole):
            yield ("x-kind", "path"), f"phần khóa {hole!r} sai dạng"
        elif hole not in key:
            yield ("x-kind", "path"), f"phần khóa {hole!r} chưa được khai trong key"
    for name in sorted(key.keys() - set(holes)):
        yield ("x-kind", "key", name), f"key có {name!r} nhưng đường dẫn không có"
    suffix = {"yaml": ".yml", "markdown": ".md"}.get(kind.get("format", "yaml"), "")
    if not path.endswith(suffix):
        yield ("x-kind", "path"), f"đường dẫn phải kết thúc bằng {suffix}"


def _file_problems(rule: Any) -> Iterator[Problem]:
    if not isinstance(rule, Mapping) or rule.keys() != {"types", "max_kb"}:
        yield ("x-kind",), "loại tệp cần file: {types, max_kb}"
    elif not set(rule["types"]) <= {"jpg", "png", "webp", "pdf"}:
        yield ("x-kind", "file", "types"), "chỉ nhận jpg, png, webp, pdf"


def problems_of_field(node: Any, at: Pointer) -> Iterator[Problem]:
    """What is wrong with the schema of one value and with everything below it."""
    if not isinstance(node, Mapping):
        yield at, "cần một mục gồm title, description, type…"
        return
    wrong = list(_behind(node, at))
    if wrong:
        yield from wrong
        return
    type_ = node.get("type")
    if type_ not in _WORDS:
        yield at, f"type {type_!r} không có; dùng {', '.join(_WORDS)}"
        return
    allowed = _EVERYWHERE | _WORDS[type_] | (_ROOT if not at else set())
    for word in sorted(node.keys() - allowed):
        yield (*at, word), f"từ khóa {word!r} không dùng được với type {type_}"
    for word in ("title", "description"):
        if not isinstance(node.get(word), str):
            yield at, f"thiếu {word}"
    yield from _privacy_problems(node, at)
    if "x-widget" in node and node["x-widget"] not in _WIDGETS:
        yield (*at, "x-widget"), f"x-widget {node['x-widget']!r} không có"
    column = node.get("x-column")
    if column is not None and (
        not isinstance(column, Mapping) or column.keys() != {"heading", "width", "order"}
    ):
        yield (*at, "x-column"), "x-column cần heading, width, order"
    yield from {"object": _object, "array": _array, "string": _string}.get(type_, _nothing)(
        node, at
    )


def _privacy_problems(node: Mapping[str, Any], at: Pointer) -> Iterator[Problem]:
    if node.get("x-privacy", "public") not in [each.value for each in Privacy]:
        yield (*at, "x-privacy"), f"x-privacy {node['x-privacy']!r} không có"


def _behind(node: Any, at: Pointer) -> Iterator[Problem]:
    for word, value in node.items() if isinstance(node, Mapping) else ():
        wanted = _BEHIND.get(word, object)
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            yield (*at, word), f"giá trị của {word} sai kiểu"
        elif isinstance(value, list) and not all(isinstance(member, str) for member in value):
            yield (*at, word), f"{word} phải là danh sách các chữ"


def _nothing(node: Mapping[str, Any], at: Pointer) -> Iterator[Problem]:
    yield from ()


def _object(node: Mapping[str, Any], at: Pointer) -> Iterator[Problem]:
    properties = node.get("properties", {})
    for name, member in properties.items():
        if not _FIELD_NAME.fullmatch(name):
            yield (*at, "properties", name), f"tên trường {name!r} phải là chữ thường và gạch dưới"
        yield from problems_of_field(member, (*at, "properties", name))
    for name in node.get("required", ()):
        if name not in properties:
            yield (*at, "required"), f"required nói tới {name!r} nhưng không có trường đó"
    more = node.get("additionalProperties")
    if more is False:
        if "propertyNames" in node:
            yield (*at, "propertyNames"), "propertyNames thừa khi additionalProperties là false"
        return
    if not isinstance(more, Mapping):
        yield at, "mục để ngỏ: thêm additionalProperties: false"
        return
    if properties:
        yield at, "không trộn properties với additionalProperties"
    yield from problems_of_field(more, (*at, "additionalProperties"))
    names = node.get("propertyNames")
    if not isinstance(names, Mapping) or not ("pattern" in names or "enum" in names):
        yield at, "tập hợp theo mã cần propertyNames có pattern hoặc enum"
    else:
        yield from problems_of_field(names, (*at, "propertyNames"))


def _array(node: Mapping[str, Any], at: Pointer) -> Iterator[Problem]:
    items = node.get("items")
    yield from problems_of_field(items, (*at, "items"))
    if isinstance(items, Mapping) and items.get("type") in ("object", "array"):
        yield (*at, "items"), "tập hợp phải theo mã (mapping), không phải danh sách các mục lớn"


def _string(node: Mapping[str, Any], at: Pointer) -> Iterator[Problem]:
    if "enum" in node:
        values = node["enum"]
        if not values or len(set(values)) != len(values):
            yield (*at, "enum"), "enum rỗng hoặc có giá trị lặp"
        if list(node.get("x-labels", {})) != values:
            yield (*at, "enum"), "x-labels phải có đúng các giá trị của enum, theo thứ tự đó"
    elif "x-labels" in node:
        yield (*at, "x-labels"), "x-labels chỉ đi cùng enum"
    elif "pattern" not in node:
        yield at, "chữ cần pattern hoặc enum"
    if node.get("format", "date") not in ("date", "moment"):
        yield (*at, "format"), "format chỉ có date, moment"
    if "pattern" in node:
        yield from _pattern(node["pattern"], (*at, "pattern"))


def _pattern(pattern: str, at: Pointer) -> Iterator[Problem]:
    if not (pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")):
        yield at, "pattern phải bắt đầu bằng ^ và kết thúc bằng $"
    if re.search(r"\\[dDwWbBAZz]", pattern):
        yield at, "viết [0-9], [a-z] thay cho \\d, \\w; không dùng \\b, \\A, \\Z"
    if "(?" in pattern.replace("(?:", ""):
        yield at, "chỉ dùng nhóm (?:…)"
    depth = 0
    for char in re.sub(r"\\.|\[[^\]]*\]", "", pattern):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "|" and depth == 0:
            yield at, "dấu | ở ngoài cùng phải nằm trong nhóm (?:…)"
            break
    try:
        re.compile(pattern)
    except re.error as error:
        yield at, f"pattern không đọc được: {error}"
    simple = re.sub(r"\\.|\[[^\]]*\]", "x", pattern)
    if any(not _is_separated(group.group()) for group in _NESTED.finditer(simple)):
        yield at, "pattern lồng hai phép lặp, có thể chạy rất lâu"


def _is_separated(group: str) -> bool:
    """`(?:-x+)*` and `(?:x+/)*` are safe: each turn must eat a fixed separator."""
    body = group[: group.rindex(")")].removeprefix("(?:")
    separators = {" ", "-", ",", "/", "_"}
    return body[:1] in separators or body[-1:] in separators
