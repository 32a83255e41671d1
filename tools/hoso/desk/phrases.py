"""The school's own phrases for remarks: sentences its teachers have used again and again.

Only from pages that the person may read, of the same sort and subject, and only sentences that
stand with at least two pupils: what was written of one child is nobody else's phrase.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator

from hoso.desk.asking import Asking
from hoso.desk.writing import Work
from hoso.exchange.grid import Column, value_at
from hoso.model import Record

_MOST, _TWICE, _LONGEST, _PAGES = 24, 2, 140, 60
_MOST_KEPT = 200
_REMARK = 200
_END = re.compile(r"(?<=[.!?])\s+")

_kept: dict[tuple[object, ...], tuple[str, ...]] = {}
_lock = threading.Lock()


def is_remark(column: Column) -> bool:
    """Whether a column holds sentences."""
    return column.sort == "chu" and int(column.node.get("maxLength", 0)) >= _REMARK


def phrases(ask: Asking, work: Work) -> tuple[str, ...]:
    """The sentences used most, for the remarks of a page; none where it has no remarks."""
    if not any(map(is_remark, work.grid.columns)):
        return ()
    at = (ask.view.main, ask.person.id, ask.policy.on, work.kind.name, work.key.get("mon"))
    with _lock:
        known = _kept.get(at)
    if known is None:
        counted = Counter(_sentences(ask, work))
        known = tuple(said for said, often in counted.most_common(_MOST) if often >= _TWICE)
        with _lock:
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            _kept[at] = known
    return known


def _sentences(ask: Asking, work: Work) -> Iterator[str]:
    for record in _pages(ask, work):
        for row in record.data.get(work.grid.rows_at, {}).values():
            for column in filter(is_remark, work.grid.columns):
                text = value_at(row, column.at)
                for said in _END.split(text) if isinstance(text, str) else ():
                    if 8 <= len(said) <= _LONGEST:
                        yield said


def _pages(ask: Asking, work: Work) -> Iterator[Record]:
    scope = {name: value for name, value in work.key.items() if name == "mon"}
    found = 0
    for path in reversed(ask.school.paths(work.kind.name, scope)):
        record = ask.school.at(path)
        if record is not None and ask.person.reads(record):
            yield record
            found += 1
            if found >= _PAGES:
                return
