"""History cut into stretches that can be followed side by side, and sewn together again.

Whoever follows the log needs the state it starts from. Reading what statements and requests leave
behind is cheap as long as nothing is judged, so the state at every cut is read ahead; whether it
was read rightly shows when the stretch before it has been followed: it must end in that very state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hoso.audit.gathered import differences, read_commits, tree_id
from hoso.gate.corrections import REQUEST
from hoso.ledger.chain import follow
from hoso.ledger.state import State, after_lock, after_merge
from hoso.ledger.topic import Changed, Faulty
from hoso.ledger.view import View
from hoso.signing.entries import Entry, read_entry
from hoso.signing.faults import Fault
from hoso.store.git import Repository

#: A shorter stretch is followed sooner than a second process has started.
SHORTEST = 200
#: What is read beforehand about so many entries comes to some tens of megabytes.
LONGEST = 1_000


def stretches(
    repository: Repository, state: State, entries: Sequence[str], parts: int
) -> Iterator[tuple[State, Sequence[str]]]:
    """The entries of a log in stretches, each with the state it is thought to start from."""
    size = max(SHORTEST, -(-len(entries) // parts))
    for start in range(0, len(entries), size):
        stretch = entries[start : start + size]
        yield state, stretch
        if start + size < len(entries):
            try:
                state = _read_ahead(repository, state, stretch)
            except (Faulty, Fault):
                # What cannot be read ahead is followed in one piece.
                yield state, entries[start + size :]
                return


def _read_ahead(repository: Repository, state: State, entries: Sequence[str]) -> State:
    """The state after some entries, as far as it can be told without judging them."""
    logs = read_commits(repository, entries)
    told = {id_: read_entry(_message(logs[id_])) for id_ in entries}
    merges = [entry.new for entry in told.values() if entry.event == "nhan"]
    raw = read_commits(repository, [state.main, *merges])
    pairs = {
        entry.new: (tree_id(raw[entry.old]), tree_id(raw[entry.new]))
        for entry in told.values()
        if entry.event == "nhan" and entry.old in raw
    }
    changed = differences(repository, set(pairs.values()))
    view = View(repository, state)
    for id_, entry in told.items():
        if entry.event != "nhan":
            view.state = after_lock(view.state, entry, id_)
        elif entry.new not in pairs or _concerns(changed[pairs[entry.new]], view.state):
            view.state = follow(view, id_).state
        else:
            view.state = _after(view, entry, id_, raw[entry.new])
    return view.state


def _concerns(changes: Sequence[Changed], state: State) -> bool:
    """Whether changes could bring or use up a correction request."""
    pages = {each.page for each in state.requests.values()}
    return any(path in pages or f"/{REQUEST}/" in path for path, _, _ in changes)


def _after(view: View, entry: Entry, log: str, raw: bytes) -> State:
    used = [
        *((nonce.decode(), int(end)) for nonce, end in _STATED.findall(raw)),
        *((nonce.decode(), entry.time) for nonce in _WITNESSED.findall(raw)),
    ]
    head = view.standing(view.state.genesis).school
    return after_merge(view.state, entry, log, (), used, (), head)


def _message(raw: bytes) -> str:
    return raw.partition(b"\n\n")[2].decode("utf-8", "replace")


#: What statements leave behind, read without asking whether they are any: a merge for which that
#: is not so is found where stretches meet.
_STATED = re.compile(rb'(?m)^Phe-Duyet: .*"nonce":"([0-9a-f]{32})","not_after":([0-9]{1,12}),')
_WITNESSED = re.compile(rb'(?m)^Chung-Thuc: .*"nonce":"([0-9a-f]{32})"')
