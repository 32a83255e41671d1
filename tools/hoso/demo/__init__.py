"""Writes the reference school, and schools of any size like it, from a seed."""
