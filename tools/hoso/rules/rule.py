"""What a rule is: a demand of the law on one kind of record, with its basis and its dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from hoso.findings import Finding
from hoso.model import Key, Record, School

Check = Callable[[Record, School], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The rule reads records of `kind` whose key equals the judged record's key in all `holes`.

    No holes at all means any record of that kind may matter.
    """

    kind: str
    holes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The rule reads the records of `kind` whose key part `hole` is written in another record.

    The naming records are of the kind `by` (often the judged kind itself) and write the identifier
    at `place`, spelled as in `model.Ref`. The judged record's key equals the naming record's key in
    all `holes`, and the read record's key in all `same`. A naming record that is not itself the
    judged record is read by the rule as well, so a change there is covered by its own entry.
    """

    kind: str
    hole: str
    by: str
    place: tuple[str, ...]
    holes: tuple[str, ...]
    same: tuple[str, ...] = ()


Reads = Shared | Named
#: Which stage of schooling this is stands in the school's own record.
_OWN = Shared(kind="truong", holes=())
PRIMARY = "tieu-hoc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A demand on every record of one kind.

    `check` may rely on shapes the schema has accepted, never on other records being there.
    Everything it reads besides the judged record is covered by `reads`. What it finds is about
    the judged record, or about one it read that has to change instead.
    """

    name: str
    kind: str
    check: Check
    reads: tuple[Reads, ...]
    basis: str
    since: date
    until: date | None = None
    #: The stage of schooling (`cap_hoc` of the school) the law is about; None means every stage.
    stage: str | None = None

    def __post_init__(self) -> None:
        if self.stage is not None and _OWN not in self.reads:
            object.__setattr__(self, "reads", (*self.reads, _OWN))

    def holds_for(self, key: Key) -> bool:
        """Whether the law is in force in the school year or year that a record's key names."""
        span = years_of(key)
        if span is None:
            return self.until is None
        first, last = span
        return self.since <= last and (self.until is None or self.until >= first)

    def holds_at(self, school: School) -> bool:
        """Whether the law is about schools of this stage; one that does not say is held to it."""
        own = None if self.stage is None else school.get("truong")
        return own is None or own.data["cap_hoc"] == self.stage

    def judge(self, record: Record, school: School) -> Iterator[Finding]:
        """The findings about one record, none where the law does not reach it."""
        if self.holds_for(record.key) and self.holds_at(school):
            yield from self.check(record, school)


def years_of(key: Key) -> tuple[date, date] | None:
    """The first and last day of the school year or calendar year that a key names."""
    if "nam_hoc" in key:
        first, last = key["nam_hoc"].split("-")
        return date(int(first), 9, 1), date(int(last), 8, 31)
    if "nam" in key:
        return date(int(key["nam"]), 1, 1), date(int(key["nam"]), 12, 31)
    return None
