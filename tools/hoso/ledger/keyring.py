"""Whose key it is at a moment: the keys of people and of the school's machines, with their spans.

Keys are records, so a key counts from the merge that brought it in; and only the moment at which
the server received something decides, never a date that a signer wrote (`approval.md` §3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hoso.gate.verdict import VIETNAM, local
from hoso.model import Record, School
from hoso.signing.faults import Fault
from hoso.signing.keys import PublicKey

PEOPLE, MACHINES = "khoa-ky", "may-chu"
#: What a machine's key may be for; the words of the record.
LOG, WITNESS = "nhat-ky", "chung-thuc"
_MOMENT = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a key, and when: a person by staff identifier, or a machine by its task."""

    person: str | None
    task: str | None
    path: str
    since: datetime
    until: datetime | None
    suspected: datetime | None = None

    def valid(self, moment: datetime) -> bool:
        """Whether the key counts at a moment; the last moment no longer does."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys that the records of one commit name, by the bytes of the public key."""

    holders: Mapping[bytes, tuple[Holder, ...]]

    def holders_of(self, key: PublicKey) -> tuple[Holder, ...]:
        """Every span in which a key is held by somebody; none where no record names it."""
        return self.holders.get(key.blob, ())

    def holder(self, key: PublicKey, moment: datetime) -> Holder | None:
        """Who holds a key at a moment, or None."""
        here = local(moment)
        return next((each for each in self.holders_of(key) if each.valid(here)), None)


def keyring_of(school: School) -> Keyring:
    """The keys in a school's records; a line that is no key is what the check speaks about."""
    found: dict[bytes, tuple[Holder, ...]] = {}
    records = (*school.all(PEOPLE), *school.all(MACHINES))
    for record in records:
        for blob, holder in _holders(record):
            found[blob] = (*found.get(blob, ()), holder)
    return Keyring(found)


def _holders(record: Record) -> Iterator[tuple[bytes, Holder]]:
    for entry in record.data.get("khoa", {}).values():
        try:
            key = PublicKey.parse(entry["cong_khai"])
        except Fault:
            # The check names such a line; here it is simply nobody's key.
            continue
        yield (
            key.blob,
            Holder(
                person=record.key.get("nhan_su"),
                task=entry.get("viec"),
                path=record.path,
                since=_moment(entry["tu"]),
                until=_optional(entry.get("den")),
                suspected=_optional(entry.get("nghi_ngo_tu")),
            ),
        )


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _MOMENT).replace(tzinfo=VIETNAM)


def _optional(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)
