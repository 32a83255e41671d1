"""A short way to the value of a text that is laid out as records are; any doubt is left to others.

Only block mappings and lists of scalars are read, two spaces a level, each key or item on a line
of its own, every scalar spelled as `hoso fmt` spells it. Whatever else stands in a text (a comment,
a quote that is not needed, a flow collection, a repeated key, too many nodes) makes the whole text
be read by `strict_yaml`, whose answer this one must equal; of the one spelling, only the order of
the keys is then left to check. `tests/store/test_quick_yaml.py` holds all this together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

from hoso.model import Lines
from hoso.store.scalars import MAX_DEPTH, MAX_NODES, resolve

#: Between two members of the root, or of a collection in it.
_PIECE = re.compile(r"\n(?=(?:  )?[^ ])")
_LINE = re.compile(
    r"( *+)"
    r"(?:([A-Za-z0-9_][A-Za-z0-9_.-]{0,99}+|\"[A-Za-z0-9_.-]{1,99}+\"):(?: (.++))?+|- (.++))"
)
#: A plain scalar on one line that no YAML reader could take for anything but a scalar.
PLAIN = re.compile(r"(?![\s\-?:,\[\]{}#&*!|>'\"%@`])(?:[^:#\n]++|:(?=\S)|(?<=\S)#)++(?<![\s:])")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\[\"\\n])*+\"")
_ESCAPE = re.compile(r"\\(.)")
_EMPTY: dict[str, Any] = {"{}": dict, "[]": list}
_NOTHING_BELOW: Lines = (0, {})
_DIGITS = frozenset("0123456789")
_WORDS = frozenset({"true", "false", "null"})


class _Doubt(Exception):
    """Something here is not for the short way."""


def parse_quickly(text: str, first_line: int = 1) -> tuple[Any, Lines] | None:
    """The value and lines of a text as `strict_yaml.parse` gives them, or None when in doubt.

    The text must have passed `read_text` without a finding.
    """
    if "#" in text or not text.endswith("\n"):
        return None
    try:
        data, nodes = _assembled(text[:-1])
    except _Doubt:
        return None
    return None if nodes > MAX_NODES else (data, (first_line, _Later(text[:-1], first_line)))


class _Later(Mapping[str | int, Lines]):
    """The lines of a text read when somebody asks for one: only findings ever do."""

    def __init__(self, text: str, first_line: int) -> None:
        self._said = (text, first_line)

    @cached_property
    def _lines(self) -> Mapping[str | int, Lines]:
        text, first_line = self._said
        return _read(text.split("\n"), first_line)[1][1]

    def __getitem__(self, part: str | int) -> Lines:
        return self._lines[part]

    def __iter__(self) -> Iterator[str | int]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __repr__(self) -> str:
        return repr(self._lines)


def _assembled(text: str) -> tuple[dict[str, Any], int]:
    """The value of a text and how many nodes it has, put together from pieces."""
    root: dict[str, Any] = {}
    holder: Any = None
    # A key whose collection begins in the next piece.
    waiting: str | None = None
    nodes = 1
    for piece in _PIECE.split(text):
        if piece.startswith(" "):
            whole, more = _piece(piece)
            if waiting is not None:
                holder = root[waiting] = type(whole)()
                waiting = None
            elif type(whole) is not type(holder):
                raise _Doubt
            if type(whole) is list:
                holder.extend(whole)
            else:
                for name, member in whole.items():
                    if name in holder:
                        raise _Doubt
                    holder[name] = _copy(member)
            nodes += more
            continue
        depth, key, value, filled = _row(piece)
        if depth or key is None or key in root or waiting is not None:
            raise _Doubt
        nodes += 2
        holder, root[key] = None, value if type(value) is not type else value()
        waiting = None if filled else key
    if waiting is not None:
        raise _Doubt
    return root, nodes


@lru_cache(maxsize=8_192)
def _piece(text: str) -> tuple[Any, int]:
    """One member of a collection at the top, with all that is below it, and its nodes; kept.

    Of two versions of a page all pieces but one are the same, as two pupils' rows often are.
    """
    ((_, found),) = _read(["_:", *text.split("\n")], 0)[0].items()
    return found, _count(found) - 1


def _count(value: Any) -> int:
    if type(value) is dict:
        return 1 + sum(1 + _count(member) for member in value.values())
    return 1 + sum(map(_count, value)) if type(value) is list else 1


def _copy(value: Any) -> Any:
    """A piece's value for one page alone, so that nobody who changes it changes another's."""
    if type(value) is dict:
        return {
            name: member if type(member) is str else _copy(member) for name, member in value.items()
        }
    return value[:] if type(value) is list else value


def _read(rows: list[str], first_line: int) -> tuple[Any, Lines]:
    root: dict[str, Any] = {}
    below: dict[str | int, Lines] = {}
    # The open collections from the root down: the value, its lines, as deep as the list is long.
    open_: list[tuple[Any, dict[str | int, Lines]]] = [(root, below)]
    # A key whose collection begins on the next line: where it goes, its name, its own line.
    waiting: tuple[Any, dict[str | int, Lines], str, int] | None = None
    nodes = 1
    for line, row in enumerate(rows, first_line):
        depth, key, value, filled = _row(row)
        if depth > len(open_) - (waiting is None):
            raise _Doubt
        if waiting is not None:
            if depth != len(open_):
                raise _Doubt
            holder, lines, name, at = waiting
            made: Any = {} if key is not None else []
            inside: dict[str | int, Lines] = {}
            holder[name], lines[name] = made, (at, inside)
            open_.append((made, inside))
            waiting = None
        del open_[depth + 1 :]
        holder, lines = open_[depth]
        if key is not None:
            if type(holder) is not dict:
                raise _Doubt
            if key in holder:
                raise _Doubt
            nodes += 2
            if not filled:
                # Holds the place in order; the next line says what it is.
                holder[key] = None
                waiting = (holder, lines, key, line)
            else:
                holder[key] = value if type(value) is not type else value()
                lines[key] = (line, _NOTHING_BELOW[1])
        else:
            if type(holder) is not list:
                raise _Doubt
            nodes += 1
            lines[len(holder)] = (line, _NOTHING_BELOW[1])
            holder.append(value if type(value) is not type else value())
    if waiting is not None or nodes > MAX_NODES:
        raise _Doubt
    return root, (first_line, below)


@lru_cache(maxsize=32_768)
def _row(row: str) -> tuple[int, str | None, Any, bool]:
    """One line: its depth, its key or None for an item, its value, whether it has one.

    The type stands for an empty collection. Kept, for from one page to the next, and more so
    from one version of a page to the next, most lines are the same.
    """
    found = _LINE.fullmatch(row)
    if found is None:
        raise _Doubt
    spaces, key, value, item = found.groups()
    depth, odd = divmod(len(spaces), 2)
    if odd or depth >= MAX_DEPTH:
        raise _Doubt
    if key is None:
        return depth, None, _scalar(item), True
    if key[0] == '"':
        key = key[1:-1]
        if is_plain(key):
            raise _Doubt
    elif (key[0] in _DIGITS or key in _WORDS) and not is_plain(key):
        raise _Doubt
    return depth, key, None if value is None else _scalar(value), value is not None


def is_plain(text: str) -> bool:
    """Whether a text is spelled without quotes: it would be read as that same text."""
    return PLAIN.fullmatch(text) is not None and type(resolve(text)) is str


def _scalar(text: str) -> Any:
    if PLAIN.fullmatch(text):
        value = resolve(text)
        # An integer too long to be one is refused elsewhere.
        if value is text and text.lstrip("-").isdecimal() and len(text) > 15:
            raise _Doubt
        return value
    if text in _EMPTY:
        return _EMPTY[text]
    if not _QUOTED.fullmatch(text):
        raise _Doubt
    inner = text[1:-1]
    if "\\" in inner:
        inner = _ESCAPE.sub(lambda found: "\n" if found.group(1) == "n" else found.group(1), inner)
    if is_plain(inner):
        raise _Doubt
    return inner
