"""Cells that others have changed while somebody typed: both values, who wrote which, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hoso.audit.timeline import SERVER, Timeline, Turn
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
    places = {cell.place for cell in found if not cell.mine}

    def wanted(change: Change) -> bool:
        return change.part is not Part.FIELD or not places.isdisjoint(_covered(change))

    view = work.ask.view
    timeline = Timeline(view.repository, view.main, view.state.log)
    turns = list(timeline.turns([work.path], wanted)) if places else []
    return tuple(
        Clash(
            cell=cell, theirs=cell.in_words(cell.theirs or "") or "trống",
            mine=cell.in_words(cell.text) or "trống", by=_by(work.ask, cell, turns),
        )
        for cell in found
    )  # fmt: skip


def _covered(change: Change) -> set[str]:
    """The places that a change of a value stands at, or below."""
    parts = tuple(map(str, change.pointer))
    return {"/".join(parts[: n + 1]) for n in range(len(parts))}


def _by(ask: Asking, cell: Cell, turns: Sequence[Turn]) -> str:
    if cell.mine:
        return "chính thầy cô đã gửi ở cửa sổ khác"
    for turn in reversed(turns):
        fields = [each for each in turn.changes if each.part is Part.FIELD]
        authors = [who for who in turn.authors if who != SERVER]
        if authors and any(cell.place in _covered(each) for each in fields):
            told = " và ".join(addressed(who, ask.school) for who in authors)
            when, now = local(turn.when), local(ask.desk.now())
            day = "" if when.date() == now.date() else f" ngày {when:%d/%m/%Y}"
            return f"{told} ghi lúc {when:%H:%M}{day}"
    return "sổ đang ghi"
