"""Each guard of the ledger and of signing taken away in turn: some attack must then succeed.

Which attack misses a guard soonest is noted in `killers.yml`; the note only says what to try
first. Every run tries a sample of the guards, `make nightly` all of them.
"""

from __future__ import annotations

import inspect
import signal
import tempfile
from functools import cache
from pathlib import Path

import pytest
import yaml

from hoso.ledger.standing import READ
from hoso.signing.keys import public_key
from hoso.signing.sshsig import _before_digest, _framed
from mutating import living, mutants
from signing import test_commits, test_signatures, test_statements
from threats import test_approval, test_branches, test_content, test_identity, test_locks
from threats.conftest import founded

ATTACKS = (
    test_approval, test_branches, test_identity, test_locks, test_content,
    test_statements, test_signatures, test_commits,
)  # fmt: skip
MODULES = (
    "ledger.approved", "ledger.chain", "ledger.integrity", "ledger.judging", "ledger.keyring",
    "ledger.merged", "ledger.shape", "ledger.state", "ledger.topic",
    "signing.canonical", "signing.certificates", "signing.commits", "signing.entries",
    "signing.keys", "signing.shapes", "signing.sshsig", "signing.statements", "signing.wire",
)  # fmt: skip
HERE = Path(__file__).parent
KILLERS = yaml.safe_load((HERE / "killers.yml").read_text("utf-8")) or {}
#: What a mutant replaces → why no attack can feel it.
WITHOUT_EFFECT = yaml.safe_load((HERE / "survivors.yml").read_text("utf-8")) or {}
#: Of so many guards every run takes one away.
_ONE_IN = 50
GIVEN = ("yard", "tmp_path")
PARAM = type(pytest.param())
#: A mutant that runs for ever is noticed too.
_SECONDS = 30


def every_mutant():
    return [each for module in MODULES for each in mutants(module)]


@cache
def attacks():
    """Every attack with its values filled in, by name; what needs more than a yard is left out."""
    found = {}
    for module in ATTACKS:
        for name, test in vars(module).items():
            if name.startswith("test_") and not hasattr(test, "hypothesis"):
                for number, values in enumerate(told(test)):
                    if inspect.signature(test).parameters.keys() <= {*values, *GIVEN}:
                        found[f"{name}[{number}]" if values else name] = (test, values)
    return found


def told(test):
    """The values that pytest would hand to a test, one mapping for each of its runs."""
    runs = [{}]
    for mark in getattr(test, "pytestmark", ()):
        names, values = mark.args
        names = [names] if isinstance(names, str) else list(names)
        rows = [each.values if isinstance(each, PARAM) else each if len(names) > 1 else (each,)
                for each in values]  # fmt: skip
        runs = [{**run, **dict(zip(names, row, strict=True))} for run in runs for row in rows]
    return runs


@cache
def base():
    """The yard that attacks start from, built before anything is mutated."""
    return founded(Path(tempfile.mkdtemp()) / "kho")


def succeeds(name):
    """Whether an attack's test fails, which is to say that the attack got through."""
    test, values = attacks()[name]
    asked = inspect.signature(test).parameters
    with tempfile.TemporaryDirectory() as folder:
        given = dict(values)
        if "yard" in asked:
            given["yard"] = base().copied(Path(folder) / "kho")
        if "tmp_path" in asked:
            given["tmp_path"] = Path(folder) / "cho"
            given["tmp_path"].mkdir()
        try:
            test(**given)
        except (Exception, pytest.fail.Exception):
            return True
    return False


def killer(mutant, first=()):
    """The name of an attack that succeeds when a guard is gone; None where none does."""
    base()
    forget()
    signal.signal(signal.SIGALRM, too_long)
    try:
        with living(mutant):
            for name in dict.fromkeys([*first, *attacks()]):
                signal.alarm(_SECONDS)
                if name in attacks() and succeeds(name):
                    return name
    finally:
        signal.alarm(0)
        forget()
    return None


def too_long(*_):
    raise TimeoutError


def forget():
    """What was read under a mutant must not be believed without it, nor the other way round."""
    for kept in (READ.kinds, READ.records, READ.policies, READ.keyrings, READ.digests):
        kept.clear()
    for read in (public_key, _framed, _before_digest):
        read.cache_clear()


def tried():
    """Every mutant that some attack must feel; all but a sample wait for the night."""
    felt = [each for each in every_mutant() if each.name not in WITHOUT_EFFECT]
    for number, each in enumerate(felt):
        marks = () if number % _ONE_IN == 0 else pytest.mark.nightly
        yield pytest.param(each, id=each.name, marks=marks)


@pytest.mark.parametrize("mutant", list(tried()))
def test_a_guard_taken_away_lets_an_attack_through(mutant):
    noted = [KILLERS[mutant.name]] if mutant.name in KILLERS else []
    assert killer(mutant, noted) is not None, f"sống sót: {mutant.name}"


def test_every_guard_is_known_to_be_felt_or_has_its_reason():
    names = {each.name for each in every_mutant()}
    assert KILLERS.keys() | WITHOUT_EFFECT.keys() == names
    assert not KILLERS.keys() & WITHOUT_EFFECT.keys()
    assert set(KILLERS.values()) <= attacks().keys()
