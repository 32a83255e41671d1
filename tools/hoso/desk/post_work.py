"""A post or plan somebody is writing: what stands there now, their draft of it, sending it.

Somebody's own wish comes first: their draft, else their open proposal, else the page of `main`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hoso.desk.asking import Asking, Denied, Missing
from hoso.desk.media import Unfit, clean_pdf, clean_picture, is_pdf
from hoso.desk.post_fields import body_of, file_kind
from hoso.desk.sending import propose
from hoso.gate.policy import Deed, Refused
from hoso.model import Format, Key, Kind
from hoso.proposals.names import Name
from hoso.proposals.sending import foundation
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.site.words import slug
from hoso.store.front_matter import split_page
from hoso.store.strict_yaml import parse
from hoso.store.tree import OverlayTree

TITLES = ("tieu_de", "trich_yeu")
_PICTURE, _YEAR, _NAME = "hinh-anh", "nam", "ten"
_SAID_YEAR = re.compile(r"20[0-9]{2}")
_LINKED = re.compile(r"\]\(\s*<?((?:\.\./)+[^)\s>]+)")
#: Letters of a name that is made from a title.
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A page as its writer wants it; `base` is the merge of `main` it was begun over."""

    path: str
    kind: Kind
    key: Key
    data: Mapping[str, Any]
    body: str
    base: str
    drafted: int | None
    proposal: Name | None
    is_new: bool

    @property
    def content(self) -> bytes:
        """The page as it is kept, whether it is whole or not."""
        return spell(self.kind, self.data, self.body).encode()

    @property
    def title(self) -> str:
        """What people call it."""
        found = (str(self.data[name]) for name in TITLES if self.data.get(name))
        return next(found, self.key_said)

    @property
    def key_said(self) -> str:
        """The parts of its address, which name nobody."""
        return "/".join(self.key.values())


def kinds_to_write(ask: Asking) -> list[Kind]:
    """The kinds of pages this person has some right to write."""
    return [
        kind for kind in ask.school.kinds.values()
        if kind.format is Format.MARKDOWN and ask.person.may_anything(Deed.WRITE, kind.name)
    ]  # fmt: skip


def post_at(ask: Asking, path: str) -> Post:
    """The page at a path as this person wants it; Missing or Denied where they may not write it."""
    place = ask.school.table.find(path)
    if place is None or place.kind.format is not Format.MARKDOWN:
        raise Missing("không có bài nào ở địa chỉ này")
    granted = ask.person.may(Deed.WRITE, place.kind.name, place.key)
    if isinstance(granted, Refused):
        raise Denied(granted.because)
    me, main = ask.person.id, ask.view.main
    draft, proposal = ask.desk.drafts.get(me, path), own_proposal(ask, path)
    there = ask.view.standing(main).tree
    raw: bytes | None = there.read(path) if there.entry(path) is not None else None
    is_new = raw is None
    if proposal is not None:
        raw = ask.view.standing(ask.clone.head(proposal)).tree.read(path)
    base = main
    if draft is not None:
        raw, base = draft.content, draft.base
    if raw is None:
        raise Missing("chưa có bài này; bắt đầu bằng nút Viết bài mới")
    data, body = _parts(path, raw)
    return Post(
        path=path, kind=place.kind, key=place.key, data=data, body=body, base=base,
        drafted=None if draft is None else draft.updated, proposal=proposal, is_new=is_new,
    )  # fmt: skip


def begun(ask: Asking, kind: Kind, key: Key, title: str) -> Post | None:
    """A new page of a title, under a name that nobody has; None where the key is not one.

    Denied where this person may not write it there.
    """
    last = kind.holes[-1]
    stem, number = slug(key[last] or title)[:_LONGEST_NAME].strip("-"), 1
    key = {**key, last: stem}
    while _taken(ask, kind.fill(key)):
        number += 1
        key = {**key, last: f"{stem}-{number}"}
    path = kind.fill(key)
    place = ask.school.table.find(path)
    if place is None or place.kind is not kind:
        return None
    ask.need(ask.person.may(Deed.WRITE, kind.name, key))
    titles = {name: title for name in TITLES if name in kind.schema["properties"]}
    return Post(
        path=path, kind=kind, key=key, data={**usual_values(ask, kind), **titles}, body="",
        base=ask.view.main, drafted=None, proposal=None, is_new=True,
    )  # fmt: skip


def usual_values(ask: Asking, kind: Kind) -> dict[str, Any]:
    """What a new page says until somebody says otherwise: today, and who begins it."""
    values: dict[str, Any] = {}
    if "ngay" in kind.schema["properties"]:
        values["ngay"] = ask.policy.on.isoformat()
    for ref in kind.refs:
        if ref.kind == "nhan-su" and ref.place and ref.place[0] in kind.schema["required"]:
            many = len(ref.place) > 1
            values.setdefault(ref.place[0], [ask.person.id] if many else ask.person.id)
    return values


def own_proposal(ask: Asking, path: str) -> Name | None:
    """One's own open proposal that changes a page."""
    view = ask.view
    for name, head in ask.clone.proposals().items():
        if name.author == ask.person.id:
            entry = view.standing(head).tree.entry(path)
            before = view.standing(foundation(ask.clone, head)).tree.entry(path)
            if entry is not None and (before is None or entry.blob != before.blob):
                return name
    return None


def files_of(ask: Asking, post: Post) -> dict[str, bytes]:
    """The pictures and attachments that go out with a page: those it still names."""
    named, there = set(_named(post)), ask.desk.uploads.of(ask.person.id, post.path)
    return {path: raw for path, raw in there.items() if path in named}


def school_with(ask: Asking, post: Post) -> TreeSchool:
    """The school as it would be with a page and its files."""
    files: dict[str, bytes | None] = {post.path: post.content, **files_of(ask, post)}
    under = ask.view.standing(ask.view.main).tree
    if post.proposal is not None:
        under = ask.view.standing(ask.clone.head(post.proposal)).tree
    return TreeSchool(OverlayTree(under, files), ask.school.kinds)


def keep(ask: Asking, post: Post) -> None:
    """Keeps a page as a draft; it outlives everything from now on."""
    ask.desk.drafts.put(ask.person.id, post.path, post.base, post.content)


def let_go(ask: Asking, path: str) -> None:
    """Lets a draft and its files go."""
    ask.desk.drafts.drop(ask.person.id, path)
    ask.desk.uploads.drop(ask.person.id, path)


def add_file(ask: Asking, post: Post, kind: Kind, name: str, raw: bytes, wanted: str = "") -> str:
    """Keeps a picture or an attachment beside a page, made harmless; gives the name it has now.

    Unfit for a file that is not published or cannot be called `wanted`; Denied without the right.
    """
    rule = kind.file
    if rule is None:
        raise Missing("không gửi tệp vào đây được")
    year = year_of(ask, post)
    if kind.name == _PICTURE:
        drawn = clean_picture(raw, rule.max_bytes)
        content, suffix = drawn.content, drawn.suffix
    elif is_pdf(raw):
        content, suffix = clean_pdf(raw, rule.max_bytes), "pdf"
    else:
        raise Unfit("tệp đính kèm phải là PDF")
    called = wanted or _free(ask, post, kind, year, suffix, content)
    key = {_YEAR: year, _NAME: called}
    ask.need(ask.person.may(Deed.WRITE, kind.name, key))
    taken = ask.view.standing(ask.view.main).tree.entry(kind.fill(key)) is not None
    if wanted and (taken or not wanted.endswith(f".{suffix}")):
        raise Unfit(f"{wanted} trùng tên tệp đã có hoặc không đúng dạng; đổi tên tệp rồi gửi")
    if not ask.desk.uploads.put(ask.person.id, post.path, kind.fill(key), content):
        raise Unfit("các bài chưa gửi của thầy cô đang giữ nhiều tệp quá; gửi hoặc bỏ bớt bài")
    return called


def year_of(ask: Asking, post: Post) -> str:
    """The year whose folder the files of a page lie in."""
    said = str(post.key.get(_YEAR) or post.data.get("ngay", ""))[:4]
    return said if _SAID_YEAR.fullmatch(said) else str(ask.policy.on.year)


def submit(ask: Asking, post: Post) -> Name:
    """Sends a page with its files as a signed proposal and lets the draft go.

    Locked, or NotDelivered with findings; the draft stays then.
    """
    wanted: dict[str, bytes | None] = {post.path: post.content, **files_of(ask, post)}
    with ask.signing() as (clone, me):
        name = propose(clone, me, wanted, post.base, f"{post.kind.title}: {post.key_said}",
                       post.proposal)  # fmt: skip
    let_go(ask, post.path)
    return name


def _named(post: Post) -> Iterator[str]:
    """The files a page names, in its fields and in its text."""
    year = post.key.get(_YEAR, str(post.data.get("ngay", ""))[:4])
    for field in post.kind.schema["properties"]:
        kind = file_kind(post.kind, field)
        if kind is not None and post.data.get(field):
            folder = "hinh" if kind == _PICTURE else "tep"
            yield f"content/{folder}/{year}/{post.data[field]}"
    for found in _LINKED.finditer(post.body):
        yield "content/" + found[1].replace("../", "")


def _free(ask: Asking, post: Post, kind: Kind, year: str, suffix: str, content: bytes) -> str:
    """A name that no other file has; the same file keeps the name it has got."""
    there = ask.view.standing(ask.view.main).tree
    mine = ask.desk.uploads.of(ask.person.id, post.path)
    stem, number = post.key[post.kind.holes[-1]][:_LONGEST_NAME].strip("-"), 1
    while True:
        called = f"{stem}.{suffix}" if number == 1 else f"{stem}-{number}.{suffix}"
        path = kind.fill({_YEAR: year, _NAME: called})
        if mine.get(path) == content or (path not in mine and there.entry(path) is None):
            return called
        number += 1


def _taken(ask: Asking, path: str) -> bool:
    heads = (ask.view.main, *ask.clone.proposals().values())
    return ask.desk.drafts.get(ask.person.id, path) is not None or any(
        ask.view.standing(head).tree.entry(path) is not None for head in heads
    )


def _parts(path: str, raw: bytes) -> tuple[dict[str, Any], str]:
    page = split_page(raw.decode("utf-8", "replace"))
    if page is None:
        return {}, ""
    data, _ = parse(path, page.head, [], page.head_line)
    return (dict(data) if isinstance(data, dict) else {}), body_of(page.body)
