"""The pages somebody writes, by the lock that closes them next: begun, sent, finished or shut."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hoso.desk.asking import Asking
from hoso.desk.folding import folded
from hoso.desk.taking_up import writes
from hoso.desk.told_standing import days_said
from hoso.exchange.grid import has_rows
from hoso.gate.missing import FINISHED, expected
from hoso.gate.policy import Lock
from hoso.gate.readable import place_name
from hoso.model import Format, Key, Kind
from hoso.proposals.sending import foundation

#: Of kinds without locks so many pages are listed at once; the others are found by a word.
MOST = 60
_MOST_KEPT = 8
#: A book that closes within so many days is told before all others.
_NEAR = 14
Pages = Mapping[str, tuple[str, Key]]

_kept: dict[tuple[object, ...], Pages] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A page one may write: what it is called, until when, and how far it has come."""

    path: str
    title: str
    group: str
    kind: str
    closes: date | None
    until: str
    state: str
    words: str


def books(ask: Asking) -> list[Book]:
    """Pages that a lock of the calendar closes, the next to be closed first."""
    pages = _of_locks(ask)
    drafts = {draft.path for draft in ask.desk.drafts.list(ask.person.id)}
    sent = set(_sent(ask))
    found = []
    for path, (name, key) in pages.items():
        kind = ask.school.kind(name)
        if writes(ask, kind, key):
            found.append(_book(ask, path, kind, key, drafts, sent))
    return sorted(found, key=lambda book: (book.closes or date.max, book.group, book.title))


def shelved(found: Iterable[Book]) -> list[tuple[str, list[tuple[str, list[Book]]]]]:
    """Books by their class, and within it by their kind; those of a kind as they came."""
    groups: dict[str, dict[str, list[Book]]] = {}
    for book in found:
        groups.setdefault(book.group, {}).setdefault(book.kind, []).append(book)
    return [(group, sorted(kinds.items())) for group, kinds in sorted(groups.items())]


def is_due(book: Book, today: date) -> bool:
    """Whether somebody is at a book now: begun or sent, or it closes within days."""
    near = book.closes is not None and (book.closes - today).days <= _NEAR
    return book.state in ("nhap", "gui", "do") or (near and book.state != "khoa")


def others(ask: Asking, wanted: str) -> tuple[list[Book], int]:
    """Pages without a lock that one may write, by a word in the title; and how many more."""
    locked = _of_locks(ask)
    drafts = {draft.path for draft in ask.desk.drafts.list(ask.person.id)}
    sent = set(_sent(ask))
    found: list[Book] = []
    more = 0
    for path, kind, key in _unlocked(ask, locked, {*drafts, *sent}):
        title = place_name(kind, key, ask.school, named=True)
        if wanted and folded(wanted) not in folded(f"{kind.title} {title} {path}"):
            continue
        if len(found) < MOST:
            found.append(_book(ask, path, kind, key, drafts, sent))
        else:
            more += 1
    return found, more


def _unlocked(
    ask: Asking, locked: Pages, begun: Collection[str]
) -> Iterator[tuple[str, Kind, Key]]:
    """The pages without a lock: those somebody has begun first, also where they are new."""
    kinds = sorted(ask.school.kinds.values(), key=lambda each: each.title)
    for mine in (True, False):
        for kind in kinds:
            if kind.format is not Format.YAML:
                continue
            there = sorted(begun) if mine else ask.school.paths(kind.name, {})
            for path in there:
                key = kind.match(path) if (path in begun) is mine else None
                if key is not None and path not in locked and writes(ask, kind, key):
                    yield path, kind, key


def _book(
    ask: Asking, path: str, kind: Kind, key: Key, drafts: Iterable[str], sent: Iterable[str]
) -> Book:
    today = ask.policy.on
    locks = [lock for lock in ask.policy.locks if lock.covers(kind.name, key)]
    shut = [lock for lock in locks if lock.closes < today]
    ahead = min((lock.closes for lock in locks if lock.closes >= today), default=None)
    state = _state(ask, path, kind, shut, path in drafts, path in sent)
    closes = min(lock.closes for lock in shut) if shut else ahead
    return Book(
        path=path, title=place_name(kind, key, ask.school, named=True),
        group=f"Lớp {key['lop']}" if "lop" in key else kind.title, kind=kind.title, closes=closes,
        until="" if closes is None else days_said(closes, today), state=state, words=_SAID[state],
    )  # fmt: skip


_SAID = {
    "khoa": "Đã khóa", "nhap": "Đang soạn, chưa gửi", "gui": "Đã gửi, chờ duyệt",
    "xong": "Đã hoàn tất", "do": "Đang nhập", "trong": "Chưa có",
}  # fmt: skip


def _state(
    ask: Asking, path: str, kind: Kind, shut: list[Lock], drafted: bool, sent: bool
) -> str:  # fmt: skip
    if drafted:
        return "nhap"
    if sent:
        return "gui"
    if shut:
        return "khoa"
    record = ask.school.at(path)
    if record is None:
        return "trong"
    finished = FINISHED in record.data or not (has_rows(kind) and FINISHED in
                                               kind.schema.get("properties", {}))  # fmt: skip
    return "xong" if finished else "do"


def _sent(ask: Asking) -> Iterator[str]:
    """The pages in this person's own open proposals."""
    for name, head in ask.clone.proposals().items():
        if name.author == ask.person.id:
            trees = (
                ask.view.standing(each).tree.id for each in (foundation(ask.clone, head), head)
            )
            yield from (path for path, _, _ in ask.view.changed(*trees))


def _of_locks(ask: Asking) -> Pages:
    """Every page that a lock of these years expects or closes; kept until `main` moves."""
    at = (ask.view.repo_id, ask.view.main, ask.policy.on)
    with _lock:
        known = _kept.get(at)
    if known is None:
        known = {
            path: (kind.name, key)
            for lock in ask.policy.locks
            for path, (kind, key) in expected(ask.school, ask.policy, lock).items()
        }
        with _lock:
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            _kept[at] = known
    return known
