"""Every demand of the seed stands in a clause and is carried, or is left to people with a reason.

The table `dieu-khoan.yml` says what carries each row; here the table is held against the
regulations of both years, the catalogue of findings, the books and the verbs.
"""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from hoso.books.catalogue import BOOKS
from hoso.cli.main import COMMANDS, group
from hoso.findings import CODES
from hoso.gate.regulation import limits_of, rights_of
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree

ROOT = Path(__file__).parents[2]
#: Demands in each article of the seed's regulation; its decision has Q0 to Q3.
DEMANDS = {1: 2, 2: 2, 3: 9, 4: 19, 5: 4, 6: 15, 7: 6, 8: 3, 9: 2, 10: 4, 11: 8, 12: 1, 13: 3}
ROWS = [f"Q{number}" for number in range(4)] + [
    f"D{article}.{number}"
    for article, count in DEMANDS.items()
    for number in range(1, count + 1)
]  # fmt: skip
TABLE = yaml.safe_load(Path(__file__).with_name("dieu-khoan.yml").read_text("utf-8"))
CARRIERS = {"quyen", "kiem", "so", "bao_cao"}
SCHOOL = TreeSchool(FolderTree(ROOT), load_kinds(FolderTree(ROOT)))
YEARS = ("2025-2026", "2026-2027")


def regulation(year):
    return SCHOOL.get("quy-che", nam_hoc=year)


def clauses(year):
    for article in regulation(year).data["dieu"].values():
        yield from article["khoan"].values()


def test_the_table_has_every_row_of_the_seed_in_order():
    assert len(ROWS) == 82
    assert list(TABLE) == ROWS


@pytest.mark.parametrize("year", YEARS)
def test_every_row_is_named_by_a_clause_and_no_clause_names_another(year):
    named = {row for clause in clauses(year) for row in clause.get("nguon", ())}
    assert named == set(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_carried_by_something_or_left_to_people_with_one_reason(row):
    if set(TABLE[row]) == {"nguoi"}:
        assert re.fullmatch(r"[^.]{20,}\.", TABLE[row]["nguoi"])
    else:
        assert TABLE[row].keys() <= CARRIERS
        assert any(TABLE[row].values())


@pytest.mark.parametrize("year", YEARS)
def test_every_right_that_carries_a_row_is_granted(year):
    granted = {
        f"{right.role} {right.deed.value} {kind}"
        for right in rights_of(regulation(year))
        for kind in right.kinds
    }
    asked = {right for carried in TABLE.values() for right in carried.get("quyen", ())}
    assert len(asked) > 60
    assert asked - granted == set()


@pytest.mark.parametrize("year", YEARS)
def test_what_is_left_to_people_stands_in_clauses_that_grant_nothing(year):
    alone = {row for row in ROWS if "nguoi" in TABLE[row]}
    for clause in clauses(year):
        if alone & set(clause.get("nguon", ())):
            assert "quyen" not in clause, clause["loi"]


def test_findings_books_and_verbs_that_carry_a_row_exist():
    def of(carrier):
        return {each for carried in TABLE.values() for each in carried.get(carrier, ())}

    assert of("kiem") <= CODES.keys()
    assert of("so") <= {book.name for book in BOOKS}
    for verb in of("bao_cao"):
        name, _, part = verb.partition(" ")
        command = group.get_command(click.Context(group), name)
        assert name in COMMANDS
        assert not part or part in command.commands, verb


@pytest.mark.parametrize("year", YEARS)
def test_the_words_of_the_regulation_say_the_numbers_that_are_enforced(year):
    limits = limits_of(regulation(year))
    words = " ".join(clause["loi"] for clause in clauses(year))
    assert f"không quá {limits.order_hours} giờ" in words
    assert f"không quá {limits.pages} trang" in words
    assert f"không quá {limits.statement_days} ngày" in words
