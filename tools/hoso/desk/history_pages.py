"""The life of a page or of one value: when it changed, from what to what, who wrote, who agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.audit.timeline import SERVER, Timeline, Turn
from hoso.desk.asking import Asking, Missing, asking
from hoso.desk.pages import page
from hoso.desk.seen import Sight, is_noted
from hoso.desk.told_standing import person_said, role_said
from hoso.gate.changes import Change, Part
from hoso.gate.readable import field_name, place_name, readable
from hoso.model import Pointer

_DEEDS = {"kiem-tra": "kiểm tra", "duyet": "duyệt", "tra-lai": "trả lại"}
#: Of a long life the latest turns are told, and of a turn so many changes.
_TURNS, _LINES = 100, 80
_DEEP = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnSaid:
    """One merge in words; `lines` pair what changed with where its own life is told."""

    when: datetime
    seq: int | None
    commit: str
    lines: tuple[tuple[str, str], ...]
    more: int
    authors: tuple[str, ...]
    clauses: tuple[str, ...]
    agreed: tuple[str, ...]
    opened_by: tuple[str, ...]


def life(request: Request) -> Response:
    """The turns of a page, or of what stands at or below a pointer of it, the latest first."""
    ask, path = asking(request), request.path_params["path"]
    pointer = tuple(part for part in request.query_params.get("o", "").split("/") if part)
    place = ask.school.table.find(path)
    sight = Sight(ask.person)
    if place is None or not sight.page(place.kind, place.key):
        raise Missing("không có trang này, hoặc thầy cô không được đọc trang này")
    if len(pointer) > _DEEP or (pointer and place.kind.field(pointer) is None):
        raise Missing("trang này không có giá trị ấy, hoặc thầy cô không được đọc")
    if is_noted(place.kind):
        ask.noted(path)

    whole = sight.whole(place.kind, place.key)

    def wanted(change: Change) -> bool:
        at = tuple(map(str, change.pointer))
        if change.part is not Part.FIELD:
            return not pointer and (whole or change.part is Part.PAGE)
        known = ask.school.kinds.get(change.kind or "")
        return at[: len(pointer)] == pointer and known is not None and (
            sight.value(known, change.key, change.pointer)
        )  # fmt: skip

    timeline = Timeline(ask.view.repository, ask.view.main, ask.view.state.log)
    turns = list(timeline.turns([path], wanted))
    return page(
        ask, "lich-su.html", path=path, turns=[_said(ask, each, pointer)
                                               for each in reversed(turns[-_TURNS:])],
        more=max(0, len(turns) - _TURNS), there=ask.school.at(path) is not None,
        title=place_name(place.kind, place.key, ask.school, named=True),
        field=field_name(place.kind, pointer, ask.school, named=True) if pointer else "",
    )  # fmt: skip


def _said(ask: Asking, turn: Turn, pointer: Pointer) -> TurnSaid:
    changes = turn.changes if pointer else _shown(turn.changes)
    lines = [_line(turn, each) for each in changes]
    authors = [each for each in turn.authors if each != SERVER]
    return TurnSaid(
        when=turn.when, seq=turn.seq, commit=turn.commit[:12],
        lines=tuple(lines[:_LINES]), more=max(0, len(lines) - _LINES),
        authors=tuple(f"{person_said(each, ask.school)} ({each})" for each in authors)
        or (("máy chủ, khi lập kho",) if turn.authors else ("không có chữ ký",)),
        clauses=turn.clauses,
        agreed=tuple(
            f"{_DEEDS.get(each.deed, each.deed)}: {person_said(each.person, ask.school)} "
            f"({role_said(each.role, ask.policy, ask.school)}"
            + (", được chứng thực)" if each.witnessed else ")")
            + (f", theo {each.clause}" if each.clause else "")
            for each in turn.agreed
        ),
        opened_by=turn.opened_by,
    )  # fmt: skip


def _line(turn: Turn, change: Change) -> tuple[str, str]:
    # The school's own schemas of that day say how a value read then.
    said = "\n".join(readable([change], turn.school, named=True))
    own = "/".join(map(str, change.pointer)) if change.part is Part.FIELD else ""
    return said.partition(" — ")[2] or said, own


def _shown(changes: Sequence[Change]) -> Sequence[Change]:
    """Of a page that came or went as a whole, that it did; its many fields say nothing more."""
    whole = {change.path for change in changes if change.part is Part.PAGE}
    return [each for each in changes if each.path not in whole or each.part is Part.PAGE]


routes = [Route("/lich-su/{path:path}", life, methods=["GET"])]
