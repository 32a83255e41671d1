"""What a proposal is called: its author and a word that says nothing about anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hoso.findings import HosoError

MAIN = "refs/heads/main"
#: Where a merge is pushed; the server moves `main` when it agrees.
FOR_MAIN = "refs/for/main"
_NAME = re.compile(r"(NV[0-9]{4})/([a-z0-9]{4,26})")
_REVIEW = re.compile(r"(NV[0-9]{4})/(NV[0-9]{4})-([a-z0-9]{4,26})")
#: Neither l nor o nor 0 nor 1: names are read aloud on the telephone.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_LENGTH = 6


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A proposal, for example `NV0015/k7p2xq`."""

    author: str
    slug: str

    def __str__(self) -> str:
        return f"{self.author}/{self.slug}"

    @property
    def ref(self) -> str:
        """The branch the proposal is pushed to."""
        return f"refs/heads/de-nghi/{self}"

    def review_ref(self, reviewer: str) -> str:
        """The branch that holds one person's word about the proposal."""
        return f"refs/heads/y-kien/{reviewer}/{self.author}-{self.slug}"


def named(text: str) -> Name:
    """The name a person typed, with or without what stands before it; HosoError for no name."""
    found = _NAME.fullmatch(text.removeprefix("refs/heads/").removeprefix("de-nghi/"))
    if found is None:
        raise HosoError(f"{ascii(text)[1:-1]} không phải tên đề nghị; ví dụ đúng: NV0015/k7p2xq")
    return Name(found[1], found[2])


def is_name(text: str) -> bool:
    """Whether a text is the name of a proposal, there or not."""
    return _NAME.fullmatch(text.removeprefix("de-nghi/")) is not None


def proposal_at(branch: str) -> Name | None:
    """The proposal of a branch below `de-nghi/`, or None."""
    found = _NAME.fullmatch(branch)
    return None if found is None else Name(found[1], found[2])


def review_at(branch: str) -> tuple[str, Name] | None:
    """The reviewer and the proposal of a branch below `y-kien/`, or None."""
    found = _REVIEW.fullmatch(branch)
    return None if found is None else (found[1], Name(found[2], found[3]))


def slug(chance: bytes) -> str:
    """A new proposal's own word, from bytes nobody can foretell."""
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in chance[:_LENGTH])
