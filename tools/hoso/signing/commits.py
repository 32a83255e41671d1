"""Commits as raw bytes, read closed: every header known, in order, once, and one signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hoso.signing.faults import Fault
from hoso.signing.keys import PublicKey, Signs
from hoso.signing.sshsig import Signature, armored, read_signature

#: What git signs commits, tags and pushes for.
NAMESPACE = "git"
_ID = r"(?:[0-9a-f]{40}|[0-9a-f]{64})"
_STAMP = r"([^<>\n]+ <[^<>\n]*>) (0|[1-9][0-9]{0,11}) [+-][0-9]{4}"
_HEADERS = re.compile(
    rf"tree ({_ID})\n((?:parent {_ID}\n)*)author {_STAMP}\ncommitter {_STAMP}\n"
    r"((?:gpgsig [^\n]*\n(?: [^\n]*\n)*)?)"
)


class MalformedCommit(Fault):
    """A commit that git may store and that nobody here will read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCommit:
    """What a commit says; `author` and `committer` are claims, only a signature names somebody."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    authored: int
    committer: str
    committed: int
    message: str
    signature: Signature | None
    #: The bytes that the signature covers.
    payload: bytes

    def signer(self) -> PublicKey:
        """The key whose signature holds; Fault HS827 without one, HS875 where it does not hold."""
        if self.signature is None:
            raise Fault("HS827", f"phiên bản {self.id[:12]} không có chữ ký")
        if not self.signature.covers(self.payload, NAMESPACE):
            raise Fault("HS875", f"chữ ký của phiên bản {self.id[:12]} không đúng")
        return self.signature.key


def read_commit(id_: str, raw: bytes) -> RawCommit:
    """The commit in the bytes that git stores; MalformedCommit for all that is not plain.

    The bytes are not held to the id: git does that when it reads objects.
    """
    headers, _, message = _text(id_, raw).partition("\n\n")
    found = _HEADERS.fullmatch(headers + "\n")
    if found is None:
        if headers.count("\ngpgsig") > 1:
            raise MalformedCommit("HS826", f"phiên bản {id_[:12]} có hai chữ ký")
        raise MalformedCommit("HS825", f"phiên bản {id_[:12]} có dòng đầu lạ hoặc sai thứ tự")
    tree, parents, author, authored, committer, committed, armor = found.groups()
    before = headers[: found.start(7)]
    return RawCommit(
        id=id_, tree=tree, parents=tuple(re.findall(_ID, parents)), author=author,
        authored=int(authored), committer=committer, committed=int(committed), message=message,
        signature=_signature(id_, armor) if armor else None,
        payload=f"{before}\n{message}".encode() if armor else raw,
    )  # fmt: skip


def _text(id_: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedCommit("HS825", f"phiên bản {id_[:12]} không phải UTF-8") from error
    # A NUL ends the message for some readers, a direction mark turns it round for others.
    if not text.replace("\n", "").replace("\t", "").isprintable():
        raise MalformedCommit("HS825", f"phiên bản {id_[:12]} có ký tự điều khiển hoặc vô hình")
    return text


def _signature(id_: str, armor: str) -> Signature:
    lines = armor.removeprefix("gpgsig ").removesuffix("\n").split("\n")
    try:
        return read_signature("\n".join(line.removeprefix(" ") for line in lines))
    except Fault as error:
        raise MalformedCommit(error.code, f"phiên bản {id_[:12]}: {error}") from error


def written_commit(
    tree: str,
    parents: tuple[str, ...],
    who: str,
    when: int,
    message: str,
    key: Signs | None,
) -> bytes:
    """A commit by somebody known by id (`NV0012`, `may-chu`), signed as `git commit -S` signs."""
    stamp = f"{who} <{who}@hoso> {when} +0700"
    lines = [f"tree {tree}", *(f"parent {each}" for each in parents),
             f"author {stamp}", f"committer {stamp}"]  # fmt: skip
    body = message.rstrip("\n") + "\n"
    unsigned = "\n".join((*lines, "", body)).encode()
    if key is None:
        return unsigned
    armor = armored(key.sign(unsigned, NAMESPACE)).rstrip("\n").replace("\n", "\n ")
    return "\n".join((*lines, f"gpgsig {armor}", "", body)).encode()
