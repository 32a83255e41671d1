"""Who holds which key and role on a day, kept beside a repository for the next process.

Reading it anew takes every page of staff, duties, keys and classes, and most merges touch none of
them. What is kept names the day, the program and the tree it was read from. It holds for another
tree only where git finds nothing different between the two that says who may do what. Missing,
damaged or of another program, it costs reading everything again and nothing else.
"""

from __future__ import annotations

import subprocess
from datetime import date, datetime
from typing import Any

from hoso.findings import HosoError
from hoso.gate.policy import Assignment
from hoso.gate.regulation import regulation_on
from hoso.ledger.keyring import Holder, Keyring
from hoso.ledger.standing import Standing, says_who
from hoso.store.memory import Memory, program

_FILE = "vai-tro.json"
#: What is kept is written again once so many files differ, so that comparing stays cheap.
_FAR = 200


def know_who(standing: Standing, on: date) -> None:
    """Has a standing know its keys and its policy of a day, from what is kept where that holds.

    On a server only for whoever is alone with the repository. Does nothing where there is no
    policy: whoever asks for it is told why.
    """
    repository = standing.tree.repository
    memory = Memory(repository.git_dir / "hoso", program("signing", "gate", "ledger"))
    kept = memory.load(_FILE)
    far = _differing(kept, standing, on)
    try:
        if far is not None:
            standing.told(on, _keyring(kept), kept["regulation"], _assignments(kept))
        if far is None or far > _FAR:
            memory.save(_FILE, _data(standing, on))
    except HosoError:
        return


def _differing(kept: Any, standing: Standing, on: date) -> int | None:
    """How many files differ from what was read then; None where something says who among them."""
    if not kept or kept["on"] != on.isoformat():
        return None
    if kept["tree"] == standing.tree.id:
        return 0
    try:
        changed = standing.tree.repository.changed(kept["tree"], standing.tree.id)
        paths = [path for path, _, _ in changed]
    except subprocess.CalledProcessError:
        # The tree is not there any more, or never was.
        return None
    table = standing.school.table
    return None if any(says_who(path, table) for path in paths) else len(paths)


def _data(standing: Standing, on: date) -> dict[str, Any]:
    """Keys and assignments as JSON carries them; each set of names is written once."""
    keyring, policy = standing.keyring, standing.policy(on)
    regulation = regulation_on(standing.school, on)
    assert regulation is not None  # noqa: S101 - there is a policy
    sets: dict[frozenset[str], int] = {}
    assignments = [
        (
            {name: sets.setdefault(names, len(sets)) for name, names in each.scope.items()},
            each.since.isoformat(), each.until and each.until.isoformat(),
            each.person, each.role, each.decision, each.path, each.code, each.instead_of,
        )
        for each in policy.assignments
    ]  # fmt: skip
    holders = [
        (
            key.hex(), each.person, each.task, each.path,
            *(moment and moment.isoformat() for moment in (each.since, each.until, each.suspected)),
        )
        for key, group in keyring.holders.items() for each in group
    ]  # fmt: skip
    return {
        "tree": standing.tree.id, "on": on.isoformat(), "regulation": regulation.path,
        "assignments": assignments, "holders": holders, "sets": [sorted(each) for each in sets],
    }  # fmt: skip


def _assignments(kept: Any) -> tuple[Assignment, ...]:
    sets = [frozenset(names) for names in kept["sets"]]
    return tuple(
        Assignment(
            person=person, role=role, scope={name: sets[number] for name, number in scope.items()},
            since=date.fromisoformat(since), until=until and date.fromisoformat(until),
            decision=decision, path=path, code=code, instead_of=instead_of,
        )
        for scope, since, until, person, role, decision, path, code, instead_of
        in kept["assignments"]
    )  # fmt: skip


def _keyring(kept: Any) -> Keyring:
    found: dict[bytes, tuple[Holder, ...]] = {}
    for key, person, task, path, *moments in kept["holders"]:
        since, until, suspected = (each and datetime.fromisoformat(each) for each in moments)
        holder = Holder(
            person=person, task=task, path=path, since=since, until=until, suspected=suspected
        )
        blob = bytes.fromhex(key)
        found[blob] = (*found.get(blob, ()), holder)
    return Keyring(found)
