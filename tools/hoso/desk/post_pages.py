"""Writing posts, notices, events and plans in a form: begin, save, look, submit, let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Denied, Missing, asking
from hoso.desk.media import Unfit
from hoso.desk.pages import data, page, see_other
from hoso.desk.post_faults import by_field, wrong
from hoso.desk.post_fields import PREFIX, body_of, fields_of, file_kind, filled, one_line
from hoso.desk.post_preview import article, media_type
from hoso.desk.post_work import (
    TITLES,
    Post,
    add_file,
    begun,
    keep,
    kinds_to_write,
    let_go,
    post_at,
    school_with,
    submit,
    year_of,
)
from hoso.findings import Finding, HosoError
from hoso.gate.policy import YEAR, Deed, Refused
from hoso.model import Format, Kind, Record
from hoso.proposals.delivery import NotDelivered
from hoso.store.tree import PLAIN

_BODY, _PICTURE, _SAID = "than", "anh_bai", "anh_bai_mo_ta"
#: Pages of one kind that the list shows, the newest first.
_SHOWN = 12
#: A file is looked at, it runs nothing.
_STILL = {"Content-Security-Policy": "default-src 'none'; sandbox"}


def every(request: Request) -> Response:
    """What one has begun, what one may begin, and the newest pages one may change."""
    ask = asking(request)
    kinds = kinds_to_write(ask)
    drafts = []
    for draft in ask.desk.drafts.list(ask.person.id):
        place = ask.school.table.find(draft.path)
        if place is not None and place.kind.format is Format.MARKDOWN:
            drafts.append((draft.path, place.kind.title, _title(draft.path, ask), draft.updated))
    return page(ask, "soan.html", kinds=kinds, drafts=drafts,
                written=[(kind, _newest(ask, kind)) for kind in kinds])  # fmt: skip


def begin(request: Request) -> Response:
    """The form that begins a page: its title, and where it belongs."""
    ask = asking(request)
    return _begin(ask, _kind(ask, request))


def start(request: Request) -> Response:
    """Makes a draft of a new page under a name that nobody has, and opens it."""
    ask = asking(request)
    kind = _kind(ask, request)
    title = one_line(ask.text("tieu_de"))
    if len(title) < 3:
        return _begin(ask, kind, "Ghi tiêu đề trước; sau này vẫn sửa được.")
    key = {hole: one_line(ask.text(f"khoa.{hole}")) for hole in kind.holes}
    post = begun(ask, kind, key, title)
    if post is None:
        return _begin(ask, kind, "Phần cho biết bài thuộc về đâu chưa đúng dạng.")
    keep(ask, post)
    return see_other(f"/bai/{post.path}")


def one(request: Request) -> Response:
    """The form of one page."""
    ask = asking(request)
    return _form(ask, post_at(ask, request.path_params["path"]))


def save(request: Request) -> Response:
    """Keeps what was filled in; with a button's name also looks, sends or lets go."""
    ask = asking(request)
    path = request.path_params["path"]
    before, deed = post_at(ask, path), ask.text("viec")
    if deed == "bo":
        let_go(ask, path)
        ask.tell("Đã bỏ bản nháp.")
        return see_other("/soan/")
    if _BODY not in ask.form():
        raise HosoError("biểu mẫu gửi lên không có ô nào; mở lại trang rồi ghi")
    post, refused = _filled(ask, before)
    keep(ask, post)
    if "x-hoso-t" in request.headers:
        return data({"luc": ask.desk.seconds()})
    if refused:
        return _form(ask, post, 422, said=refused)
    if deed == "gui":
        return _send(ask, post)
    if deed == "xem":
        return see_other(f"/bai/{path}/xem")
    ask.tell("Đã lưu bản nháp.")
    return see_other(f"/bai/{path}")


def look(request: Request) -> Response:
    """The page as the public will read it, through the public site's own reader."""
    ask = asking(request)
    post = post_at(ask, request.path_params["path"])
    record = Record(kind=post.kind, path=post.path, key=post.key, data=post.data, body=post.body)
    return page(
        ask, "xem-bai.html", title=post.title, back=f"/bai/{post.path}", back_said="Viết tiếp",
        article=article(record, school_with(ask, post), f"/bai/{post.path}/kem/"),
    )  # fmt: skip


def file(request: Request) -> Response:
    """A picture or an attachment of a page that is being written, told by its own bytes."""
    ask = asking(request)
    post = post_at(ask, request.path_params["path"])
    path = request.path_params["tep"]
    place = ask.school.table.find(path)
    tree = school_with(ask, post).tree
    entry = tree.entry(path) if place is not None and place.kind.file is not None else None
    raw = tree.read(path) if entry is not None and entry.mode == PLAIN else b""
    kind = media_type(raw)
    if kind is None:
        raise Missing("không có tệp này trong bài")
    return Response(raw, media_type=kind, headers=_STILL)


def _filled(ask: Asking, before: Post) -> tuple[Post, dict[str, list[str]]]:
    """The page as filled in with the files that came along, and what could not be taken."""
    post = _with(before, filled(before.kind, before.data, ask.form()), body_of(ask.text(_BODY)))
    refused: dict[str, list[str]] = {}
    for name in post.kind.schema["properties"]:
        kind, sent = file_kind(post.kind, name), ask.file(f"{PREFIX}{name}.tep")
        if kind is None or sent is None or not sent[1]:
            continue
        try:
            called = add_file(ask, post, ask.school.kind(kind), *sent)
        except (Unfit, Denied) as error:
            refused[name] = [str(error)]
        else:
            post = _with(post, {**post.data, name: called}, post.body)
    sent, said = ask.file(_PICTURE), one_line(ask.text(_SAID))
    if sent is None or not sent[1]:
        return post, refused
    if not said:
        refused[_PICTURE] = ["ghi lời mô tả ảnh cho người không nhìn thấy ảnh, rồi chọn lại ảnh"]
        return post, refused
    try:
        called = add_file(ask, post, ask.school.kind("hinh-anh"), *sent)
    except (Unfit, Denied) as error:
        refused[_PICTURE] = [str(error)]
        return post, refused
    up = "../" * (post.path.count("/") - 1)
    plain = said.replace("[", "(").replace("]", ")")
    line = f"![{plain}]({up}hinh/{year_of(ask, post)}/{called})"
    return _with(post, post.data, f"{post.body}\n\n{line}\n".lstrip("\n")), refused


def _send(ask: Asking, post: Post) -> Response:
    fields, others = wrong(post)
    if not post.body.strip():
        fields[_BODY] = ["bài chưa có nội dung"]
    if fields or others:
        return _form(ask, post, 422, said=fields, others=others)
    try:
        name = submit(ask, post)
    except NotDelivered as error:
        fields, findings = by_field(post, tuple(error.findings))
        return _form(ask, post, 422, said=fields, others=(str(error),), findings=findings)
    ask.tell("Đã gửi đi duyệt. Bài được duyệt là lên trang web.")
    return see_other(f"/de-nghi/{name}")


def _form(
    ask: Asking, post: Post, status: int = 200, said: dict[str, list[str]] | None = None,
    others: Sequence[str] = (), findings: Sequence[Finding] = (),
) -> Response:  # fmt: skip
    fields = fields_of(post.kind, post.data, ask.school)
    return page(
        ask, "bai.html", status, post=post, fields=fields, said_of=said or {}, others=others,
        findings=findings, titles={each.name: each.title for each in fields},
        folders={each.name: "hinh" if file_kind(post.kind, each.name) == "hinh-anh" else "tep"
                 for each in fields},
        year=year_of(ask, post), body_name=_BODY, picture=_PICTURE, picture_said=_SAID,
    )  # fmt: skip


def _begin(ask: Asking, kind: Kind, fault: str = "") -> Response:
    usual = {"nam": str(ask.policy.on.year), YEAR: ask.policy.year}
    holes = [
        (hole, kind.key[hole], ask.text(f"khoa.{hole}") or usual.get(hole, ""))
        for hole in kind.holes
    ]
    return page(ask, "bai-moi.html", 422 if fault else 200, kind=kind, holes=holes, fault=fault,
                title=ask.text("tieu_de"))  # fmt: skip


def _kind(ask: Asking, request: Request) -> Kind:
    kind = ask.school.kinds.get(request.path_params["loai"])
    if kind is None or kind.format is not Format.MARKDOWN:
        raise Missing("không có loại bài này")
    if not ask.person.may_anything(Deed.WRITE, kind.name):
        raise Denied(f"theo quy chế, thầy cô không viết {kind.title.lower()}")
    return kind


def _newest(ask: Asking, kind: Kind) -> list[tuple[str, str, str]]:
    """The newest pages of a kind one may write: path, title, day."""
    found = [
        (str(each.data.get("ngay", "")), each.path,
         next((str(each.data[name]) for name in TITLES if name in each.data), each.path))
        for each in ask.school.all(kind.name)
        if not isinstance(ask.person.may(Deed.WRITE, kind.name, each.key), Refused)
    ]  # fmt: skip
    return [(path, title, on) for on, path, title in sorted(found, reverse=True)[:_SHOWN]]


def _title(path: str, ask: Asking) -> str:
    try:
        return post_at(ask, path).title
    except (Denied, Missing):
        return path


def _with(post: Post, values: Mapping[str, Any], body: str) -> Post:
    return Post(
        path=post.path, kind=post.kind, key=post.key, data=values, body=body, base=post.base,
        drafted=post.drafted, proposal=post.proposal, is_new=post.is_new,
    )  # fmt: skip


routes = [
    Route("/soan/", every, methods=["GET"]),
    Route("/bai/moi/{loai}", begin, methods=["GET"]),
    Route("/bai/moi/{loai}", start, methods=["POST"]),
    Route("/bai/{path:path}/xem", look, methods=["GET"]),
    Route("/bai/{path:path}/kem/{tep:path}", file, methods=["GET"]),
    Route("/bai/{path:path}", one, methods=["GET"]),
    Route("/bai/{path:path}", save, methods=["POST"]),
]
