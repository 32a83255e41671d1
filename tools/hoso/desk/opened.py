"""Which proposals somebody has opened in a session, in the state they have seen them in.

Signing many at once is for those that have been read: an entry is the effect that was shown, so a
proposal that became another counts as unread. Kept in memory only, and forgotten with the program.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from hoso.desk.sessions import Session
from hoso.proposals.names import Name

_MOST_SESSIONS = 500


class Opened:
    """What each session has opened."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._lock = threading.Lock()
        self._seen: OrderedDict[bytes, set[tuple[Name, str]]] = OrderedDict()

    def add(self, session: Session, name: Name, digest: str) -> None:
        """Remembers that a proposal with that effect was shown in a session."""
        with self._lock:
            self._seen.setdefault(session.token, set()).add((name, digest))
            self._seen.move_to_end(session.token)
            while len(self._seen) > _MOST_SESSIONS:
                self._seen.popitem(last=False)

    def has(self, session: Session, name: Name, digest: str) -> bool:
        """Whether it was."""
        with self._lock:
            return (name, digest) in self._seen.get(session.token, ())


#: One for all desks of this process: a session's token is nobody else's.
OPENED = Opened()
