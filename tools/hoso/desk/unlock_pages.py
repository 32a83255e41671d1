"""Ordering closed books open for one person and a time; an order still has to be signed."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Denied, asking
from hoso.desk.attempts import TooMany, Wrong
from hoso.desk.lock_table import years
from hoso.desk.pages import page, see_other
from hoso.desk.sending import propose
from hoso.desk.told_standing import person_said
from hoso.findings import HosoError
from hoso.gate.corrections import ORDER
from hoso.gate.order_paper import Opening, order_paper
from hoso.gate.papers import CHANCE, paper_number
from hoso.gate.policy import YEAR, Deed
from hoso.gate.readable import part_name
from hoso.gate.verdict import local
from hoso.rules.days import day

_CODE = re.compile(r"MS[0-9A-HJKMNP-TV-Z]{6}")
_FIELDS = ("nguoi", "tu", "den", "ly_do", "so", "ngay", "nam_hoc")


def new(request: Request) -> Response:
    """The form of an order."""
    ask = asking(request)
    _must_write(ask)
    return _form(ask)


def send(request: Request) -> Response:
    """Makes the order and sends it as a proposal."""
    ask = asking(request)
    _must_write(ask)
    code = ask.text("ma")
    try:
        if not _CODE.fullmatch(code):
            raise HosoError("lệnh này không có mã; mở lại trang lập lệnh")
        with ask.signing(ask.text("mat_khau")) as (clone, me):
            base = clone.view.standing(clone.view.main)
            now = local(ask.desk.now()).replace(tzinfo=None)
            paper = order_paper(_wish(ask), code, base.school, base.policy(now.date()), now)
            name = propose(clone, me, {paper.path: paper.content}, clone.view.main,
                           f"Lệnh mở sổ {code}")  # fmt: skip
    except HosoError as error:
        status = 429 if isinstance(error, TooMany) else 403 if isinstance(error, Wrong) else 422
        return _form(ask, status, str(error))
    ask.tell(f"Đã gửi lệnh mở sổ {code}; đủ chữ ký thì sổ mở đúng giờ và tự khóa lại.")
    return see_other(f"/de-nghi/{name}")


def _must_write(ask: Asking) -> None:
    if not ask.person.may_anything(Deed.WRITE, ORDER):
        raise Denied("quy chế không giao cho thầy cô việc lập lệnh mở sổ")


def _wish(ask: Asking) -> Opening:
    scope = {
        name.removeprefix("pham_vi_"): ask.text(name)
        for name in ask.form()
        if name.startswith("pham_vi_") and ask.text(name)
    }
    kinds = tuple(ask.texts("loai"))
    if not kinds:
        raise HosoError("chưa chọn loại sổ nào để mở")
    return Opening(
        person=ask.text("nguoi"), kinds=kinds, year=ask.text("nam_hoc"), scope=scope,
        begin=_moment(ask.text("tu")), end=_moment(ask.text("den")), reason=ask.text("ly_do"),
        number=ask.text("so"), decided=_day(ask.text("ngay")),
    )  # fmt: skip


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise HosoError(
            "giờ mở hoặc giờ khóa lại chưa đúng; ví dụ: 07:30 ngày 20/11/2026"
        ) from error
    if found.tzinfo is not None:
        raise HosoError("giờ ghi theo đồng hồ nhà trường, không kèm múi giờ")
    return found


def _day(text: str) -> date:
    try:
        return day(text)
    except ValueError as error:
        raise HosoError("ngày ra lệnh chưa đúng; ví dụ: 20/11/2026") from error


def _form(ask: Asking, status: int = 200, wrong: str = "") -> Response:
    school, policy = ask.school, ask.policy
    locked = sorted({kind for lock in policy.locks for kind in lock.kinds} & school.kinds.keys())
    kinds = [(name, school.kinds[name].title) for name in locked]
    now = local(ask.desk.now()).replace(tzinfo=None, second=0, microsecond=0)
    usual = {
        "tu": now.isoformat(timespec="minutes"), "nam_hoc": policy.year,
        "den": (now + timedelta(hours=min(24, policy.limits.order_hours))).isoformat(
            timespec="minutes"),
        "ngay": policy.on.isoformat(),
    }  # fmt: skip
    return page(
        ask, "mo-so.html", status, wrong=wrong, kinds=kinds, years=years(policy),
        code=ask.text("ma") or paper_number("MS", secrets.token_bytes(CHANCE)),
        people=[(who, person_said(who, school)) for who in policy.people()],
        parts=_parts(ask, locked), hours=policy.limits.order_hours,
        chosen=ask.texts("loai"),
        filled={name: ask.text(name) or usual.get(name, "") for name in _FIELDS},
        scope={name: ask.text(name) for name in ask.form() if name.startswith("pham_vi_")},
    )  # fmt: skip


def _parts(ask: Asking, kinds: list[str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The parts of keys that an order may narrow itself by, with the values there are this year."""
    school, year = ask.school, ask.policy.year
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for name in kinds:
        kind = school.kinds[name]
        if YEAR not in kind.holes:
            continue
        for path in school.paths(name, {YEAR: year}):
            for hole, value in (kind.match(path) or {}).items():
                if hole != YEAR:
                    part = found.setdefault(hole, (str(kind.key[hole]["title"]), {}))
                    part[1].setdefault(value, part_name(kind, hole, value, school, named=True))
    return [
        (hole, title, sorted(values.items())) for hole, (title, values) in sorted(found.items())
    ]


routes = [
    Route("/mo-so/moi", new, methods=["GET"]),
    Route("/mo-so/moi", send, methods=["POST"]),
]
