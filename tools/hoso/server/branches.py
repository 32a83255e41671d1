"""Which refs a push may name, and whose they are: `main` by way of `refs/for/main`, one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hoso.findings import Finding, HosoError
from hoso.signing.entries import FOR_MAIN

PROPOSALS, REVIEWS = "refs/heads/de-nghi", "refs/heads/y-kien"
NOTHING = "0" * 40
_PERSON, _SLUG = r"NV[0-9]{4}", r"[a-z0-9]{4,26}"
_PROPOSAL = re.compile(rf"{PROPOSALS}/({_PERSON})/({_SLUG})")
_REVIEW = re.compile(rf"{REVIEWS}/({_PERSON})/(({_PERSON})-({_SLUG}))")


class Refused(HosoError):
    """A push that does not count, with everything there is to say against it."""

    findings: tuple[Finding, ...]

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{each.code}: {each.message}" for each in findings))
        self.findings = findings


def refused(place: str, code: str, message: str, hint: str) -> Refused:
    """A refusal for one reason, about a ref or another part of the push."""
    return Refused(Finding(path=place, line=1, code=code, message=message, hint=hint))


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a push: a ref, where the pusher saw it, where it shall go."""

    old: str
    new: str
    ref: str

    @property
    def ends(self) -> bool:
        """Whether the ref shall be taken away."""
        return self.new == NOTHING


@dataclass(frozen=True, slots=True)
class Target:
    """What a ref is: a merge for `main`, a person's proposal, or a review of `proposal`."""

    owner: str | None
    proposal: str | None


def target_of(ref: str) -> Target:
    """What a push to a ref would be; Refused for every ref that nobody pushes to."""
    if ref == FOR_MAIN:
        return Target(None, None)
    if (found := _PROPOSAL.fullmatch(ref)) is not None:
        return Target(found[1], None)
    if (found := _REVIEW.fullmatch(ref)) is not None:
        return Target(found[1], f"{PROPOSALS}/{found[3]}/{found[4]}")
    shown = ref if ref.isascii() and ref.isprintable() else ascii(ref)[1:-1]
    raise refused(shown, "HS847", "không ai gửi thẳng lên nhánh này",
                  "gửi đề nghị bằng hoso propose, việc đã duyệt bằng hoso merge")  # fmt: skip


def about(proposal: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Of all refs, those that go away with a proposal: its branch and what was said about it."""
    author, slug = proposal.rsplit("/", 2)[1:]
    return tuple(
        ref for ref in names
        if ref == proposal
        or ((found := _REVIEW.fullmatch(ref)) is not None and found[2] == f"{author}-{slug}")
    )  # fmt: skip
