"""Who pushes: the person whose key signed the push certificate, and nobody's word besides.

The certificate names every ref the push moves, and a nonce that this repository made for this
conversation; so it cannot be used again, elsewhere, or for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hoso.ledger.topic import Faulty, owner
from hoso.ledger.view import View
from hoso.server.branches import Command, Refused, refused
from hoso.signing.certificates import Certificate, read_certificate
from hoso.signing.commits import NAMESPACE
from hoso.signing.faults import Fault

#: How old a nonce may be that git made for an earlier part of the same push, in seconds.
SLOP = 300
_PLACE = "giay-gui"
_SIGN = "gửi bằng hoso propose, hoso merge, hoặc: git push --signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A push as git hands it to a hook.

    `certificate` is the object that holds the certificate; `nonce`, `nonce_status` and
    `nonce_slop` are what git found about its nonce; `login` is the person whose SSH key opened
    the connection, where one did.
    """

    commands: tuple[Command, ...]
    certificate: str | None = None
    nonce: str | None = None
    nonce_status: str = ""
    nonce_slop: int = 0
    login: str | None = None


def pusher_of(push: Push, view: View, received: datetime) -> str:
    """The person who signed a push; Refused where nobody did, or for something else."""
    certificate = _certificate(push, view)
    updates = {(each.old, each.new, each.ref) for each in push.commands}
    if set(certificate.updates) != updates:
        raise refused(_PLACE, "HS846", "giấy gửi không nói về đúng những gì được gửi", _SIGN)
    late = push.nonce_status == "SLOP" and push.nonce_slop > SLOP
    if push.nonce_status not in ("OK", "SLOP") or late or certificate.nonce != push.nonce:
        raise refused(_PLACE, "HS846", "giấy gửi không phải ký cho lần gửi này", "gửi lại")
    try:
        person = owner(
            _PLACE, certificate.signature, certificate.payload, NAMESPACE,
            view.standing(view.main).keyring, received, view.verified,
        )  # fmt: skip
    except Faulty as error:
        raise Refused(error.finding) from error
    if push.login is not None and push.login != person:
        raise refused(_PLACE, "HS847", f"{push.login} kết nối mà {person} ký", "mỗi người tự gửi")
    return person


def _certificate(push: Push, view: View) -> Certificate:
    if not push.certificate:
        raise refused(_PLACE, "HS846", "lần gửi này không có chữ ký", _SIGN)
    try:
        return read_certificate(view.repository.object(push.certificate)[1])
    except Fault as error:
        raise refused(_PLACE, error.code, str(error), _SIGN) from error
