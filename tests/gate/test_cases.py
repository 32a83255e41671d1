"""Cases as tables: who changes what, who approved it, when, and what is said against it.

Every `cases/*.yml` maps a sentence to a case as `situations.situation` reads it. `codes` are all
codes of the verdict, none for a proposal that may be merged; `needs` names, by step, the people
who could still approve; `opened_by` what opened a closed page. Adding a case needs no Python.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gate.situations import codes, judged, situation
from hoso.findings import CODES

CASES = [
    pytest.param(case, id=f"{file.stem}: {name}")
    for file in sorted((Path(__file__).parent / "cases").glob("*.yml"))
    for name, case in yaml.safe_load(file.read_text("utf-8")).items()
]


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_decided_as_its_table_says(case):
    found = situation(case)
    verdict = judged(found)
    assert codes(verdict) == case["codes"], verdict.findings
    assert bool(verdict) == (not case["codes"])
    assert set(case["codes"]) <= set(CODES)
    if not verdict.refusals:
        judged_changes = sorted(ground.change.place for ground in verdict.grounds)
        assert judged_changes == [change.place for change in found.proposal.changes]
    if "needs" in case:
        assert {need.step: sorted(need.people) for need in verdict.needs} == case["needs"]
    if "opened_by" in case:
        assert {ground.opened_by for ground in verdict.grounds} == {case["opened_by"]}


def test_every_allowance_quotes_a_point_of_the_regulation_and_a_decision():
    allowed = [judged(situation(param.values[0])) for param in CASES]
    grounds = [ground for verdict in allowed if verdict for ground in verdict.grounds]
    assert len(grounds) > 10
    for ground in grounds:
        assert str(ground.granted.right.clause).startswith("điểm ")
        assert ground.granted.assignment.person == ground.author
        assert ground.granted.assignment.decision
