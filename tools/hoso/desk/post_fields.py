"""The fields of a Markdown page as a form: made from its kind's schema, read back into data.

Nothing here knows a kind by name: titles, hints, choices and references are the schema's own. A
field is filled in by name (`t.tieu_de`); what a form does not show stays as it was.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any

from starlette.datastructures import FormData

from hoso.model import Kind
from hoso.schema.school import TreeSchool

#: A line of text that may be longer than this is given several lines to be typed in.
_LONG = 120
_STAFF = "nhan-su"
#: Empty rows below a list of pupils.
_SPARE = 3
PREFIX = "t."


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form; `sort` says what it looks like, `value` what stands in it."""

    name: str
    title: str
    hint: str
    sort: str
    required: bool
    value: Any
    most: int | None = None
    least: int | None = None
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def input(self) -> str:
        """The name it is filled in by."""
        return PREFIX + self.name


def fields_of(kind: Kind, data: Mapping[str, Any], school: TreeSchool) -> list[Field]:
    """Every field of a kind in the order of its schema, with what the page says now."""
    required = set(kind.schema.get("required", ()))
    return [
        _field(kind, name, node, data.get(name), name in required, school)
        for name, node in kind.schema["properties"].items()
    ]


def filled(kind: Kind, before: Mapping[str, Any], form: FormData) -> dict[str, Any]:
    """The data of a page as somebody filled the form in; an empty field is a field left out."""
    data = dict(before)
    for name, node in kind.schema["properties"].items():
        if f"{PREFIX}{name}" not in form and f"{PREFIX}{name}?" not in form:
            continue
        value = _pupils(form, name, node) if node["type"] == "object" else _read(
            node, [each for each in form.getlist(PREFIX + name) if isinstance(each, str)]
        )  # fmt: skip
        if value in ("", [], {}, None):
            data.pop(name, None)
        else:
            data[name] = value
    return data


def one_line(text: str) -> str:
    """A text composed and on one line, as the records keep it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def body_of(text: str) -> str:
    """The text of a page as a browser sends it, as the records keep it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def file_kind(kind: Kind, name: str) -> str | None:
    """The kind of file that a field names, where it names one of a folder."""
    for ref in kind.refs:
        if ref.place == (name,) and ref.key.get("ten") == ".":
            return ref.kind
    return None


def _field(
    kind: Kind, name: str, node: Mapping[str, Any], value: Any, required: bool, school: TreeSchool
) -> Field:  # fmt: skip
    sort, choices = _sort(kind, name, node, school)
    if sort == "em":
        value = [*(value or {}).items(), *((("", []),) * _SPARE)]
    elif sort == "the":
        value = "\n".join(value or ())
    elif sort in ("nhieu", "co"):
        value = value or []
    elif value is None:
        value = ""
    held = value if isinstance(value, list) else [value]
    if sort in ("chon", "nhieu"):
        known = {choice for choice, _ in choices}
        choices += tuple((str(each), str(each)) for each in held if each and each not in known)
    return Field(
        name=name, title=node["title"], hint=node["description"], sort=sort, required=required,
        value=value, choices=choices, most=node.get("maximum", node.get("maxLength")),
        least=node.get("minimum"),
    )  # fmt: skip


def _sort(
    kind: Kind, name: str, node: Mapping[str, Any], school: TreeSchool
) -> tuple[str, tuple[tuple[str, str], ...]]:
    type_ = node["type"]
    if file_kind(kind, name) is not None:
        return "tep", ()
    if type_ == "object":
        return "em", _choices(node["additionalProperties"]["items"])
    refs = {ref.place: ref.kind for ref in kind.refs}
    if type_ == "array":
        if refs.get((name, "*")) == _STAFF:
            return "nhieu", _staff(school)
        return ("nhieu", _choices(node["items"])) if "enum" in node["items"] else ("the", ())
    if refs.get((name,)) == _STAFF:
        return "chon", _staff(school)
    if "enum" in node:
        return "chon", _choices(node)
    if node.get("format") == "date":
        return "ngay", ()
    if node.get("pattern", "").endswith(":[0-5][0-9]$"):
        return "gio", ()
    if type_ == "string":
        return ("dai" if node.get("maxLength", 0) > _LONG else "chu"), ()
    return {"integer": "so", "boolean": "co"}[type_], ()


def _choices(node: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    labels = node.get("x-labels", {})
    return tuple((value, labels.get(value, value)) for value in node["enum"])


def _staff(school: TreeSchool) -> tuple[tuple[str, str], ...]:
    people = [
        (each.key["nhan_su"], str(each.data.get("ho_ten", ""))) for each in school.all(_STAFF)
    ]
    return tuple((who, f"{name} ({who})") for who, name in sorted(people))


def _read(node: Mapping[str, Any], texts: Sequence[str]) -> Any:
    type_ = node["type"]
    if type_ == "array":
        lines = [line for text in texts for line in text.splitlines()]
        return list(dict.fromkeys(line for each in lines if (line := one_line(each))))
    text = one_line(texts[-1]) if texts else ""
    if type_ == "boolean":
        return text == "co" or None
    if type_ == "integer":
        return int(text) if text.removeprefix("-").isdecimal() and len(text) < 10 else text
    return text


def _pupils(form: FormData, name: str, node: Mapping[str, Any]) -> dict[str, list[str]]:
    """Rows of an identifier and a tick for every way a pupil is shown."""
    found: dict[str, list[str]] = {}
    ways = node["additionalProperties"]["items"]["enum"]
    for row in takewhile(form.__contains__, (f"{PREFIX}{name}.{at}" for at in count())):
        who = one_line(str(form[row])).upper()
        if who:
            found[who] = [way for way in ways if f"{row}.{way}" in form]
    return found
