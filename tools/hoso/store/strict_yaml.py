"""The strict YAML of the records: values and their lines from libyaml's events, or findings.

What is read, in order:

1. One document of block or flow mappings, sequences and scalars; every mapping key is text.
2. A plain scalar is `true`, `false`, `null`, a decimal integer of up to 15 digits, or text:
   `no`, `0123`, `13:30`, `2026-09-05`, `1_000`, `1e3` and `~` are text.
3. Anchors, aliases, tags, directives, comments, several documents and repeated keys are refused,
   repeated meaning equal once composed (NFC).
4. At most 5,000 nodes and 12 levels; reading stops there, so a hostile file costs little.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml._yaml import CParser

from hoso.findings import Finding
from hoso.model import Lines
from hoso.store.scalars import CONSTANTS, INTEGER, MAX_DEPTH, MAX_DIGITS, MAX_NODES, resolve
from hoso.store.text import refused_characters


def parse(
    path: str, text: str, findings: list[Finding], first_line: int = 1, max_depth: int = MAX_DEPTH
) -> tuple[Any, Lines]:
    """The value of a text and the line of each part; adds everything that is refused.

    `first_line` is the line of the file on which the text begins. When a finding was added the
    value may be incomplete and must not be used as a record.
    """
    builder = _Builder(
        path=path, findings=findings, offset=first_line, max_depth=max_depth, spans="#" in text
    )
    try:
        builder.read(CParser(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        builder.refuse(
            mark.line if mark is not None else 0,
            "HS107",
            f"không đọc được: {_problem(error)}",
            "xem lại thụt dòng, dấu hai chấm và dấu ngoặc kép quanh dòng này",
        )
    except _Stop:
        pass
    if builder.spans:
        builder.refuse_comments(text)
    return builder.value, builder.lines


#: A plain scalar that begins with one of these is text unless it is a constant.
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_NOTHING_BELOW: Mapping[str | int, Lines] = {}


def _is_bare(event: Any) -> bool:
    return (
        type(event) is yaml.ScalarEvent
        and not event.style
        and event.anchor is None
        and event.tag is None
    )


class _Stop(Exception):
    """Too many nodes or levels: nothing more is read."""


@dataclass(slots=True)
class _Builder:
    path: str
    findings: list[Finding]
    offset: int
    max_depth: int
    #: Whether to keep the span of every scalar, which only a text with `#` in it needs.
    spans: bool
    value: Any = None
    lines: Lines = (1, {})
    nodes: int = 0
    scalars: list[tuple[int, int]] = field(default_factory=list)
    next: Any = None

    def refuse(self, line: int, code: str, message: str, hint: str) -> None:
        self.findings.append(
            Finding(path=self.path, line=line + self.offset, code=code, message=message, hint=hint)
        )

    def read(self, parser: Any) -> None:
        self.next = parser.get_event
        documents = 0
        while True:
            event = self.next()
            kind = type(event)
            if kind is yaml.StreamEndEvent:
                return
            if kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.refuse(
                        event.start_mark.line,
                        "HS112",
                        "tệp có nhiều tài liệu YAML",
                        "giữ một tài liệu trong một tệp",
                    )
                    return
                if event.version is not None or event.tags:
                    self.refuse(
                        event.start_mark.line, "HS110", "có chỉ thị YAML", "xóa dòng bắt đầu bằng %"
                    )
            elif kind is not yaml.StreamStartEvent and kind is not yaml.DocumentEndEvent:
                self.value, self.lines = self.node(event, 1)

    def node(self, event: Any, depth: int) -> tuple[Any, Lines]:
        self.nodes += 1
        line = event.start_mark.line
        if self.nodes > MAX_NODES:
            self.refuse(line, "HS113", f"quá {MAX_NODES} mục", "tách thành nhiều trang")
            raise _Stop
        kind = type(event)
        if kind is yaml.AliasEvent:
            self.refuse(line, "HS109", f"bí danh *{event.anchor}", "viết lại giá trị ở chỗ này")
            return None, (line + self.offset, {})
        if event.anchor is not None:
            self.refuse(line, "HS109", f"neo &{event.anchor}", f"xóa &{event.anchor}")
        if event.tag is not None:
            self.refuse(line, "HS110", f"thẻ kiểu {event.tag}", "xóa thẻ bắt đầu bằng !")
        if kind is yaml.ScalarEvent:
            return self.scalar(event), (line + self.offset, {})
        if depth > self.max_depth:
            self.refuse(line, "HS114", f"lồng quá {self.max_depth} cấp", "giảm số cấp lồng nhau")
            raise _Stop
        if kind is yaml.MappingStartEvent:
            return self.mapping(line, depth)
        return self.sequence(line, depth)

    def mapping(self, line: int, depth: int) -> tuple[Any, Lines]:
        value: dict[str, Any] = {}
        lines: dict[str | int, Lines] = {}
        composed: set[str] = set()
        following, offset, plain = self.next, self.offset, not self.spans
        while type(event := following()) is not yaml.MappingEndEvent:
            key_line = event.start_mark.line
            self.nodes += 1
            key = event.value if plain and _is_bare(event) else self.key(event, depth)
            event = following()
            below: Mapping[str | int, Lines]
            if plain and _is_bare(event) and self.nodes < MAX_NODES:
                # The common case, without a call: a plain scalar with nothing to refuse.
                self.nodes += 1
                text = event.value
                below = _NOTHING_BELOW
                member = (
                    text if text[:1] in _LETTERS and text not in CONSTANTS else (self.scalar(event))
                )
            else:
                member, (_, below) = self.node(event, depth + 1)
            name = key if key.isascii() else unicodedata.normalize("NFC", key)
            if name in composed:
                self.refuse(key_line, "HS108", f"khóa {name!r} đã có ở trên", "giữ lại một khóa")
                continue
            composed.add(name)
            value[key] = member
            lines[key] = (key_line + offset, below)
        return value, (line + offset, lines)

    def sequence(self, line: int, depth: int) -> tuple[Any, Lines]:
        value: list[Any] = []
        lines: dict[str | int, Lines] = {}
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            member, below = self.node(event, depth + 1)
            lines[len(value)] = below
            value.append(member)
        return value, (line + self.offset, lines)

    def key(self, event: Any, depth: int) -> str:
        line = event.start_mark.line
        if type(event) is not yaml.ScalarEvent:
            self.node(event, depth + 1)
            self.refuse(line, "HS118", "khóa không phải là một chữ", "viết khóa là một chữ thường")
            return ""
        if event.anchor is not None:
            self.refuse(line, "HS109", f"neo &{event.anchor}", f"xóa &{event.anchor}")
        if event.tag is not None:
            self.refuse(line, "HS110", f"thẻ kiểu {event.tag}", "xóa thẻ bắt đầu bằng !")
        self.quoted(event)
        return str(event.value)

    def scalar(self, event: Any) -> Any:
        self.quoted(event)
        text = event.value
        if event.style:
            return text
        if not text:
            self.refuse(
                event.start_mark.line,
                "HS120",
                "không có giá trị sau dấu hai chấm",
                'ghi giá trị, hoặc xóa cả dòng; chữ rỗng viết là ""',
            )
        elif len(text.lstrip("-")) > MAX_DIGITS and INTEGER.fullmatch(text):
            self.refuse(
                event.start_mark.line,
                "HS117",
                f"số có {len(text.lstrip('-'))} chữ số",
                "nếu là mã số, đặt trong dấu ngoặc kép",
            )
        return resolve(text)

    def quoted(self, event: Any) -> None:
        """Escapes in quotes can hide what the text scan refuses; spans tell text from comment."""
        if self.spans:
            self.scalars.append((event.start_mark.index, event.end_mark.index))
        if event.style == '"':
            line = event.start_mark.line + self.offset
            self.findings.extend(
                Finding(
                    path=self.path,
                    line=line,
                    code=found.code,
                    message=found.message,
                    hint=found.hint,
                )
                for found in refused_characters(self.path, event.value.replace("\n", " "), line)
            )

    def refuse_comments(self, text: str) -> None:
        position, last = 0, -1
        for start, end in (*sorted(self.scalars), (len(text), len(text))):
            found = text.find("#", position, start)
            while found >= 0:
                line = text.count("\n", 0, found)
                if line != last:
                    self.refuse(
                        line,
                        "HS111",
                        "chú thích không được lưu trong hồ sơ",
                        "chuyển lời này vào trường ghi chú hoặc nhận xét, hoặc xóa",
                    )
                last = line
                found = (
                    text.find("#", text.find("\n", found), start) if "\n" in text[found:] else -1
                )
            position = max(position, end)


def _problem(error: yaml.MarkedYAMLError) -> str:
    """libyaml's English problem as far as a teacher can use it."""
    for english, vietnamese in _PROBLEMS:
        if english in (error.problem or ""):
            return vietnamese
    return "sai cú pháp YAML"


_PROBLEMS = (
    ("mapping values are not allowed", "dấu hai chấm ở giữa giá trị cần đặt trong ngoặc kép"),
    ("could not find expected ':'", "thiếu dấu hai chấm sau khóa"),
    ("did not find expected key", "thụt dòng lệch hoặc thiếu khóa"),
    ("found character that cannot start any token", "giá trị bắt đầu bằng ký tự cần ngoặc kép"),
    ("found unexpected end of stream", "thiếu dấu đóng ngoặc"),
    ("did not find expected ',' or", "thiếu dấu phẩy hoặc dấu đóng ngoặc"),
    ("found undefined alias", "bí danh không có nguồn"),
    ("control characters", "có ký tự điều khiển"),
)
