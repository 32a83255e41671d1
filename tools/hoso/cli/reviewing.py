"""`hoso check-off`, `hoso approve`, `hoso return`: one person's signed word about a proposal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hoso.cli.identity import signing, signs
from hoso.cli.own_keys import tell_touches
from hoso.findings import HosoError

if TYPE_CHECKING:
    from hoso.proposals.clone import Clone
    from hoso.proposals.delivery import Delivered, Signer
    from hoso.proposals.names import Name
    from hoso.proposals.stages import Standing

_Command = TypeVar("_Command", bound=Callable[..., Any])
_CHECKED, _APPROVED, _RETURNED = "kiem-tra", "duyet", "tra-lai"
_QUESTION = {
    _CHECKED: "Ký xác nhận đã kiểm tra?", _APPROVED: "Ký duyệt?", _RETURNED: "Trả lại đề nghị này?",
}  # fmt: skip
_DONE = {_CHECKED: "Đã ký kiểm tra", _APPROVED: "Đã ký duyệt", _RETURNED: "Đã trả lại"}
_VERB = {_CHECKED: "check-off", _APPROVED: "approve"}
#: What is signed to carry a word to the server.
_SENT = ("phiên bản", "giấy gửi")
_YES = frozenset({"c", "co", "có", "y", "yes"})


def _about(command: _Command) -> _Command:
    """The arguments and options the three verbs share."""
    names = click.argument("names", metavar="ĐỀ_NGHỊ…", nargs=-1, required=True)
    role = click.option(
        "--vai", "role", metavar="VAI", help="Ký với vai này; không ghi thì tự chọn."
    )
    yes = click.option("--yes", is_flag=True, help="Không hỏi lại trước khi ký.")
    shown = click.option("--ten", "named", is_flag=True,
                         help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")  # fmt: skip
    return names(role(yes(shown(signs(command)))))


_printed = click.option(
    "--print", "lines_only", is_flag=True,
    help="Chỉ in hai dòng lời ký, để dán vào nơi khác; không gửi gì.",
)  # fmt: skip


@click.command("check-off", help="Ký xác nhận đã kiểm tra các đề nghị (bước trước khi duyệt).")
@_printed
@_about
def check_off(**given: Any) -> int:
    """The verb; exit code 1 where a proposal could not be checked off."""
    return _every(_CHECKED, **given)


@click.command("approve", help="Ký duyệt các đề nghị; đủ lời duyệt thì nhập luôn vào main.")
@_printed
@_about
def approve(**given: Any) -> int:
    """The verb; exit code 1 where a proposal could not be approved."""
    return _every(_APPROVED, **given)


@click.command(
    "return",
    help="Trả lại các đề nghị để người viết sửa. Đề nghị không bị xóa: người viết sửa tiếp rồi "
    "gửi bằng hoso propose --tiep.",
)
@click.option("--reason", required=True, metavar="LÝ_DO",
              help="Vì sao trả lại; người viết đọc được, đừng ghi họ tên học sinh.")  # fmt: skip
@_about
def send_back(**given: Any) -> int:
    """The verb; exit code 1 where a proposal is not this person's to send back."""
    return _every(_RETURNED, **given)


def _every(
    decision: str, *, names: tuple[str, ...], role: str | None, yes: bool, named: bool, repo: Path,
    remote: str, who: str | None, key: Path | None, passphrase_from: int | None,
    lines_only: bool = False, reason: str | None = None,
) -> int:  # fmt: skip
    from hoso.proposals.names import named as name_of
    from hoso.proposals.words import MOST_REASON

    if reason is not None and not 0 < len(reason.strip()) <= MOST_REASON:
        raise HosoError(f"lý do phải có, và không quá {MOST_REASON} chữ")
    ask = _Ask(decision=decision, role=role, yes=yes, named=named, lines_only=lines_only,
               reason=None if reason is None else reason.strip())  # fmt: skip
    asked = [name_of(text) for text in names]
    worst = 0
    with signing(repo, remote, who, key, passphrase_from) as (clone, me):
        for name in asked:
            try:
                worst = max(worst, _one(clone, me, name, ask))
            except HosoError as error:
                if len(asked) == 1:
                    raise
                click.echo(f"{name}: {error}", err=True)
                worst = 2
    return worst


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """What a person wants done with each proposal they name."""

    decision: str
    role: str | None
    yes: bool
    named: bool
    lines_only: bool
    reason: str | None


def _one(clone: Clone, me: Signer, name: Name, ask: _Ask) -> int:
    from hoso.cli.telling import tell_faults, tell_standing
    from hoso.proposals.delivery import NotDelivered, deliver, file_review, spoken
    from hoso.proposals.reviews import roles_for
    from hoso.proposals.stages import Stage, standing

    found = standing(clone, name, clone.now(me.clock()))
    with _to_stderr(ask.lines_only):
        tell_standing(clone, found, named=ask.named)
        if found.case is None or (
            ask.decision != _RETURNED and not found.judged.may_be_proposed
        ):  # fmt: skip
            return tell_faults(found.judged.findings)
        roles = roles_for(found.case, me.person, ask.decision, found.approvals, ask.role)
        if not roles and (found.stage is not Stage.READY or ask.decision == _RETURNED):
            return _cannot(clone, found, me, ask)
        tell_touches(
            me.key.public, *["lời ký"] * len(roles), *() if ask.lines_only else _SENT
        )  # fmt: skip
        if not ask.yes and not _agrees(_QUESTION[ask.decision], to_stderr=ask.lines_only):
            click.echo("Chưa ký gì cả.")
            return 1
    lines = spoken(found, me, ask.decision, roles, clone.view.state.log)
    if ask.lines_only:
        click.echo(lines)
        return 0
    try:
        if ask.decision == _RETURNED:
            file_review(clone, found, me, lines, ask.reason)
            click.echo(f"{_DONE[_RETURNED]} {name}; {name.author} sửa rồi gửi: "
                       f"hoso propose --tiep {name.slug}")  # fmt: skip
            return 0
        _tell_delivered(clone, deliver(clone, found, me, lines), ask)
    except NotDelivered as error:
        click.echo(str(error), err=True)
        return tell_faults(error.findings) if error.findings else 1
    return 0


def _cannot(clone: Clone, found: Standing, me: Signer, ask: _Ask) -> int:
    """Says why a person's word would fill no step, and by which clause whose it is."""
    from hoso.cli.telling import tell_faults, tell_needs
    from hoso.proposals.reviews import clauses, in_the_way, roles_for

    assert found.case is not None  # noqa: S101 - asked about only where there is one
    wrong = in_the_way(found.case, me.person, ask.role)
    other = _APPROVED if ask.decision == _CHECKED else _CHECKED
    if wrong:
        click.echo("Chưa ký gì cả, vì lời ký này sẽ không được tính:")
        tell_faults(wrong)
    elif ask.decision != _RETURNED and any(word.person == me.person for word in found.counting):
        click.echo("Thầy cô đã ký đề nghị này rồi; ký thêm không thay được người khác.")
    elif roles_for(found.case, me.person, other, found.approvals, ask.role):
        click.echo(f"Bước của thầy cô là: hoso {_VERB[other]} {found.name}")
    else:
        click.echo("Chưa ký gì cả: không bước nào còn thiếu là việc của thầy cô.")
    tell_needs(found.needs, found.case.school, named=ask.named)
    for clause in clauses(found.case, found.needs):
        click.echo(f"  theo {clause}")
    return 1


def _tell_delivered(clone: Clone, done: Delivered, ask: _Ask) -> None:
    from hoso.cli.telling import tell_needs

    name = done.found.name
    if done.merge is not None:
        click.echo(f"{_DONE[ask.decision]} {name}: đủ lời ký, đã nhập vào main "
                   f"({done.merge[:12]}).")  # fmt: skip
        return
    click.echo(f"{_DONE[ask.decision]} {name}.")
    school = clone.view.standing(clone.view.main).school
    tell_needs(done.found.needs, school, named=ask.named)


def _agrees(question: str, *, to_stderr: bool) -> bool:
    said = str(click.prompt(f"{question} [c/K]", default="k", show_default=False,
                            prompt_suffix=" ", err=to_stderr))  # fmt: skip
    return said.strip().casefold() in _YES


def _to_stderr(wanted: bool) -> AbstractContextManager[object]:
    return redirect_stdout(sys.stderr) if wanted else nullcontext()
