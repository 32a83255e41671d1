"""What the world may read of a school: records stripped to the leaves their schema marks public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoso.model import Key, Kind, Pointer, Privacy, Record, School

_GONE = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where published words come from: a path, and its git blob id where that tells nothing more.

    The id of a file that also holds private values would let a guess at those values be confirmed
    (a salary has few possible values), so only kinds that are public at the root show it.
    """

    path: str
    blob: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRecord:
    """A record as the public may see it: nothing in it is private, whatever its kind holds."""

    kind: Kind
    path: str
    key: Key
    data: Mapping[str, Any]
    body: str
    source: Source

    def text(self, name: str) -> str:
        """The value of a field as text; "" where it is not there."""
        return str(self.data.get(name, ""))

    def day(self, name: str) -> date | None:
        """The value of a date field, or None."""
        value = self.data.get(name)
        return None if value is None else date.fromisoformat(value)

    def label(self, name: str) -> str:
        """How the coded value of a field reads; "" where it is not there."""
        return self.kind.label((name,), self.data[name]) if name in self.data else ""

    def labels(self, name: str) -> list[str]:
        """How the coded values of a list field read."""
        return [self.kind.label((name, 0), value) for value in self.data.get(name, ())]


def public_view(record: Record) -> PublicRecord:
    """The public leaves of a record; the body too, if everything unmarked in its kind is public."""
    kept = _strip(record.kind, record.data, ())
    is_public = record.kind.privacy is Privacy.PUBLIC
    return PublicRecord(
        kind=record.kind,
        path=record.path,
        key=record.key,
        data=kept if isinstance(kept, dict) else {},
        body=record.body if is_public else "",
        source=Source(path=record.path, blob=record.blob if is_public else ""),
    )


def _strip(kind: Kind, value: object, pointer: Pointer) -> object:
    if isinstance(value, Mapping):
        members = {name: _strip(kind, member, (*pointer, name)) for name, member in value.items()}
        kept = {name: member for name, member in members.items() if member is not _GONE}
        return kept or _GONE
    if isinstance(value, list | tuple):
        items = [_strip(kind, member, (*pointer, place)) for place, member in enumerate(value)]
        return [item for item in items if item is not _GONE] or _GONE
    return value if kind.privacy_of(pointer) is Privacy.PUBLIC else _GONE


@dataclass(frozen=True, slots=True)
class Publication:
    """The public side of a school: the only school that pages, feeds and menus ever see."""

    school: School

    def get(self, kind: str, /, **key: str) -> PublicRecord | None:
        """The public view of one record, or None."""
        found = self.school.get(kind, **key)
        return None if found is None else public_view(found)

    def all(self, kind: str, /, **scope: str) -> tuple[PublicRecord, ...]:
        """The public views of the records of a kind, in path order."""
        return tuple(public_view(record) for record in self.school.all(kind, **scope))

    def label(self, kind: str, pointer: Pointer, value: object) -> str:
        """How a coded value of a kind reads."""
        return self.school.kind(kind).label(pointer, value)

    def staff_on(self, day: date) -> tuple[PublicRecord, ...]:
        """Those who work at the school on a day.

        The dates of coming and leaving stay inside; that somebody is on the staff today is what
        the organisation page publishes.
        """
        return tuple(
            public_view(record)
            for record in self.school.all("nhan-su")
            if record.data["ngay_vao_truong"] <= day.isoformat()
            and day.isoformat() <= record.data.get("ngay_roi_truong", "9999-12-31")
        )

    def duties_on(self, nam_hoc: str, day: date) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """(member of staff, public part of a duty) for every duty held on a day of a year."""
        held = []
        for record in self.school.all("phan-cong", nam_hoc=nam_hoc):
            public = public_view(record).data.get("vai", {})
            for name, duty in record.data["vai"].items():
                if duty["tu"] <= day.isoformat() <= duty.get("den", "9999-12-31"):
                    held.append((record.key["nhan_su"], public[name]))
        return tuple(held)
