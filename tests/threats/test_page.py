"""The page of attacks says what the tests do."""

from __future__ import annotations

from threats.telling import PAGE, ROWS, page
from threats.test_mutants import MODULES, WITHOUT_EFFECT


def test_the_page_of_attacks_is_what_the_tests_say():
    """Where it is not: `python tests/threats` writes it anew."""
    assert PAGE.read_text("utf-8") == page(MODULES, WITHOUT_EFFECT)


def test_every_row_of_the_table_has_a_test():
    assert ROWS.keys() == {*range(1, 80), 81, 82}
