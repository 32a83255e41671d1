"""`hoso forge gate` and `hoso forge merge`: a proposal on a forge judged, and joined to `main`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hoso.cli.clock import now
from hoso.cli.identity import signing, signs
from hoso.cli.opening import as_day
from hoso.findings import HosoError

if TYPE_CHECKING:
    from hoso.forge.protocol import Forge

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _on_a_forge(command: _Command) -> _Command:
    """Which proposal, and where it is."""
    number = click.argument("number", metavar="SỐ", type=click.IntRange(min=1))
    dialect = click.option(
        "--forge",
        "dialect",
        type=click.Choice(["github", "forgejo"]),
        default="github",
        show_default=True,
        help="Loại nơi đặt kho.",
    )
    place = click.option(
        "--tren",
        "place",
        envvar="GITHUB_REPOSITORY",
        required=True,
        metavar="TỔ_CHỨC/TÊN",
        help="Kho trên nơi đặt kho.",
    )
    api = click.option("--api", envvar="GITHUB_API_URL", default="", metavar="ĐỊA_CHỈ",
                       help="Địa chỉ API; không ghi là GitHub.")  # fmt: skip
    return number(dialect(place(api(command))))


@click.command(
    "gate",
    help="Xét đề nghị SỐ trên nơi đặt kho cùng các lời duyệt trong nhận xét; --post viết lời xét "
    "lên trang đề nghị. Mã truy cập đọc từ biến HOSO_FORGE_TOKEN.",
)
@_on_a_forge
@click.option("--repo", default=".", help="Thư mục của trường.",
              type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
@click.option("--head", default="refs/hoso/de-nghi", show_default=True, metavar="REV",
              help="Đề nghị đã lấy về ở đâu.")  # fmt: skip
@click.option(
    "--on", "when", metavar="NGÀY", callback=as_day, help="Ngày nhận; không ghi là lúc này."
)
@click.option("--may", "machine", metavar="TÊN", help="Tài khoản mà máy dùng để viết lời xét.")
@click.option("--post", is_flag=True, help="Viết lời xét và kết quả lên trang đề nghị.")
def gate(
    number: int, dialect: str, place: str, api: str, repo: Path, head: str, when: date | None,
    machine: str | None, post: bool,
) -> int:  # fmt: skip
    """Exit code 0 when only approvals are missing, 1 when something is refused."""
    from hoso.forge import comment
    from hoso.forge.gating import gate as gated
    from hoso.forge.protocol import Outcome
    from hoso.forge.rulesets import GATE
    from hoso.gate.verdict import VIETNAM
    from hoso.ledger.opening import opened
    from hoso.store.git import Repository

    forge = _forge(dialect, place, api, machine)
    repository = Repository(repo)
    view, commit = opened(repository), repository.resolve(head)
    clock = now(repository) if when is None else datetime.combine(when, time(12), VIETNAM)
    # Never before the log's last entry, whatever the clock here says.
    received = max(clock, datetime.fromtimestamp(view.state.time, UTC))
    pull = forge.pull(number)
    found = gated(view, pull, commit, forge.reviews(number), forge.name, received)
    text = comment.comment(found, view)
    click.echo(text)
    if post:
        forge.comment(number, text, comment.MARK)
        forge.set_status(commit, GATE, found.outcome, comment.headline(found))
    return 1 if found.outcome is Outcome.REFUSED else 0


@click.command("merge", help="Gộp đề nghị SỐ trên nơi đặt kho: gom lời duyệt, ký, gửi tới kho "
               "chung của trường.")  # fmt: skip
@_on_a_forge
@click.option("--khoa-chung-thuc", "notary", metavar="TỆP",
              type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="Khóa chứng thực cho những lời duyệt bấm trên trang.")  # fmt: skip
@signs
def merge(
    number: int, dialect: str, place: str, api: str, notary: Path | None, repo: Path, remote: str,
    who: str | None, key: Path | None, passphrase_from: int | None,
) -> int:  # fmt: skip
    """Exit code 1 when something is refused or still missing; nothing was sent then."""
    from hoso.cli.telling import tell_faults
    from hoso.forge.comment import comment
    from hoso.forge.gating import gate as gated
    from hoso.forge.joining import NotJoined, joined, witnessed
    from hoso.proposals.delivery import refusal
    from hoso.proposals.names import FOR_MAIN
    from hoso.signing.keys import load_key

    forge = _forge(dialect, place, api, None)
    with signing(repo, remote, who, key, passphrase_from) as (clone, me):
        view, pull, received = clone.view, forge.pull(number), clone.now(me.clock())
        head = view.repository.resolve(pull.head)
        found = gated(view, pull, head, forge.reviews(number), forge.name, received)
        click.echo(comment(found, view))
        words = () if notary is None else witnessed(
            found, forge.name, load_key(notary.read_bytes()), secrets.token_bytes
        )  # fmt: skip
        try:
            made = joined(view, found, words, me.person, me.key, received)
        except NotJoined as error:
            click.echo(str(error), err=True)
            return tell_faults(error.findings)
        answer = clone.remote.push(made, FOR_MAIN)
        clone.refresh()
        if not clone.on_main(made):
            raise HosoError(refusal(answer))
    click.echo(f"Đã gộp đề nghị số {number} vào main ({made[:12]}).")
    return 0


def _forge(dialect: str, place: str, api: str, machine: str | None) -> Forge:
    from hoso.forge.rest import on_forge

    token = os.environ.get("HOSO_FORGE_TOKEN", "")
    return on_forge(dialect, place, token, root=api, machine=machine)
