"""What one person has to do, by deadline: write, sign, take up again, send what lies unsent.

Deadlines are those of the lock calendar. A page counts as due when its lock is near or when what
it is about has begun; the rest of the year is only counted, so that a quiet day looks quiet.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from hoso.desk.approving_pages import Line, lines_of
from hoso.desk.asking import Asking
from hoso.desk.correcting import Told, Way, requests
from hoso.desk.lock_table import NEAR, locks_of
from hoso.desk.told_standing import days_said
from hoso.desk.weighing import items
from hoso.gate.corrections import ORDER
from hoso.gate.missing import Missing, by_teacher, missing
from hoso.gate.policy import YEAR, Deed, Granted, Lock, Policy
from hoso.gate.readable import place_name
from hoso.gate.verdict import local
from hoso.model import Format, Key, covers
from hoso.proposals.stages import Stage
from hoso.rules.days import day, moment
from hoso.schema.school import TreeSchool

_BACK = frozenset({Stage.RETURNED, Stage.CONFLICT, Stage.REFUSED})
_MOST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to write: where, why it is not finished, and what is under way already."""

    path: str
    title: str
    why: str
    begun: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Pages that close together; `said` is the deadline in words, `clause` who must write them.

    `opened` says until when an order keeps closed ones open for this person, "" where none does.
    """

    closes: date
    said: str
    over: bool
    soon: bool
    clause: str
    opened: str
    pages: tuple[Page, ...]


@dataclass(slots=True, kw_only=True)
class Work:
    """Everything that waits for one person, and what of theirs waits for others."""

    back: list[Line] = field(default_factory=list)
    sign: list[Line] = field(default_factory=list)
    papers: list[Told] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    drafts: list[Page] = field(default_factory=list)
    elsewhere: list[Line] = field(default_factory=list)
    later: int = 0
    next: str = ""

    @property
    def calm(self) -> bool:
        """Whether nothing waits for this person."""
        return not (self.back or self.sign or self.papers or self.due or self.drafts)

    @property
    def over(self) -> int:
        """How many pages should have been finished."""
        return sum(len(each.pages) for each in self.due if each.over)


_kept: dict[tuple[str, date, str], tuple[tuple[Lock, Mapping[str, tuple[Missing, ...]]], ...]] = {}
_lock = threading.Lock()


def work_of(ask: Asking) -> Work:
    """What waits for whoever asks."""
    me, work = ask.person.id, Work()
    every = items(ask)
    mine = [each for each in every if each.is_of(me)]
    others = [each for each in every if not each.is_of(me) and each.waits_for(me)]
    used, carried = ask.view.state.past.used, {path for each in every for path in each.opened_by}
    work.back = lines_of(ask, [each for each in mine if each.stage in _BACK])
    work.elsewhere = lines_of(ask, [each for each in mine if each.stage not in _BACK])
    work.sign = lines_of(ask, others)
    work.papers = [
        each for each in requests(ask.school, ask.policy, used, frozenset(carried))
        if each.way is Way.OPEN and me in each.able
    ]  # fmt: skip
    sent = {(kind, key) for each in mine for kind, key, _ in each.places}
    drafts = ask.desk.drafts.list(me)
    begun = {each.path for each in drafts}
    due, later = _due(ask, sent, begun)
    work.due = due
    work.later = len({each.path for _, pages in later for each in pages})
    work.next = days_said(later[0][0].closes, ask.policy.on) if later else ""
    known = {page.path for each in due for page in each.pages}
    work.drafts = [_page(ask, path, "bản nháp chưa gửi", begun)
                   for path in sorted(begun - known)]  # fmt: skip
    return work


def address_of(path: str, school: TreeSchool) -> str:
    """Where a page is written."""
    place = school.table.find(path)
    markdown = place is not None and place.kind.format is Format.MARKDOWN
    return f"/bai/{path}" if markdown else f"/so/{path}"


def _due(
    ask: Asking, sent: set[tuple[str, tuple[tuple[str, str], ...]]], begun: set[str]
) -> tuple[list[Due], list[tuple[Lock, list[Missing]]]]:
    """The pages to write now by their lock, and those that only come later."""
    due: list[Due] = []
    later: list[tuple[Lock, list[Missing]]] = []
    taken: set[str] = set()
    for lock, teachers in _missing(ask):
        own = [
            each for each in teachers.get(ask.person.id, ())
            if each.path not in taken and (each.kind, _frozen(each.key)) not in sent
        ]  # fmt: skip
        taken.update(each.path for each in own)
        left = (lock.closes - ask.policy.on).days
        now = [each for each in own if left <= NEAR or _has_begun(ask, each.key)]
        rest = [each for each in own if each not in now]
        if now:
            due.append(_as_due(ask, lock, now, begun))
        if rest and left >= 0:
            later.append((lock, rest))
    return due, later


def _missing(ask: Asking) -> tuple[tuple[Lock, Mapping[str, tuple[Missing, ...]]], ...]:
    """Every lock of the year in the order in which they fall, with who still misses what."""
    at = (ask.view.main, ask.policy.on, ask.policy.year)
    with _lock:
        known = _kept.get(at)
    if known is None:
        found = locks_of(ask.policy, ask.policy.year)
        known = tuple((each, by_teacher(missing(ask.school, ask.policy, each))) for each in found)
        with _lock:
            if len(_kept) >= _MOST:
                _kept.clear()
            _kept[at] = known
    return known


def _has_begun(ask: Asking, key: Key) -> bool:
    """Whether what a page is about has begun: its period of assessment, or its month."""
    year = ask.school.get("nam-hoc", nam_hoc=key.get(YEAR, ""))
    if "thang" in key:
        return key["thang"] <= f"{ask.policy.on:%Y-%m}"
    period = {} if year is None else year.data["ky_danh_gia"].get(key.get("ky", ""), {})
    return "tu" in period and day(period["tu"]) <= ask.policy.on


def _as_due(ask: Asking, lock: Lock, pages: Iterable[Missing], begun: set[str]) -> Due:
    found = list(pages)
    left = (lock.closes - ask.policy.on).days
    return Due(
        closes=lock.closes, said=days_said(lock.closes, ask.policy.on),
        over=left < 0, soon=0 <= left <= 3, clause=_clause(ask.policy, ask.person.id, found),
        opened=_opened(ask, found) if left < 0 else "",
        pages=tuple(_page(ask, each.path, each.why.value, begun) for each in found),
    )  # fmt: skip


def _opened(ask: Asking, pages: Iterable[Missing]) -> str:
    """The last moment of the orders that open one of these pages for this person now."""
    now = local(ask.desk.now()).replace(tzinfo=None)
    found = [
        order.data["den"]
        for order in ask.school.all(ORDER, nam_hoc=ask.policy.year)
        if order.data["nguoi"] == ask.person.id
        and moment(order.data["tu"]) <= now <= moment(order.data["den"])
        and any(each.kind in order.data["loai"] and covers(order.data["pham_vi"], each.key)
                for each in pages)
    ]  # fmt: skip
    return f"{moment(max(found)):%H:%M %d/%m/%Y}" if found else ""


def _page(ask: Asking, path: str, why: str, begun: set[str]) -> Page:
    place = ask.school.table.find(path)
    title = path if place is None else place_name(place.kind, place.key, ask.school, named=True)
    return Page(path=path, title=title, why=why, begun=path in begun,
                address=address_of(path, ask.school))  # fmt: skip


def _clause(policy: Policy, who: str, pages: Iterable[Missing]) -> str:
    """The clauses that give somebody these pages to write."""
    found = (policy.grants(who, Deed.WRITE, each.kind, each.key) for each in pages)
    clauses = (str(each.right.clause) for each in found if isinstance(each, Granted))
    return "; ".join(dict.fromkeys(clauses))


def _frozen(key: Key) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(key.items()))
