"""A person's clone: the server's branches as fetched last, history followed to the log's end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hoso.findings import HosoError
from hoso.ledger.opening import Broken, opened
from hoso.ledger.view import View
from hoso.proposals.names import Name, proposal_at, review_at
from hoso.store.agent import Held
from hoso.store.git import Repository
from hoso.store.remote import Remote

#: Branches move together on the server, but who looks in that instant may see only one moved.
_LOOKS, _PAUSE = 8, 0.02


@dataclass(slots=True)
class Clone:
    """The server as it was when last asked; nothing here moves a branch or a file of the clone.

    View and proposals are those of one look: what others do meanwhile is seen by the next.
    """

    remote: Remote
    _view: View | None = field(default=None, init=False)
    _heads: dict[str, str] = field(default_factory=dict, init=False)

    @property
    def repository(self) -> Repository:
        """The clone's own repository."""
        return self.remote.repository

    def refresh(self) -> None:
        """Fetches what the server has now, and follows its log to the end where it has moved."""
        self.remote.fetch()
        self._look()

    def held_by(self, held: Held) -> Clone:
        """The same server as last seen, by a clone whose pushes an agent signs."""
        other = Clone(replace(self.remote, held=held))
        other._view, other._heads = self._view, self._heads
        return other

    @property
    def view(self) -> View:
        """History up to the end of the log that was fetched last."""
        if self._view is None:
            self._look()
        assert self._view is not None  # noqa: S101 - a look gives one or raises
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
        if not self._heads:
            self._heads = self.remote.branches()
        return {
            name.removeprefix(below): commit
            for name, commit in self._heads.items()
            if name.startswith(below)
        }

    def _look(self) -> None:
        for look in range(1, _LOOKS + 1):
            heads = self.remote.branches()
            if self._view is not None and heads == self._heads:
                return
            self._heads, self._view = heads, None
            try:
                self._view = self._opened()
            except Broken:
                if look == _LOOKS:
                    raise
                time.sleep(_PAUSE * look)
                self.remote.fetch()
            else:
                return

    def _opened(self) -> View:
        main, log = (self._heads.get(name) for name in ("main", "nhat-ky"))
        if main is None or log is None:
            raise HosoError(
                f"kho chung {self.remote.name} không phải máy chủ hoso: thiếu main hoặc nhat-ky"
            )
        return opened(self.repository, main, log)
