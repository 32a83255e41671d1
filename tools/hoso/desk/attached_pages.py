"""Pictures and attachments as a proposal would leave them, for its preview."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.approving_pages import name_in
from hoso.desk.asking import Missing, asking
from hoso.desk.post_preview import media_type
from hoso.desk.weighing import sees
from hoso.proposals.stages import standing
from hoso.store.tree import PLAIN

_FILES = re.compile(r"content/(?:hinh|tep)/[0-9]{4}/[a-z0-9-]+\.(?:jpg|png|webp|pdf)")
#: A file is looked at, it runs nothing.
_STILL = {"Content-Security-Policy": "default-src 'none'; sandbox"}


def shown_file(request: Request) -> Response:
    """A picture or a PDF file, told by its own bytes, for whoever may see the proposal."""
    ask, name, path = asking(request), name_in(request), request.path_params["path"]
    if _FILES.fullmatch(path) is None or name not in ask.clone.proposals():
        raise Missing("không có tệp này trong đề nghị")
    found = standing(ask.clone, name, ask.clone.now(ask.desk.now()))
    tree = found.judged.after
    if tree is None or not sees(ask, found):
        raise Missing("không có tệp này trong đề nghị")
    entry = tree.entry(path)
    raw = tree.read(path) if entry is not None and entry.mode == PLAIN else b""
    kind = media_type(raw)
    if kind is None:
        raise Missing("không có tệp này trong đề nghị")
    return Response(raw, media_type=kind, headers=_STILL)


routes = [Route("/de-nghi/{nv}/{slug}/tep/{path:path}", shown_file, methods=["GET"])]
