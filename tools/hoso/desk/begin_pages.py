"""Beginning a record that is not there yet, and the names somebody looks for while typing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Denied, Missing, asking
from hoso.desk.beginning import begun_at, kind_named, parts_of
from hoso.desk.pages import data, page, see_other
from hoso.desk.references import found
from hoso.findings import HosoError

_PEOPLE = frozenset({"hoc-sinh", "nhan-su"})


def begin(request: Request) -> Response:
    """The form that asks where a new record belongs."""
    ask = asking(request)
    kind = kind_named(ask, request.path_params["loai"])
    return page(ask, "so-moi.html", kind=kind, parts=parts_of(ask, kind, {}), fault="")


def start(request: Request) -> Response:
    """Leads to the empty page; nothing is kept before somebody has typed something there."""
    ask = asking(request)
    kind = kind_named(ask, request.path_params["loai"])
    filled = {hole: ask.text(f"khoa.{hole}") for hole in kind.holes}
    try:
        return see_other(f"/so/{begun_at(ask, kind, filled)}")
    except Denied:
        raise
    except HosoError as error:
        return page(ask, "so-moi.html", 422, kind=kind, parts=parts_of(ask, kind, filled),
                    fault=str(error))  # fmt: skip


def names(request: Request) -> Response:
    """People whose name or code holds what was typed so far, as far as names may be read."""
    ask = asking(request)
    kind = request.path_params["loai"]
    if kind not in _PEOPLE:
        raise Missing("không tìm tên trong loại này")
    return data({"co": found(ask, kind, request.query_params.get("q", "")[:80])})


routes = [
    Route("/so/moi/{loai}", begin, methods=["GET"]),
    Route("/so/moi/{loai}", start, methods=["POST"]),
    Route("/tra/{loai}", names, methods=["GET"]),
]
