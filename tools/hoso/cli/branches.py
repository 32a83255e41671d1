"""Where a clone keeps the school's two branches: as the server's, or as branches of its own."""

from __future__ import annotations

from hoso.findings import HosoError
from hoso.store.git import Repository
from hoso.store.refs import refs

#: The server's branches as fetched last come before branches that somebody may have moved here.
_PLACES = ("refs/remotes/origin/", "refs/heads/")


def ends(repository: Repository) -> tuple[str, str | None]:
    """The refs of `main` and of the log in a clone; no log where the school keeps none yet."""
    for place in _PLACES:
        known = refs(repository, place)
        if f"{place}main" in known:
            log = f"{place}nhat-ky"
            return f"{place}main", log if log in known else None
    raise HosoError("kho này không có nhánh main: chỉ ra bản sao đúng bằng --repo")
