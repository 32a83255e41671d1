"""Guards of the program taken away one at a time, in memory, and put back.

A guard is an `if`, held open or held shut, one condition of several, dropped, the answer of a
comparison, turned, or a call made for its refusal alone, left out. The mutated code is put into
the real functions, so that everything that uses them meets it.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path


@dataclass(frozen=True)
class Mutant:
    """One change of one module: `name` says which, by what stood there and what stands there."""

    module: str
    number: int
    name: str


@cache
def mutants(module):
    """Every mutant of a module of the program, such as `ledger.topic`."""
    seen, found = Counter(), []
    for number, (node, part, new) in enumerate(sites(ast.parse(source(module)))):
        change = f"{module}: {ast.unparse(held(node, part))} := {ast.unparse(new)}"
        seen[change] += 1
        name = change if seen[change] == 1 else f"{change} ({seen[change]})"
        found.append(Mutant(module, number, name))
    return tuple(found)


def source(module):
    return Path(inspect.getfile(importlib.import_module(f"hoso.{module}"))).read_text("utf-8")


def sites(tree):
    """Every place that can be mutated: (node, its part, what is put there)."""
    true, false = ast.Constant(True), ast.Constant(False)
    for node in ast.walk(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                pass
            case ast.If() | ast.IfExp():
                yield node, ("test", None), false
                yield node, ("test", None), true
            case ast.BoolOp() if not chooses(node):
                for number in range(len(node.values)):
                    yield node, ("values", number), true if isinstance(node.op, ast.And) else false
            case ast.comprehension():
                for number in range(len(node.ifs)):
                    yield node, ("ifs", number), true
            case ast.Return(value=ast.Compare() | ast.UnaryOp(op=ast.Not())):
                yield node, ("value", None), false
                yield node, ("value", None), true
        body = getattr(node, "body", None)
        for number, each in enumerate(body if isinstance(body, list) else ()):
            # A class's own beginning is no guard.
            call = isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)
            if call and not ast.unparse(each).startswith("super()"):
                yield node, ("body", number), ast.Pass()


def chooses(node):
    """Whether an `or` only puts something in the place of nothing."""
    return isinstance(node.op, ast.Or) and isinstance(node.values[-1], ast.Constant | ast.Dict)


def held(node, part):
    """What stands at a place."""
    name, number = part
    found = getattr(node, name)
    return found if number is None else found[number]


def changed_code(mutant):
    """The names that a module defines when it has been mutated."""
    tree = ast.parse(source(mutant.module))
    node, (name, number), new = list(sites(tree))[mutant.number]
    if number is None:
        setattr(node, name, new)
    else:
        getattr(node, name)[number] = new
    space = {"__name__": f"hoso.{mutant.module}"}
    exec(compile(ast.fix_missing_locations(tree), mutant.module, "exec"), space)  # noqa: S102 - our own
    return space


@contextlib.contextmanager
def living(mutant):
    """The program with a mutant in it; afterwards as it was."""
    real = importlib.import_module(f"hoso.{mutant.module}")
    pairs = list(functions(vars(real), changed_code(mutant), real.__name__))
    ours = [function.__code__ for function, _ in pairs]
    try:
        for function, other in pairs:
            function.__code__ = other.__code__
        yield
    finally:
        for (function, _), code in zip(pairs, ours, strict=True):
            function.__code__ = code


def functions(space, others, module):
    """The functions, methods and properties that a module defines, each with its twin."""
    for name, real in space.items():
        other = others.get(name)
        if inspect.isclass(real) and real.__module__ == module:
            yield from functions(vars(real), vars(other), module)
            continue
        one, two = bare(real), bare(other)
        if not inspect.isfunction(one) or one.__module__ != module:
            continue
        # What dataclasses write themselves has no twin of its own.
        if inspect.isfunction(two) and (not name.startswith("__") or name in _SPECIAL):
            yield one, two


_SPECIAL = {"__bool__", "__init__"}


def bare(thing):
    """The function inside what wraps it."""
    match thing:
        case property():
            return thing.fget
        case cached_property():
            return thing.func
        case classmethod() | staticmethod():
            return thing.__func__
    return getattr(thing, "__wrapped__", thing)
