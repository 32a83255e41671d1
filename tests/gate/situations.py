"""Situations to decide about: the reference school in memory, edits, statements, a moment."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from hoso.gate.changes import changes_between, effect_digest
from hoso.gate.decision import decide
from hoso.gate.regulation import policy_on
from hoso.gate.verdict import VIETNAM, Approval, Binding, Past, Proposal
from hoso.schema.kinds import load_kinds
from hoso.schema.paths import PathTable
from hoso.schema.school import TreeSchool, read_record
from hoso.schema.spelling import spell
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
KINDS = load_kinds(FolderTree(ROOT))
TABLE = PathTable(KINDS)
BINDING = Binding(repo="thch@goc", ref="refs/heads/main", policy="quy-che-hien-hanh")
_FOLDERS = [
    "records/truong.yml", "records/quy-che", "records/nhan-su",
    *(f"records/{year}/{part}" for year in ("2025-2026", "2026-2027")
      for part in ("nam-hoc.yml", "phan-cong", "lop/3A", "lop/3B")),
]  # fmt: skip


@cache
def files():
    """The part of the reference school that decisions are tried on."""
    tree = FolderTree(ROOT)
    found = {
        entry.path: tree.read(entry.path)
        for folder in _FOLDERS
        for entry in ([tree.entry(folder)] if folder.endswith(".yml") else tree.entries(folder))
    }
    # Cases count editions from the first, however often the reference school's was written anew.
    found = {
        path: re.sub(rb"(?m)^ban: \d+$", b"ban: 1", raw) if "/quy-che/" in path else raw
        for path, raw in found.items()
    }
    pupil = "records/hoc-sinh/HS2XS5FM.yml"
    return {**found, pupil: tree.read(pupil)}


def edited(before, edits):
    """The files after edits, and the modes of those that are not plain.

    Of a path: None deletes, a text is the file, `{"=": data}` a page, `{"->": path}` a move,
    `{"mode": …}` another mode; anything else sets values by pointer, None taking them away.
    """
    after, modes = dict(before), {}
    for path, edit in plain(edits or {}).items():
        if edit is None:
            del after[path]
        elif isinstance(edit, str):
            after[path] = edit.encode()
        elif "->" in edit:
            after[edit["->"]] = after.pop(path)
        elif "mode" in edit:
            modes[path] = edit["mode"]
        elif "=" in edit:
            body = edit.get("body", "")
            after[path] = spell(TABLE.find(path).kind, edit["="], body).encode()
        else:
            after[path] = _with(path, after[path], edit)
    return after, modes


def _with(path, raw, values):
    record = read_record(TABLE.find(path), path, raw, [])
    data = copy.deepcopy(dict(record.data))
    for pointer, value in values.items():
        *above, last = pointer.split("/")
        node = data
        for part in above:
            node = node.setdefault(part, {})
        if value is None:
            node.pop(last)
        else:
            node[last] = value
    return spell(record.kind, data, record.body).encode()


def plain(value):
    """YAML's dates as the texts that records hold."""
    if isinstance(value, dict):
        return {str(plain(name)): plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value.isoformat() if isinstance(value, date) else value


def moment(text):
    """A day, or a day and a time, by the school's clock; a day alone is its noon."""
    if isinstance(text, datetime):
        return text.replace(tzinfo=VIETNAM)
    if isinstance(text, date):
        return datetime.combine(text, time(12), VIETNAM)
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@cache
def _school(frozen):
    return TreeSchool(MemoryTree(dict(frozen)), KINDS)


@cache
def _policy(frozen, on):
    return policy_on(_school(frozen), on)


def situation(case):
    """Everything `decide` asks for, from a case as the tables write it."""
    start, _ = edited(files(), case.get("base"))
    after, modes = edited(start, case.get("edit"))
    base, head = MemoryTree(start), MemoryTree(after, modes)
    received = moment(case["when"])
    paths = sorted(start.keys() | after.keys())
    who = case["who"] if isinstance(case["who"], list) else [case["who"]]
    proposal = Proposal(
        changes=changes_between(base, head, paths, KINDS),
        authors=frozenset(who),
        digest=effect_digest(base, head, paths),
        binding=BINDING,
    )
    frozen = tuple(sorted(start.items()))
    past = case.get("past", {})
    return SimpleNamespace(
        policy=_policy(frozen, received.date()),
        school=_school(frozen),
        proposal=proposal,
        approvals=tuple(
            statement(each, number, proposal, received)
            for number, each in enumerate(case.get("approvals", []))
        ),
        received=received,
        past=Past(
            nonces=frozenset(past.get("nonces", ())),
            used=frozenset(past.get("used", ())),
            approvers={path: frozenset(who) for path, who in past.get("approvers", {}).items()},
        ),
    )


def statement(said, number, proposal, received):
    """`NV0013 to-truong kiem-tra`, or a mapping that says what is different about it."""
    said = {"as": said} if isinstance(said, str) else dict(said)
    person, role, decision = said.pop("as").split()
    found = Approval(
        person=person, role=role, decision=decision, digest=proposal.digest, binding=BINDING,
        nonce=f"n{number}", not_after=received + timedelta(days=7),
    )  # fmt: skip
    for name in ("repo", "ref", "policy"):
        if name in said:
            found = replace(found, binding=replace(found.binding, **{name: said.pop(name)}))
    if "not_after" in said:
        said["not_after"] = moment(said["not_after"])
    return replace(found, **said)


def judged(found):
    """The verdict about a situation."""
    return decide(
        found.policy, found.school, found.proposal, found.approvals, found.received, found.past
    )


def codes(verdict):
    """The codes of everything said against a proposal, each once."""
    return sorted({finding.code for finding in verdict.findings})


def with_policy(found, **changes):
    """The same situation under a policy that differs in something."""
    return SimpleNamespace(**{**vars(found), "policy": replace(found.policy, **changes)})
