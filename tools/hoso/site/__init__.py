"""The public website: what may be published of a school, rendered and swapped into place."""
