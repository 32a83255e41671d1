"""Keys that never come into this process: on a security key, or with the person's ssh-agent.

A word about a proposal takes three signatures, of statement, commit and push: each is held to its
own namespace, so that none can stand for another. A security key is touched for each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hoso.signing.faults import Fault
from hoso.signing.keys import PublicKey
from hoso.signing.sshsig import read_signature
from hoso.store.agent import Held
from hoso.store.keygen import signed_by_keygen

#: What `asks` is told of a push, which git signs; of all else it is told the namespace.
PUSH = "push"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyElsewhere:
    """A key that OpenSSH finds by an absolute path: its private stub, or its public line alone."""

    public: PublicKey
    file: Path
    #: Told what will be signed before each signature: a security key waits for a finger.
    asks: Callable[[str], None]

    def sign(self, message: bytes, namespace: str) -> bytes:
        """An SSHSIG blob; HosoError where the key is out of reach, Fault where it signs badly."""
        self.asks(namespace)
        found = read_signature(signed_by_keygen(self.file, message, namespace))
        if found.key != self.public or not found.covers(message, namespace):
            raise Fault(
                "HS822", "chữ ký nhận được không phải của khóa này, hoặc khóa ký mà không ai chạm; "
                "khóa lập với no-touch-required không dùng được"
            )  # fmt: skip
        return found.blob

    @property
    def held(self) -> Held:
        """How git signs a push with the same key."""
        return Held(socket=None, public=self.file, asks=partial(self.asks, PUSH))
