"""What the verbs about proposals print alike: findings, open steps, a proposal as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from hoso.gate.policy import Deed

if TYPE_CHECKING:
    from datetime import datetime

    from hoso.findings import Finding
    from hoso.gate.verdict import Need
    from hoso.model import School
    from hoso.proposals.clone import Clone
    from hoso.proposals.stages import Standing

_DEEDS = {Deed.CHECK: "kiểm tra", Deed.APPROVE: "duyệt", Deed.UNLOCK: "ra lệnh mở sổ"}


def tell_faults(findings: Sequence[Finding]) -> int:
    """Prints what is wrong; gives the exit code that goes with it."""
    from hoso.cli.report import as_text

    click.echo(as_text(findings))
    return 1


def tell_needs(needs: Iterable[Need], school: School, *, named: bool) -> None:
    """Prints who must still check and approve, each step once with all its pages."""
    steps: dict[tuple[int, str, str], int] = {}
    for need in needs:
        said = (need.step, _deeds(need), people(need.people, school, named=named))
        steps[said] = steps.get(said, 0) + 1
    if not steps:
        return
    click.echo("Còn cần:")
    for (step, deeds, able), pages in sorted(steps.items()):
        many = f" ({pages} trang)" if pages > 1 else ""
        click.echo(f"  bước {step} – {deeds}{many}: {able}")


def people(who: Iterable[str], school: School, *, named: bool) -> str:
    """Staff by identifier, with their names where names may be shown."""
    return ", ".join(_person(each, school, named) for each in sorted(who)) or "chưa có ai làm được"


def tell_standing(clone: Clone, found: Standing, *, named: bool) -> None:
    """Prints a proposal: its name and stage, what it does to `main`, what was said about it."""
    from hoso.proposals.stages import page_title, told

    base = clone.view.standing(clone.view.main).school
    click.echo(f"{found.name} · {found.stage.value} · {page_title(clone, found, named=named)}")
    for line in told(clone, found, named=named):
        click.echo(f"  {line}")
    for word in found.counting:
        click.echo(f"  ✓ {_person(word.person, base, named)}: {_said(word.approval.decision)}, "
                   f"vai {word.approval.role}")  # fmt: skip
    for word, why in found.idle:
        click.echo(f"  ✗ lời ký của {_person(word.person, base, named)} không tính: {why.message}")
    if found.returned is not None:
        click.echo(f"  ↩ {_person(found.returned.person, base, named)} trả lại: "
                   f"{one_line(found.returned.reason)}")  # fmt: skip


def one_line(text: str) -> str:
    """A text somebody sent, on one line and without anything a terminal would obey."""
    return "".join(each if each.isprintable() else " " for each in " ".join(text.split()))


def age(then: int, now: datetime) -> str:
    """How long ago something was, in one word and a half."""
    seconds = max(0, int(now.timestamp()) - then)
    for size, word in ((86_400, "ngày"), (3_600, "giờ"), (60, "phút")):
        if seconds >= size:
            return f"{seconds // size} {word}"
    return "vừa xong"


def _deeds(need: Need) -> str:
    roles = ", ".join(sorted(need.roles))
    deeds = "/".join(_DEEDS[deed] for deed in sorted(need.deeds, key=lambda each: each.value))
    return f"{deeds}, vai {roles}" + (f" – {need.why}" if need.why else "")


def _person(who: str, school: School, named: bool) -> str:
    record = school.get("nhan-su", nhan_su=who) if named else None
    return who if record is None else f"{record.data['ho_ten']} ({who})"


def _said(decision: str) -> str:
    return {Deed.CHECK.value: "đã kiểm tra", Deed.APPROVE.value: "đã duyệt"}.get(decision, decision)
