"""The records, the public site and the books of a Vietnamese school, kept in git."""
