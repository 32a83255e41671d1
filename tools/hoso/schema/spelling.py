"""The one spelling of a record: the text that `hoso fmt` writes and the check demands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hoso.model import Format, Kind
from hoso.store.quick_yaml import is_plain

_FENCE = "---\n"
_NOTHING: dict[str, Any] = {}


def spell(kind: Kind, data: Mapping[str, Any], body: str = "") -> str:
    """The canonical text of a record of a kind; `body` is for Markdown kinds only.

    Block style, two spaces, fields in schema order, members of a collection by identifier (digits
    by number), text plain where it can be and double-quoted elsewhere; data that breaks the schema
    is spelled as far as it can be, unknown fields last. Reading the text gives the same data back.
    """
    lines: list[str] = []
    _members(lines, data, kind.schema, "")
    head = "\n".join(lines) + "\n" if lines else "{}\n"
    if kind.format is not Format.MARKDOWN:
        return head
    return f"{_FENCE}{head}{_FENCE}\n{spell_body(body)}"


def is_in_order(value: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether the keys stand as `spell` puts them, here and in every mapping below."""
    properties = node.get("properties", _NOTHING)
    more = node.get("additionalProperties")
    below = more if isinstance(more, dict) else _NOTHING
    if len(value) > 1 and not _are_in_order(tuple(value), tuple(properties)):
        return False
    # A loop: `all` over a generator costs as much again, and every page read comes by here.
    for name, member in value.items():
        if type(member) is dict and not is_in_order(member, properties.get(name, below)):
            return False
    return True


@lru_cache(maxsize=4096)
def _are_in_order(names: tuple[str, ...], properties: tuple[str, ...]) -> bool:
    """Kept, for most mappings of a kind have the same keys as others."""
    return list(names) == _ordered(dict.fromkeys(names), dict.fromkeys(properties))


def _ordered(value: Mapping[str, Any], properties: Mapping[str, Any]) -> list[str]:
    names = [name for name in properties if name in value]
    if len(names) < len(value):
        names += sorted((name for name in value if name not in properties), key=_rank)
    return names


def spell_body(body: str) -> str:
    """Markdown as kept: no blanks at the ends of lines, one line break at the end."""
    text = "\n".join(line.rstrip() for line in body.split("\n")).strip("\n")
    return text + "\n" if text else ""


def _members(out: list[str], value: Mapping[str, Any], node: Mapping[str, Any], pad: str) -> None:
    properties = node.get("properties", _NOTHING)
    more = node.get("additionalProperties")
    below = more if isinstance(more, dict) else _NOTHING
    for name in _ordered(value, properties):
        member = value[name]
        if isinstance(member, str):
            out.append(f"{pad}{_text(name)}: {_text(member)}")
        else:
            _entry(out, f"{pad}{_text(name)}:", member, properties.get(name, below), pad)


def _entry(out: list[str], head: str, value: Any, node: Mapping[str, Any], pad: str) -> None:
    if isinstance(value, Mapping) and value:
        out.append(head)
        _members(out, value, node, pad + "  ")
    elif isinstance(value, list) and value:
        out.append(head)
        for member in value:
            _item(out, member, node.get("items", {}), pad + "  ")
    else:
        out.append(f"{head} {_scalar(value)}")


def _item(out: list[str], member: Any, node: Mapping[str, Any], pad: str) -> None:
    if not isinstance(member, Mapping | list) or not member:
        out.append(f"{pad}- {_scalar(member)}")
        return
    # The schemas allow lists of scalars only; deeper data is spelled so that it can be shown.
    deeper: list[str] = []
    if isinstance(member, Mapping):
        _members(deeper, member, node, pad + "  ")
    else:
        for part in member:
            _item(deeper, part, node.get("items", {}), pad + "  ")
    out.append(f"{pad}- {deeper[0].strip()}")
    out.extend(deeper[1:])


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return str(value)
    return "{}" if isinstance(value, Mapping) else "[]"


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    if is_plain(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _rank(name: str) -> tuple[int, str]:
    """Numbers by value, then everything else by code point."""
    return (int(name), name) if name.isascii() and name.isdigit() else (1 << 62, name)
