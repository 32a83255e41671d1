"""Kinds from schemas, the one spelling of a record, and records read as their kind says."""
