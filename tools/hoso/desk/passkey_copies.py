"""Copies of signing keys that a passkey opens: AES-GCM under HKDF of what it alone can derive."""

from __future__ import annotations

import secrets

from hoso.desk.attempts import Wrong
from hoso.signing.keys import SigningKey, load_key

#: What authenticators derive their secret for; it is no secret itself.
PURPOSE = b"hoso: khoa ky, v1".ljust(32, b"\0")
#: Bytes of what WebAuthn's `prf` gives.
SECRET = 32
_SALT, _NONCE = 32, 12


def closed(key: SigningKey, secret: bytes, person: str, passkey: bytes) -> bytes:
    """The key's file, closed for one passkey of one person; nothing else opens it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - rarely used

    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    sealed = AESGCM(_derived(secret, salt)).encrypt(nonce, key.written(), _for(person, passkey))
    return salt + nonce + sealed


def opened(copy: bytes, secret: bytes, person: str, passkey: bytes) -> SigningKey:
    """The key in a copy; Wrong where the secret, the person or the passkey is another."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    salt, nonce, sealed = copy[:_SALT], copy[_SALT : _SALT + _NONCE], copy[_SALT + _NONCE :]
    try:
        raw = AESGCM(_derived(secret, salt)).decrypt(nonce, sealed, _for(person, passkey))
    except InvalidTag as error:
        raise Wrong("khóa truy cập này không mở được khóa ký; nhập mật khẩu") from error
    return load_key(raw)


def _derived(secret: bytes, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(SHA256(), 32, salt, PURPOSE).derive(secret)


def _for(person: str, passkey: bytes) -> bytes:
    return person.encode() + b"\0" + passkey
