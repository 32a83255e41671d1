"""Push certificates: what somebody signs about the refs that a push shall move."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hoso.signing.commits import NAMESPACE
from hoso.signing.faults import Fault
from hoso.signing.keys import PublicKey
from hoso.signing.sshsig import BEGIN, Signature, read_signature

_ID = r"(?:[0-9a-f]{40}|[0-9a-f]{64})"
_UPDATE = re.compile(rf"({_ID}) ({_ID}) (refs/[!-~]+)")
_CERTIFICATE = re.compile(
    r"certificate version 0\.1\n"
    r"pusher ([^\n]+ [0-9]{1,12} [+-][0-9]{4})\n"
    r"(?:pushee ([^\n]+)\n)?"
    r"(?:nonce ([!-~]+)\n)?"
    r"((?:push-option [^\n]*\n)*)\n"
    rf"((?:{_UPDATE.pattern}\n)+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a push certificate says; `pusher` is a claim, the signature's key is who pushed."""

    pusher: str
    pushee: str | None
    nonce: str | None
    options: tuple[str, ...]
    #: (old, new, ref) of every ref that shall move.
    updates: tuple[tuple[str, str, str], ...]
    payload: bytes
    signature: Signature

    def signer(self) -> PublicKey:
        """The key whose signature covers all of it; Fault HS875 where none does."""
        if not self.signature.covers(self.payload, NAMESPACE):
            raise Fault("HS875", "chữ ký của giấy gửi không đúng")
        return self.signature.key


def read_certificate(raw: bytes) -> Certificate:
    """The certificate in the bytes that git keeps; Fault for any other spelling of one."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault("HS824", "giấy gửi không phải UTF-8") from error
    payload, mark, rest = text.partition(BEGIN)
    if not mark:
        raise Fault("HS824", "giấy gửi không có chữ ký SSH")
    found = _CERTIFICATE.fullmatch(payload)
    if found is None or not payload.replace("\n", "").isprintable():
        raise Fault("HS824", "giấy gửi có dòng lạ hoặc sai thứ tự")
    updates = tuple(_UPDATE.findall(found[5]))
    if len({ref for _, _, ref in updates}) < len(updates):
        raise Fault("HS824", "giấy gửi đổi một nhánh hai lần")
    return Certificate(
        pusher=found[1], pushee=found[2], nonce=found[3],
        options=tuple(re.findall(r"^push-option (.*)$", found[4], re.MULTILINE)),
        updates=updates, payload=payload.encode(), signature=read_signature(mark + rest),
    )  # fmt: skip
