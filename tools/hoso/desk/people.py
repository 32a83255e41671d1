"""Who asks, and what the regulation lets them do today; no role is named here or in a template.

person.id  person.name  person.roles (titles people read)  person.policy
person.may(Deed.WRITE, kind, key, place=None) -> Granted | Refused (falsy? no: isinstance)
person.may_anything(Deed.APPROVE, "danh-gia-mon", …) -> bool; no kind: anything at all
person.reads(record, place=None) -> bool
"""

from __future__ import annotations

from dataclasses import dataclass

from hoso.gate.policy import Deed, Granted, Policy, Refused
from hoso.ledger.standing import Standing
from hoso.model import Key, Pointer, Record

#: Whoever writes, checks or approves a page reads it.
_READING = (Deed.READ, Deed.WRITE, Deed.CHECK, Deed.APPROVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at the desk on one day, as the records and the regulation know them."""

    id: str
    name: str
    roles: tuple[str, ...]
    policy: Policy

    def may(
        self, deed: Deed, kind: str, key: Key, place: Pointer | None = None
    ) -> Granted | Refused:
        """Whether they may do a deed to a page, or to the value at a pointer, and by what."""
        return self.policy.grants(self.id, deed, kind, key, place)

    def may_anything(self, deed: Deed, *kinds: str) -> bool:
        """Whether some right of theirs is to do a deed to one of these kinds, wherever."""
        held = {each.role for each in self.policy.held(self.id)}
        return any(
            right.deed is deed and right.role in held and (not kinds or right.kinds & set(kinds))
            for right in self.policy.rights
        )

    def reads(self, record: Record, place: Pointer | None = None) -> bool:
        """Whether they may see a page, or the value at a pointer of it."""
        return any(
            isinstance(self.may(deed, record.kind.name, record.key, place), Granted)
            for deed in _READING
        )


def person_at(standing: Standing, policy: Policy, who: str) -> Person | None:
    """Somebody as `main` knows them; None where nobody of that identifier works at the school."""
    record = standing.school.get("nhan-su", nhan_su=who)
    if record is None:
        return None
    regulation = standing.school.get("quy-che", nam_hoc=policy.year)
    names = {} if regulation is None else regulation.data.get("vai", {})
    held = dict.fromkeys(each.role for each in policy.held(who))
    return Person(
        id=who, name=str(record.data["ho_ten"]), policy=policy,
        roles=tuple(str(names.get(role, {}).get("ten", role)) for role in held),
    )  # fmt: skip
