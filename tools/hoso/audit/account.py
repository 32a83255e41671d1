"""The nouns of an audit: what broke the rules, what loosened them lawfully, what was looked at."""

from __future__ import annotations

from dataclasses import dataclass

from hoso.findings import Finding

#: The sorts of loosening, in the order in which a report tells them, with their headings.
SORTS = {
    "unlock": "Mở sổ đã khóa",
    "late": "Ghi vào sổ đã khóa theo lệnh mở sổ",
    "correction": "Sửa sau khi khóa sổ theo giấy đề nghị",
    "calendar": "Đổi lịch khóa sổ",
    "lock-late": "Khóa sổ khi còn thiếu trang",
    "witnessed": "Duyệt qua trang đặt kho, không có chữ ký riêng",
    "role-change": "Đổi phân công, quy chế, khóa ký",
    "key-suspect": "Ký bằng khóa nghi bị lộ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that the rules of its own day forbade; `clause` where one can be quoted."""

    commit: str
    seq: int | None
    time: int | None
    finding: Finding
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loosening:
    """Something allowed that an auditor wants to look at: `kind` is one of `SORTS`.

    `what` names pages and identifiers, never people's names; `people` are staff identifiers.
    """

    kind: str
    commit: str
    seq: int
    time: int
    people: tuple[str, ...]
    what: str
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A lock as the log tells it: when it fell due, with how many pages missing, when completed."""

    lock: str
    fell: int
    missing: int
    closed: int | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an audit found, from the founding (or the last audit) to the tip of the log.

    Times are seconds; `checked` pairs what was checked with how often.
    """

    repo_id: str
    genesis: str
    main: str
    log_head: str
    seq: int
    first: int
    last: int
    merges: int
    commits: int
    signatures: int
    people: tuple[str, ...]
    violations: tuple[Violation, ...]
    loosenings: tuple[Loosening, ...]
    locks: tuple[Told, ...]
    checked: tuple[tuple[str, int], ...]
    #: Whether this is a repository for training, where all times are made up.
    training: bool = False

    @property
    def clean(self) -> bool:
        """Whether nothing broke the rules."""
        return not self.violations
