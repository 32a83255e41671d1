"""Text without case, tones and accents, so that `nguyen` finds “Nguyễn” and `do` finds “Đỗ”."""

from __future__ import annotations

import re
import unicodedata

_BAR = str.maketrans({"đ": "d", "Đ": "d"})
_WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """A text as it is compared."""
    plain = unicodedata.normalize("NFD", text.translate(_BAR))
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


def words_of(text: str, most: int) -> tuple[str, ...]:
    """The first words of a question, folded."""
    return tuple(_WORD.findall(folded(text))[:most])


def marked(text: str, words: tuple[str, ...], around: int = 60) -> tuple[tuple[str, bool], ...]:
    """The part of a text around the first word found, in pieces; True where a piece is a word.

    A piece keeps the accents of the text.
    """
    places = [_at(text, word) for word in words]
    spans = sorted(span for span in places if span is not None)
    if not spans:
        return ((text[: 2 * around], False),)
    start, end = max(0, spans[0][0] - around), min(len(text), spans[0][1] + around)
    pieces: list[tuple[str, bool]] = [("…" if start else "", False)]
    here = start
    for first, last in spans:
        if first < here or last > end:
            continue
        pieces += [(text[here:first], False), (text[first:last], True)]
        here = last
    return (*pieces, (text[here:end], False), ("…" if end < len(text) else "", False))


def _at(text: str, word: str) -> tuple[int, int] | None:
    """Where a folded word stands in the text as it was written."""
    # NFC letters fold to one letter each, save a few foreign ones, whose mark may be off by one.
    found = folded(text).find(word)
    return None if found < 0 else (found, found + len(word))
