"""Signing several proposals of one kind at once: only those that were opened in this session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.approving_pages import Line, lines_of, same_as_shown, signed
from hoso.desk.asking import Asking, asking
from hoso.desk.attempts import TooMany, Wrong
from hoso.desk.opened import OPENED
from hoso.desk.pages import page
from hoso.desk.weighing import sees, waiting_for_me
from hoso.findings import Finding, HosoError
from hoso.gate.policy import Deed
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import Signer
from hoso.proposals.names import named
from hoso.proposals.stages import standing

_TITLES = {Deed.CHECK.value: "Ký đã kiểm tra", Deed.APPROVE.value: "Ký duyệt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Proposals that one click can sign alike: the same step, about the same kinds."""

    deed: str
    button: str
    title: str
    lines: tuple[Line, ...]

    @property
    def opened(self) -> int:
        """How many of them have been read."""
        return sum(line.opened for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one of them."""

    name: str
    done: bool
    said: str
    findings: tuple[Finding, ...] = ()


def choose(request: Request) -> Response:
    """The groups, with a box for each proposal that was opened."""
    ask = asking(request)
    return page(ask, "duyet-nhieu.html", groups=list(_groups(ask)), wrong="", tried=None)


def sign_chosen(request: Request) -> Response:
    """Signs what was chosen, one after another; what cannot be signed stops none of the others."""
    ask = asking(request)
    decision, chosen = ask.text("viec"), ask.texts("chon")
    if decision not in _TITLES or not chosen:
        raise HosoError("chưa chọn đề nghị nào để ký")
    titles = _alike(ask, decision, chosen)
    try:
        with ask.signing(ask.text("mat_khau")) as (clone, me):
            outcomes = [(titles[each], _one(ask, clone, me, each, decision)) for each in chosen]
    except Wrong as error:
        status = 429 if isinstance(error, TooMany) else 403
        groups = list(_groups(ask))
        return page(ask, "duyet-nhieu.html", status, groups=groups, wrong=str(error),
                    tried=_titled(ask, chosen, groups))  # fmt: skip
    return page(ask, "da-duyet-nhieu.html", outcomes=outcomes)


def _groups(ask: Asking) -> Iterator[Group]:
    found: dict[tuple[str, frozenset[str]], list[Line]] = {}
    for line in lines_of(ask, waiting_for_me(ask)):
        if line.item.deed:
            found.setdefault((line.item.deed, line.item.kinds), []).append(line)
    for (deed, kinds), lines in found.items():
        yield Group(deed=deed, button=_TITLES[deed], title=_kinds(ask, kinds), lines=tuple(lines))


def _titled(ask: Asking, chosen: list[str], groups: list[Group]) -> str | None:
    """The group somebody was signing in, for the mistake to be told there."""
    for group in groups:
        if any(f"{line.item.name} {line.item.digest}" in chosen for line in group.lines):
            return group.title
    return None


def _kinds(ask: Asking, kinds: frozenset[str]) -> str:
    known = ask.school.kinds
    return ", ".join(sorted(known[name].title if name in known else name for name in kinds))


def _alike(ask: Asking, decision: str, chosen: list[str]) -> dict[str, str]:
    """The titles of what is chosen; refuses what no page of ours asks for.

    That is different kinds at once, and what was not opened.
    """
    waiting = {f"{each.name} {each.digest}": each for each in waiting_for_me(ask)}
    found = [waiting[each] for each in chosen if each in waiting and waiting[each].deed == decision]
    if len(found) < len(chosen):
        raise HosoError("có đề nghị vừa đổi hoặc không còn chờ thầy cô; xem lại danh sách")
    if len({each.kinds for each in found}) > 1:
        raise HosoError("mỗi lần chỉ ký nhiều đề nghị của cùng một loại hồ sơ")
    for each in found:
        if not OPENED.has(ask.session, each.name, each.digest):
            raise HosoError(f"chưa mở đề nghị {each.name}; đọc từng đề nghị rồi mới ký cùng lúc")
    return {text: waiting[text].title for text in chosen}


def _one(ask: Asking, clone: Clone, me: Signer, text: str, decision: str) -> Outcome:
    name, _, digest = text.partition(" ")
    try:
        found = standing(clone, named(name), clone.now(ask.desk.now()))
        if not sees(ask, found) or not same_as_shown(found, digest):
            raise HosoError("đề nghị vừa đổi sau khi thầy cô mở; đọc lại rồi ký")
        return Outcome(name=name, done=True, said=signed(ask, clone, me, found, decision))
    except HosoError as error:
        return Outcome(name=name, done=False, said=str(error),
                       findings=tuple(getattr(error, "findings", ())))  # fmt: skip


routes = [
    Route("/de-nghi/duyet-nhieu", choose, methods=["GET"]),
    Route("/de-nghi/duyet-nhieu", sign_chosen, methods=["POST"]),
]
