"""Nobody is shut out: axe-core finds no violation, on any page."""

import pytest

import programs
from browsing import DESKTOP, PHONE
from visits import SETTLED, axe_violations


def test_no_page_breaks_a_rule_of_axe_core(visits):
    found = {visit.address: visit.violations for visit in visits if visit.violations}
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_page_of_every_sort_is_as_good_in_the_dark_and_on_a_phone(
    browser, reference_site, reference_url, scheme, size
):
    if (scheme, size) == ("light", DESKTOP):
        size = {"width": 800, "height": 1100}  # a tablet: every page was seen at desk size
    context = browser.new_context(
        viewport=size, color_scheme=scheme, locale="vi-VN", reduced_motion="reduce"
    )
    script = programs.axe().read_text(encoding="utf-8")
    page = context.new_page()
    found = {}
    for sample in one_of_every_sort(reference_site):
        page.goto(reference_url + sample)
        page.evaluate(SETTLED)
        if violations := axe_violations(page, script):
            found[sample] = violations
    context.close()
    assert found == {}


def one_of_every_sort(site):
    """The first page of every section and depth: each template and each generated page once."""
    first = {}
    for page in site.pages:
        parts = page.address.split("/")
        first.setdefault((parts[0], len(parts)), page.address)
    return list(first.values())
