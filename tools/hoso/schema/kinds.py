"""Schemas become kinds: definitions put in place, vocabulary and references checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from hoso.findings import Finding, HosoError
from hoso.model import FileRule, Format, Kind, Lines, Pointer, Privacy
from hoso.schema.lint import Problem, problems_of_field, problems_of_root
from hoso.schema.references import declared
from hoso.store.text import read_text
from hoso.store.tree import PLAIN, Tree

FOLDER = "schemas"
_DEFINITIONS = "dinh-nghia"
#: A schema nests twice as deep as the record it describes.
_MAX_DEPTH = 40
_EMPTY_FILE: Mapping[str, Any] = {
    "title": "Tệp", "description": "Tệp không có trường dữ liệu.", "type": "object",
    "additionalProperties": False, "properties": {},
}  # fmt: skip


class BrokenSchemas(HosoError):
    """The schemas cannot be used; `findings` says everything that is wrong with them."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(
            f"{len(findings)} lỗi trong thư mục {FOLDER}. Chưa kiểm tra được hồ sơ nào"
        )
        self.findings = findings


def load_kinds(tree: Tree) -> dict[str, Kind]:
    """Every kind of a tree's `schemas/*.yml` by name; BrokenSchemas when any of them is wrong.

    A tree without schemas is refused too: an empty rule set would let everything through.
    """
    return kinds_of(sound_schemas(tree))


def sound_schemas(tree: Tree) -> dict[str, Any]:
    """The schemas of a tree by kind, every `$ref` in place, as plain data that JSON can carry.

    BrokenSchemas with everything that is wrong when any of them is.
    """
    from hoso.store.strict_yaml import parse  # noqa: PLC0415 - hooks find schemas as they are kept

    findings: list[Finding] = []
    files = {}
    for entry in tree.entries(FOLDER):
        name = entry.path.removeprefix(f"{FOLDER}/")
        if not re.fullmatch(r"[a-z0-9-]+\.yml", name) or entry.mode != PLAIN:
            findings.append(_finding(entry.path, 1, "tệp lạ trong thư mục schemas"))
            continue
        text = read_text(entry.path, tree.read(entry.path), findings)
        if text is not None:
            files[name.removesuffix(".yml")] = parse(
                entry.path, text, findings, max_depth=_MAX_DEPTH
            )
    definitions = files.pop(_DEFINITIONS, ({}, (1, {})))[0]
    if not files and not findings:
        findings.append(_finding(FOLDER, 1, "không có loại hồ sơ nào"))
    if findings:
        raise BrokenSchemas(findings)
    schemas = {}
    for stem, (raw, lines) in files.items():
        problems: list[Problem] = []
        schemas[stem] = _inline(raw, definitions, (), problems)
        problems.extend(problems_of_root(schemas[stem], stem))
        if not problems and schemas[stem]["x-kind"].get("format") != "file":
            problems.extend(problems_of_field(schemas[stem], ()))
        findings.extend(_placed(stem, lines, problems))
    if findings:
        raise BrokenSchemas(findings)
    problems_of: dict[str, list[Problem]] = {stem: [] for stem in schemas}
    kinds = kinds_of(schemas, problems_of)
    for stem, found in problems_of.items():
        findings.extend(_placed(stem, files[stem][1], found))
    findings.extend(_overlaps(kinds))
    if findings:
        raise BrokenSchemas(findings)
    return schemas


def kinds_of(
    schemas: Mapping[str, Any], problems: Mapping[str, list[Problem]] | None = None
) -> dict[str, Kind]:
    """The kinds of sound schemas; what is wrong with their references is added to `problems`."""
    holes = {
        stem: tuple(re.findall(r"\{([a-z_]+)\}", node["x-kind"]["path"]))
        for stem, node in schemas.items()
    }
    return {
        stem: _kind(stem, node, holes, problems[stem] if problems is not None else [])
        for stem, node in schemas.items()
    }


def _kind(
    stem: str,
    node: Mapping[str, Any],
    holes: Mapping[str, tuple[str, ...]],
    problems: list[Problem],
) -> Kind:
    head = node["x-kind"]
    format_ = Format(head.get("format", "yaml"))
    schema = _EMPTY_FILE if format_ is Format.FILE else node
    key = head.get("key", {})
    rule = head.get("file")
    return Kind(
        name=stem,
        title=node["title"],
        description=node["description"],
        english=head["english"],
        book=head["book"],
        path=head["path"],
        format=format_,
        privacy=Privacy(node.get("x-privacy", Privacy.RESTRICTED.value)),
        key={hole: key[hole] for hole in holes[stem]},
        schema=schema,
        refs=declared(stem, holes[stem], schema, key, holes, problems),
        file=rule and FileRule(types=tuple(rule["types"]), max_bytes=rule["max_kb"] * 1024),
    )


def _inline(
    node: Any, definitions: Any, at: Pointer, problems: list[Problem], depth: int = 0
) -> Any:
    """A node with every `$ref` replaced by its definition; words beside a `$ref` win over it."""
    if isinstance(node, list):
        return [_inline(member, definitions, at, problems, depth) for member in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        file, _, name = str(node["$ref"]).partition("#/")
        target = definitions.get("$defs", {}).get(name)
        if file != _DEFINITIONS or target is None or depth > 8:
            problems.append(((*at, "$ref"), f"$ref {node['$ref']!r} không dẫn tới định nghĩa nào"))
            return {}
        here = {word: value for word, value in node.items() if word != "$ref"}
        node = {**_inline(target, definitions, at, problems, depth + 1), **here}
    return {
        word: _inline(member, definitions, (*at, word), problems, depth)
        for word, member in node.items()
    }


def _overlaps(kinds: Mapping[str, Kind]) -> list[Finding]:
    """Two kinds that could claim one path would make its rights a matter of luck."""
    found = []
    names = sorted(kinds)
    for position, first in enumerate(names):
        for second in names[position + 1 :]:
            if _overlap(kinds[first], kinds[second]):
                found.append(
                    _finding(f"{FOLDER}/{second}.yml", 1,
                             f"đường dẫn của {second} trùng với đường dẫn của {first}")
                )  # fmt: skip
    return found


def _overlap(first: Kind, second: Kind) -> bool:
    ours, theirs = first.path.split("/"), second.path.split("/")
    return len(ours) == len(theirs) and all(
        _same_part(first, a, second, b) for a, b in zip(ours, theirs, strict=True)
    )


def _same_part(first: Kind, a: str, second: Kind, b: str) -> bool:
    if "{" in a and "{" in b:
        return _suffix(a) == _suffix(b) and not _disjoint(first, a, second, b)
    if "{" in a:
        return part_pattern(first, a).fullmatch(b) is not None
    if "{" in b:
        return part_pattern(second, b).fullmatch(a) is not None
    return a == b


def _disjoint(first: Kind, a: str, second: Kind, b: str) -> bool:
    """Two holes are apart when their patterns begin with different fixed letters."""
    ours, theirs = _fixed_start(first, a), _fixed_start(second, b)
    size = min(len(ours), len(theirs))
    return ours[:size] != theirs[:size]


def _fixed_start(kind: Kind, part: str) -> str:
    pattern = str(kind.key[part.strip("{").partition("}")[0]].get("pattern", ""))
    found = re.match(r"\^([A-Za-z]*)", pattern)
    return found.group(1) if found else ""


def _suffix(part: str) -> str:
    return part.rpartition("}")[2]


@cache
def part_pattern(kind: Kind, part: str) -> re.Pattern[str]:
    """The pattern of one part of a kind's path, with each hole as its own pattern or choice."""
    return re.compile(part_text(kind, part))


def part_text(kind: Kind, part: str) -> str:
    """What `part_pattern` compiles."""
    pieces = re.split(r"\{([a-z_]+)\}", part)
    text = ""
    for position, piece in enumerate(pieces):
        if position % 2 == 0:
            text += re.escape(piece)
            continue
        node = kind.key[piece]
        choice = "|".join(map(re.escape, node["enum"])) if "enum" in node else node["pattern"][1:-1]
        text += f"(?P<{piece}>{choice})"
    return text


def _placed(stem: str, lines: Lines, problems: list[Problem]) -> list[Finding]:
    return [_finding(f"{FOLDER}/{stem}.yml", _line(lines, at), said) for at, said in problems]


def _line(lines: Lines, pointer: Pointer) -> int:
    line, members = lines
    for part in pointer:
        if part not in members:
            return line
        line, members = members[part]
    return line


def _finding(path: str, line: int, message: str) -> Finding:
    return Finding(path=path, line=line, code="HS901", message=message,
                   hint="sửa tệp khai báo rồi chạy lại hoso check")  # fmt: skip
