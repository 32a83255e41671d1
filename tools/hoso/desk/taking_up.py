"""A page taken up for writing: as it stands or was sent, with the draft of whoever takes it up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hoso.desk.asking import Asking, Denied, Missing
from hoso.desk.writing import Typed, Work
from hoso.gate.changes import Change, Part
from hoso.gate.locks import order_for
from hoso.gate.policy import Deed, Granted
from hoso.gate.readable import place_name
from hoso.gate.verdict import local
from hoso.model import Format, Key, Kind, Record
from hoso.proposals.names import Name
from hoso.proposals.sending import foundation
from hoso.schema.school import read_record

#: A draft is what one person can type on one page.
_MOST_CELLS = 20_000


def work_of(ask: Asking, path: str) -> Work:
    """Somebody's work at a page, with their draft; Missing or Denied where it is none of theirs."""
    found = ask.school.table.find(path)
    if found is None or found.kind.format is not Format.YAML:
        raise Missing("không có trang sổ nào ở địa chỉ này")
    kind, key = found
    if not writes(ask, kind, key):
        raise Denied(_why_not(ask, kind, key))
    own, origin, base = _own(ask, path)
    record = page_at(ask, origin, path)
    start: dict[str, Any] = dict(record.data) if record is not None else _fresh(ask, kind)
    under = None if own is None else page_at(ask, base, path)
    change = Change(path=path, kind=kind.name, key=key, part=Part.PAGE)
    now = ask.desk.now()
    work = Work(
        path=path, kind=kind, key=key, start=start, body="" if record is None else record.body,
        exists=record is not None, origin=origin, base=base, own=own,
        title=place_name(kind, key, ask.school, named=True),
        locks=ask.policy.shut(kind.name, key),
        order=order_for(change, ask.person.id, ask.school, local(now)), ask=ask,
        below={} if under is None else under.data,
    )  # fmt: skip
    draft = ask.desk.drafts.get(ask.person.id, path)
    if draft is not None:
        work.typed.update(_typed(draft.content))
    return work


def beside(work: Work) -> list[Work]:
    """Other drafts of this person that can go out with a page: whole, and over the same `main`.

    Some pages only hold together: a pupil who comes, the movement, the row in the class list.
    """
    found = []
    for draft in work.ask.desk.drafts.list(work.ask.person.id):
        place = work.ask.school.table.find(draft.path)
        if draft.path == work.path or place is None or place.kind.format is not Format.YAML:
            continue
        try:
            other = work_of(work.ask, draft.path)
        except Denied:
            continue
        fits = other.base == work.base and other.own in (None, work.own) and not other.shut
        if (
            fits
            and other.typed
            and not any(cell.fault or cell.theirs is not None for cell in other.cells())
        ):
            found.append(other)
    return found


def page_at(ask: Asking, commit: str, path: str) -> Record | None:
    """The page at a commit, None where there is none that can be read."""
    tree, place = ask.view.standing(commit).tree, ask.school.table.find(path)
    if place is None or tree.entry(path) is None:
        return None
    return read_record(place, path, tree.read(path), [])


def before(work: Work, origin: str) -> Mapping[str, Any]:
    """The page that a browser has shown, by the commit it names; as it is now for any other."""
    known = origin != work.origin and (
        work.ask.view.on_main(origin) or origin in work.ask.clone.proposals().values()
    )
    if not known:
        return work.start
    record = page_at(work.ask, origin, work.path)
    return _fresh(work.ask, work.kind) if record is None else record.data


def writes(ask: Asking, kind: Kind, key: Key) -> bool:
    """Whether somebody may write a page, or a part of it."""
    policy, me = ask.policy, ask.person.id
    return any(policy.through(me, right, key) for right in policy.about(Deed.WRITE, kind.name))


def _own(ask: Asking, path: str) -> tuple[Name | None, str, str]:
    """This person's open proposal that holds the page; its last commit and what it stands on."""
    for name, head in ask.clone.proposals().items():
        if name.author != ask.person.id:
            continue
        base = foundation(ask.clone, head)
        sides = [ask.view.standing(each).tree.entry(path) for each in (base, head)]
        if sides[0] != sides[1]:
            return name, head, base
    return None, ask.view.main, ask.view.main


def _fresh(ask: Asking, kind: Kind) -> dict[str, Any]:
    """A page nobody has begun: whoever begins it is its teacher."""
    schema = kind.schema
    return {
        name: ask.person.id
        for name in schema.get("required", ())
        if schema["properties"][name].get("x-ref") == "nhan-su"
    }


def _why_not(ask: Asking, kind: Kind, key: Key) -> str:
    answer = ask.person.may(Deed.WRITE, kind.name, key)
    because = "" if isinstance(answer, Granted) else answer.because
    clauses = dict.fromkeys(str(right.clause) for right in ask.policy.about(Deed.WRITE, kind.name))
    shown = f" Quyền ghi loại này: {'; '.join(list(clauses)[:3])}." if clauses else ""
    return f"{because}.{shown}"


def _typed(content: bytes) -> dict[str, Typed]:
    """A draft's texts; a draft of another kind of page holds none."""
    try:
        cells = json.loads(content)["o"]
        return {
            str(place): Typed(str(text), str(was))
            for place, (text, was) in list(cells.items())[:_MOST_CELLS]
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
