"""A person's clone: the server's branches as fetched last, history followed to the log's end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from hoso.findings import HosoError
from hoso.ledger.opening import Broken, opened
from hoso.ledger.view import View
from hoso.proposals.names import Name, proposal_at, review_at
from hoso.store.git import Repository
from hoso.store.refs import refs
from hoso.store.remote import Remote

#: Both branches move at once on the server, but a fetch in that instant may see only one moved.
_LOOKS = 4


@dataclass(slots=True)
class Clone:
    """The server as it was when last asked; nothing here moves a branch or a file of the clone."""

    remote: Remote
    _view: View | None = field(default=None, init=False)
    _refs: dict[str, str] | None = field(default=None, init=False)

    @property
    def repository(self) -> Repository:
        """The clone's own repository."""
        return self.remote.repository

    def refresh(self) -> None:
        """Fetches what the server has now, and follows its log to the end."""
        for look in range(_LOOKS):
            self.remote.fetch()
            self._refs = self._view = None
            try:
                self._view = self._opened()
            except Broken:
                if look == _LOOKS - 1:
                    raise
            else:
                return

    @property
    def view(self) -> View:
        """History up to the end of the log that was fetched last."""
        if self._view is None:
            self._view = self._opened()
        return self._view

    def now(self, clock: datetime) -> datetime:
        """The moment to judge at: by the clock here, but never before the log's last entry."""
        return max(clock, datetime.fromtimestamp(self.view.state.time, UTC))

    def proposals(self) -> dict[Name, str]:
        """The open proposals and the commit each stands at, by author and word."""
        found = {
            name: commit
            for branch, commit in self._branches("de-nghi/").items()
            if (name := proposal_at(branch)) is not None
        }
        return dict(sorted(found.items()))

    def head(self, name: Name) -> str:
        """The commit of an open proposal; HosoError where it is not open."""
        found = self.proposals().get(name)
        if found is None:
            raise HosoError(f"không có đề nghị {name} đang mở; xem danh sách: hoso proposals")
        return found

    def reviews(self, name: Name) -> dict[str, str]:
        """The commits that hold what people said about a proposal, by reviewer."""
        return {
            about[0]: commit
            for branch, commit in self._branches("y-kien/").items()
            if (about := review_at(branch)) is not None and about[1] == name
        }

    def on_main(self, commit: str) -> bool:
        """Whether a commit has come into `main`."""
        return self.view.on_main(commit)

    def _branches(self, below: str) -> dict[str, str]:
        if self._refs is None:
            self._refs = refs(self.repository, self.remote.prefix)
        start = f"{self.remote.prefix}{below}"
        return {
            name.removeprefix(start): commit
            for name, commit in self._refs.items()
            if name.startswith(start)
        }

    def _opened(self) -> View:
        prefix = self.remote.prefix
        names = refs(self.repository, prefix)
        if f"{prefix}main" not in names or f"{prefix}nhat-ky" not in names:
            raise HosoError(
                f"kho chung {self.remote.name} không phải máy chủ hoso: thiếu main hoặc nhat-ky"
            )
        return opened(self.repository, f"{prefix}main", f"{prefix}nhat-ky")
