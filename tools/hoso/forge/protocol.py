"""What the gate asks of a forge, whichever it is: a proposal, its reviews, two ways to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class Said(Enum):
    """What somebody's review says by itself, without any statement in it."""

    APPROVED = "duyệt"
    RETURNED = "trả lại"
    REMARKED = "nhận xét"
    WITHDRAWN = "đã rút"


class Outcome(Enum):
    """What the gate makes of a proposal; the values are what both forges call it."""

    ENOUGH = "success"
    WAITING = "pending"
    REFUSED = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A proposal as the forge knows it; who wrote it only the commits' signatures say."""

    number: int
    head: str
    base: str
    opener: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review; `account` is a name at the forge and nobody of the school until looked up."""

    number: int
    account: str
    said: Said
    body: str
    commit: str
    at: datetime


class Forge(Protocol):
    """A forge's few answers; HosoError where it gives none."""

    @property
    def name(self) -> str:
        """What statements and records call this forge: `github` or `forgejo`."""
        ...

    def pull(self, number: int) -> Pull:
        """A proposal by its number."""
        ...

    def reviews(self, number: int) -> tuple[Review, ...]:
        """Every review of a proposal, the oldest first."""
        ...

    def comment(self, number: int, text: str, mark: str) -> None:
        """Makes our one comment say this; it is ours if we wrote it and it begins with a mark."""
        ...

    def set_status(self, commit: str, context: str, outcome: Outcome, said: str) -> None:
        """Sets what a check of this name says about a commit."""
        ...
