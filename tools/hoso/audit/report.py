"""An audit in words for somebody with five minutes: the verdict first, the doubts last.

Findings and paths come from proposals, which are hostile data: every sign that a typeface or a
terminal would not show is spelt out, and what shows it escapes the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from hoso.audit.account import SORTS, Loosening, Report, Told, Violation
from hoso.books.account import Account, Section, Table, account_book
from hoso.books.glyphs import printable
from hoso.books.typesetting import typeset
from hoso.gate.verdict import local

_SHORT = 12
#: What no clone can prove, whoever looks at it.
DOUBTS = (
    "Đoạn cuối nhật ký mà chưa ai chứng kiến: người giữ khóa của máy chủ còn viết lại được những "
    "mục sau lời duyệt, biên bản hay bản sao gần nhất. So số thứ tự và đầu nhật ký ở trên với biên "
    "bản khóa sổ đã in, và với bản sao ở máy khác.",
    "Kho này có đúng là kho của trường: mã commit lập kho ở trên phải trùng với mã mà nhà trường "
    "đã công bố hoặc in ra từ trước.",
    "Ai thật sự cầm khóa lúc ký: khóa bị mượn hay bị lộ mà chưa khai báo thì chữ ký vẫn đúng.",
    "Số liệu có đúng với bài làm, giấy tờ hay không: minh chứng giữ ở ngoài, ở đây chỉ có mã của "
    "tệp.",
    "Ai đã đọc những gì: đọc không để lại dấu vết trong kho.",
    "Lời duyệt qua trang đặt kho, nếu có kể ở trên: chỉ chắc bằng lời của trang ấy.",
)


def told(report: Report) -> Account:
    """The report in words, the same for every way of showing it."""
    wrong, looked = len(_of_history(report)), len(report.loosenings)
    spoiled = len(report.violations) - wrong
    span = f"{report.merges} lần đưa vào main, từ {_when(report.first)} đến {_when(report.last)}"
    verdict = "ĐẠT." if report.clean else "KHÔNG ĐẠT."
    if not report.genesis:
        verdict += f" Không có lịch sử nào tin được để kiểm; có {wrong + spoiled} điều sai."
    else:
        verdict += f" {f'Có {wrong} vi phạm' if wrong else 'Không có vi phạm nào'} trong {span}."
    if spoiled and report.genesis:
        verdict += f" Hồ sơ hiện có {spoiled} lỗi."
    if looked:
        verdict += f" Có {looked} việc được phép nhưng nên xem lại."
    return Account(
        title="Báo cáo kiểm tra lịch sử hồ sơ",
        about=_shown(report.repo_id.partition("@")[0]) or "Bản sao không rõ của trường nào",
        author="hoso",
        date=local(datetime.fromtimestamp(report.last, UTC)).date().isoformat(),
        verdict=verdict,
        good=report.clean,
        facts=tuple(_facts(report)),
        sections=tuple(_sections(report)),
    )


def as_text(report: Report) -> str:
    """The report for a terminal."""
    account = told(report)
    width = max((len(label) for label, _ in account.facts), default=0)
    lines = [account.verdict, ""]
    lines += [f"{label:<{width}}  {words}" for label, words in account.facts]
    for section in account.sections:
        lines += ["", section.title.upper()]
        lines += [f"  {words}" for words in section.text]
        lines += _listed(section.table) if section.table else ()
    return "\n".join(lines)


def as_json(report: Report) -> str:
    """The report for machines: the fields of `Report`, findings with theirs; keys never change."""
    data = {
        "clean": report.clean,
        **{name: getattr(report, name) for name in _PLAIN},
        "people": list(report.people),
        "violations": [_violation(each) for each in report.violations],
        "loosenings": [_loosening(each) for each in report.loosenings],
        "locks": [{name: getattr(each, name) for name in _LOCK} for each in report.locks],
        "checked": dict(report.checked),
        "training": report.training,
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_html(report: Report) -> str:
    """The report as one page that asks nothing of the net and runs nothing."""
    environment = Environment(
        loader=PackageLoader("hoso.audit"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template("bao-cao.html").render(account=told(report))


def as_pdf(report: Report) -> bytes:
    """The report on paper, as all books are."""
    line = f"nhật ký số {report.seq} · {report.log_head[:_SHORT]}" if report.genesis else ""
    return typeset(account_book(told(report)), line)


_PLAIN = ("repo_id", "genesis", "main", "log_head", "seq", "first", "last", "merges", "commits",
          "signatures")  # fmt: skip
_LOCK = ("lock", "fell", "missing", "closed", "commit")


def _violation(each: Violation) -> dict[str, Any]:
    said = each.finding
    return {
        "commit": each.commit, "seq": each.seq, "time": each.time, "code": said.code,
        "path": said.path, "message": said.message, "hint": said.hint, "clause": each.clause,
    }  # fmt: skip


def _loosening(each: Loosening) -> dict[str, Any]:
    return {
        "kind": each.kind, "commit": each.commit, "seq": each.seq, "time": each.time,
        "people": list(each.people), "what": each.what, "clause": each.clause,
    }  # fmt: skip


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    if not report.genesis:
        return
    yield "Kho", _shown(report.repo_id)
    if report.training:
        yield "Kho tập dượt", "giờ trong kho này là giờ giả, ghi từ lúc lập kho; không phải sổ thật"
    yield "Commit lập kho", report.genesis
    yield "Bản ghi cuối của main", report.main
    yield "Đầu nhật ký", f"số {report.seq}, {report.log_head}"
    yield "Đã đọc", (f"{report.commits} commit, {report.signatures} chữ ký của "
                     f"{len(report.people)} người")  # fmt: skip


def _sections(report: Report) -> Iterator[Section]:
    history = _of_history(report)
    kept = {id(each) for each in history}
    spoiled = [each.finding for each in report.violations if id(each) not in kept]
    yield Section(
        title="Vi phạm",
        text=() if history else ("Không có.",),
        table=_table(("Khi nào", "Vi phạm gì", "Căn cứ"), map(_wrong, history), (2.2, 6, 2.8)),
    )
    if spoiled:
        yield Section(
            title="Lỗi trong hồ sơ hiện có",
            table=_table(("Ở đâu", "Lỗi gì"),
                         ((each.path, f"{each.code}: {each.message}") for each in spoiled), (4, 6)),
        )  # fmt: skip
    for kind, title in SORTS.items():
        found = [each for each in report.loosenings if each.kind == kind]
        if found:
            yield Section(
                title=f"{title} ({len(found)})",
                table=_table(("Khi nào", "Ai", "Việc gì", "Căn cứ"), map(_loosened, found),
                             (2.2, 1.4, 4.9, 2.5)),
            )  # fmt: skip
    if not report.loosenings and report.genesis:
        yield Section(title="Việc được phép nhưng nên xem lại", text=("Không có.",))
    if report.locks:
        yield Section(
            title="Các lần khóa sổ",
            table=_table(("Lần khóa", "Sổ đóng lúc", "Thiếu lúc đóng", "Hồ sơ đủ lúc"),
                         map(_lock, report.locks), (3, 2.6, 1.8, 2.6)),
        )  # fmt: skip
    yield Section(
        title="Đã kiểm những gì",
        table=_table(("Việc kiểm", "Số lần"),
                     ((what, str(count)) for what, count in report.checked), (8, 2)),
    )  # fmt: skip
    yield Section(title="Điều mà phép kiểm này không chứng minh được", text=DOUBTS)


def _listed(table: Table) -> Iterator[str]:
    """A table for a narrow terminal: every row an item, every other cell under its heading."""
    for first, *more in table.rows:
        if len(more) == 1:
            yield f"  – {first}: {more[0]}"
            continue
        yield f"  – {first}"
        yield from (
            f"      {head}: {words}" for head, words in zip(table.heads[1:], more, strict=True)
            if words
        )  # fmt: skip


def _of_history(report: Report) -> list[Violation]:
    """The violations that are not mistakes in the records as they stand at the end."""
    return [
        each for each in report.violations if each.commit or each.finding.code.startswith("HS8")
    ]


def _table(
    heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], widths: tuple[float, ...]
) -> Table | None:
    shown = tuple(tuple(map(_shown, row)) for row in rows)
    return Table(heads=heads, rows=shown, widths=widths) if shown else None


def _wrong(each: Violation) -> tuple[str, str, str]:
    said = each.finding
    return (
        _where(each.time, each.seq, each.commit),
        f"{said.code} ở {said.path}: {said.message}",
        each.clause,
    )


def _loosened(each: Loosening) -> tuple[str, str, str, str]:
    return (
        _where(each.time, each.seq, each.commit), ", ".join(each.people), each.what, each.clause
    )  # fmt: skip


def _lock(each: Told) -> tuple[str, str, str, str]:
    closed = "chưa" if each.closed is None else _when(each.closed)
    missing = f"{each.missing} trang" if each.missing else "không"
    return each.lock, _when(each.fell) if each.fell else "không rõ", missing, closed


def _where(time: int | None, seq: int | None, commit: str) -> str:
    parts = ["không rõ lúc nào" if time is None else _when(time)]
    if seq is not None:
        parts.append(f"nhật ký số {seq}")
    return ", ".join([*parts, *([f"bản ghi {commit[:_SHORT]}"] if commit else [])])


def _when(seconds: int) -> str:
    return f"{local(datetime.fromtimestamp(seconds, UTC)):%H:%M ngày %d/%m/%Y}"


def _shown(text: str) -> str:
    """A text without any sign that would not be seen, or that would do something."""
    known = printable() - {"\n"}
    return "".join(sign if sign in known else ascii(sign)[1:-1] for sign in text)
