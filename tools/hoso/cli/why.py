"""`hoso why`: whether a person may do something to a page or a field, and by which clause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hoso.cli.opening import as_day, opened, today
from hoso.gate.policy import Deed

if TYPE_CHECKING:
    from hoso.gate.policy import Assignment, Granted, Right
    from hoso.gate.reasons import Answer
    from hoso.model import Kind, Pointer

_DEEDS = {
    Deed.READ: "đọc", Deed.WRITE: "ghi", Deed.CHECK: "kiểm tra", Deed.APPROVE: "duyệt",
    Deed.LOCK: "khóa", Deed.UNLOCK: "mở", Deed.PRINT: "in",
}  # fmt: skip


@click.command(
    "why", help="Vì sao một người được hay không được làm một việc, theo điều khoản nào."
)
@click.argument("path", metavar="TỆP")
@click.argument("place", metavar="[TRƯỜNG]", required=False)
@click.option("--who", required=True, metavar="MÃ_NHÂN_SỰ", help="Người được hỏi tới.")
@click.option(
    "--on", "when", metavar="NGÀY", callback=as_day, help="Vào ngày này; không ghi là hôm nay."
)
@click.option("--deed", type=click.Choice([deed.value for deed in Deed]), default="ghi",
              help="Việc: đọc, ghi, kiểm tra, duyệt, khóa, mở, in.")  # fmt: skip
@click.option("--repo", default=".", help="Thư mục của trường.",
              type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
@click.option("--at", "rev", metavar="REV", help="Xem ở một phiên bản git; không ghi là trên đĩa.")
def command(
    path: str, place: str | None, who: str, when: date | None, deed: str, repo: Path,
    rev: str | None,
) -> int:  # fmt: skip
    """The verb; exit code 0 for yes and 1 for no."""
    from hoso.findings import HosoError
    from hoso.gate.frame import FRAME, in_frame
    from hoso.gate.reasons import why
    from hoso.gate.regulation import policy_on

    school, on = opened(repo, rev), when or today(repo)
    found = school.table.find(path)
    if found is None and not in_frame(path):
        raise HosoError(f"không loại hồ sơ nào có đường dẫn {ascii(path)[1:-1]}; không ai được ghi")
    kind, key = found or (FRAME, {})
    if not school.exists("nhan-su", {"nhan_su": who}):
        raise HosoError(f"không có nhân sự {ascii(who)[1:-1]}; ví dụ đúng: NV0012")
    pointer = None if place is None else _pointer(kind, place)
    policy = policy_on(school, on)
    answer = why(policy, kind, key, who, Deed(deed), pointer)
    where = kind.title if pointer is None else f"{kind.title}, {_headed(kind, pointer)}"
    asked = f"{_DEEDS[Deed(deed)]} {path} ({where}) vào ngày {on:%d/%m/%Y}"
    for line in _told(answer, who, asked):
        click.echo(line)
    return 0 if answer.granted is not None and not answer.shut else 1


def _pointer(kind: Kind, place: str) -> Pointer:
    from hoso.findings import HosoError

    pointer: Pointer = ()
    for part in place.split("/"):
        listed = "items" in (kind.field(pointer) or {}) and part.isdecimal()
        pointer = (*pointer, int(part) if listed else part)
        if kind.field(pointer) is None:
            there = ", ".join((kind.field(pointer[:-1]) or {}).get("properties", {}))
            hint = f"; có: {there}" if there else ""
            raise HosoError(f"loại {kind.name} không có trường {ascii(place)[1:-1]}{hint}")
    return pointer


def _headed(kind: Kind, pointer: Pointer) -> str:
    return " › ".join(
        kind.heading(pointer[: depth + 1])
        if part in (kind.field(pointer[:depth]) or {}).get("properties", {})
        else str(part)
        for depth, part in enumerate(pointer)
    )


def _told(answer: Answer, who: str, asked: str) -> Iterator[str]:
    if answer.granted is None:
        yield f"KHÔNG. {who} không được {asked}."
        yield from _lacking(answer)
        return
    if answer.shut:
        yield f"CHƯA ĐƯỢC. {who} có quyền {asked}, nhưng sổ đã khóa:"
        for lock in answer.shut:
            yield f"  lần khóa {lock.name}, hết ngày {lock.closes:%d/%m/%Y}"
        yield "  Muốn sửa phải có giấy đề nghị thay đổi thông tin được duyệt."
    else:
        yield f"CÓ. {who} được {asked}."
    yield from _ground(answer.granted)
    for number, deed, people in answer.steps:
        named = ", ".join(sorted(people)) or "không còn ai"
        yield f"  Sau khi viết, bước {number} – {_DEEDS[deed]}: {named}"


def _ground(granted: Granted) -> Iterator[str]:
    yield f"  Điều khoản: {_quoted(granted.right)}"
    yield f"  Phân công: {_duty(granted.assignment)}"


def _quoted(right: Right) -> str:
    return f"{right.clause}: “{right.clause.words}”"


def _duty(held: Assignment) -> str:
    ends = "" if held.until is None else f" đến {held.until:%d/%m/%Y}"
    instead = "" if held.instead_of is None else f", thay {held.instead_of}"
    return (
        f"{held.path}, {held.code}: vai {held.role}{instead}, "
        f"từ {held.since:%d/%m/%Y}{ends}, Quyết định số {held.decision}"
    )


def _lacking(answer: Answer) -> Iterator[str]:
    if not answer.nearest:
        yield "  Không điều khoản nào trao việc này trên loại hồ sơ này cho bất cứ vai nào."
        return
    yield "  Quyền gần nhất:"
    for near in answer.nearest:
        yield f"  – {_quoted(near.right)}"
        if near.assignment is not None:
            yield f"    phân công: {_duty(near.assignment)}"
        yield from (f"    thiếu: {missing}" for missing in near.missing)
