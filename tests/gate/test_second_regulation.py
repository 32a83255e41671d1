"""A regulation of another shape decides with the same code: other steps, keys and locks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from gate import secondary
from gate.situations import BINDING, codes
from hoso.gate.changes import changes_between, effect_digest
from hoso.gate.decision import decide
from hoso.gate.regulation import policy_on
from hoso.gate.verdict import VIETNAM, Approval, Past, Proposal

PAGE = "records/2026-2027/khoi/6/6A/mon/toan/hk1.yml"
STEPS = ["NV0113 khoi-truong kiem-tra", "NV0114 to-pho-bo-mon kiem-tra",
         "NV0102 pho-hieu-truong duyet"]  # fmt: skip


def verdict(who, approvals, day):
    base = secondary.school()
    head = secondary.school([(PAGE, "hoc_sinh/HSA1B2C3/gk", "7")])
    received = datetime.combine(day, time(9), VIETNAM)
    digest = effect_digest(base.tree, head.tree, [PAGE])
    statements = [
        Approval(
            person=person, role=role, decision=decision, digest=digest, binding=BINDING,
            nonce=person, not_after=received + timedelta(days=1),
        )
        for person, role, decision in (said.split() for said in approvals)
    ]  # fmt: skip
    changes = changes_between(base.tree, head.tree, [PAGE], secondary.KINDS)
    proposal = Proposal(
        changes=changes, authors=frozenset({who}), digest=digest, binding=BINDING
    )  # fmt: skip
    return decide(policy_on(base, day), base, proposal, statements, received, Past())


def test_three_steps_by_grade_subject_and_school_allow_a_change():
    assert verdict("NV0111", STEPS, date(2026, 12, 20))


@pytest.mark.parametrize("missing", range(3))
def test_each_of_the_three_steps_is_needed(missing):
    found = verdict("NV0111", STEPS[:missing] + STEPS[missing + 1 :], date(2026, 12, 20))
    assert [need.step for need in found.needs] == [missing + 1]
    assert STEPS[missing].split()[0] in found.needs[0].people
    assert "NV0111" not in found.needs[0].people


def test_a_leader_of_another_grade_or_subject_fills_no_step():
    other = ["NV0112 khoi-truong kiem-tra", "NV0115 to-pho-bo-mon kiem-tra", STEPS[2]]
    found = verdict("NV0111", other, date(2026, 12, 20))
    assert [need.step for need in found.needs] == [1, 2]


def test_the_lock_of_its_term_closes_the_page():
    assert verdict("NV0111", STEPS, date(2027, 1, 20))
    assert codes(verdict("NV0111", STEPS, date(2027, 1, 21))) == ["HS865"]


def test_a_teacher_of_another_class_is_refused():
    assert codes(verdict("NV0114", STEPS, date(2026, 12, 20)))[0] == "HS850"
