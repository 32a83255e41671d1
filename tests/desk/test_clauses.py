"""The clauses that pages of the desk name: each is one of the regulation that is in force."""

import re

import pytest
import yaml

from gate.situations import ROOT
from hoso.desk.pages import templates

_NAMED = re.compile(r"(?:điểm (\w) )?(?:khoản (\d+(?:(?:, | và )\d+(?! Điều))*) )?Điều (\d+)", re.I)


def named():
    """Page, article, clause (or None) and point (or None) of everything the templates name."""
    loader = templates().loader
    for page in templates().list_templates():
        text = loader.get_source(templates(), page)[0]
        for point, clauses, article in _NAMED.findall(text):
            for clause in re.findall(r"\d+", clauses) or [None]:
                yield page, article, clause, point or None


@pytest.mark.parametrize("year", ["2025-2026", "2026-2027"])
def test_every_clause_a_page_names_is_in_the_regulation(year):
    regulation = yaml.safe_load((ROOT / f"records/quy-che/{year}.yml").read_text("utf-8"))["dieu"]
    found = list(named())
    assert len({page for page, *_ in found}) > 15
    missing = []
    for page, article, clause, point in found:
        told = regulation.get(article, {}).get("khoan", {})
        rights = told.get(clause, {}).get("quyen", {})
        # Where a point is named it may be one of the text, which begins with its letter.
        spoken = re.search(rf"(^|[:;] ){point}\)", told.get(clause, {}).get("loi", ""))
        there = clause is None or clause in told
        if not (told and there and (point is None or point in rights or spoken)):
            missing.append((page, article, clause, point))
    assert missing == []
