"""An author's own proposal: taken back, or decided where it is in the way of what others did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.approving_pages import name_in
from hoso.desk.asking import Asking, Denied, Missing, asking
from hoso.desk.clashing import who_wrote
from hoso.desk.pages import page, see_other
from hoso.desk.post_fields import body_of
from hoso.desk.writing import place_of, shown
from hoso.exchange.cells import NotMeant, meant
from hoso.exchange.grid import Column
from hoso.findings import Finding, HosoError
from hoso.gate.changes import ABSENT, Absent, Part, Value
from hoso.gate.merging import Clash, Conflict
from hoso.gate.readable import field_name, place_name, value_said
from hoso.model import Kind
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import NotDelivered
from hoso.proposals.settling import Decided, settle, settled_page, sides
from hoso.proposals.stages import Standing, standing
from hoso.proposals.withdrawing import withdraw
from hoso.schema.school import TreeSchool, read_record

_MINE, _THEIRS, _OTHER = "toi", "so", "khac"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place where two edits disagree: what stands, by whom, what the author wants, in words.

    `column` is None where nothing else can be typed; `long` for a text of several lines.
    """

    id: str
    page: str
    title: str
    stands: str
    wanted: str
    typed: str
    column: Column | None
    long: bool = False
    chosen: str = ""
    fault: str = ""
    by: str = ""


def look(request: Request) -> Response:
    """Both values of every place that disagrees, side by side."""
    ask = asking(request)
    return _form(ask, _own(ask, ask.clone, request))


def decide(request: Request) -> Response:
    """Sends the proposal anew as decided, or says at the place what is missing."""
    ask = asking(request)
    with ask.signing() as (clone, me):
        found = _own(ask, clone, request)
        if ask.text("dau") != found.head:
            raise HosoError("đề nghị vừa đổi sau khi thầy cô mở; xem lại rồi chọn")
        faults: dict[str, str] = {}
        pages = {conflict.path: _settled(ask, clone, found, conflict, faults)
                 for conflict in found.judged.effect.conflicts}  # fmt: skip
        if faults:
            return _form(ask, found, 422, faults)
        try:
            settle(clone, me, found, pages)
        except NotDelivered as error:
            return _form(ask, found, 422, said=str(error), findings=tuple(error.findings))
    ask.tell("Đã gửi lại theo những giá trị thầy cô chọn; người kiểm tra, người duyệt xem lại.")
    return see_other(f"/de-nghi/{found.name}")


def take_back(request: Request) -> Response:
    """Takes a proposal back, once its author has said that they are sure."""
    ask, name = asking(request), name_in(request)
    if name.author != ask.person.id:
        raise Denied("chỉ người viết rút được đề nghị của mình")
    if ask.text("chac") != "co":
        raise HosoError("đánh dấu vào ô xác nhận rồi mới rút được")
    with ask.signing() as (clone, me):
        if name not in clone.proposals():
            raise Missing(f"đề nghị {name} không còn mở")
        withdraw(clone, me, name)
    ask.tell(f"Đã rút đề nghị {name}; sổ không đổi.")
    return see_other("/de-nghi/?xem=cua-toi")


def _own(ask: Asking, clone: Clone, request: Request) -> Standing:
    name = name_in(request)
    if name not in clone.proposals():
        raise Missing(f"đề nghị {name} không còn mở")
    if name.author != ask.person.id:
        raise Denied("chỉ người viết chọn được giá trị cho đề nghị của mình")
    found = standing(clone, name, clone.now(ask.desk.now()))
    if not found.judged.effect.conflicts:
        raise Missing(f"đề nghị {name} không vướng gì")
    return found


def _form(
    ask: Asking, found: Standing, status: int = 200, faults: dict[str, str] | None = None,
    said: str = "", findings: tuple[Finding, ...] = (),
) -> Response:  # fmt: skip
    spots = [
        spot for conflict in found.judged.effect.conflicts
        for spot in _spots(ask, found, conflict, faults or {})
    ]  # fmt: skip
    return page(ask, "go-vuong.html", status, found=found, name=found.name, spots=spots,
                said_=said, findings=findings)  # fmt: skip


def _spots(
    ask: Asking, found: Standing, conflict: Conflict, faults: dict[str, str]
) -> Iterator[Spot]:
    school = ask.school
    place = school.table.find(conflict.path)
    title = conflict.path if place is None else place_name(
        place.kind, place.key, school, named=True)  # fmt: skip
    _, ours, theirs = sides(ask.clone, found, conflict.path)
    fields = {place_of(each.pointer) for each in conflict.clashes if each.part is Part.FIELD}
    writers = who_wrote(ask, conflict.path, fields)
    for clash in conflict.clashes:
        id_ = _id(conflict, clash)
        column = None if place is None else _column(place.kind, clash)
        if place is not None and clash.part is Part.FIELD:
            named = field_name(place.kind, clash.pointer, school, named=True)
            both = [_said(value, place.kind, clash, school) for value in (clash.ours, clash.theirs)]
            text = "" if column is None or isinstance(clash.theirs, Absent) else shown(
                column, _plain(clash.theirs))  # fmt: skip
        elif place is not None and clash.part is Part.BODY:
            named = "Nội dung bài"
            records = [None if raw is None else read_record(place, conflict.path, raw, [])
                       for raw in (ours, theirs)]  # fmt: skip
            both = ["" if each is None else each.body for each in records]
            text = both[1]
        else:
            named, text = "Cả trang", ""
            both = ["(trang đã bị bỏ)" if raw is None else "trang như đang có trong sổ"
                    for raw in (ours, theirs)]  # fmt: skip
            both[1] = both[1].replace("đang có trong sổ", "trong đề nghị")
        yield Spot(
            id=id_, page=title, title=named, stands=both[0], wanted=both[1], column=column,
            typed=ask.text(f"khac.{id_}") or text, long=clash.part is Part.BODY,
            chosen=ask.text(f"chon.{id_}"), fault=faults.get(id_, ""),
            by=writers.get(place_of(clash.pointer), ""),
        )  # fmt: skip


def _settled(
    ask: Asking, clone: Clone, found: Standing, conflict: Conflict, faults: dict[str, str]
) -> bytes | None:
    """A page as its author decided; what could not be understood is added to the faults."""
    three, table = sides(clone, found, conflict.path), ask.school.table
    place = table.find(conflict.path)
    fields: dict[tuple[str | int, ...], Value] = {}
    body, mine = None, False
    for clash in conflict.clashes:
        id_ = _id(conflict, clash)
        chosen = ask.text(f"chon.{id_}")
        if chosen not in (_MINE, _THEIRS, _OTHER):
            faults[id_] = "chọn một trong các giá trị"
        elif clash.part is Part.FIELD:
            value = clash.theirs if chosen == _MINE else clash.ours
            column = None if place is None else _column(place.kind, clash)
            if chosen == _OTHER and column is not None:
                try:
                    typed = meant(column, ask.text(f"khac.{id_}"))
                except NotMeant as error:
                    faults[id_] = str(error)
                else:
                    value = ABSENT if typed is None else _leaf(typed)
            fields[clash.pointer] = value
        elif clash.part is Part.BODY and place is not None:
            raw = three[2] if chosen == _MINE else three[1]
            record = None if raw is None else read_record(place, conflict.path, raw, [])
            body = body_of(ask.text(f"khac.{id_}")) if chosen == _OTHER else (
                None if record is None else record.body)  # fmt: skip
        else:
            mine = chosen == _MINE
    if faults:
        return None
    return settled_page(conflict, three, table, Decided(fields=fields, body=body, mine=mine))


def _id(conflict: Conflict, clash: Clash) -> str:
    return f"{conflict.path}:{clash.part.name}:{place_of(clash.pointer)}"


def _column(kind: Kind, clash: Clash) -> Column | None:
    node = kind.field(clash.pointer) if clash.part is Part.FIELD else None
    if node is None or node["type"] == "object":
        return None
    return Column(at=tuple(map(str, clash.pointer)), heading="", node=node)


def _said(value: Value, kind: Kind, clash: Clash, school: TreeSchool) -> str:
    if isinstance(value, Absent):
        return "(để trống)"
    return value_said(value, kind, clash.pointer, school, named=True) or str(_plain(value))


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def _leaf(value: object) -> Value:
    found: Value = tuple(value) if isinstance(value, list) else value  # type: ignore[assignment]
    return found


routes = [
    Route("/de-nghi/{nv}/{slug}/go-vuong", look, methods=["GET"]),
    Route("/de-nghi/{nv}/{slug}/go-vuong", decide, methods=["POST"]),
    Route("/de-nghi/{nv}/{slug}/rut", take_back, methods=["POST"]),
]
