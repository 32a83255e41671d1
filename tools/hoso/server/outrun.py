"""A merge made for an earlier `main`, told apart at the door: nothing has to be judged for that.

Whoever lost a race is told so in a few milliseconds and goes again; what is imported here is
little, for it is loaded before anything else.
"""

from __future__ import annotations

from hoso.store.git import Repository
from hoso.store.refs import leads_to


def parents_of(repository: Repository, commit: str) -> list[str]:
    """The parents that a commit names; none where there is no such commit."""
    try:
        kind, raw = repository.object(commit)
    except KeyError:
        return []
    lines = raw.partition(b"\n\n")[0].split(b"\n") if kind == "commit" else []
    return [line[7:].decode("ascii", "replace") for line in lines if line.startswith(b"parent ")]


def outrun(repository: Repository, merge: str, base: str) -> bool:
    """Whether a merge into `base` comes too late: that was `main`, and neither of them is now."""
    main = repository.resolve("refs/heads/main")
    if base == main or not leads_to(repository, base, main):
        return False
    return not leads_to(repository, merge, main)
