"""What browsers are told in order to make or use a passkey, and what they answer.

Verifying is Yubico's library's work; here is what of it counts at this desk: a name that browsers
bind passkeys to, one exact address, and a finger or a PIN shown every time.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hoso.desk.attempts import Wrong
from hoso.desk.challenges import LASTS
from hoso.desk.passkey_copies import PURPOSE, SECRET

if TYPE_CHECKING:
    from fido2.server import Fido2Server

NOT_THEIRS = "khóa truy cập này không dùng được ở đây"


@dataclass(frozen=True, slots=True)
class Site:
    """The name that browsers bind passkeys to, and the address that they say they are at."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A browser's answer as it claims to be: nothing of it is known to be true.

    `secret` is what the authenticator derived, empty where it derives nothing.
    """

    id: bytes
    challenge: bytes
    secret: bytes
    said: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new passkey: what answers of it are held to, and how often it has answered."""

    id: bytes
    public: bytes
    counter: int


def site_of(host: str, *, secure: bool) -> Site | None:
    """What passkeys are bound to at a host as browsers name it; None where they work for none.

    They work for names, not for bare addresses; and without TLS for `localhost` only.
    """
    name = host.rpartition(":")[0] or host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        if secure or name == "localhost":
            return Site(name, f"{'https' if secure else 'http'}://{host}")
    return None


def sites_of(hosts: Iterable[str], *, secure: bool) -> list[Site]:
    """The addresses among a desk's hosts at which passkeys work, the best to be told first.

    `localhost` is told only where there is no other: it is another machine for everybody else.
    """
    found: dict[str, Site] = {}
    # Browsers leave out the port that goes without saying.
    for host in sorted(hosts, key=len):
        site = site_of(host, secure=secure)
        if site is not None:
            found.setdefault(site.name, site)
    elsewhere = [site for name, site in found.items() if name != "localhost"]
    return elsewhere or list(found.values())


def creation(
    site: Site, challenge: bytes, person: str, name: str, there: Iterable[bytes]
) -> dict[str, Any]:
    """What a browser is told to make a passkey; authenticators that hold one make no second."""
    options, _ = _library(site).register_begin(
        {"id": _handle(person), "name": person, "displayName": name},  # type: ignore[arg-type]
        credentials=[_held(each) for each in there],
        resident_key_requirement="required",  # type: ignore[arg-type]
        user_verification="required",  # type: ignore[arg-type]
        challenge=challenge,
    )
    return _told(options)


def request(site: Site, challenge: bytes, there: Iterable[bytes]) -> dict[str, Any]:
    """What a browser is told to answer with one of some passkeys, or with any where none is."""
    options, _ = _library(site).authenticate_begin(
        [_held(each) for each in there] or None,
        user_verification="required",  # type: ignore[arg-type]
        challenge=challenge,
    )
    return _told(options)


def read(text: str) -> Answer:
    """The answer in what a page sent; Wrong for what is none."""
    try:
        said = json.loads(text)
        client = json.loads(_bytes(said["response"]["clientDataJSON"]))
        secret = _bytes(said.get("prf", ""))
        return Answer(
            id=_bytes(said["rawId"]), challenge=_bytes(client["challenge"]), said=said,
            secret=secret if len(secret) == SECRET else b"",
        )  # fmt: skip
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Wrong(NOT_THEIRS) from error


def made(site: Site, answer: Answer) -> Made:
    """The passkey that an answer brings, made at this site; Wrong for any other."""
    library = _library(site)
    _, state = library.register_begin(
        {"id": b"-", "name": "-"},  # type: ignore[arg-type]
        user_verification="required",  # type: ignore[arg-type]
        challenge=answer.challenge,
    )
    try:
        found = library.register_complete(state, answer.said)
        public = found.credential_data
        assert public is not None  # noqa: S101 - the library has looked
        return Made(id=public.credential_id, public=bytes(public), counter=found.counter)
    except Exception as error:
        # The library fails in as many ways as an answer can be broken.
        raise Wrong(NOT_THEIRS) from error


def verified(site: Site, answer: Answer, public: bytes, person: str) -> int:
    """The counter of an answer that a person's passkey gave at this site; Wrong for any other."""
    from fido2.webauthn import AuthenticationResponse  # noqa: PLC0415 - as below

    library = _library(site)
    _, state = library.authenticate_begin(
        user_verification="required",  # type: ignore[arg-type]
        challenge=answer.challenge,
    )
    try:
        library.authenticate_complete(state, [_held(public)], answer.said)
        given = AuthenticationResponse.from_dict(answer.said).response
        handle, counter = given.user_handle, int(given.authenticator_data.counter)
    except Exception as error:
        raise Wrong(NOT_THEIRS) from error
    if handle is not None and handle != _handle(person):
        raise Wrong(NOT_THEIRS)
    return counter


def _library(site: Site) -> Fido2Server:
    from fido2.server import Fido2Server  # noqa: PLC0415 - only for those who use passkeys
    from fido2.webauthn import PublicKeyCredentialRpEntity  # noqa: PLC0415

    rp = PublicKeyCredentialRpEntity(id=site.name, name="Bàn làm việc của trường")
    return Fido2Server(rp, verify_origin=lambda origin: origin == site.origin)


def _held(public: bytes) -> Any:
    from fido2.webauthn import AttestedCredentialData  # noqa: PLC0415 - as above

    return AttestedCredentialData(public)


def _told(options: Any) -> dict[str, Any]:
    wanted = urlsafe_b64encode(PURPOSE).decode().rstrip("=")
    return {
        **dict(options)["publicKey"], "timeout": LASTS * 1000,
        "extensions": {"prf": {"eval": {"first": wanted}}},
    }  # fmt: skip


def _handle(person: str) -> bytes:
    return hashlib.sha256(person.encode()).digest()[:16]


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
