"""Lists from Excel at the desk: a template, a report by row, everything sent as one proposal."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Locked, asking, in_turn
from hoso.desk.bringing import Brought, brought, planned, roster_for
from hoso.desk.pages import page, see_other
from hoso.desk.sending import propose
from hoso.exchange.enrolled import Plan
from hoso.exchange.roster_in import Listed
from hoso.exchange.roster_out import template_of
from hoso.exchange.rosters import PUPIL, ROOM, Roster
from hoso.findings import HosoError, Severity
from hoso.proposals.delivery import NotDelivered

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def form(request: Request) -> Response:
    """Where a list is chosen."""
    ask = asking(request)
    return _laid(ask, _roster(ask, request))


def template(request: Request) -> Response:
    """The empty workbook of the list."""
    ask = asking(request)
    roster = _roster(ask, request)
    said = {"Content-Disposition": f'attachment; filename="mau-{roster.kind}.xlsx"'}
    return Response(template_of(roster, ask.school.kinds), media_type=_TYPE, headers=said)


def read(request: Request) -> Response:
    """The report on a list: every row that is not right, or what would be made."""
    ask = asking(request)
    roster = _roster(ask, request)
    sent = brought(ask, roster)
    listed, plan = planned(ask, roster, sent)
    return _laid(ask, roster, 200 if plan.sound else 422, sent=sent, listed=listed, plan=plan)


def send(request: Request) -> Response:
    """Reads the list once more and sends all of its pages as one proposal, or none."""
    ask = asking(request)
    roster = _roster(ask, request)
    sent = brought(ask, roster)
    base = ask.view.main
    listed, plan = planned(ask, roster, sent)
    if not plan.files:
        status = 200 if plan.sound else 422
        return _laid(ask, roster, status, sent=sent, listed=listed, plan=plan)
    where = f" lớp {sent.room}, năm học {sent.year}" if roster.kind == PUPIL else ""
    try:
        with ask.signing() as (clone, me):
            name = propose(clone, me, plan.files, base, f"{roster.title}{where}")
    except Locked:
        raise
    except HosoError as error:
        if isinstance(error, NotDelivered):
            plan.findings += plan.at_rows(listed.file, error.findings)
        return _laid(ask, roster, 422, sent=sent, listed=listed, plan=plan, said=str(error))
    ask.tell(f"Đã gửi đề nghị {name}: {len(plan.files)} trang. Người duyệt sẽ thấy ngay; tệp Excel "
             "có thông tin cá nhân, dùng xong thì xóa.")  # fmt: skip
    return see_other(f"/de-nghi/{name}")


def _laid(
    ask: Asking, roster: Roster, status: int = 200, *, sent: Brought | None = None,
    listed: Listed | None = None, plan: Plan | None = None, said: str = "",
) -> Response:  # fmt: skip
    years = sorted((each.key["nam_hoc"] for each in ask.school.all("nam-hoc")), reverse=True)
    sessions: dict[str, Any] = ask.school.kind(ROOM).schema["properties"]["buoi_hoc"]["x-labels"]
    wrong = [] if plan is None else [
        each for each in plan.findings if each.severity is Severity.ERROR
    ]  # fmt: skip
    return page(
        ask, "danh-sach.html", status, roster=roster, sent=sent, listed=listed, plan=plan,
        years=years, year=ask.policy.year, sessions=sessions, pupils=roster.kind == PUPIL,
        wrong=wrong, loi=said,
        noted=[] if plan is None else [each for each in plan.findings if each not in wrong],
    )  # fmt: skip


def _roster(ask: Asking, request: Request) -> Roster:
    return roster_for(ask, str(request.path_params["loai"]))


routes = [
    Route("/so/danh-sach/{loai}", form, methods=["GET"]),
    Route("/so/danh-sach/{loai}/mau", template, methods=["GET"]),
    Route("/so/danh-sach/{loai}/nop", read, methods=["POST"]),
    Route("/so/danh-sach/{loai}/gui", in_turn(send), methods=["POST"]),
]
