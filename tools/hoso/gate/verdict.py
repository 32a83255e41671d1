"""The nouns of a decision: what is proposed, who approved it, and what came of it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from hoso.findings import Finding, HosoError
from hoso.gate.changes import Change
from hoso.gate.policy import Deed, Granted

#: The school's own time; deadlines are its days, whatever clock the server keeps.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Where a proposal is decided: the repository, the branch and the policy that governs."""

    repo: str
    ref: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What shall change, by whom; `digest` is that of its effect."""

    changes: tuple[Change, ...]
    authors: frozenset[str]
    digest: str
    binding: Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A statement whose signature has been verified: a person in a role on one effect.

    A witnessed one carries no signature of the person but that of a machine that saw the review.
    """

    person: str
    role: str
    decision: str
    digest: str
    binding: Binding
    nonce: str
    not_after: datetime
    correction: str | None = None
    witnessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What history says, as far as a decision depends on it.

    `nonces` of statements that have counted, `used` paths of correction requests that were
    carried out, `approvers` of each request that stands.
    """

    nonces: Container[str] = frozenset()
    used: frozenset[str] = frozenset()
    approvers: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Why a change may be written; `opened_by` is what opens a closed page for it."""

    change: Change
    author: str
    granted: Granted
    opened_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A step of a page that nobody has fulfilled yet, and who could."""

    path: str
    step: int
    deeds: frozenset[Deed]
    roles: frozenset[str]
    people: frozenset[str]
    why: str = ""

    @property
    def finding(self) -> Finding:
        """The need as a finding of its page."""
        deeds = ", ".join(sorted(_SAID[deed] for deed in self.deeds))
        who = ", ".join(sorted(self.people)) or "chưa có ai làm được"
        return Finding(
            path=self.path,
            line=1,
            code="HS864",
            message=f"còn thiếu bước {self.step} ({deeds}: {', '.join(sorted(self.roles))})"
            + (f" – {self.why}" if self.why else ""),
            hint=f"người làm được: {who}",
        )


_SAID = {Deed.CHECK: "kiểm tra", Deed.APPROVE: "duyệt", Deed.UNLOCK: "ra lệnh mở sổ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a proposal: a ground for every change, or why not, and what is still needed.

    `void` are statements that do not count; they refuse nothing by themselves.
    """

    grounds: tuple[Ground, ...]
    refusals: tuple[Finding, ...]
    void: tuple[Finding, ...]
    needs: tuple[Need, ...]

    @property
    def may_be_proposed(self) -> bool:
        """Whether only approvals are missing."""
        return bool(self.grounds) and not self.refusals

    def __bool__(self) -> bool:
        """Whether the proposal may be merged."""
        return self.may_be_proposed and not self.needs

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything there is to say against it, page by page."""
        every = {*self.refusals, *self.void, *(need.finding for need in self.needs)}
        return tuple(sorted(every, key=lambda finding: finding.place))


def local(moment: datetime) -> datetime:
    """A moment by the school's clock; one without a time zone is refused."""
    if moment.tzinfo is None:
        raise HosoError("thời điểm nhận phải có múi giờ")
    return moment if moment.tzinfo is VIETNAM else moment.astimezone(VIETNAM)
