"""Laws of the decision, tried on situations made by seeded chance from the tables of cases."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from gate.situations import BINDING, codes, judged, situation, with_policy
from hoso.gate.policy import Deed, Lock
from hoso.gate.verdict import Approval

CASES = [
    case
    for file in sorted((Path(__file__).parent / "cases").glob("*.yml"))
    for case in yaml.safe_load(file.read_text("utf-8")).values()
]
PEOPLE = ["NV0001", "NV0002", "NV0003", "NV0006", "NV0012", "NV0013", "NV0015", "NV0017", "NV0021"]
ROLES = ["hieu-truong", "pho-hieu-truong", "to-truong", "gvcn", "van-thu", "quan-tri-phan-mem"]


def with_(found, **changes):
    return SimpleNamespace(**{**vars(found), **changes})


def situations(seed, count):
    """Situations from the cases, with statements and authors added by chance."""
    rng = random.Random(seed)
    for _ in range(count):
        found = situation(rng.choice(CASES))
        statements = [
            *found.approvals,
            *(some_approval(rng, found) for _ in range(rng.randrange(4))),
        ]
        authors = found.proposal.authors | set(rng.sample(PEOPLE, rng.randrange(2)))
        proposal = replace(found.proposal, authors=authors)
        yield rng, with_(found, approvals=tuple(statements), proposal=proposal)


def some_approval(rng, found):
    named = {path for ground in judged(found).grounds if (path := ground.opened_by)}
    return Approval(
        person=rng.choice(PEOPLE), role=rng.choice(ROLES),
        decision=rng.choice(["duyet", "duyet", "kiem-tra", "tra-lai"]),
        digest=rng.choice([found.proposal.digest] * 5 + ["khac"]), binding=BINDING,
        nonce=f"x{rng.randrange(3)}", not_after=found.received + timedelta(hours=1),
        correction=next(iter(sorted(named)), None),
    )  # fmt: skip


def some_lock(rng, found):
    key = dict(rng.choice(found.proposal.changes).key)
    kept = {name: key[name] for name in key if rng.random() < 0.6}
    kinds = frozenset(change.kind for change in found.proposal.changes if change.kind)
    return Lock(
        name="thêm", kinds=kinds | {"lop"}, scope=kept,
        closes=found.received.date() + timedelta(days=rng.randrange(-9, 5)),
        spares=frozenset({"cho-he"} if rng.random() < 0.3 else ()),
    )  # fmt: skip


def granted(verdict):
    return {ground.change.place for ground in verdict.grounds}


def test_a_lock_never_adds_a_permission():
    closed = 0
    for rng, found in situations(1, 130):
        before = judged(found)
        locks = (*found.policy.locks, some_lock(rng, found))
        after = judged(with_policy(found, locks=locks))
        assert granted(after) <= granted(before)
        assert bool(before) >= bool(after)
        closed += granted(after) < granted(before)
    assert closed > 10


def test_taking_an_approval_away_never_turns_a_refusal_into_an_allowance():
    lost = 0
    for rng, found in situations(2, 130):
        if not found.approvals:
            continue
        gone = rng.randrange(len(found.approvals))
        fewer = found.approvals[:gone] + found.approvals[gone + 1 :]
        before, after = judged(found), judged(with_(found, approvals=fewer))
        assert bool(before) >= bool(after)
        assert before.refusals == after.refusals
        lost += bool(before) > bool(after)
    assert lost > 5


def test_a_right_to_write_never_takes_a_ground_away():
    won = 0
    for rng, found in situations(3, 220):
        right = rng.choice([each for each in found.policy.rights if each.deed is Deed.WRITE])
        kinds = {change.kind for change in found.proposal.changes if change.kind}
        wider = replace(
            right, role="nhan-vien", scope=(),
            fields=rng.choice([(), (("hoc_sinh",),), right.fields]),
            kinds=frozenset(kinds or right.kinds),
        )  # fmt: skip
        before = judged(found)
        after = judged(with_policy(found, rights=(*found.policy.rights, wider)))
        assert granted(before) <= granted(after)
        assert bool(after) >= bool(before)
        won += granted(before) < granted(after)
    assert won > 5


def test_one_more_role_in_a_step_never_leaves_more_steps_open():
    for rng, found in situations(4, 90):
        steps = [each for each in found.policy.rights if each.deed in (Deed.CHECK, Deed.APPROVE)]
        more = replace(rng.choice(steps), role=rng.choice(ROLES), scope=())
        before = judged(found)
        after = judged(with_policy(found, rights=(*found.policy.rights, more)))
        assert bool(after) >= bool(before)


def test_the_order_of_everything_decides_nothing():
    for rng, found in situations(5, 70):
        proposal = replace(found.proposal, changes=shuffled(rng, found.proposal.changes))
        mixed = with_policy(
            with_(found, proposal=proposal, approvals=shuffled(rng, found.approvals)),
            rights=shuffled(rng, found.policy.rights),
            assignments=shuffled(rng, found.policy.assignments),
            locks=shuffled(rng, found.policy.locks),
        )
        before, after = judged(found), judged(mixed)
        assert bool(before) == bool(after)
        assert codes(before) == codes(after)
        assert granted(before) == granted(after)
        assert said(before) == said(after)


def said(verdict):
    return [(need.path, need.step, need.roles, need.people) for need in verdict.needs]


def shuffled(rng, values):
    mixed = list(values)
    rng.shuffle(mixed)
    return tuple(mixed)


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_without_the_author_nothing_is_granted(case):
    found = situation(case)
    stranger = replace(found.proposal, authors=frozenset({"NV9999"}))
    assert not judged(with_(found, proposal=stranger)).grounds
