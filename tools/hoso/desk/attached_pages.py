"""A post of a proposal as the public will read it, and the pictures and attachments it shows."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.approving_pages import name_in
from hoso.desk.asking import Asking, Missing, asking
from hoso.desk.pages import page
from hoso.desk.post_preview import article, media_type
from hoso.desk.weighing import sees
from hoso.model import Format
from hoso.proposals.names import Name
from hoso.proposals.stages import Standing, school_after, standing
from hoso.store.tree import PLAIN

_FILES = re.compile(r"content/(?:hinh|tep)/[0-9]{4}/[a-z0-9-]+\.(?:jpg|png|webp|pdf)")
#: A file is looked at, it runs nothing.
_STILL = {"Content-Security-Policy": "default-src 'none'; sandbox"}


def shown_file(request: Request) -> Response:
    """A picture or a PDF file, told by its own bytes, for whoever may see the proposal."""
    ask, name, path = asking(request), name_in(request), request.path_params["path"]
    tree = _seen(ask, name).judged.after
    if tree is None or _FILES.fullmatch(path) is None:
        raise Missing("không có tệp này trong đề nghị")
    entry = tree.entry(path)
    raw = tree.read(path) if entry is not None and entry.mode == PLAIN else b""
    kind = media_type(raw)
    if kind is None:
        raise Missing("không có tệp này trong đề nghị")
    return Response(raw, media_type=kind, headers=_STILL)


def post(request: Request) -> Response:
    """A post as the proposal would leave it, in the public site's own styles."""
    ask, name, path = asking(request), name_in(request), request.path_params["path"]
    found = _seen(ask, name)
    place = ask.school.table.find(path)
    school = school_after(ask.clone, found)
    record = school.at(path) if any(each.path == path for each in found.judged.changes) else None
    if record is None or place is None or place.kind.format is not Format.MARKDOWN:
        raise Missing("không có bài này trong đề nghị")
    return page(
        ask, "xem-bai.html", title=str(record.data.get("tieu_de", path)),
        back=f"/de-nghi/{name}", back_said=f"Đề nghị {name}",
        article=article(record, school, f"/de-nghi/{name}/tep/"),
    )  # fmt: skip


def _seen(ask: Asking, name: Name) -> Standing:
    """Where an open proposal stands, for whoever may see it."""
    if name in ask.clone.proposals():
        found = standing(ask.clone, name, ask.clone.now(ask.desk.now()))
        if sees(ask, found):
            return found
    raise Missing("không có đề nghị này")


routes = [
    Route("/de-nghi/{nv}/{slug}/xem/{path:path}", post, methods=["GET"]),
    Route("/de-nghi/{nv}/{slug}/tep/{path:path}", shown_file, methods=["GET"]),
]
