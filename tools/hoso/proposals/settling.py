"""A proposal that is in the way of what others did, decided place by place and sent anew.

It keeps its name. One commit over what `main` is now takes the place of all there was, so the
words said about it are void, as after any other change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hoso.findings import HosoError
from hoso.gate.changes import ABSENT, Absent, Leaf, Part, Value, gathered, leaves
from hoso.gate.merging import Conflict, merge_page
from hoso.model import Pointer, Record
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import NotDelivered, Signer
from hoso.proposals.drafting import Draft, content
from hoso.proposals.names import Name
from hoso.proposals.sending import Wish, foundation, judged, send, written_topic
from hoso.proposals.stages import Standing
from hoso.schema.paths import PathTable
from hoso.schema.school import read_record
from hoso.schema.spelling import spell


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What somebody wants where two edits of a page disagree: a value for each field, a body.

    `mine` is for a page or a file that can only be had as a whole.
    """

    fields: Mapping[Pointer, Value]
    body: str | None = None
    mine: bool = False


def sides(clone: Clone, found: Standing, path: str) -> tuple[bytes | None, ...]:
    """A page where the proposal began, as it is on `main`, as the proposal has it."""
    commits = (foundation(clone, found.head), clone.view.main, found.head)
    return tuple(content(clone.view.standing(each).tree, path) for each in commits)


def settled_page(
    conflict: Conflict, three: tuple[bytes | None, ...], table: PathTable, decided: Decided
) -> bytes | None:
    """The page with both edits and what was decided; HosoError where that is no page."""
    base, ours, theirs = three
    now, wanted = _read(conflict.path, ours, table), _read(conflict.path, theirs, table)
    if (
        now is None
        or wanted is None
        or any(clash.part not in (Part.FIELD, Part.BODY) for clash in conflict.clashes)
    ):
        return theirs if decided.mine else ours
    # Where they disagree the proposal first takes what stands, so that all the rest comes together.
    held, standing = leaves(wanted.data), leaves(now.data)
    _put(held, {pointer: standing.get(pointer, ABSENT) for pointer in conflict.pointers})
    clashing = any(clash.part is Part.BODY for clash in conflict.clashes)
    calm = spell(wanted.kind, gathered(held), now.body if clashing else wanted.body).encode()
    joined = merge_page(conflict.path, base, ours, calm, table)
    both = None if isinstance(joined, Conflict) else _read(conflict.path, joined, table)
    if both is None:
        raise HosoError("hai bên không ghép được; mở lại trang và ghi lại từ đầu")
    found = leaves(both.data)
    _put(found, {pointer: decided.fields[pointer] for pointer in conflict.pointers})
    body = decided.body if clashing and decided.body is not None else both.body
    return spell(both.kind, gathered(found), body).encode()


def settle(clone: Clone, me: Signer, found: Standing, pages: Mapping[str, bytes | None]) -> Name:
    """Sends the decided pages with all others of the proposal, under its own name.

    NotDelivered with findings where the gate would refuse it; HosoError where nothing is left.
    """
    tree = clone.view.standing(clone.view.main).tree
    every = {**found.judged.effect.files(clone.view.standing(found.head).tree), **pages}
    files = {path: raw for path, raw in every.items() if raw != content(tree, path)}
    if not files:
        raise HosoError("giữ hết giá trị đang có trong sổ thì không còn gì để gửi; hãy rút đề nghị")
    wish = Wish(parent=clone.view.main, name=found.name, draft=Draft(files), sent_before=())
    topic = written_topic(clone, me, wish, "")
    outcome = judged(clone, me, topic)
    if not outcome.may_be_proposed:
        raise NotDelivered("chưa gửi gì cả; cần sửa trước", outcome.findings)
    name = send(clone, me, topic, found.name)
    clone.refresh()
    return name


def _put(found: dict[Pointer, Leaf], values: Mapping[Pointer, Value]) -> None:
    for pointer, value in values.items():
        if isinstance(value, Absent):
            found.pop(pointer, None)
        else:
            found[pointer] = value


def _read(path: str, raw: bytes | None, table: PathTable) -> Record | None:
    place = table.find(path)
    return None if place is None or raw is None else read_record(place, path, raw, [])
