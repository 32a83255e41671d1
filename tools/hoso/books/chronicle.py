"""What history tells about papers, as plain values: who agreed and when, what a lock found.

Books read records and nothing else; whoever has the history fills these in, and a book that is
printed without them leaves room for pen and ink.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One person's statement about a paper; `deed` is `duyet` or `kiem-tra`."""

    deed: str
    person: str
    role: str
    witnessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One field as a merge changed it, written as records write it; None where nothing stood."""

    place: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One merge: its commit, who wrote what it brought, who agreed, which fields it changed.

    `when` is the school's time as `2026-11-20 07:30`: the server's where `received`, else only
    what the commit says of itself.
    """

    commit: str
    when: str
    received: bool
    authors: tuple[str, ...]
    steps: tuple[Step, ...]
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A page that was not complete when its lock fell due, whose it is, and what it lacks."""

    path: str
    people: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the server's log: its number, its commit, its time, the commit of `main`."""

    seq: int
    id: str
    when: str
    main: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What the log says of one lock: when it fell due and with what gaps, when it was complete."""

    due: Entry | None = None
    complete: Entry | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """All that was asked of history: by path of a paper, and by lock (`2026-2027/cuoi-ky-1`).

    `brought` is the merge by which a paper came to count, `carried` the one that used it up.
    """

    brought: Mapping[str, Passage] = field(default_factory=dict)
    carried: Mapping[str, Passage] = field(default_factory=dict)
    closings: Mapping[str, Closing] = field(default_factory=dict)
