"""A person's own keys on this PC: where they are kept, and how one is made ready to sign."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.findings import HosoError

if TYPE_CHECKING:
    from hoso.proposals.elsewhere import KeyElsewhere
    from hoso.signing.keys import PublicKey, SigningKey
    from hoso.store.agent import Held

PUBLIC = ".pub"


def key_folder() -> Path:
    """The folder of this user's own keys, wherever this system keeps settings."""
    return Path(click.get_app_dir("hoso"))


def key_file(folder: Path, who: str, name: str) -> Path:
    """The private key `name` (`k1`) of somebody; its public line stands beside it in `.pub`."""
    return folder / f"{who}-{name}"


def public_line(file: Path) -> PublicKey:
    """The key of a `.pub` file; HosoError where it holds none."""
    from hoso.signing.keys import PublicKey

    return PublicKey.parse(file.read_text("utf-8", errors="replace").strip())


def own_key(path: Path, passphrase_from: int | None) -> SigningKey | KeyElsewhere:
    """The key of a file: unlocked, or where OpenSSH signs with it, found only.

    OpenSSH signs with a security key, and for a `.pub` file whose private key ssh-agent holds.
    """
    from hoso.signing.keys import NeedsPassphrase, load_key, public_in

    try:
        if path.suffix == PUBLIC:
            return _elsewhere(path, public_line(path))
        raw = path.read_bytes()
    except OSError as error:
        raise HosoError(f"không đọc được khóa ký {path}: {error.strerror}") from error
    public = public_in(raw)
    if public.application:
        return _elsewhere(path, public)
    try:
        return load_key(raw)
    except NeedsPassphrase:
        return load_key(raw, _passphrase(path, passphrase_from))


def held(key: SigningKey | KeyElsewhere) -> AbstractContextManager[Held]:
    """How git signs with a key, while the block runs."""
    from hoso.proposals.elsewhere import KeyElsewhere
    from hoso.store.agent import serving

    if isinstance(key, KeyElsewhere):
        return nullcontext(key.held)
    return serving(key.public.line, key.sign_bare)


def tell_touches(key: PublicKey, *signed: str) -> None:
    """Says how often a security key will be touched, before anything is signed."""
    if key.application and signed:
        click.echo(f"Sẽ cần chạm khóa {len(signed)} lần: {', '.join(signed)}.", err=True)


def _elsewhere(path: Path, public: PublicKey) -> KeyElsewhere:
    from hoso.proposals.elsewhere import KeyElsewhere

    asks = _touch() if public.application else lambda _: None
    return KeyElsewhere(public=public, file=path.absolute(), asks=asks)


def _touch() -> Callable[[str], None]:
    """Asks for a finger before each signature, and counts."""
    from hoso.proposals.elsewhere import PUSH
    from hoso.signing.commits import NAMESPACE

    # Nothing is heard of ssh, which may wait for a finger too, to log in.
    click.echo("Ký bằng khóa bảo mật: hễ khóa nháy đèn thì chạm vào khóa.", err=True)
    words, times = {PUSH: "giấy gửi", NAMESPACE: "phiên bản"}, count(1)
    return lambda what: click.echo(
        f"Chạm vào khóa bảo mật, lần {next(times)}: {words.get(what, 'lời ký')}…", err=True
    )


def _passphrase(path: Path, descriptor: int | None) -> bytes:
    if descriptor is not None:
        try:
            with os.fdopen(descriptor, "rb") as pipe:
                return pipe.readline().rstrip(b"\r\n")
        except OSError as error:
            raise HosoError(f"không đọc được mật khẩu từ ống dẫn số {descriptor}") from error
    if not sys.stdin.isatty():
        raise HosoError("khóa có mật khẩu: chạy trong cửa sổ lệnh, hoặc thêm --mat-khau-tu FD")
    return str(click.prompt(f"Mật khẩu của khóa {path.name}", hide_input=True)).encode()
