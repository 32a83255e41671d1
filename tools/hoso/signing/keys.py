"""SSH keys: the public ones that signatures are held to, the private ones that people sign with.

Ed25519 verifies and signs here; a security key (`sk-ssh-ed25519@openssh.com`) verifies here, and
signs where it is (`hoso.proposals.elsewhere`), since its secret never leaves it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from hoso.signing.faults import Fault
from hoso.signing.wire import from_base64, packed, to_base64, unpacked

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = "ssh-ed25519"
SECURITY_KEY = "sk-ssh-ed25519@openssh.com"
#: How the name begins under which OpenSSH keeps a key on a security key.
_FOR_SSH = b"ssh:"

#: Rounds of bcrypt that a key file may ask for; `ssh-keygen` writes 16 or 24, careful people 100.
_MOST_ROUNDS = 200
_NO_KEY_FILE = "tệp không phải khóa riêng của OpenSSH"


class NeedsPassphrase(Fault):
    """A private key that a passphrase keeps, and none was given."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key, the same for every spelling of it; `blob` is what SSH sends for it."""

    blob: bytes
    #: Ed25519's own thirty-two bytes.
    point: bytes
    #: What a security key says it signs for; empty for a plain key.
    application: bytes = b""

    @classmethod
    def parse(cls, line: str) -> PublicKey:
        """The key of a line as `.pub` files hold it, comment or not; Fault for anything else."""
        words = line.split(" ", 2)
        if len(words) < 2 or words[0] not in {ED25519, SECURITY_KEY}:
            raise Fault("HS821", f"khóa phải là một dòng {ED25519} hoặc {SECURITY_KEY}")
        try:
            key = public_key(from_base64(words[1]))
        except ValueError as error:
            raise Fault("HS821", "khóa chép thiếu hoặc thừa ký tự") from error
        if key.algorithm != words[0]:
            raise Fault("HS821", f"dòng ghi {words[0]} mà khóa là {key.algorithm}")
        return key

    @property
    def algorithm(self) -> str:
        return SECURITY_KEY if self.application else ED25519

    @property
    def line(self) -> str:
        """The key as records and `allowed_signers` hold it: algorithm and Base64."""
        return f"{self.algorithm} {to_base64(self.blob)}"

    @property
    def fingerprint(self) -> str:
        """What people compare, as `ssh-keygen -l` prints it."""
        return "SHA256:" + to_base64(hashlib.sha256(self.blob).digest()).rstrip("=")

    def covers(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made an Ed25519 signature of exactly these bytes.

        Strictly so: libsodium computes RFC 8032's equation without the cofactor as OpenSSL does,
        with S below the group's order; keys and R of small order, which would fit any message,
        and keys that are not spelled canonically it refuses too, where OpenSSL lets them pass.
        """
        from nacl.bindings import crypto_sign_open  # noqa: PLC0415 - hooks start often
        from nacl.exceptions import BadSignatureError  # noqa: PLC0415

        try:
            crypto_sign_open(signature + message, self.point)
        except BadSignatureError:
            return False
        return True


@lru_cache(maxsize=4096)
def public_key(blob: bytes) -> PublicKey:
    """The key in SSH's own form; Fault for other algorithms and for stray bytes."""
    try:
        (name,), rest = unpacked(blob, 1)
        parts, rest = unpacked(rest, 2 if name == SECURITY_KEY.encode() else 1)
    except ValueError as error:
        raise Fault("HS821", "khóa bị cắt ngắn") from error
    point, application = parts[0], b"".join(parts[1:])
    if name.decode("latin-1") != (SECURITY_KEY if application else ED25519):
        raise Fault("HS821", f"khóa phải là {ED25519} hoặc {SECURITY_KEY}")
    if application and not application.startswith(_FOR_SSH):
        # What a web site has its visitors' keys sign, nobody meant for a book.
        raise Fault("HS821", f"khóa bảo mật phải lập cho {_FOR_SSH.decode()}, bằng ssh-keygen")
    if len(point) != 32 or rest:
        raise Fault("HS821", "khóa không đúng độ dài")
    return PublicKey(blob, point, application)


class Signs(Protocol):
    """A key that signs, in this process or elsewhere."""

    @property
    def public(self) -> PublicKey:
        """The key that its signatures are held to."""

    def sign(self, message: bytes, namespace: str) -> bytes:
        """An SSHSIG blob that `public` covers; HosoError where the key does not sign now."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private Ed25519 key in memory."""

    _secret: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The key that signatures made with this one are held to."""
        point = self._secret.public_key().public_bytes_raw()
        return PublicKey(packed(ED25519.encode(), point), point)

    def sign(self, message: bytes, namespace: str) -> bytes:
        """An SSHSIG blob, byte for byte what `ssh-keygen -Y sign` makes."""
        from hoso.signing.sshsig import signature_by  # noqa: PLC0415 - sshsig reads keys

        return signature_by(self, message, namespace)

    def sign_bare(self, message: bytes) -> bytes:
        """A signature of the bytes as they are, in the form in which a key agent hands it out."""
        return packed(ED25519.encode(), self._secret.sign(message))

    def written(self, passphrase: bytes | None = None) -> bytes:
        """The key as OpenSSH keeps it in a file, closed with a passphrase where one is given."""
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - as above

        return self._secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.BestAvailableEncryption(passphrase)
            if passphrase
            else serialization.NoEncryption(),
        )


def new_key() -> SigningKey:
    """A key nobody has had before."""
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - as above

    return SigningKey(ed25519.Ed25519PrivateKey.generate())


def load_key(raw: bytes, passphrase: bytes | None = None) -> SigningKey:
    """The key of an OpenSSH private key file; NeedsPassphrase or another Fault where it fails.

    A passphrase that the file does not ask for is not used.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key  # noqa: PLC0415

    try:
        secret = load_ssh_private_key(raw, None)
    except TypeError as error:
        if not passphrase:
            raise NeedsPassphrase("HS821", "khóa có mật khẩu; cần nhập mật khẩu") from error
        if _rounds(raw) > _MOST_ROUNDS:
            # The file itself says how long opening it takes: one from elsewhere may say for ever.
            raise Fault("HS821", "tệp khóa đòi mở lâu quá; đặt lại mật khẩu bằng ssh-keygen -p"
                        ) from error  # fmt: skip
        try:
            secret = load_ssh_private_key(raw, passphrase)
        except ValueError as wrong:
            raise Fault("HS821", "mật khẩu của khóa không đúng") from wrong
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Fault("HS821", _NO_KEY_FILE) from error
    if not isinstance(secret, ed25519.Ed25519PrivateKey):
        raise Fault("HS821", f"chỉ ký được bằng khóa {ED25519}")
    return SigningKey(secret)


def public_in(raw: bytes) -> PublicKey:
    """The key that a private key file of OpenSSH names without any passphrase; Fault for others."""
    _, rest = _framed(raw)
    try:
        (blob,), _ = unpacked(rest[4:], 1)
    except ValueError as error:
        raise Fault("HS821", _NO_KEY_FILE) from error
    return public_key(blob)


def _rounds(raw: bytes) -> int:
    """How many rounds of bcrypt a key file that a passphrase closes asks for."""
    options, _ = _framed(raw)
    try:
        (_,), rounds = unpacked(options, 1)
    except ValueError as error:
        raise Fault("HS821", _NO_KEY_FILE) from error
    return int.from_bytes(rounds, "big")


def _framed(raw: bytes) -> tuple[bytes, bytes]:
    """How a key file is closed, and what follows: the number of keys, the public and private."""
    try:
        held = from_base64("".join(raw.decode().strip().split("\n")[1:-1]).replace("\r", ""))
        (_, _, options), rest = unpacked(held.removeprefix(b"openssh-key-v1\0"), 3)
    except ValueError as error:
        raise Fault("HS821", _NO_KEY_FILE) from error
    return options, rest
