"""The school's server as a clone sees it: what it has is fetched, what is signed here is pushed."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import Enum

from hoso.findings import HosoError
from hoso.store.agent import Held
from hoso.store.git import Repository
from hoso.store.keygen import unsigned
from hoso.store.refs import refs

_REMOTE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
#: Terminal escapes, and the padding git puts behind what the other side says.
_UNSAID = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[^\S\n]+(?=\n|\Z)|[\x00-\x08\x0b-\x1f\x7f]")
#: What git says where ssh-keygen signed nothing; nothing has been sent then.
_UNSIGNED = "fatal: failed to sign the push certificate"


class Outcome(Enum):
    """What became of a push: accepted, refused by the other side, or never heard of again."""

    ACCEPTED = "nhận"
    REFUSED = "từ chối"
    UNHEARD = "không rõ"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a push, and what the server said about it, line by line."""

    outcome: Outcome
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remote:
    """One remote of a clone; with a key held somewhere its pushes are signed."""

    repository: Repository
    name: str = "origin"
    held: Held | None = None

    def __post_init__(self) -> None:
        if not _REMOTE.fullmatch(self.name):
            raise HosoError(f"{self.name!a} không phải tên kho chung; ví dụ: origin")

    @property
    def prefix(self) -> str:
        """Below which the server's branches are kept in the clone."""
        return f"refs/remotes/{self.name}/"

    def fetch(self) -> None:
        """Brings the server's branches up to date, and lets go of those it no longer has."""
        done = self.repository.attempt(
            "-c", "fetch.fsckObjects=true",
            "fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head",
            "--no-auto-maintenance", "--recurse-submodules=no", "--end-of-options",
            self.name, f"+refs/heads/*:{self.prefix}*", extra=self._extra(),
        )  # fmt: skip
        if done.returncode:
            said = _lines(done.stderr)
            raise HosoError(
                f"không lấy được hồ sơ từ kho chung {self.name}"
                + (f": {said[-1]}" if said else "")
            )  # fmt: skip

    def branches(self) -> dict[str, str]:
        """The commits of the server's branches as fetched last, by the branch's name."""
        found = refs(self.repository, self.prefix)
        return {name.removeprefix(self.prefix): commit for name, commit in found.items()}

    def push(self, commit: str | None, ref: str) -> Answer:
        """Sends one commit to one ref, or takes the ref away, certified by the key that is held.

        What stood at the ref before need not lie below the commit: one's word replaces one's word,
        and whether a ref may move so the server decides. HosoError where the key does not sign.
        """
        if self.held is None:
            raise HosoError("chưa mở khóa ký nên chưa gửi được")
        self.held.asks()
        done = self.repository.attempt(
            "-c", "gpg.format=ssh", "-c", "gpg.ssh.program=ssh-keygen",
            "-c", f"user.signingKey={self.held.public}",
            "push", "--signed=true", "--porcelain", "--no-verify", "--no-follow-tags",
            "--recurse-submodules=no", "--end-of-options", self.name, f"+{commit or ''}:{ref}",
            extra=self._extra(), asking=self.held.socket is None,
        )  # fmt: skip
        lines = _lines(done.stderr)
        if _UNSIGNED in lines:
            raise unsigned(self.held.public, done.stderr)
        said = tuple(
            line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")
        )
        told = _lines(done.stdout)
        reasons = tuple(line.split("\t")[-1] for line in told if line.startswith("!"))
        if done.returncode == 0:
            return Answer(Outcome.ACCEPTED, said)
        # A hook that died while carrying a push out may have died after it counted.
        if any("rejected]" in each and "run proc-receive" not in each for each in reasons):
            return Answer(Outcome.REFUSED, said or reasons)
        return Answer(Outcome.UNHEARD, (*said, *lines[-1:]))

    def _extra(self) -> dict[str, str]:
        if self.held is None or self.held.socket is None:
            return {}
        return {"SSH_AUTH_SOCK": os.fspath(self.held.socket)}


def _lines(raw: bytes) -> list[str]:
    text = _UNSAID.sub("", raw.decode("utf-8", "replace"))
    return [line for line in text.splitlines() if line.strip()]
