"""Bars drawn by the server: numbers become places in a picture, which says the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _LINE, _LABEL, _END = 400, 30, 96, 150


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is about, how much of how much, and the same in words."""

    label: str
    value: float
    most: float
    said: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar in the picture; `full` is how long it would be if nothing were missing."""

    label: str
    said: str
    y: int
    length: int
    full: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture of bars under one another; `about` says all of it to those who do not see it."""

    name: str
    title: str
    about: str
    width: int
    height: int
    left: int
    bars: tuple[Drawn, ...]


def chart(name: str, title: str, bars: Sequence[Bar], *, of_all: bool) -> Chart | None:
    """Bars as a picture; with `of_all` each is shown as a part of its own whole.

    None where there is nothing to look at.
    """
    if not bars:
        return None
    room = _WIDTH - _LABEL - _END
    most = max((bar.most if of_all else bar.value) for bar in bars) or 1
    return Chart(
        name=name, title=title, width=_WIDTH, height=len(bars) * _LINE + 6, left=_LABEL,
        about="; ".join(f"{bar.label}: {bar.said}" for bar in bars),
        bars=tuple(
            Drawn(
                label=bar.label, said=bar.said, y=number * _LINE + 4,
                length=round(room * (bar.value / (bar.most or 1) if of_all else bar.value / most)),
                full=room if of_all else 0,
            )
            for number, bar in enumerate(bars)
        ),
    )  # fmt: skip
