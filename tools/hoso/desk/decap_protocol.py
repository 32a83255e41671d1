"""The questions Decap asks of a backend (`proxy` protocol), answered for one person.

What is unpublished is one's own draft or proposal. Saying that a draft is ready sends it as a
signed proposal; publishing is not Decap's: a post is published by being approved.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from hoso.desk.asking import Asking, Denied, Missing
from hoso.desk.decap_form import BODY, collection_folder
from hoso.desk.decap_values import HOW, PUPIL, asset_name, read_entry, text_of, values_of
from hoso.desk.post_faults import by_field, wrong
from hoso.desk.post_work import (
    Post,
    add_file,
    files_of,
    keep,
    kinds_to_write,
    let_go,
    post_at,
    submit,
)
from hoso.findings import HosoError
from hoso.gate.policy import Deed, Refused
from hoso.gate.verdict import local
from hoso.model import Format
from hoso.proposals.delivery import NotDelivered
from hoso.store.tree import blob_id

Params = Mapping[str, Any]
#: Pictures that the library shows at once.
_MOST_MEDIA = 40


class Unready(HosoError):
    """A page that cannot be sent yet; `faults` says why, each with the field it is about."""

    def __init__(self, message: str, faults: list[dict[str, str]]) -> None:
        super().__init__(message)
        self.faults = faults


def answer(ask: Asking, action: str, params: Params) -> Any:
    """What an action gives; HosoError where it is none of ours or not allowed."""
    found = _ACTIONS.get(action)
    if found is None:
        raise Denied("trình soạn thảo không làm được việc này ở đây: bài lên trang khi được duyệt")
    return found(ask, params)


def _info(_: Asking, __: Params) -> Any:
    return {"repo": "hoso", "publish_modes": ["editorial_workflow"], "type": "hoso"}


def _by_folder(ask: Asking, params: Params) -> Any:
    kind = next((each for each in kinds_to_write(ask)
                 if collection_folder(each) == params.get("folder")), None)  # fmt: skip
    if kind is None:
        return []
    return [
        _entry(ask, _as_kept(ask, each.path)) for each in ask.school.all(kind.name)
        if not isinstance(ask.person.may(Deed.WRITE, kind.name, each.key), Refused)
    ]  # fmt: skip


def _get(ask: Asking, params: Params) -> Any:
    post = _as_kept(ask, _text(params, "path"))
    # Without text a page counts as not there: so Decap finds out whether a name is free.
    return {**_entry(ask, post), "data": ""} if post.is_new else _entry(ask, post)


def _unpublished(ask: Asking, _: Params) -> Any:
    own = {draft.path for draft in ask.desk.drafts.list(ask.person.id)}
    for name, head in ask.clone.proposals().items():
        if name.author == ask.person.id:
            view = ask.view
            trees = view.standing(view.main).tree.id, view.standing(head).tree.id
            own.update(path for path, _, _ in view.changed(*trees))
    return [said for path in sorted(own) if (said := _id_of(ask, path)) is not None]


def _one_unpublished(ask: Asking, params: Params) -> Any:
    post = _unpublished_post(ask, params)
    return {
        "collection": post.kind.name, "slug": _slug(post),
        "status": "draft" if post.drafted or post.proposal is None else "pending_review",
        "updatedAt": local(ask.desk.now()).isoformat(), "diffs": [
            {"id": post.path, "path": post.path, "newFile": post.is_new},
            *({"id": path, "path": path, "newFile": True} for path in files_of(ask, post)),
        ],
    }  # fmt: skip


def _data_file(ask: Asking, params: Params) -> Any:
    return {"data": _json(post_at(ask, _text(params, "path")))}


def _media_file(ask: Asking, params: Params) -> Any:
    path = _text(params, "path")
    raw = files_of(ask, _unpublished_post(ask, params)).get(path)
    if raw is None:
        raise Missing("không có tệp này")
    return _file(path, raw)


def _drop(ask: Asking, params: Params) -> Any:
    let_go(ask, _unpublished_post(ask, params).path)
    return {"message": "đã bỏ bản nháp"}


def _persist(ask: Asking, params: Params) -> Any:
    files = params.get("dataFiles")
    if not isinstance(files, list) or len(files) != 1 or not isinstance(files[0], Mapping):
        raise HosoError("mỗi lần chỉ lưu một bài")
    path, sent = _text(files[0], "path"), read_entry(_text(files[0], "raw"))
    if files[0].get("newPath") not in (None, path):
        raise HosoError("tên đường dẫn không đổi được sau khi bắt đầu viết")
    before = _as_kept(ask, path)
    post = replace(before, data=values_of(before.kind, sent), body=text_of(sent))
    for asset in params.get("assets") or ():
        _keep_asset(ask, post, asset)
    keep(ask, post)
    return {"message": "đã lưu bản nháp", "vuong": _lacking(post)}


def _status(ask: Asking, params: Params) -> Any:
    post, wanted = _unpublished_post(ask, params), params.get("newStatus")
    if wanted == "draft":
        return {"message": "vẫn là bản nháp"}
    if wanted != "pending_review":
        raise Denied("bài lên trang khi người có quyền ký duyệt, không phải ở đây")
    if lacking := _lacking(post):
        raise Unready("bài chưa gửi được; sửa những chỗ được nêu", lacking)
    try:
        submit(ask, post)
    except NotDelivered as error:
        fields, findings = by_field(post, tuple(error.findings))
        others = [f"{each.message}; {each.hint} ({each.code})" for each in findings]
        raise Unready(str(error), _told(post, fields, others)) from error
    return {"message": "đã gửi đi duyệt"}


def _lacking(post: Post) -> list[dict[str, str]]:
    """What a page lacks before it can be sent, field by field."""
    fields, others = wrong(post)
    if not post.body.strip():
        fields[BODY] = ["bài chưa có nội dung"]
    return _told(post, fields, others)


def _told(
    post: Post, fields: Mapping[str, list[str]], others: Iterable[str]
) -> list[dict[str, str]]:
    titles = {BODY: "Nội dung bài"}
    at = [{"o": name, "ten": titles.get(name) or post.kind.heading((name,)), "loi": said}
          for name in fields for said in fields[name]]  # fmt: skip
    return [*at, *({"o": "", "ten": "Bài", "loi": said} for said in others)]


def _media(ask: Asking, params: Params) -> Any:
    tree = ask.view.standing(ask.view.main).tree
    folder = _text(params, "mediaFolder")
    entries = [each.path for each in tree.entries(folder) if _is_file(ask, each.path)]
    return [_file(path, tree.read(path)) for path in entries[-_MOST_MEDIA:]]


def _media_one(ask: Asking, params: Params) -> Any:
    path = _text(params, "path")
    tree = ask.view.standing(ask.view.main).tree
    if not _is_file(ask, path) or tree.entry(path) is None:
        raise Missing("không có tệp này")
    return _file(path, tree.read(path))


def _nothing(_: Asking, __: Params) -> Any:
    return None


_ACTIONS: Mapping[str, Callable[[Asking, Params], Any]] = {
    "info": _info, "entriesByFolder": _by_folder, "getEntry": _get,
    "unpublishedEntries": _unpublished, "unpublishedEntry": _one_unpublished,
    "unpublishedEntryDataFile": _data_file, "unpublishedEntryMediaFile": _media_file,
    "deleteUnpublishedEntry": _drop, "persistEntry": _persist,
    "updateUnpublishedEntryStatus": _status, "getMedia": _media, "getMediaFile": _media_one,
    "getDeployPreview": _nothing,
}  # fmt: skip


def _text(params: Params, name: str) -> str:
    found = params.get(name)
    if not isinstance(found, str):
        raise HosoError(f"yêu cầu thiếu {name}")
    return found


def _unpublished_post(ask: Asking, params: Params) -> Post:
    """The draft or proposal a question is about, named by its id or by collection and slug."""
    collection, slug_ = params.get("collection"), params.get("slug")
    if not isinstance(collection, str) or not isinstance(slug_, str):
        collection, _, slug_ = _text(params, "id").partition("/")
    kind = ask.school.kinds.get(collection)
    if kind is None or kind.format is not Format.MARKDOWN:
        raise Missing("không có loại bài này")
    post = post_at(ask, f"{collection_folder(kind)}/{slug_}.md")
    if post.drafted is None and post.proposal is None:
        raise Missing("bài này không có bản nháp")
    return post


def _as_kept(ask: Asking, path: str) -> Post:
    """The page somebody is about to write, also where it is not there yet."""
    place = ask.school.table.find(path)
    try:
        return post_at(ask, path)
    except Missing:
        if place is None or place.kind.format is not Format.MARKDOWN:
            raise
    return Post(path=path, kind=place.kind, key=place.key, data={}, body="", base=ask.view.main,
                drafted=None, proposal=None, is_new=True)  # fmt: skip


def _slug(post: Post) -> str:
    return post.path.removeprefix(collection_folder(post.kind)).strip("/").removesuffix(".md")


def _id_of(ask: Asking, path: str) -> str | None:
    place = ask.school.table.find(path)
    if place is None or place.kind.format is not Format.MARKDOWN:
        return None
    return f"{place.kind.name}/{_slug(_as_kept(ask, path))}"


def _entry(_: Asking, post: Post) -> Any:
    return {"data": _json(post), "file": {"path": post.path, "id": None, "label": post.title}}


def _json(post: Post) -> str:
    """A page as the editor has it: its fields, the parts of its address, its text."""
    data = {
        name: [{PUPIL: who, HOW: ways} for who, ways in value.items()]
        if isinstance(value, Mapping) else value
        for name, value in post.data.items()
    }  # fmt: skip
    return json.dumps({**post.key, **data, BODY: post.body}, ensure_ascii=False)


def _keep_asset(ask: Asking, post: Post, asset: Any) -> None:
    if not isinstance(asset, Mapping):
        raise HosoError("tệp gửi lên không đọc được")
    try:
        raw = base64.b64decode(_text(asset, "content"), validate=True)
    except binascii.Error as error:
        raise HosoError("tệp gửi lên không đọc được") from error
    name = asset_name(_text(asset, "path"))
    kind = "tep" if name.endswith(".pdf") else "hinh-anh"
    add_file(ask, post, ask.school.kind(kind), name, raw, name)


def _is_file(ask: Asking, path: str) -> bool:
    place = ask.school.table.find(path)
    return place is not None and place.kind.format is Format.FILE


def _file(path: str, raw: bytes) -> Any:
    return {"id": blob_id(raw), "content": base64.b64encode(raw).decode(), "encoding": "base64",
            "path": path, "name": path.rpartition("/")[2]}  # fmt: skip
