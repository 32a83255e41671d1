"""Which kind a path belongs to: every path has one kind or none, and none means refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from hoso.findings import Finding
from hoso.model import Kind
from hoso.schema.kinds import part_pattern, part_text
from hoso.store.tree import EXECUTABLE, PLAIN, SUBMODULE, SYMLINK, Entry

#: The folders whose every file must belong to a kind.
ROOTS = ("records", "content")
_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_MAX_PATH = 200
_WINDOWS = re.compile(r"(?i:(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?)")
_MODES = {
    SYMLINK: ("HS204", "là liên kết tượng trưng", "thay bằng tệp văn bản"),
    SUBMODULE: ("HS204", "là kho con (submodule)", "xóa kho con, chép tệp vào đây"),
    EXECUTABLE: ("HS205", "có quyền chạy", "bỏ quyền chạy: chmod 644"),
}


class Place(NamedTuple):
    """The kind of a path and the key in it."""

    kind: Kind
    key: dict[str, str]


class PathTable:
    """Finds the kind of a path without trying every kind."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds
        self._by_shape: dict[tuple[int, str], list[Kind]] = {}
        for kind in kinds.values():
            self._by_shape.setdefault(_shape(kind.path), []).append(kind)

    def find(self, path: str) -> Place | None:
        """The place of a path, or None when no kind claims it."""
        for kind in self._by_shape.get(_shape(path), ()):
            found = _path_pattern(kind).fullmatch(path)
            if found is not None:
                return Place(kind, found.groupdict())
        return None

    def problems(self, entry: Entry) -> Iterator[Finding]:
        """What is wrong with a file before its content is looked at."""
        path = entry.path
        if not _is_sound(path):
            yield _refuse(
                path, "HS202", "đường dẫn có ký tự không dùng được",
                "chỉ dùng chữ không dấu, số, dấu chấm, gạch nối, gạch dưới; không quá 200 ký tự",
            )  # fmt: skip
        elif self.find(path) is None:
            yield _refuse(path, "HS201", "không loại hồ sơ nào có đường dẫn này", self._hint(path))
        if entry.mode != PLAIN:
            yield _refuse(
                path, *_MODES.get(entry.mode, ("HS204", "không phải tệp thường", "xóa khỏi đây"))
            )

    def _hint(self, path: str) -> str:
        """The path shapes that come nearest: same folder at the top, most parts in common."""
        parts = path.split("/")

        def likeness(kind: Kind) -> tuple[int, int]:
            theirs = kind.path.split("/")
            same = sum(
                1 for ours, other in zip(parts, theirs, strict=False)
                if part_pattern(kind, other).fullmatch(ours)
            )  # fmt: skip
            return same, -abs(len(theirs) - len(parts))

        best = sorted(self._kinds.values(), key=likeness, reverse=True)[:2]
        return "đặt lại tên hoặc chuyển chỗ, ví dụ: " + "; ".join(kind.path for kind in best)


@lru_cache(maxsize=8)
def _table_of(kinds: tuple[tuple[str, Kind], ...]) -> PathTable:
    return PathTable(dict(kinds))


def table_of(kinds: Mapping[str, Kind]) -> PathTable:
    """The table of some kinds; the same one every time, for nothing in it ever changes."""
    return _table_of(tuple(kinds.items()))


def _shape(path: str) -> tuple[int, str]:
    """What two paths of one kind have in common at a glance."""
    return path.count("/"), path.partition("/")[0]


@cache
def _path_pattern(kind: Kind) -> re.Pattern[str]:
    return re.compile("/".join(part_text(kind, part) for part in kind.path.split("/")))


def _is_sound(path: str) -> bool:
    return (
        len(path) <= _MAX_PATH
        and _SHAPE.fullmatch(path) is not None
        and not any(part.endswith(".") or _WINDOWS.fullmatch(part) for part in path.split("/"))
    )


def twins(paths: Iterable[str]) -> Iterator[Finding]:
    """Paths that a file system without upper and lower case would lay on top of each other."""
    alike: dict[str, list[str]] = {}
    for path in paths:
        alike.setdefault(path.casefold(), []).append(path)
    for group in alike.values():
        for path in group if len(group) > 1 else ():
            others = ", ".join(other for other in group if other != path)
            yield _refuse(path, "HS203", f"trùng với {others} khi không phân biệt chữ hoa",
                          "đổi tên hoặc xóa một tệp")  # fmt: skip


def _refuse(path: str, code: str, message: str, hint: str) -> Finding:
    return Finding(path=path, line=1, code=code, message=message, hint=hint)
