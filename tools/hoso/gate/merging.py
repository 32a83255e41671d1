"""Two edits of one page brought together, field by field, or the places where they disagree.

1. A side that changed nothing takes the other side as it is; equal sides are one.
2. Records and front matter merge leaf by leaf; both sides setting a leaf to two values disagree.
3. So do a side that takes a row away and one that writes into it, and likewise for whole pages.
4. A body is the lines before the first and after the last line a side touched, and the lines
   between; two bodies merge when these stretches lie apart, with a line of the base between them.
5. Files without fields never merge; neither does what cannot be read as its kind.

The outcome depends on nothing but the arguments: whoever verifies a merge computes it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from hoso.gate.changes import ABSENT, Change, Leaf, Part, Value, gathered, leaves, same
from hoso.gate.readable import field_name, page_name, value_said
from hoso.model import Format, Kind, Pointer, Record, School
from hoso.schema.paths import PathTable, Place
from hoso.schema.school import read_record
from hoso.schema.spelling import spell

Leaves = Mapping[Pointer, Leaf]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One place at which two edits disagree; values only where it is a FIELD."""

    part: Part
    pointer: Pointer = ()
    base: Value = ABSENT
    ours: Value = ABSENT
    theirs: Value = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Why two edits of a page cannot be brought together, place by place in a fixed order.

    Without places it is about the file as a whole.
    """

    path: str
    clashes: tuple[Clash, ...] = (Clash(part=Part.FILE),)

    @property
    def pointers(self) -> tuple[Pointer, ...]:
        """The fields in conflict; none where the page as a whole is."""
        return tuple(clash.pointer for clash in self.clashes if clash.part is Part.FIELD)


def merge_page(
    path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None, table: PathTable
) -> bytes | Conflict | None:
    """What a page becomes when both edits are kept, None where it is deleted, or the conflict.

    Swapping the sides gives the same bytes. Bytes that are not one of the sides are readable and
    canonically spelled.
    """
    if ours in (base, theirs):
        return theirs
    if base == theirs:
        return ours
    if ours is None or theirs is None:
        return _whole(path, Part.PAGE)
    place = table.find(path)
    if place is None or place.kind.format is Format.FILE:
        return _whole(path, Part.FILE)
    before = _Side({}, "") if base is None else _side(place, path, base)
    left, right = _side(place, path, ours), _side(place, path, theirs)
    if before is None or left is None or right is None:
        return _whole(path, Part.UNREADABLE)
    clashes = list(_clashes(before.leaves, left.leaves, right.leaves))
    body = _merged_body(before.body, left.body, right.body)
    if body is None:
        clashes.append(Clash(part=Part.BODY))
    if clashes or body is None:
        return Conflict(path=path, clashes=tuple(clashes))
    data = gathered(_merged(place.kind, before.leaves, left.leaves, right.leaves))
    merged = spell(place.kind, data, body).encode()
    return merged if _read(place, path, merged) else _whole(path, Part.UNREADABLE)


def conflict_said(
    conflict: Conflict, table: PathTable, school: School, *, named: bool
) -> Iterator[str]:
    """A conflict in words, one line a place, with both values where they may be said.

    A line is `Lớp 3A · Toán · Cuối học kỳ I — HS7K3QZ9 · Điểm kiểm tra định kỳ: gốc 6, bên này 7,
    bên kia 8`.
    """
    place = table.find(conflict.path)
    kind, key = (None, {}) if place is None else (place.kind, place.key)
    change = Change(
        path=conflict.path, kind=None if kind is None else kind.name, key=key, part=Part.PAGE
    )
    page = page_name(change, school, named=named)
    for clash in conflict.clashes:
        if kind is None or clash.part is not Part.FIELD:
            yield f"{page} — {_SAID[clash.part]}"
            continue
        values = [
            value_said(value, kind, clash.pointer, school, named=named)
            for value in (clash.base, clash.ours, clash.theirs)
        ]
        told = "hai bên ghi khác nhau (không in ở đây)"
        if None not in values:
            told = "gốc {}, bên này {}, bên kia {}".format(*values)
        yield f"{page} — {field_name(kind, clash.pointer, school, named=named)}: {told}"


_SAID = {
    Part.PAGE: "một bên xóa trang, bên kia sửa",
    Part.FILE: "hai bên thay tệp này khác nhau; tệp không ghép được, phải chọn một",
    Part.BODY: "hai bên sửa những dòng liền nhau của nội dung bài",
    Part.UNREADABLE: "ghép lại thì không thành một trang đọc được; sửa một bên trước",
}


@dataclass(frozen=True, slots=True)
class _Side:
    leaves: Leaves
    body: str


def _whole(path: str, part: Part) -> Conflict:
    return Conflict(path=path, clashes=(Clash(part=part),))


def _read(place: Place, path: str, raw: bytes) -> Record | None:
    return read_record(place, path, raw, [])


def _side(place: Place, path: str, raw: bytes) -> _Side | None:
    record = _read(place, path, raw)
    return None if record is None else _Side(leaves(record.data), record.body)


def _clashes(base: Leaves, ours: Leaves, theirs: Leaves) -> Iterator[Clash]:
    gone, lost = (_places(base) - _places(side) for side in (ours, theirs))
    for pointer in _in_order(base, ours, theirs):
        old, one, other = (side.get(pointer, ABSENT) for side in (base, ours, theirs))
        kept = same(old, one) or same(old, other) or same(one, other)
        if (
            not kept
            or (_writes(old, other) and _below(pointer, gone))
            or (_writes(old, one) and _below(pointer, lost))
        ):
            yield Clash(part=Part.FIELD, pointer=pointer, base=old, ours=one, theirs=other)


def _writes(old: Value, new: Value) -> bool:
    return new is not ABSENT and not same(old, new)


def _merged(kind: Kind, base: Leaves, ours: Leaves, theirs: Leaves) -> dict[Pointer, Leaf]:
    """The leaves of both sides, which do not clash."""
    found: dict[Pointer, Leaf] = {}
    for pointer in _in_order(base, ours, theirs):
        old, one, other = (side.get(pointer, ABSENT) for side in (base, ours, theirs))
        value = other if same(old, one) else one
        if value is not ABSENT:
            found[pointer] = value
    # What each side left a member in, and both together have emptied.
    emptied = _places(ours) & _places(theirs) - _places(found)
    return found | {place: {} for place in emptied if not _asks_for_more(kind, place)}


def _asks_for_more(kind: Kind, place: Pointer) -> bool:
    return bool((kind.field(place) or {}).get("minProperties"))


def _places(side: Leaves) -> set[Pointer]:
    """Every place at which a side holds something, leaves and what is above them."""
    return {pointer[:depth] for pointer in side for depth in range(1, len(pointer) + 1)}


def _below(pointer: Pointer, places: Set[Pointer]) -> bool:
    return any(pointer[:depth] in places for depth in range(1, len(pointer)))


def _in_order(*sides: Leaves) -> list[Pointer]:
    return sorted({pointer for side in sides for pointer in side}, key=_spoken)


def _spoken(pointer: Pointer) -> tuple[str, ...]:
    return tuple(map(str, pointer))


def _merged_body(base: str, ours: str, theirs: str) -> str | None:
    if ours == theirs:
        return ours
    if base in (ours, theirs):
        return theirs if ours == base else ours
    lines, one, other = (text.split("\n") for text in (base, ours, theirs))
    (begin, end, new), (start, stop, more) = sorted((_touched(lines, one), _touched(lines, other)))
    if end >= start:
        return None
    return "\n".join([*lines[:begin], *new, *lines[end:start], *more, *lines[stop:]])


def _touched(base: list[str], side: list[str]) -> tuple[int, int, list[str]]:
    """The one stretch of the base outside of which a side is equal to it, and what it became."""
    most = min(len(base), len(side))
    begin = next((at for at in range(most) if base[at] != side[at]), most)
    end = next((at for at in range(most - begin) if base[-1 - at] != side[-1 - at]), most - begin)
    return begin, len(base) - end, side[begin : len(side) - end]
