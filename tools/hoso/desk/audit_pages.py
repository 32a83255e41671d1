"""Looking at history as an auditor: run the audit, browse what it found, take the report away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.audit.account import SORTS, Report
from hoso.audit.report import as_html, as_json, as_pdf, told
from hoso.desk.asking import Asking, Denied, Missing, asking
from hoso.desk.audit_run import Auditing, Wish
from hoso.desk.pages import data, page, see_other
from hoso.desk.seen import audits
from hoso.desk.told_standing import person_said
from hoso.findings import HosoError

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FORMS: dict[str, tuple[Callable[[Report], str | bytes], str]] = {
    "json": (as_json, "application/json"),
    "html": (as_html, "text/html; charset=utf-8"),
    "pdf": (as_pdf, "application/pdf"),
}
_MOST = 300
_READS = 100


def overview(request: Request) -> Response:
    """The last report with its violations and loosenings, and the order for a new one."""
    ask, run = _asked(request)
    last, sort = run.last, request.query_params.get("loai", "")
    report = None if last is None else last.report
    sort = sort if sort in SORTS else ""
    counts = Counter(each.kind for each in report.loosenings) if report is not None else Counter()
    loose = [] if report is None else [
        each for each in report.loosenings if sort in ("", each.kind)
    ]  # fmt: skip
    return page(
        ask, "kiem-toan.html", run=run, report=report, sort=sort, sorts=SORTS, counts=counts,
        account=None if report is None else told(report),
        violations=() if report is None else [
            (each, _page_of(ask, each.finding.path)) for each in report.violations[:_MOST]
        ],
        more=0 if report is None else max(0, len(report.violations) - _MOST),
        loose=[(each, [person_said(who, ask.school) for who in each.people])
               for each in loose[:_MOST]],
        loose_more=max(0, len(loose) - _MOST), behind=_behind(ask, report),
        reads=[(each, person_said(each.person, ask.school))
               for each in ask.desk.reads.of(most=_READS)],
        runs=person_said(run.who, ask.school) if run.running else "", last=last,
        ran=person_said(last.who, ask.school) if last is not None else "",
    )  # fmt: skip


def start(request: Request) -> Response:
    """Begins an audit, held against what the auditor brought along."""
    ask, run = _asked(request)
    genesis, heads = ask.text("lap_kho").lower(), ask.text("dau_nhat_ky").lower().split()
    if any(not _ID.fullmatch(each) for each in (*heads, *([genesis] if genesis else ()))):
        raise HosoError("mã phải gồm 40 chữ số và chữ a–f, chép đúng từ bản in")
    wish = Wish(genesis=genesis or None, witnesses=tuple(heads[:20]),
                again=ask.text("tu_dau") == "co")  # fmt: skip
    if not run.start(ask.person.id, wish, ask.desk.seconds()):
        ask.tell("Đang có một lượt kiểm toán; chờ lượt ấy xong.")
    return see_other("/kiem-toan")


def progress(request: Request) -> Response:
    """How far the running audit is, for the page's script."""
    _, run = _asked(request)
    return data({"dang_chay": run.running, "xong": run.done, "tong": run.total})


def report_file(request: Request) -> Response:
    """The last report as a file."""
    _, run = _asked(request)
    form = request.path_params["dang"]
    if run.last is None or form not in _FORMS:
        raise Missing("chưa có báo cáo nào; chạy kiểm toán trước")
    write, kind = _FORMS[form]
    return Response(
        write(run.last.report), media_type=kind,
        headers={"Content-Disposition": f'attachment; filename="kiem-toan.{form}"'},
    )  # fmt: skip


def _asked(request: Request) -> tuple[Asking, Auditing]:
    ask = asking(request)
    if not audits(ask.person):
        raise Denied("kiểm toán là việc của người được đọc mọi sổ; quy chế không trao cho thầy cô")
    return ask, ask.desk.audits


def _page_of(ask: Asking, path: str) -> str:
    """Where a page that a finding names is read, "" where it is no page."""
    return f"/doc/so/{path}" if ask.school.table.find(path) is not None else ""


def _behind(ask: Asking, report: Report | None) -> int:
    """How many entries of the log the last report has not seen."""
    return 0 if report is None else max(0, ask.view.state.seq - report.seq)


routes = [
    Route("/kiem-toan", overview, methods=["GET"]),
    Route("/kiem-toan", start, methods=["POST"]),
    Route("/kiem-toan/tien-do", progress, methods=["GET"]),
    Route("/kiem-toan/bao-cao.{dang}", report_file, methods=["GET"]),
]
