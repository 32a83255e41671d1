"""SSH signatures (PROTOCOL.sshsig): read strictly, held to a message and a namespace, written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from hoso.signing.faults import Fault
from hoso.signing.keys import PublicKey, SigningKey, public_key
from hoso.signing.wire import from_base64, packed, to_base64, unpacked

BEGIN = "-----BEGIN SSH SIGNATURE-----"
END = "-----END SSH SIGNATURE-----"
_MAGIC = b"SSHSIG"
#: Bytes of an Ed25519 signature.
_RAW = 64
_VERSION = (1).to_bytes(4, "big")
_HASHES = {"sha512": hashlib.sha512, "sha256": hashlib.sha256}
#: A person touched the security key; without it a program on the PC could have signed alone.
_PRESENT = 0x01


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature as it claims to be; only `covers` says whether it is one."""

    key: PublicKey
    namespace: str
    hash: str
    #: Ed25519's own sixty-four bytes.
    raw: bytes
    #: What a security key adds: flags and a counter; empty for a plain key.
    touched: bytes
    blob: bytes

    def covers(self, message: bytes, namespace: str) -> bool:
        """Whether the key signed exactly this message for this namespace."""
        if self.namespace != namespace:
            return False
        signed = _signed(message, namespace, self.hash)
        if self.key.application:
            if not self.touched[0] & _PRESENT:
                return False
            signed = (
                hashlib.sha256(self.key.application).digest()
                + self.touched
                + hashlib.sha256(signed).digest()
            )
        return self.key.covers(signed, self.raw)


def read_signature(given: bytes | str) -> Signature:
    """The signature in a blob or in its armour; Fault for anything that is not exactly one."""
    blob = _unarmored(given) if isinstance(given, str) else given
    try:
        return _read(blob)
    except ValueError as error:
        raise Fault("HS822", "chữ ký bị cắt ngắn hoặc sai dạng") from error


def _unarmored(text: str) -> bytes:
    first, *lines = text.removesuffix("\n").split("\n")
    if first != BEGIN or not lines or lines.pop() != END:
        raise Fault("HS822", "không phải chữ ký SSH")
    try:
        return from_base64("".join(lines))
    except ValueError as error:
        raise Fault("HS822", "chữ ký chép thiếu hoặc thừa ký tự") from error


def _read(blob: bytes) -> Signature:
    """The signature in a blob, whose frame is read once for each key: all but the last bytes."""
    raw = blob[-_RAW:]
    framed = _framed(blob[:-_RAW])
    if framed.touched:
        return _whole(blob)
    return Signature(key=framed.key, namespace=framed.namespace, hash=framed.hash, raw=raw,
                     touched=b"", blob=blob)  # fmt: skip


@lru_cache(maxsize=4096)
def _framed(start: bytes) -> Signature:
    """What a blob says before the bytes that a plain key signs with, which are its last."""
    return _whole(start + bytes(_RAW))


def _whole(blob: bytes) -> Signature:
    start = _MAGIC + _VERSION
    if not blob.startswith(start):
        raise Fault("HS822", "không phải chữ ký SSH")
    (key, namespace, reserved, name, signature), rest = unpacked(blob[len(start) :], 5)
    (algorithm, raw), touched = unpacked(signature, 2)
    found = public_key(key)
    if algorithm != found.algorithm.encode():
        raise Fault("HS822", "chữ ký không cùng loại với khóa")
    if rest or reserved or len(raw) != _RAW or len(touched) != (5 if found.application else 0):
        raise Fault("HS822", "chữ ký có phần thừa hoặc thiếu")
    if name.decode("ascii") not in _HASHES:
        raise Fault("HS822", "chữ ký phải dùng sha512 hoặc sha256")
    return Signature(
        key=found, namespace=namespace.decode(), hash=name.decode(), raw=raw, touched=touched,
        blob=blob,
    )  # fmt: skip


def signature_by(key: SigningKey, message: bytes, namespace: str) -> bytes:
    """The blob of a key's signature of a message for a namespace, with sha512."""
    sealed = key.sign_bare(_signed(message, namespace, "sha512"))
    return _MAGIC + _VERSION + packed(key.public.blob, namespace.encode(), b"", b"sha512", sealed)


def armored(blob: bytes) -> str:
    """The text that `ssh-keygen` and git write for a signature, with its last line break."""
    text = to_base64(blob)
    lines = (text[start : start + 70] for start in range(0, len(text), 70))
    return "\n".join((BEGIN, *lines, END)) + "\n"


def _signed(message: bytes, namespace: str, name: str) -> bytes:
    return _before_digest(namespace, name) + _HASHES[name](message).digest()


@lru_cache(maxsize=64)
def _before_digest(namespace: str, name: str) -> bytes:
    size = _HASHES[name]().digest_size
    return _MAGIC + packed(namespace.encode(), b"", name.encode()) + size.to_bytes(4, "big")
