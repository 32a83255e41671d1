"""The gate's answer on a forge: identifiers only, and inert, for no comment can be taken back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hoso.findings import CODES, Finding
from hoso.forge.gating import Gated
from hoso.forge.protocol import Outcome
from hoso.gate.readable import readable
from hoso.ledger.judging import Judged
from hoso.ledger.view import View
from hoso.schema.school import TreeSchool

#: How our own comment begins, so that the next answer replaces it.
MARK = "<!-- hoso-gate -->"
#: GitHub takes 65,536 characters; the frame around the lines needs some.
_LONGEST = 60_000
_TITLES = {
    Outcome.ENOUGH: "đủ lời duyệt, gộp được",
    Outcome.WAITING: "gửi được, còn thiếu người duyệt",
    Outcome.REFUSED: "không được",
}


def headline(gated: Gated) -> str:
    """The answer in one sentence."""
    said = _TITLES[gated.outcome]
    if gated.verdict is not None and gated.outcome is Outcome.WAITING:
        said += f" ở {len(gated.verdict.needs)} bước"
    if gated.outcome is Outcome.ENOUGH and gated.seen:
        said += f"; {len(gated.seen)} lời duyệt phải được chứng thực khi gộp"
    return said[:1].upper() + said[1:]


def comment(gated: Gated, view: View) -> str:
    """The whole answer, without the mark: what changes, why not, who is still asked."""
    lines = list(_lines(gated, view))
    kept: list[str] = []
    room = _LONGEST
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            kept.append(f"… còn {len(lines) - len(kept)} dòng; xem đủ bằng: hoso diff")
            break
        kept.append(line)
    body = "\n".join(kept)
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    # In a fence nothing is a link, a picture or a call to somebody.
    fence = "`" * max(3, longest + 1)
    return (
        f"**Cổng: {headline(gated)}**\n\nCommit {gated.pull.head}\n\n{fence}text\n{body}\n{fence}\n"
    )


def _lines(gated: Gated, view: View) -> Iterator[str]:
    judged, verdict = gated.judged, gated.verdict
    yield from _part("Thay đổi:", changed(judged, view))
    refusals = (*judged.faults, *(() if verdict is None else verdict.refusals))
    yield from _part("Không được:", map(_named, refusals))
    if verdict is not None:
        yield from _part(
            "Còn cần:", (f"{_place(each.finding)}: {each.finding.message}; {each.finding.hint}"
                         for each in verdict.needs)
        )  # fmt: skip
    yield from _part(
        "Duyệt trên trang này, phải được chứng thực khi gộp:",
        (f"{each.person}, vai {word.role}: {word.decision}"
         for each in gated.seen for word in each.words),
    )  # fmt: skip
    void = (*gated.void, *(() if verdict is None else verdict.void))
    yield from _part("Lời duyệt không tính:", map(_named, void))
    yield from _part("Nhận xét không tính:", (f"{each.code} {each.message}; {each.hint}"
                                              for each in gated.ignored))  # fmt: skip


def changed(judged: Judged, view: View) -> Iterator[str]:
    """The changes in words, without names and without the text of posts."""
    if judged.after is None:
        return
    school = TreeSchool(judged.after, view.standing(view.main).kinds)
    for line in readable(judged.changes, school, named=False):
        # The lines of a post may say anything about anybody; they stand in the post.
        if not line.startswith(" "):
            yield _plain(line)


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    told = list(dict.fromkeys(lines))
    if told:
        yield title
        yield from (f"  {_plain(line)}" for line in told)


def _named(finding: Finding) -> str:
    """A finding without its message, which may quote a record."""
    return f"{_place(finding)}: {finding.code} {CODES[finding.code].title}"


def _place(finding: Finding) -> str:
    return f"{ascii(finding.path)[1:-1]}:{finding.line}"


def _plain(line: str) -> str:
    return "".join(each if each.isprintable() else "·" for each in line)
