"""Search over what one person may read, without regard to tones and accents.

Names first: pupils of readable classes, staff, pages by their titles. Then the text of pages: each
page is folded once and kept by its content, and only a page that holds every word is read at all.
A value that may not be read is never found, so nothing can be guessed by asking.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from hoso.desk.asking import Asking
from hoso.desk.class_told import pupil_said, titled
from hoso.desk.folding import folded, marked, words_of
from hoso.desk.seen import Sight, is_noted
from hoso.gate.policy import YEAR
from hoso.gate.readable import field_name, value_said
from hoso.model import Format, Key, Kind, Pointer, Record
from hoso.store.tree import PLAIN

#: So many words of a question count, and so many answers of each sort are shown.
WORDS, MOST = 6, 20
#: Pages whose text is looked through for one question; what is older is asked for by year.
_PAGES = 6_000
_KEPT = 12_000
_PEOPLE = frozenset({"hoc-sinh", "nhan-su"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One answer: where it leads, what it is, and the piece of text that was found."""

    address: str
    title: str
    about: str = ""
    pieces: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was found of each sort; `more` says that there was more than is shown."""

    people: tuple[Hit, ...]
    pages: tuple[Hit, ...]
    texts: tuple[Hit, ...]
    more: bool

    def __bool__(self) -> bool:
        return bool(self.people or self.pages or self.texts)


_folded: dict[str, str] = {}
_lock = threading.Lock()


def answers(ask: Asking, asked: str, year: str) -> Answers:
    """Everything a person may read that holds every word of a question."""
    words, sight = words_of(asked, WORDS), Sight(ask.person)
    if not any(len(word) > 1 for word in words):
        return Answers(people=(), pages=(), texts=(), more=False)
    people, more_people = _first(_people(ask, sight, words, year))
    pages = list(_readable(ask, sight, year))
    titles, more_titles = _first(_titles(ask, pages, words))
    texts, more_texts = _first(_texts(ask, sight, pages, words))
    return Answers(people=people, pages=titles, texts=texts,
                   more=more_people or more_titles or more_texts)  # fmt: skip


def _first(found: Iterator[Hit]) -> tuple[tuple[Hit, ...], bool]:
    every = [hit for hit, _ in zip(found, range(MOST + 1), strict=False)]
    return tuple(every[:MOST]), len(every) > MOST


def _people(ask: Asking, sight: Sight, words: tuple[str, ...], year: str) -> Iterator[Hit]:
    """Pupils in readable class lists, those whose file may be read, and everybody on the staff."""
    told: set[str] = set()
    for room in ask.school.all("lop", **{YEAR: year}):
        if not sight.whole(room.kind, room.key):
            continue
        for code in room.data["hoc_sinh"]:
            name = pupil_said(code, ask.school)
            if code not in told and _has(f"{name} {code}", words):
                told.add(code)
                yield Hit(address=f"/doc/hoc-sinh/{code}?nam={year}", title=name,
                          about=f"học sinh lớp {room.key['lop']}, {code}")  # fmt: skip
    for record in ask.school.all("nhan-su"):
        name, who = str(record.data["ho_ten"]), record.key["nhan_su"]
        if _has(f"{name} {who}", words):
            yield Hit(address=f"/doc/nhan-su/{who}", title=name,
                      about=f"{record.data['chuc_danh']}, {who}")  # fmt: skip


def _readable(ask: Asking, sight: Sight, year: str) -> Iterator[tuple[str, Kind, Key]]:
    """The pages of a year, and those of no year, of which something may be read."""
    count = 0
    for kind in ask.school.kinds.values():
        if kind.format is Format.FILE:
            continue
        scope = {YEAR: year} if YEAR in kind.holes else {}
        for path in ask.school.paths(kind.name, scope):
            key = kind.match(path)
            if key is not None and sight.page(kind, key):
                count += 1
                if count > _PAGES:
                    return
                yield path, kind, key


def _titles(
    ask: Asking, pages: list[tuple[str, Kind, Key]], words: tuple[str, ...]
) -> Iterator[Hit]:
    for path, kind, key in pages:
        if kind.name not in _PEOPLE:
            record = ask.school.at(path) if kind.format is Format.MARKDOWN else None
            title = titled(kind, key, record, ask.school)
            if _has(title, words):
                yield Hit(address=f"/doc/so/{path}", title=title, about=kind.title)


def _texts(
    ask: Asking, sight: Sight, pages: list[tuple[str, Kind, Key]], words: tuple[str, ...]
) -> Iterator[Hit]:
    for path, kind, key in pages:
        entry = ask.school.tree.entry(path)
        if entry is None or entry.mode != PLAIN or not _holds(ask, path, entry.blob, words):
            continue
        record = ask.school.at(path)
        if record is not None:
            found = _in_record(ask, sight, record, words)
            if found is not None:
                if is_noted(kind):
                    ask.noted(path)
                title = titled(kind, key, record, ask.school)
                yield Hit(address=f"/doc/so/{path}", title=title, about=found[0],
                          pieces=marked(found[1], words))  # fmt: skip


def _in_record(
    ask: Asking, sight: Sight, record: Record, words: tuple[str, ...]
) -> tuple[str, str] | None:
    """The label and the text of the first readable value that holds every word."""
    whole = sight.whole(record.kind, record.key)
    if whole and record.body and _has(record.body, words):
        return "lời văn", " ".join(record.body.split())
    for place, value in _texts_of(record.data):
        if not _has(value, words):
            continue
        if whole or sight.value(record.kind, record.key, place):
            said = value_said(value, record.kind, place, ask.school, named=True) or value
            return field_name(record.kind, place, ask.school, named=True), said
    return None


def _texts_of(value: object, at: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _texts_of(member, (*at, name))
    elif isinstance(value, str):
        yield at, value


def _holds(ask: Asking, path: str, blob: str, words: tuple[str, ...]) -> bool:
    """Whether a file has every word somewhere; its folded text is kept by what it holds."""
    text = _folded.get(blob)
    if text is None:
        text = folded(ask.school.tree.read(path).decode("utf-8", "replace"))
        with _lock:
            if len(_folded) >= _KEPT:
                _folded.clear()
            _folded[blob] = text
    return all(word in text for word in words)


def _has(text: str, words: tuple[str, ...]) -> bool:
    plain = folded(text)
    return all(word in plain for word in words)
