"""Each guard of the decision taken away in turn: some case or threat must then fail.

A guard is an `if`, held open or held shut, or one condition of several, dropped. The mutated code
is put into the real functions, the tables of cases and the threats are tried, and the code is put
back. What survives everything is no guard and stands in `WITHOUT_EFFECT` with its reason.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from functools import cache
from pathlib import Path

import pytest
import yaml

from gate import test_threats
from gate.situations import codes, judged, situation
from mutating import chooses, functions

MODULES = ("approvals", "corrections", "decision", "editions", "locks", "orders", "verdict")
#: What a mutant replaces → why no decision can feel it.
WITHOUT_EFFECT = {
    "orders: change.kind == ORDER := True": "no other kind has a list `loai` at its root",
}


def source(module):
    return Path(inspect.getfile(importlib.import_module(f"hoso.gate.{module}"))).read_text("utf-8")


def sites(tree):
    """Every place that can be mutated: (node, name of the part, what is put there)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If):
            yield node, "test", False
            yield node, "test", True
        elif isinstance(node, ast.BoolOp) and not chooses(node):
            for number in range(len(node.values)):
                yield node, number, isinstance(node.op, ast.And)
        elif isinstance(node, ast.comprehension):
            for number in range(len(node.ifs)):
                yield node, number, True


def mutants():
    for module in MODULES:
        for number, (node, part, value) in enumerate(sites(ast.parse(source(module)))):
            old = old_of(node, part)
            yield pytest.param(module, number, id=f"{module}: {ast.unparse(old)} := {value}")


def old_of(node, part):
    if part == "test":
        return node.test
    return (node.values if isinstance(node, ast.BoolOp) else node.ifs)[part]


def mutated(module, number):
    """The functions of a module with one place changed, and what stood there."""
    tree = ast.parse(source(module))
    node, part, value = list(sites(tree))[number]
    old, new = old_of(node, part), ast.Constant(value)
    if part == "test":
        node.test = new
    elif isinstance(node, ast.BoolOp):
        node.values[part] = new
    else:
        node.ifs[part] = new
    space = {"__name__": f"hoso.gate.{module}"}
    exec(compile(ast.fix_missing_locations(tree), module, "exec"), space)  # noqa: S102 - our own
    return space, f"{module}: {ast.unparse(old)} := {value}"


@cache
def cases():
    """Every case of the tables with its situation, built before anything is mutated."""
    found = []
    for file in sorted((Path(__file__).parent / "cases").glob("*.yml")):
        for case in yaml.safe_load(file.read_text("utf-8")).values():
            found.append((case, situation(case)))
    assert all(as_expected(case, found) for case, found in found)
    return found


def as_expected(case, found):
    verdict = judged(found)
    opened = {ground.opened_by for ground in verdict.grounds}
    needs = {need.step: sorted(need.people) for need in verdict.needs}
    return (
        codes(verdict) == case["codes"]
        and bool(verdict) == (not case["codes"])
        and verdict.may_be_proposed == (not verdict.refusals)
        and ("opened_by" not in case or opened == {case["opened_by"]})
        and ("needs" not in case or needs == case["needs"])
        and (bool(verdict.refusals) or len(verdict.grounds) == len(found.proposal.changes))
    )


def every_threat():
    """Runs each threat's test that needs nothing handed in."""
    for name, test in vars(test_threats).items():
        if name.startswith("test_") and not inspect.signature(test).parameters:
            test()


def something_fails():
    try:
        if not all(as_expected(case, found) for case, found in cases()):
            return True
        every_threat()
    except Exception:
        return True
    except pytest.fail.Exception:
        return True
    return False


@pytest.mark.parametrize(("module", "number"), list(mutants()))
def test_a_guard_taken_away_is_missed(module, number):
    cases()
    space, name = mutated(module, number)
    real = importlib.import_module(f"hoso.gate.{module}")
    pairs = list(functions(vars(real), space, real.__name__))
    ours = [function.__code__ for function, _ in pairs]
    try:
        for function, other in pairs:
            function.__code__ = other.__code__
        failed = something_fails()
    finally:
        for (function, _), code in zip(pairs, ours, strict=True):
            function.__code__ = code
    assert failed != (name in WITHOUT_EFFECT), f"sống sót: {name}"


def test_every_exception_is_a_guard_that_exists():
    known = {param.id for param in mutants()}
    assert WITHOUT_EFFECT.keys() <= known
