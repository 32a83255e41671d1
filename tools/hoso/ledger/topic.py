"""The commits of a proposal: one line of signed commits on top of `main`, touching what they claim.

Who wrote a proposal is read from signatures alone; names and dates in commits are decoration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hoso.findings import Finding, HosoError
from hoso.ledger.keyring import Keyring
from hoso.signing.commits import NAMESPACE, MalformedCommit, RawCommit, read_commit
from hoso.signing.sshsig import Signature
from hoso.store.git import Repository
from hoso.store.tree import Entry

#: Longer lines of work are hard to read and slow to judge.
MOST_COMMITS = 100
Changed = tuple[str, Entry | None, Entry | None]
Verified = Callable[[Signature, bytes, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A proposal's commits, oldest first, and the commit of `main` that they start from."""

    base: str
    commits: tuple[RawCommit, ...]


class Faulty(HosoError):
    """Something about commits or branches that no approval can heal; `finding` says what."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def commit_of(repository: Repository, id_: str) -> RawCommit:
    """A commit, read strictly; Faulty where it is none or is not formed as ours are."""
    try:
        kind, raw = repository.object(id_)
    except KeyError:
        kind, raw = "", b""
    if kind != "commit":
        raise fault(id_, "HS825", "không phải một commit của kho này", "gửi lại từ bản sao đầy đủ")
    try:
        return read_commit(id_, raw)
    except MalformedCommit as error:
        raise fault(id_, error.code, str(error), "ghi và ký lại bằng hoso") from error


def topic_of(read: Callable[[str], RawCommit], head: str) -> Topic:
    """The line of commits below a head, down to a merge of `main` or to its first commit.

    The base is the first commit met that has not exactly one parent; whether it is on `main` is
    for the caller to ask.
    """
    commits: list[RawCommit] = []
    at = read(head)
    while len(at.parents) == 1:
        commits.append(at)
        if len(commits) > MOST_COMMITS:
            raise fault(head, "HS833", f"đề nghị dài hơn {MOST_COMMITS} commit", "gộp lại rồi gửi")
        at = read(at.parents[0])
    if not commits:
        raise fault(head, "HS833", "đề nghị không có commit nào của riêng mình",
                    "gửi lại bằng: hoso propose")  # fmt: skip
    return Topic(base=at.id, commits=tuple(reversed(commits)))


def signer(commit: RawCommit, keyring: Keyring, moment: datetime, verified: Verified) -> str:
    """The person whose key signed a commit and is valid at a moment; Faulty otherwise."""
    return owner(commit.id, commit.signature, commit.payload, NAMESPACE, keyring, moment, verified)


def owner(
    place: str,
    signature: Signature | None,
    message: bytes,
    namespace: str,
    keyring: Keyring,
    moment: datetime,
    verified: Verified,
    task: str | None = None,
) -> str:
    """Who signed a message: a person, or with a task the records' path of a machine's key."""
    if signature is None:
        raise fault(place, "HS827", "chưa ký", "ký bằng khóa của mình: hoso propose, hoso approve")
    if not verified(signature, message, namespace):
        raise fault(place, "HS875", "chữ ký không phải của nội dung này", "ký lại")
    holder = keyring.holder(signature.key, moment)
    if holder is None:
        known = keyring.holders_of(signature.key)
        code, said = (
            ("HS829", "khóa ký không còn hoặc chưa có hiệu lực lúc máy chủ nhận")
            if known
            else ("HS828", "không biết khóa ký này là của ai")
        )
        raise fault(place, code, said, "dùng khóa đã đăng ký, hoặc đăng ký khóa: hoso key new")
    if holder.task != task:
        raise fault(place, "HS828", "khóa này không dùng cho việc này", "dùng khóa của mình")
    return holder.person or holder.path


def fault(place: str, code: str, message: str, hint: str) -> Faulty:
    """A fault of a commit or a branch, ready to be raised; commits are named by 12 digits."""
    path = f"commit/{place[:12]}" if len(place) == 40 else place
    return Faulty(Finding(path=path, line=1, code=code, message=message, hint=hint))
