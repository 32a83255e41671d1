"""Every book is PDF/A and PDF/UA, as veraPDF sees it."""

import io

import pikepdf
from small_school import YEAR

import verapdf
from hoso.books.catalogue import BOOKS, book_called
from hoso.books.page import edition
from hoso.books.typesetting import typeset


def test_every_book_conforms_to_pdf_a_2a_and_pdf_ua_1(printed):
    broken = {
        place: faults
        for place, (_, pdf) in printed.items()
        for faults in [verapdf.broken_rules(pdf, "PDFA_2_A", "PDFUA_1")]
        if faults
    }
    assert broken == {}


def test_every_book_of_the_catalogue_is_among_those_tested(printed):
    assert {name for name, _ in printed} == {book.name for book in BOOKS}


def test_an_archived_report_book_conforms_to_pdf_a_3a_with_its_sources_attached(desk, small):
    page = book_called("hoc-ba").keep(desk, (small.graduates[0],), YEAR)
    pdf = typeset(page, edition(page, None).line)
    assert verapdf.broken_rules(pdf, "PDFA_3_A", "PDFUA_1") == []
    assert verapdf.broken_rules(pdf, "PDFA_2_A") != []


def test_the_checker_refuses_a_file_whose_tags_were_taken_away(printed):
    pdf = next(iter(printed.values()))[1]
    spoiled = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.Root.StructTreeRoot
        document.save(spoiled)
    faults = verapdf.broken_rules(spoiled.getvalue(), "PDFA_2_A", "PDFUA_1")
    assert any(fault.startswith("PDFA_2_A 6.7.3.3-1") for fault in faults)
    assert any(fault.startswith("PDFUA_1") for fault in faults)


def test_the_checker_refuses_a_file_that_gives_no_language(printed):
    pdf = next(iter(printed.values()))[1]
    spoiled = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.Root.Lang
        document.save(spoiled)
    assert verapdf.broken_rules(spoiled.getvalue(), "PDFUA_1") != []
