"""Cells that others have changed while somebody typed: both values, who wrote which, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hoso.audit.timeline import SERVER, Timeline
from hoso.desk.asking import Asking
from hoso.desk.told_standing import addressed
from hoso.desk.writing import Cell, Work
from hoso.gate.changes import Change, Part
from hoso.gate.verdict import local


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One such cell: what stands now and what is typed, in words; `by` says who wrote the other."""

    cell: Cell
    theirs: str
    mine: str
    by: str

    @property
    def told(self) -> str:
        """What to say at the cell itself."""
        return f"{self.by} “{self.theirs}”; chọn một bên"


def clashes(work: Work) -> tuple[Clash, ...]:
    """The cells of a page that somebody has to decide before it can be sent."""
    found = [cell for cell in work.cells() if cell.theirs is not None]
    if not found:
        return ()
    writers = who_wrote(work.ask, work.path, {each.place for each in found if not each.mine})
    return tuple(
        Clash(
            cell=cell, theirs=cell.in_words(cell.theirs or "") or "trống",
            mine=cell.in_words(cell.text) or "trống",
            by="chính thầy cô đã gửi ở cửa sổ khác" if cell.mine
            else writers.get(cell.place, "sổ đang ghi"),
        )
        for cell in found
    )  # fmt: skip


def who_wrote(ask: Asking, path: str, places: Collection[str]) -> Mapping[str, str]:
    """Who wrote last at places of a page, and when, in words; what the school began with is not in.

    Reading a page's history takes a while: ask only about places that somebody has to decide.
    """
    if not places:
        return {}

    def wanted(change: Change) -> bool:
        return change.part is Part.FIELD and not _covered(change).isdisjoint(places)

    timeline, found = Timeline(ask.view.repository, ask.view.main, ask.view.state.log), {}
    for turn in timeline.turns([path], wanted):
        authors = [addressed(who, ask.school) for who in turn.authors if who != SERVER]
        when, now = local(turn.when), local(ask.desk.now())
        day = "" if when.date() == now.date() else f" ngày {when:%d/%m/%Y}"
        for place in places if authors else ():
            if any(place in _covered(each) for each in turn.changes):
                found[place] = f"{' và '.join(authors)} ghi lúc {when:%H:%M}{day}"
    return found


def _covered(change: Change) -> set[str]:
    """The places that a change of a value stands at, or below."""
    parts = tuple(map(str, change.pointer))
    return {"/".join(parts[: n + 1]) for n in range(len(parts))}
