"""Asking for a correction from the very cell, following it, printing it, carrying it out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Denied, Missing, asking
from hoso.desk.attempts import TooMany, Wrong
from hoso.desk.correcting import Asked, Told, Way, asked, cells, digest_of, is_shut, requests
from hoso.desk.pages import page, see_other
from hoso.desk.printed import book_pdf
from hoso.desk.sending import propose
from hoso.desk.told_standing import days_said, person_said
from hoso.desk.weighing import items
from hoso.desk.writing import place_of
from hoso.exchange.grid import Grid, grid_of
from hoso.findings import HosoError
from hoso.gate.corrections import REQUEST, request_of
from hoso.gate.papers import (
    CHANCE,
    USUAL_DAYS,
    Wish,
    carried_out_page,
    paper_number,
    request_paper,
)
from hoso.gate.readable import place_name
from hoso.gate.verdict import local
from hoso.model import Record
from hoso.rules.days import day

_CODE = re.compile(r"DN[0-9A-HJKMNP-TV-Z]{6}")
#: More fields than this are asked for on paper, or by an order that opens the book.
_MOST = 20


def every(request: Request) -> Response:
    """The requests of the records that concern somebody, and those still on their way."""
    ask = asking(request)
    found = [each for each in _told(ask) if _concerns(ask, each)]
    waiting = [each for each in items(ask) if REQUEST in each.kinds]
    return page(ask, "sua.html", found=found, waiting=waiting, way=Way,
                names={each.requester: person_said(each.requester, ask.school)
                       for each in found})  # fmt: skip


def one(request: Request) -> Response:
    """One request: what it asks, how far it has come, and carrying it out."""
    ask = asking(request)
    return _shown(ask, _one(ask, request))


def form(request: Request) -> Response:
    """The form for fields of a closed page, with what stands there now; without one, the choice."""
    ask = asking(request)
    places = request.query_params.getlist("truong")
    record = _page(ask, request, places)
    ask.noted(record.path)
    if not places:
        grid = grid_of(record.kind, record.key, ask.school, record.data)
        picked = _picked(grid, request.query_params)
        if picked:
            return see_other(f"/sua/{record.path}?{urlencode({'truong': picked})}")
        return page(
            ask, "chon-o.html", record=record, rows=cells(record, ask.school), grid=grid,
            title=place_name(record.kind, record.key, ask.school, named=True),
        )  # fmt: skip
    return _form(ask, record, _fields(ask, record, places))


def _picked(grid: Grid, asked: Mapping[str, str]) -> str:
    """The cell of a row and a column, also one in which nothing stands; "" where there is none."""
    for row in grid.rows:
        for number, column in enumerate(grid.columns):
            if (row.id, f"{number}") == (asked.get("hang"), asked.get("cot")):
                return place_of(grid.pointer(row, column))
    return ""


def send(request: Request) -> Response:
    """Makes the request and sends it as a proposal of whoever asks."""
    ask = asking(request)
    record = _page(ask, request, ask.texts("truong"))
    fields = _fields(ask, record, ask.texts("truong"))
    values = ask.texts("moi")
    if len(values) != len(fields) or ask.texts("cu") != [each.old for each in fields]:
        raise HosoError("trang vừa được sửa sau khi thầy cô mở giấy; mở lại rồi ghi theo giá trị "
                        "đang có")  # fmt: skip
    code, filled = ask.text("ma"), ask.file("tep")
    if not _CODE.fullmatch(code):
        raise HosoError("giấy này không có mã; mở lại trang xin sửa")
    try:
        if filled is None or not filled[1]:
            raise HosoError("thiếu tệp minh chứng: chụp ảnh bài làm, giấy khai sinh hoặc biên bản")
        with ask.signing(ask.text("mat_khau")) as (clone, me):
            base = clone.view.standing(clone.view.main)
            policy = base.policy(local(ask.desk.now()).date())
            paper = request_paper(
                Wish(
                    page=record.path, requester=me.person, reason=ask.text("ly_do"),
                    fields={each.place: value or None
                            for each, value in zip(fields, values, strict=True)},
                    evidence={digest_of(filled[1]): ask.text("loai")},
                    explanation=ask.text("giai_thich") or None,
                    until=day(ask.text("han")) if ask.text("han") else None,
                ),
                code, base.school, policy,
            )  # fmt: skip
            name = propose(clone, me, {paper.path: paper.content}, clone.view.main,
                           f"Giấy đề nghị sửa {code}")  # fmt: skip
    except (HosoError, ValueError) as error:
        status = 429 if isinstance(error, TooMany) else 403 if isinstance(error, Wrong) else 422
        wrong = str(error) if isinstance(error, HosoError) else "hạn sửa chưa đúng dạng ngày"
        return _form(ask, record, fields, status, values, wrong,
                     tuple(getattr(error, "findings", ())))  # fmt: skip
    ask.tell(f"Đã gửi giấy đề nghị sửa {code}. Giấy được duyệt thì trang này báo ai sửa được.")
    return see_other(f"/de-nghi/{name}")


def carry_out(request: Request) -> Response:
    """Sends exactly the values of an approved request, for whoever may write them."""
    ask = asking(request)
    told = _one(ask, request)
    if ask.person.id not in told.able:
        raise Denied("theo quy chế, trường này không do thầy cô ghi nên không tự sửa được")
    try:
        with ask.signing(ask.text("mat_khau")) as (clone, me):
            view = clone.view
            base = view.standing(view.main)
            record = base.school.at(told.path)
            if record is None:
                raise Missing("giấy này không còn đọc được")
            today = local(ask.desk.now()).date()
            paper = carried_out_page(request_of(record), base.school, view.state.past.used, today)
            name = propose(clone, me, {paper.path: paper.content}, view.main,
                           f"Sửa theo giấy {told.code}")  # fmt: skip
    except Wrong as error:
        return _shown(ask, told, 429 if isinstance(error, TooMany) else 403, str(error))
    ask.tell(f"Đã gửi việc sửa theo giấy {told.code}; đủ chữ ký duyệt thì giá trị mới vào sổ.")
    return see_other(f"/de-nghi/{name}")


def printed(request: Request) -> Response:
    """A request as the regulation's form, with what history says of it."""
    ask = asking(request)
    return book_pdf(ask, "giay-de-nghi", (_one(ask, request).code,))


def _told(ask: Asking) -> list[Told]:
    sent = frozenset(path for each in items(ask) for path in each.opened_by)
    return requests(ask.school, ask.policy, ask.view.state.past.used, sent)


def _concerns(ask: Asking, each: Told) -> bool:
    """Whether somebody may see a request: who asked, carries it out, or reads such papers."""
    record = ask.school.at(each.path)
    return ask.person.id in (each.requester, *each.able) or (
        record is not None and ask.person.reads(record)
    )


def _one(ask: Asking, request: Request) -> Told:
    code = request.path_params["ma"]
    found = next((each for each in _told(ask) if each.code == code), None)
    if found is None or not _concerns(ask, found):
        raise Missing(f"không có giấy đề nghị {ascii(code)[1:-1]} mà thầy cô được đọc")
    return found


def _shown(ask: Asking, told: Told, status: int = 200, wrong: str = "") -> Response:
    mine = ask.person.id
    others = sorted(told.able - {told.requester})
    return page(
        ask, "mot-giay.html", status, told=told, way=Way, wrong=wrong,
        requester=person_said(told.requester, ask.school),
        until=days_said(told.until, ask.policy.on).replace("đã khóa", "đã"),
        able=[person_said(each, ask.school) for each in others or sorted(told.able)],
        can=told.way is Way.OPEN and mine in told.able,
        doubled=mine == told.requester,
    )  # fmt: skip


def _page(ask: Asking, request: Request, places: Sequence[str]) -> Record:
    path = request.path_params["path"]
    record = ask.school.at(path) if ask.school.table.find(path) is not None else None
    if record is None or not _readable(ask, record, places):
        raise Missing("không có trang này, hoặc thầy cô không được đọc trang này")
    return record


def _readable(ask: Asking, record: Record, places: Sequence[str]) -> bool:
    """Whether somebody may see the whole page, or at least each of these fields."""
    return ask.person.reads(record) or (
        bool(places) and all(ask.person.reads(record, tuple(place.split("/"))) for place in places)
    )


def _fields(ask: Asking, record: Record, places: Sequence[str]) -> list[Asked]:
    if not 0 < len(places) <= _MOST or len(set(places)) < len(places):
        raise HosoError("chưa nói sửa ô nào; mở trang rồi chọn “đề nghị sửa” ở đúng ô")
    found = [asked(record, place, ask.school) for place in places]
    fields = [each for each in found if each is not None]
    if len(fields) < len(places):
        raise Missing("trang này không có ô ấy")
    return fields


def _form(
    ask: Asking, record: Record, fields: list[Asked], status: int = 200,
    values: Sequence[str] = (), wrong: str = "", findings: Sequence[object] = (),
) -> Response:  # fmt: skip
    papers = ask.school.kind(REQUEST)
    reason = papers.field(("ly_do",)) or {}
    sort = papers.field(("minh_chung", "x", "loai")) or {}
    code = ask.text("ma") or paper_number("DN", secrets.token_bytes(CHANCE))
    return page(
        ask, "xin-sua.html", status, record=record, fields=fields, wrong=wrong, findings=findings,
        title=place_name(record.kind, record.key, ask.school, named=True),
        values=list(values) or [each.old for each in fields], code=code,
        reasons=[(each, reason["x-labels"][each]) for each in reason.get("enum", ())],
        sorts=[(each, sort["x-labels"][each]) for each in sort.get("enum", ())],
        shut=is_shut(record, (each.place for each in fields), ask.policy, ask.school),
        until=(ask.policy.on + timedelta(days=USUAL_DAYS)).isoformat(),
        today=ask.policy.on.isoformat(),
    )  # fmt: skip


routes = [
    Route("/sua/", every, methods=["GET"]),
    Route("/sua/{ma}/thuc-hien", carry_out, methods=["POST"]),
    Route("/sua/{ma}/giay.pdf", printed, methods=["GET"]),
    Route("/sua/{ma}", one, methods=["GET"]),
    Route("/sua/{path:path}", form, methods=["GET"]),
    Route("/sua/{path:path}", send, methods=["POST"]),
]
