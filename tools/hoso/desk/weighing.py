"""The open proposals as a list to choose from: whose turn, how urgent, who may see them.

Judging a proposal anew costs more than all the rest of a list. What came of it is kept as plain
values, named by everything it was read from; `main` or a word moving makes it read again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date

from hoso.desk.asking import Asking
from hoso.desk.told_changes import headline
from hoso.desk.told_standing import deadline, grounds_of, may_see
from hoso.gate.policy import Deed, Granted
from hoso.gate.verdict import local
from hoso.model import Key, Pointer
from hoso.proposals.names import Name
from hoso.proposals.stages import Stage, Standing, page_title, school_after, standing

_MOST = 500
_HOUR = 3600
_FAR = date(9999, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An open proposal in a list; `closes` is the day of the next lock on one of its pages."""

    name: Name
    head: str
    digest: str
    title: str
    stage: Stage
    authors: frozenset[str]
    able: frozenset[str]
    deeds: frozenset[Deed]
    kinds: frozenset[str]
    closes: date | None
    since: int
    returned: str
    opened_by: frozenset[str]
    places: frozenset[tuple[str, tuple[tuple[str, str], ...], Pointer | None]]

    @property
    def deed(self) -> str:
        """What the next step is called: `duyet`, `kiem-tra` or "" where it is the author's."""
        if self.stage not in (Stage.CHECK, Stage.APPROVE):
            return ""
        return Deed.CHECK.value if Deed.CHECK in self.deeds else Deed.APPROVE.value

    def waits_for(self, person: str) -> bool:
        """Whether a person can take the next step."""
        return person in self.able

    def is_of(self, person: str) -> bool:
        """Whether a person wrote it."""
        return person == self.name.author or person in self.authors


_kept: dict[tuple[object, ...], Item] = {}
_judging = threading.Lock()


def items(ask: Asking) -> list[Item]:
    """The open proposals that somebody may see, the most urgent first."""
    found = [_item(ask, name, head) for name, head in ask.clone.proposals().items()]
    me = ask.person.id
    return sorted(
        (each for each in found if _seen(ask, each)),
        key=lambda each: (not each.waits_for(me), each.closes or _FAR, each.since, each.name),
    )


def waiting_for_me(ask: Asking) -> list[Item]:
    """Of these the ones whose next step this person can take."""
    return [each for each in items(ask) if each.waits_for(ask.person.id)]


def sees(ask: Asking, found: Standing) -> bool:
    """Whether somebody may see one proposal."""
    return may_see(found, ask.person.id, ask.policy, ask.school)


def _seen(ask: Asking, each: Item) -> bool:
    if each.is_of(ask.person.id) or each.waits_for(ask.person.id):
        return True
    return bool(each.places) and all(
        any(isinstance(ask.person.may(deed, kind, dict(key), at), Granted)
            for deed in (Deed.READ, Deed.WRITE, Deed.CHECK, Deed.APPROVE))
        for kind, key, at in each.places
    )  # fmt: skip


def _item(ask: Asking, name: Name, head: str) -> Item:
    clone, now = ask.clone, ask.desk.now()
    words = tuple(sorted(clone.reviews(name).items()))
    at = (ask.view.repo_id, ask.view.main, name, head, words, int(now.timestamp()) // _HOUR,
          local(now).date())  # fmt: skip
    known = _kept.get(at)
    if known is None:
        # One judges and the others wait for what comes of it; side by side all would be slower.
        with _judging:
            known = _kept.get(at)
            if known is None:
                known = _weighed(ask, standing(clone, name, clone.now(now)))
                if len(_kept) >= _MOST:
                    _kept.clear()
                _kept[at] = known
    return known


def _weighed(ask: Asking, found: Standing) -> Item:
    changes = found.judged.changes
    lock = deadline(changes, ask.policy)
    return Item(
        name=found.name,
        head=found.head,
        digest="" if found.judged.proposal is None else found.judged.proposal.digest,
        title=_title(ask, found),
        stage=found.stage,
        authors=found.judged.authors,
        able=frozenset(found.able),
        deeds=frozenset(deed for need in found.turn for deed in need.deeds),
        kinds=frozenset(change.kind or "" for change in changes),
        closes=None if lock is None else lock.closes,
        since=found.since,
        returned="" if found.returned is None else found.returned.reason,
        opened_by=frozenset(
            ground.opened_by for ground in grounds_of(found) if ground.opened_by is not None
        ),
        places=frozenset(
            (change.kind or "", _frozen(change.key), None if change.whole else change.pointer)
            for change in changes
        ),
    )


def _title(ask: Asking, found: Standing) -> str:
    """The pages of a proposal, a single one by its own name."""
    if len({change.path for change in found.judged.changes}) == 1:
        return headline(found.judged.changes[0], school_after(ask.clone, found))
    return page_title(ask.clone, found, named=True)


def _frozen(key: Key) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(key.items()))
