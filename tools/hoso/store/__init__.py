"""Bytes and git: strict text, trees over memory, folder and commit, and the cache."""
