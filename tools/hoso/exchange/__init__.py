"""Exchange: a page as a table that people fill in, as a workbook and back, cell by cell."""
