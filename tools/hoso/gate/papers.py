"""The papers that open closed books, drawn up from a wish: correction requests.

Whatever the gate would refuse later is refused here, in words for the person who wishes; the gate
itself never trusts what is drawn up here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hoso.findings import Finding, HosoError
from hoso.gate.changes import (
    ABSENT,
    Absent,
    Change,
    Leaf,
    Part,
    Value,
    applied,
    changes_between,
    leaves,
    same,
)
from hoso.gate.corrections import REQUEST, Request, match
from hoso.gate.locks import shut
from hoso.gate.policy import YEAR, Deed, Granted, Policy, Refused
from hoso.gate.readable import as_text
from hoso.model import Kind, Pointer, Record
from hoso.schema.school import TreeSchool, read_record
from hoso.schema.shape import faults
from hoso.schema.spelling import spell
from hoso.store.tree import MemoryTree

#: How long a request may wait to be carried out when nobody says otherwise.
USUAL_DAYS = 7
#: Crockford's letters: none that is taken for another when read aloud.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: So many bytes of chance a paper's number is made from.
CHANCE = 6
_NUMBER = re.compile(r"-?[0-9]{1,15}")
_YES_NO = {"true": True, "có": True, "false": False, "không": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a request asks for and why; `fields` as written, None where a value shall go."""

    page: str
    fields: Mapping[str, str | None]
    requester: str
    reason: str
    evidence: Mapping[str, str]
    explanation: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A page ready to be written at its path, and the changes it is about or makes."""

    path: str
    content: bytes
    changes: tuple[Change, ...] = ()
    until: date | None = None


def paper_number(prefix: str, chance: bytes) -> str:
    """A paper's number, from bytes nobody can foretell; it says nothing about what is in it."""
    return prefix + "".join(_LETTERS[byte % len(_LETTERS)] for byte in chance[:CHANCE])


def request_paper(wish: Wish, code: str, school: TreeSchool, policy: Policy) -> Paper:
    """The correction request for a wish, or HosoError saying why it cannot be one."""
    page = _page(wish.page, school)
    changes = tuple(_change(page, name, text) for name, text in sorted(wish.fields.items()))
    if not changes:
        raise HosoError("chưa nói sửa trường nào; ví dụ: hoc_sinh/HS7K3QZ9/diem=8")
    _must_be_writable(changes, wish.requester, policy)
    _must_fit(page, changes)
    for change in changes:
        if not shut(change, policy, school):
            raise HosoError(
                f"{_place(change)} chưa khóa: cứ sửa thẳng trong trang rồi chạy hoso propose"
            )
    until = wish.until or policy.on + timedelta(days=USUAL_DAYS)
    if until < policy.on:
        raise HosoError(f"hạn sửa {until:%d/%m/%Y} đã qua")
    data: dict[str, Any] = {
        "nguoi_de_nghi": wish.requester,
        "ngay": policy.on.isoformat(),
        "tep": wish.page,
        "truong": {_place(change): _sides(change) for change in changes},
        "ly_do": wish.reason,
        "minh_chung": {digest: {"loai": sort} for digest, sort in wish.evidence.items()},
        "han": until.isoformat(),
    }
    if wish.explanation is not None:
        data["giai_thich"] = wish.explanation
    year = page.key.get(YEAR, policy.year)
    path, content = written(school, REQUEST, {YEAR: year, "ma": code}, data)
    return Paper(path=path, content=content, changes=changes, until=until)


def carried_out_page(
    request: Request, school: TreeSchool, used: frozenset[str], today: date
) -> Paper:
    """The page with exactly the values of an approved request, or HosoError why it cannot be."""
    page = _page(request.page, school)
    wished = [_change(page, name, new) for name, (_, new) in request.fields.items()]
    data = applied(page.data, wished)
    content = spell(page.kind, data, page.body).encode()
    old, new = (MemoryTree({page.path: raw}) for raw in (school.tree.read(page.path), content))
    changes = changes_between(old, new, [page.path], school.kinds)
    if not changes:
        raise HosoError(f"{page.path} đã có đủ các giá trị mới của giấy này")
    found = match(changes, (request,), used, today)
    if not isinstance(found, Request):
        raise HosoError(_said(found))
    return Paper(path=page.path, content=content, changes=changes)


def written(
    school: TreeSchool, kind: str, key: Mapping[str, str], data: dict[str, Any]
) -> tuple[str, bytes]:
    """The path and the bytes of a paper that the check accepts; HosoError where it would not."""
    known = school.kinds.get(kind)
    path = "" if known is None else known.fill(key)
    place = school.table.find(path)
    if known is None or place is None:
        raise HosoError(f"trường này không dùng loại hồ sơ {kind}")
    found: list[Finding] = []
    content = spell(known, data).encode()
    if read_record(place, path, content, found) is None:
        raise HosoError(_said(found))
    return path, content


def leaf_of(kind: Kind, pointer: Pointer, text: str) -> Leaf:
    """What a text means at a pointer; the inverse of `readable.as_text`, and kinder than it."""
    node = kind.field(pointer) or {}
    if node.get("type") == "array":
        return tuple(_scalar(node.get("items", {}), each) for each in _listed(text))
    if node.get("type") == "object" and text == "{}":
        return {}
    return _scalar(node, text)


def _listed(text: str) -> list[str]:
    if not text.startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or any(isinstance(each, list | dict) for each in found):
        raise HosoError(f"{_shown(text)} không phải một danh sách; ví dụ: toan, dao-duc")
    return [as_text(each) for each in found]


def _scalar(node: Mapping[str, Any], text: str) -> str | int | bool:
    if node.get("type") == "integer" and _NUMBER.fullmatch(text):
        return int(text)
    if node.get("type") == "boolean" and text in _YES_NO:
        return _YES_NO[text]
    # What is no number or yes and no stays a text, and the shape says that it must not be one.
    return text


def _page(path: str, school: TreeSchool) -> Record:
    """The readable page at a path, or HosoError."""
    page = school.at(path)
    if page is None:
        raise HosoError(f"không có trang {_shown(path)} đọc được ở phiên bản này")
    return page


def _change(page: Record, name: str, text: str | None) -> Change:
    pointer: Pointer = tuple(name.split("/"))
    node = page.kind.field(pointer)
    if node is None:
        above = next(
            (at for at in (pointer[:end] for end in range(len(pointer) - 1, -1, -1))
             if page.kind.field(at) is not None), (),
        )  # fmt: skip
        there = ", ".join((page.kind.field(above) or {}).get("properties", {}))
        hint = f"; có: {there}" if there else ""
        raise HosoError(f"{page.kind.title} không có trường {_shown(name)}{hint}")
    if node.get("type") == "object":
        raise HosoError(f"{_shown(name)} là một mục gồm nhiều trường; ghi từng trường bên trong")
    old: Value = leaves(page.data).get(pointer, ABSENT)
    new: Value = ABSENT if text is None else leaf_of(page.kind, pointer, text)
    return Change(
        path=page.path, kind=page.kind.name, key=page.key, part=Part.FIELD, pointer=pointer,
        old=old, new=new,
    )  # fmt: skip


def _must_be_writable(changes: Iterable[Change], who: str, policy: Policy) -> None:
    """Refuses whom no clause lets ask, and what no clause lets them know or anybody mend."""
    for change in changes:
        asking = policy.grants(who, Deed.WRITE, REQUEST, change.key)
        if isinstance(asking, Refused):
            raise HosoError(f"{who} không lập được giấy đề nghị: {asking.because}")
        kind = change.kind or ""
        if not any(
            isinstance(policy.grants(who, deed, kind, change.key, change.pointer), Granted)
            for deed in (Deed.WRITE, Deed.READ)
        ):
            raise HosoError(f"{who} không được ghi, cũng không được đọc trang này theo quy chế")
        if not executors(change, policy):
            raise HosoError(f"không ai được ghi {_place(change)} theo quy chế; đề nghị phân công")


def executors(change: Change, policy: Policy) -> frozenset[str]:
    """Who may write the value of a change, so that a request about it can be carried out."""
    rights = policy.about(Deed.WRITE, change.kind or "")
    return policy.able(
        tuple(right for right in rights if right.allows(change.pointer)), change.key
    )  # fmt: skip


def _must_fit(page: Record, changes: Iterable[Change]) -> None:
    for change in changes:
        if same(change.old, change.new):
            raise HosoError(f"{_place(change)} đang ghi đúng giá trị này rồi")
    for at, _, message, hint in faults(page.kind, applied(page.data, changes)):
        raise HosoError(f"{'/'.join(map(str, at))}: {message}; {hint}")


def _sides(change: Change) -> dict[str, str]:
    sides = {"cu": change.old, "moi": change.new}
    return {name: as_text(value) for name, value in sides.items() if not isinstance(value, Absent)}


def _place(change: Change) -> str:
    return "/".join(map(str, change.pointer))


def _said(found: Iterable[Finding]) -> str:
    return "; ".join(
        f"{each.message}; {each.hint}" if each.hint else each.message for each in found
    )


def _shown(text: str) -> str:
    return ascii(text)[1:-1]
