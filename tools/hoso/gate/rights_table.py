"""Who may do what, laid out: a row for a kind, a column for a deed, the clause in the cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hoso.gate.frame import with_frame
from hoso.gate.policy import YEAR, Assignment, Deed, Policy, Right
from hoso.model import Kind, Privacy, Record, School

#: The columns; checking and approving are one chain, and so are locking and unlocking.
COLUMNS: Mapping[str, tuple[Deed, ...]] = {
    "Đọc": (Deed.READ,),
    "Ghi": (Deed.WRITE,),
    "Kiểm tra, duyệt": (Deed.CHECK, Deed.APPROVE),
    "Khóa, mở sổ": (Deed.LOCK, Deed.UNLOCK),
    "In": (Deed.PRINT,),
}
_STEPPED = frozenset({Deed.CHECK, Deed.APPROVE, Deed.UNLOCK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One right in words: the step where there are several, the role, how far, by which clause."""

    step: str
    role: str
    limits: str
    ground: str

    @property
    def short(self) -> str:
        """One line of a narrow table."""
        step, limits = f"{self.step} " if self.step else "", f" ({self.limits})" * bool(self.limits)
        return f"{step}{self.role}{limits}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A kind and what the regulation says about it, column by column."""

    kind: Kind
    cells: Mapping[str, tuple[Entry, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who holds a role on the policy's day: who, how far, from when, in whose place."""

    role: str
    person: str
    name: str
    limits: str
    assignment: Assignment


def rows(policy: Policy, kinds: Mapping[str, Kind], regulation: Record) -> Iterator[Row]:
    """Every kind and the frame, in the order of their names."""
    titles = {role: str(about["ten"]) for role, about in regulation.data["vai"].items()}
    for name, kind in sorted(with_frame(kinds).items()):
        yield Row(
            kind=kind,
            cells={
                column: tuple(
                    _entry(right, kind, titles)
                    for deed in deeds
                    for right in sorted(policy.about(deed, name), key=lambda each: each.step or 0)
                )
                for column, deeds in COLUMNS.items()
            },
        )


def holders(policy: Policy, school: School, regulation: Record) -> Iterator[Holder]:
    """Everybody who holds a role on the policy's day, role by role as the regulation names them."""
    for role, about in regulation.data["vai"].items():
        for each in sorted(policy.cast(role), key=lambda held: (held.person, held.code)):
            yield Holder(
                role=str(about["ten"]),
                person=each.person,
                name=_name(school, each.person),
                limits=_named(each, school),
                assignment=each,
            )


def _entry(right: Right, kind: Kind, titles: Mapping[str, str]) -> Entry:
    said = []
    if right.scope:
        names = (str(kind.key[hole]["title"]).lower() for hole in right.scope if hole in kind.key)
        said.append("đúng " + ", ".join(names) + " được phân công")
    if right.fields:
        said.append("chỉ " + ", ".join(kind.heading(field).lower() for field in right.fields))
    step = ""
    if right.deed in _STEPPED:
        step = {Deed.CHECK: "Kiểm tra", Deed.APPROVE: "Duyệt", Deed.UNLOCK: "Mở"}[right.deed]
        step = f"{right.step or 1}. {step}:"
    elif right.deed is Deed.LOCK:
        step = "Khóa:"
    clause = right.clause
    return Entry(
        step=step,
        role=titles.get(right.role, right.role),
        limits="; ".join(said),
        ground=f"điểm {clause.point} khoản {clause.clause} Điều {clause.article}",
    )


def _name(school: School, person: str) -> str:
    record = school.get("nhan-su", nhan_su=person)
    if record is None or record.kind.privacy_of(("ho_ten",)) is not Privacy.PUBLIC:
        return ""
    return str(record.data["ho_ten"])


def _named(held: Assignment, school: School) -> str:
    """What an assignment names, with the labels of its own schema."""
    kind = school.kind("phan-cong")
    parts = []
    for name in sorted(held.scope.keys() - {YEAR, "nhan_su", "hoc_sinh"}):
        place = ("vai", held.code, name)
        node = kind.field(place) or {}
        labels = node.get("items", node).get("x-labels", {})
        values = ", ".join(str(labels.get(value, value)) for value in sorted(held.scope[name]))
        parts.append(f"{kind.heading(place).lower()}: {values}")
    return "; ".join(parts)
