"""A page in the editor as the public will read it: the site's own reader, markup and styles."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path

import material
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Denied, Missing, asking
from hoso.desk.decap_values import text_of, values_of
from hoso.desk.post_preview import article
from hoso.desk.post_work import Post, kinds_to_write, post_at, school_with
from hoso.findings import HosoError
from hoso.model import Key, Kind, Record
from hoso.site.configuration import THEME

_FONT = re.compile(r"[a-z0-9-]{1,60}\.woff2")
_KEPT = {"Cache-Control": "private, max-age=3600"}


def look(request: Request) -> Response:
    """What somebody is writing, as it will look; nothing is kept."""
    ask = asking(request)
    sent = ask.json()
    values = sent.get("du_lieu")
    kind = next((each for each in kinds_to_write(ask) if each.name == sent.get("loai")), None)
    if kind is None or not isinstance(values, Mapping):
        raise HosoError("không có loại bài này để xem trước")
    key = {hole: str(values.get(hole, "")) for hole in kind.holes}
    post = _post(ask, kind, key)
    record = Record(kind=kind, path=post.path, key=key, data=values_of(kind, values),
                    body=text_of(values))  # fmt: skip
    text = article(record, school_with(ask, post), f"/bai/{post.path}/kem/")
    return HTMLResponse(f'<div class="md-main" data-md-color-scheme="default">{text}</div>')


def styles(_: Request) -> Response:
    """The style sheets of the public site in one."""
    return Response(_styles(), media_type="text/css", headers=_KEPT)


def font(request: Request) -> Response:
    """A letter form of the public site."""
    name = request.path_params["name"]
    path = THEME / "assets" / "fonts" / name
    if not _FONT.fullmatch(name) or not path.is_file():
        raise Missing("không có phông chữ này")
    return Response(path.read_bytes(), media_type="font/woff2", headers=_KEPT)


@functools.cache
def _styles() -> str:
    base = Path(material.__file__).parent / "templates" / "assets" / "stylesheets"
    sheets = [*sorted(base.glob("main.*.css")), *sorted(base.glob("palette.*.css")),
              THEME / "assets" / "stylesheets" / "truong.css"]  # fmt: skip
    text = "\n".join(sheet.read_text("utf-8") for sheet in sheets)
    return text.replace("../fonts/", "/soan/phong-chu/")


def _post(ask: Asking, kind: Kind, key: Key) -> Post:
    """The page that files belong to, or one without any where it has not been kept yet."""
    path = kind.fill(key)
    try:
        return post_at(ask, path)
    except (Missing, Denied):
        return Post(path=path, kind=kind, key=key, data={}, body="", base=ask.view.main,
                    drafted=None, proposal=None, is_new=True)  # fmt: skip


routes = [
    Route("/soan/xem", look, methods=["POST"]),
    Route("/soan/trang.css", styles, methods=["GET"]),
    Route("/soan/phong-chu/{name}", font, methods=["GET"]),
]
