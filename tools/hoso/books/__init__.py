"""Printed books: from records to PDF/A that a school office can sign and keep."""
