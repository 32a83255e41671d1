"""A certificate the desk makes for itself, so that what goes over the school's network is closed.

Nobody has vouched for it: browsers warn once, and people compare the fingerprint.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hoso.desk.serving import Certificate
from hoso.store.private import replace_private

_NAME, _KEY = "chung-thu.pem", "chung-thu.key"
_DAYS = 397


def own_certificate(
    folder: Path, names: Iterable[str], now: datetime
) -> tuple[Certificate, str]:  # fmt: skip
    """The certificate kept in a folder and its SHA-256 fingerprint; a new one where it is stale.

    It is made anew before it runs out, or where the machine has a name that it does not hold.
    """
    files = Certificate(folder / _NAME, folder / _KEY)
    wanted = sorted(set(names))
    found = _kept(files, wanted, now)
    if found is None:
        found = _made(files, wanted, now)
    print_ = found.fingerprint(hashes.SHA256()).hex(":").upper()
    return files, print_


def _kept(files: Certificate, names: list[str], now: datetime) -> x509.Certificate | None:
    try:
        found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    except (OSError, ValueError):
        return None
    held = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    there = {str(each.value) for each in held}
    in_time = found.not_valid_before_utc <= now < found.not_valid_after_utc - timedelta(days=30)
    return found if in_time and set(names) <= there and files.key.is_file() else None


def _made(files: Certificate, names: list[str], now: datetime) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hoso")])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general(each) for each in names]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .sign(key, hashes.SHA256())
    )
    closed = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )  # fmt: skip
    replace_private(files.key, closed)
    replace_private(files.certificate, made.public_bytes(serialization.Encoding.PEM))
    return made


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
