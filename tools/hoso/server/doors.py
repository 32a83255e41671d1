"""Who comes in by SSH and what they may start: a forced command, and the lists of keys for it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from hoso.findings import HosoError
from hoso.ledger.keyring import Holder, Keyring
from hoso.signing.commits import NAMESPACE
from hoso.signing.keys import public_key
from hoso.signing.statements import APPROVAL

_SERVICES = {"git-upload-pack": "upload-pack", "git-receive-pack": "receive-pack"}
_PERSON = re.compile(r"NV[0-9]{4}")
_PROTOCOL = re.compile(r"version=[0-2]")
_ONLY = "máy chủ này chỉ cho git fetch và git push kho hồ sơ của trường"


def service_of(asked: str | None, folder: Path) -> str:
    """The git command that a login asks for; HosoError for everything but the two of our own.

    The repository may be named by its full path or by its last part.
    """
    try:
        words = shlex.split(asked or "")
    except ValueError as error:
        raise HosoError(_ONLY) from error
    if len(words) == 3 and words[0] == "git":
        words = [f"git-{words[1]}", words[2]]
    if len(words) != 2 or words[0] not in _SERVICES:
        raise HosoError(_ONLY)
    names = {str(folder), folder.name, f"/{folder.name}", f"~/{folder.name}"}
    if words[1].rstrip("/") not in names:
        raise HosoError(f"ở đây chỉ có kho {folder.name}")
    return _SERVICES[words[0]]


def is_person(text: str) -> bool:
    """Whether a text is a staff identifier."""
    return _PERSON.fullmatch(text) is not None


def is_protocol(text: str) -> bool:
    """Whether a text is one of git's protocol versions; a caller may ask for nothing else."""
    return _PROTOCOL.fullmatch(text) is not None


def authorized_keys(
    keyring: Keyring, moment: datetime, program: tuple[str, ...], folder: Path
) -> Iterator[str]:
    """A line of `authorized_keys` for every key of a person that is valid at a moment."""
    for person, line in _valid(keyring, moment):
        command = shlex.join((*program, "shell", person, "--repo", str(folder)))
        quoted = command.replace("\\", "\\\\").replace('"', '\\"')
        yield f'restrict,command="{quoted}" {line} {person}'


def allowed_signers(keyring: Keyring, moment: datetime) -> Iterator[str]:
    """A line of `allowed_signers` for every key of a person that is valid at a moment."""
    for person, line in _valid(keyring, moment):
        yield f'{person} namespaces="{NAMESPACE},{APPROVAL}" {line}'


def _valid(keyring: Keyring, moment: datetime) -> list[tuple[str, str]]:
    return sorted(
        (holder.person, public_key(blob).line)
        for blob, holders in keyring.holders.items()
        for holder in _now(holders, moment)
        if holder.person is not None
    )


def _now(holders: tuple[Holder, ...], moment: datetime) -> Iterator[Holder]:
    return (each for each in holders if each.valid(moment))
