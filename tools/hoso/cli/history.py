"""`hoso history`: the whole life of a value, of a page, or of all that names one person."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.findings import HosoError

if TYPE_CHECKING:
    from hoso.audit.timeline import Timeline, Turn, Wanted
    from hoso.gate.changes import Change

_DEEDS = {"kiem-tra": "kiểm tra", "duyet": "duyệt", "tra-lai": "trả lại"}


@click.command(
    "history",
    help="Cả quá trình của một giá trị: lúc nào, từ gì thành gì, ai ghi, ai duyệt, theo điều nào.",
)
@click.argument("what", metavar="MÃ|TỆP")
@click.argument("field", metavar="[TRƯỜNG]", required=False)
@click.option("--repo", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".",
              help="Bản sao kho hồ sơ.")  # fmt: skip
@click.option("--at", "rev", metavar="REV", help="Chỉ kể tới phiên bản này của main.")
@click.option("--ten", "named", is_flag=True, help="In cả họ tên; chỉ dùng khi màn hình riêng tư.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              help="Cách trình bày kết quả.")  # fmt: skip
def command(
    what: str, field: str | None, repo: Path, rev: str | None, named: bool, form: str
) -> int:
    """The verb; what history knows nothing about is said so, and is no error."""
    from hoso.audit.timeline import Timeline
    from hoso.cli.branches import ends
    from hoso.store.git import Repository

    repository = Repository(repo)
    main, log = ends(repository)
    timeline = Timeline(repository, rev or main, log)
    turns = list(_turns(timeline, what, field))
    if form == "json":
        shown = [_as_data(turn, named) for turn in turns]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return 0
    if not turns:
        click.echo("Không có lần thay đổi nào trong lịch sử; xem lại mã, đường dẫn, tên trường.")
        return 0
    click.echo(f"{len(turns)} lần thay đổi, cũ trước mới sau.")
    for number, turn in enumerate(turns, 1):
        click.echo("\n" + "\n".join(_told(number, turn, named)))
    return 0


def _turns(timeline: Timeline, what: str, field: str | None) -> Iterator[Turn]:
    from hoso.rules.naming import person_kind

    path = tuple(field.split("/")) if field else ()
    if person_kind(what, timeline.school) is not None:
        yield from timeline.turns(timeline.pages_naming(what), _about(what, path))
    elif any(part in ("", ".", "..") for part in what.split("/")):
        raise HosoError(f"{ascii(what)[1:-1]} không phải đường dẫn trong kho hồ sơ")
    else:
        yield from timeline.turns([what], _below(path))


def _about(person: str, field: tuple[str, ...]) -> Wanted:
    """Whether a change is about a person: on a page of theirs, in their row, or naming them."""

    def wanted(change: Change) -> bool:
        pointer = tuple(map(str, change.pointer))
        named = (
            person in change.key.values()
            or person in pointer
            or any(_holds(value, person) for value in (change.old, change.new))
        )
        return named and (not field or any(
            pointer[at : at + len(field)] == field for at in range(len(pointer))
        ))  # fmt: skip

    return wanted


def _holds(value: object, person: str) -> bool:
    return person in value if isinstance(value, tuple) else value == person


def _below(field: tuple[str, ...]) -> Wanted:
    """Whether a change is at a pointer or below it."""
    return lambda change: tuple(map(str, change.pointer[: len(field)])) == field


def _told(number: int, turn: Turn, named: bool) -> Iterator[str]:
    from hoso.audit.timeline import SERVER
    from hoso.gate.readable import readable

    known = "ngày tự khai của bản ghi" if turn.seq is None else f"nhật ký số {turn.seq}"
    yield f"{number}. {turn.when:%H:%M ngày %d/%m/%Y} ({known}), bản ghi {turn.commit[:12]}"
    yield from (f"   {line}" for line in readable(_shown(turn.changes), turn.school, named=named))
    authors = [each for each in turn.authors if each != SERVER]
    if authors:
        yield f"   Ghi: {_people(authors, turn, named)}{_by(turn.clauses)}"
    else:
        yield "   Ghi: máy chủ, khi lập kho" if turn.authors else "   Ghi: không có chữ ký"
    for each in turn.agreed:
        deed = _DEEDS.get(each.deed, each.deed)
        seen = ", được chứng thực" if each.witnessed else ""
        clause = _by((each.clause,) if each.clause else ())
        who = f"{_people([each.person], turn, named)} ({each.role}{seen})"
        yield f"   {deed.capitalize()}: {who}{clause}"
    for paper in turn.opened_by:
        yield f"   Mở bằng: {paper}"


def _shown(changes: Sequence[Change]) -> Sequence[Change]:
    """Of a page that came or went as a whole, that it did; its many fields say nothing more."""
    from hoso.gate.changes import Part

    whole = {change.path for change in changes if change.part is Part.PAGE}
    return [each for each in changes if each.path not in whole or each.part is Part.PAGE]


def _by(clauses: Sequence[str]) -> str:
    return f", theo {'; '.join(clauses)}" if clauses else ""


def _people(who: Sequence[str], turn: Turn, named: bool) -> str:
    from hoso.rules.naming import names_in

    name_of = names_in(turn.school)
    return ", ".join(
        f"{name} ({each})" if named and (name := name_of("nhan-su", each)) else each for each in who
    )


def _as_data(turn: Turn, named: bool) -> dict[str, object]:
    from hoso.gate.readable import readable

    return {
        "commit": turn.commit, "time": int(turn.when.timestamp()), "seq": turn.seq,
        "authors": list(turn.authors), "clauses": list(turn.clauses),
        "opened_by": list(turn.opened_by),
        "agreed": [
            {"person": each.person, "role": each.role, "decision": each.deed,
             "witnessed": each.witnessed, "clause": each.clause}
            for each in turn.agreed
        ],
        "changes": [
            {"path": each.path, "pointer": "/".join(map(str, each.pointer)),
             "part": each.part.value, "words": list(readable([each], turn.school, named=named))}
            for each in turn.changes
        ],
    }  # fmt: skip
