"""Editions of a regulation: a change raises the edition by one, and no regulation is taken away.

An older, weaker regulation put back in the place of a newer one would otherwise look like any
other change; with its edition rising by exactly one, what has been replaced stays replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hoso.findings import Finding
from hoso.gate.changes import Change
from hoso.model import Pointer
from hoso.schema.school import TreeSchool

REGULATION = "quy-che"
_EDITION: Pointer = ("ban",)
#: The edition of a regulation that does not say which it is.
_FIRST = 1


def outdated(changes: Iterable[Change], school: TreeSchool) -> Iterator[Finding]:
    """A finding for every regulation of the base that a proposal changes without the next edition.

    Taking a regulation away is such a change; a regulation for a year that has none is not.
    """
    pages: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind == REGULATION:
            pages.setdefault(change.path, []).append(change)
    for path, page in pages.items():
        record = school.at(path)
        if record is None:
            continue
        following = record.data.get("ban", _FIRST) + 1
        if not any(change.pointer == _EDITION and change.new == following for change in page):
            yield Finding(
                path=path,
                line=record.line(_EDITION),
                code="HS876",
                message="quy chế đã ban hành bị xóa, hoặc sửa mà không tăng số bản đúng một",
                hint=f"không xóa quy chế; sửa thì ghi ban: {following}",
            )
