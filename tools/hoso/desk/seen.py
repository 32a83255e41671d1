"""What somebody may read: whole pages, pages of which a right names some fields, single values."""

from __future__ import annotations

from hoso.desk.people import Person
from hoso.gate.corrections import ORDER, REQUEST
from hoso.gate.policy import Deed, Granted, Policy
from hoso.ledger.keyring import MACHINES, PEOPLE
from hoso.model import Key, Kind, Pointer, Privacy, Record

#: Whoever writes, checks or approves a page reads it.
READING = (Deed.READ, Deed.WRITE, Deed.CHECK, Deed.APPROVE)
#: What is written about books that were opened again, and about who signs.
_PAPERS = frozenset({REQUEST, ORDER, PEOPLE, MACHINES})
_NOTED = frozenset({Privacy.RESTRICTED, Privacy.SENSITIVE})


class Sight:
    """The eyes of one person on one day; what a schema calls public anybody may see."""

    def __init__(self, person: Person) -> None:
        self._who, self._policy = person.id, person.policy

    def whole(self, kind: Kind, key: Key) -> bool:
        """Whether a page may be read from end to end."""
        return kind.privacy is Privacy.PUBLIC or self._granted(kind, key, None)

    def page(self, kind: Kind, key: Key) -> bool:
        """Whether something of a page may be read that not everybody may."""
        return self.whole(kind, key) or any(
            self._policy.through(self._who, right, key) is not None
            for deed in READING
            for right in self._policy.about(deed, kind.name)
            if right.fields
        )

    def value(self, kind: Kind, key: Key, place: Pointer) -> bool:
        """Whether the value at a pointer may be read."""
        return kind.privacy_of(place) is Privacy.PUBLIC or self._granted(kind, key, place)

    def printed(self, kind: Kind, key: Key) -> bool:
        """Whether a page may be read as part of a printed book."""
        return self.whole(kind, key) or self.prints(kind, key)

    def prints(self, kind: Kind | None, key: Key) -> bool:
        """Whether a right is to print a page, or the book that the page stands for."""
        return kind is not None and isinstance(
            self._policy.grants(self._who, Deed.PRINT, kind.name, key), Granted
        )

    def record(self, record: Record | None) -> Record | None:
        """A page if something of it may be read, else None."""
        return record if record is not None and self.page(record.kind, record.key) else None

    def _granted(self, kind: Kind, key: Key, place: Pointer | None) -> bool:
        return any(
            isinstance(self._policy.grants(self._who, deed, kind.name, key, place), Granted)
            for deed in READING
        )


def is_noted(kind: Kind) -> bool:
    """Whether a look at a page of a kind leaves a line."""
    return kind.privacy in _NOTED


def audits(person: Person) -> bool:
    """Whether somebody is given to read every book that ever closes, and the papers that open them.

    Such a person may look at history; no role is named for it. Writing or approving is not enough.
    """
    kinds = _PAPERS.union(*(lock.kinds for lock in person.policy.locks))
    return all(_reads_all(person.policy, person.id, kind) for kind in kinds)


def _reads_all(policy: Policy, who: str, kind: str) -> bool:
    held = {each.role for each in policy.held(who)}
    return any(
        right.role in held and not right.scope and not right.fields
        for right in policy.about(Deed.READ, kind)
    )
