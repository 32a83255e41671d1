"""Who is at the keyboard, with which key: said once to a clone, asked for where it is not known."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hoso.cli.clock import clock_of
from hoso.cli.own_keys import PUBLIC, held, key_folder, own_key
from hoso.findings import HosoError
from hoso.store.git import Repository

if TYPE_CHECKING:
    from hoso.proposals.clone import Clone
    from hoso.proposals.delivery import Signer

#: Where a clone remembers both, in its own git settings.
WHO, KEY = "hoso.nguoi", "hoso.khoa"
_Command = TypeVar("_Command", bound=Callable[..., Any])
_REPO = click.option("--repo", default=".", help="Thư mục của trường: bản sao của kho chung.",
                     type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
_REMOTE = click.option("--kho", "remote", default="origin", show_default=True, metavar="TÊN",
                       help="Kho chung, theo tên git đã đặt.")  # fmt: skip
#: The option of a verb that asks who is there.
asker = click.option("--who", metavar="MÃ_NHÂN_SỰ", help="Thầy cô là ai, ví dụ NV0015.")


def reads(command: _Command) -> _Command:
    """The options of a verb that only looks."""
    return _REPO(_REMOTE(command))


def signs(command: _Command) -> _Command:
    """The options of a verb that signs."""
    key = click.option("--key", "key", metavar="TỆP", help="Khóa riêng để ký: tệp khóa, "
                       "tệp của khóa bảo mật (FIDO), hay tệp .pub của khóa ssh-agent giữ.",
                       type=click.Path(path_type=Path, dir_okay=False))  # fmt: skip
    told = click.option("--mat-khau-tu", "passphrase_from", type=click.IntRange(0), metavar="FD",
                        help="Đọc mật khẩu của khóa từ ống dẫn có số này.")  # fmt: skip
    return reads(asker(key(told(command))))


def looking(repo: Path, remote: str) -> Clone:
    """The clone in a folder, brought up to date; as it was, with a word of warning, offline."""
    from hoso.ledger.opening import Broken
    from hoso.proposals.clone import Clone
    from hoso.store.remote import Remote

    clone = Clone(Remote(_repository(repo), remote))
    try:
        clone.refresh()
    except Broken:
        raise
    except HosoError as error:
        click.echo(f"Chưa cập nhật được: {error}\nĐang xem theo lần lấy về gần nhất.", err=True)
    return clone


@contextmanager
def signing(
    repo: Path, remote: str, who: str | None, key: Path | None, passphrase_from: int | None
) -> Iterator[tuple[Clone, Signer]]:
    """The clone, brought up to date, and the person whose key signs for this one command."""
    from hoso.proposals.clone import Clone
    from hoso.proposals.delivery import Signer
    from hoso.store.remote import Remote

    repository = _repository(repo)
    own = own_key(_key_of(repository, who, key), passphrase_from)
    with held(own) as reached:
        clone = Clone(Remote(repository, remote, reached))
        clone.refresh()
        signer = Signer(
            person="", key=own, clock=clock_of(repository), chance=secrets.token_bytes,
            pause=_pause,
        )  # fmt: skip
        person = _holder(clone, signer, who or repository.setting(WHO))
        yield clone, replace(signer, person=person)


def person_at(clone: Clone, who: str | None) -> str:
    """Who is asking, for a verb that signs nothing; HosoError where nobody has said."""
    found = who or clone.repository.setting(WHO)
    if found is None:
        raise HosoError(
            "chưa biết thầy cô là ai: thêm --who NV0015, hoặc ghi một lần: hoso key use"
        )
    return found


def _repository(repo: Path) -> Repository:
    found = Repository(repo)
    if found.bare or not found.is_root:
        raise HosoError(f"{repo} không phải thư mục trên cùng của một bản sao; dùng --repo")
    return found


def _key_of(repository: Repository, who: str | None, key: Path | None) -> Path:
    if key is not None:
        return key
    kept = repository.setting(KEY)
    if kept is not None and who in (None, repository.setting(WHO)):
        return Path(kept).expanduser()
    person = who or repository.setting(WHO) or "NV[0-9][0-9][0-9][0-9]"
    here = [each for each in sorted(key_folder().glob(f"{person}-k*")) if each.suffix != PUBLIC]
    if len(here) == 1:
        return here[0]
    if sys.stdin.isatty():
        return Path(str(click.prompt("Tệp khóa ký của thầy cô"))).expanduser()
    raise HosoError(
        "chưa biết ký bằng khóa nào: thêm --key TỆP, hoặc ghi một lần: hoso key use TỆP"
    )


def _holder(clone: Clone, signer: Signer, who: str | None) -> str:
    """The person the records name for the key, held to who was said to be there."""
    ring = clone.view.standing(clone.view.main).keyring
    found = ring.holder(signer.key.public, clone.now(signer.clock()))
    if found is None or found.person is None:
        known = bool(ring.holders_of(signer.key.public))
        why = "không còn hoặc chưa có hiệu lực" if known else "chưa được ghi trong sổ khóa ký"
        raise HosoError(f"khóa này {why}; xem: hoso key show, hoặc lập khóa: hoso key new")
    if who not in (None, found.person):
        raise HosoError(f"khóa này là của {found.person}, không phải của {ascii(who)[1:-1]}")
    return found.person


def _pause(attempt: int) -> None:
    # Those who were overtaken together should not come back together.
    time.sleep(min(2.0, 0.05 * 2**attempt) * (0.5 + secrets.randbelow(1000) / 1000))
