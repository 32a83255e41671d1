"""Correction requests: which fields of a closed page may change, from what to what, until when.

1. A request is a record; it counts from the merge that brought it into the base, never before.
2. It names one page and, of that page, every field with its old and its new value.
3. Carrying it out changes exactly these fields, all at once, while the old values still stand.
4. It is used up by the first later change to any field it names, and ends after its last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hoso.findings import Finding
from hoso.gate.changes import ABSENT, Change, Value, leaves
from hoso.gate.readable import as_text
from hoso.model import Record
from hoso.rules.days import day, written
from hoso.schema.school import TreeSchool

REQUEST = "de-nghi-sua"
ORDER = "mo-so"
#: Papers that are approved once and then stand as they are.
_SIDES = (("cu",), ("moi",))
PAPERS = frozenset({REQUEST, ORDER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An approved wish: these fields of this page, from the old to the new values."""

    path: str
    requester: str
    page: str
    fields: Mapping[str, tuple[str | None, str | None]]
    until: date


def requests_for(page: str, school: TreeSchool) -> tuple[Request, ...]:
    """The requests in a school that name a page, in path order."""
    return tuple(
        request_of(record) for record in school.all(REQUEST) if record.data["tep"] == page
    )  # fmt: skip


def request_of(record: Record) -> Request:
    """What a request's record says."""
    return Request(
        path=record.path,
        requester=record.data["nguoi_de_nghi"],
        page=record.data["tep"],
        fields={
            name: (wish.get("cu"), wish.get("moi"))
            for name, wish in record.data["truong"].items()
        },
        until=day(record.data["han"]),
    )  # fmt: skip


def carried_out(request: Request, later: Iterable[Iterable[Change]]) -> bool:
    """Whether a merge after the request's own has changed anything it names."""
    return any(
        change.path == request.page
        and (change.whole or named(change) in request.fields)
        for merge in later
        for change in merge
    )  # fmt: skip


def named(change: Change) -> str:
    """How a request names the field of a change."""
    return "/".join(map(str, change.pointer))


def match(
    changes: Sequence[Change],
    requests: tuple[Request, ...],
    used: frozenset[str],
    today: date,
) -> Request | tuple[Finding, ...]:
    """The request that covers the changes of one closed page, or what is wrong with each."""
    best: tuple[Finding, ...] = ()
    for request in requests:
        found = tuple(_wrong(changes, request, used, today))
        if not found:
            return request
        if not best or len(found) < len(best):
            best = found
    return best


def _wrong(
    changes: Sequence[Change], request: Request, used: frozenset[str], today: date
) -> Iterator[Finding]:
    path = changes[0].path
    if request.path in used:
        yield _finding(path, "HS866", f"giấy {request.path} đã dùng", "lập giấy đề nghị mới")
        return
    if today > request.until:
        yield _finding(
            path, "HS866", f"giấy {request.path} hết hạn ngày {written(request.until)}",
            "lập giấy đề nghị mới",
        )  # fmt: skip
        return
    for change in changes:
        if named(change) not in request.fields:
            yield _finding(
                path, "HS867", f"{named(change) or 'cả trang'} không có trong giấy {request.path}",
                "chỉ sửa đúng những trường đã được duyệt",
            )  # fmt: skip
            continue
        old, new = request.fields[named(change)]
        if _text(change.old) != old:
            yield _finding(
                path, "HS868", f"{named(change)} không còn giá trị cũ ghi trong {request.path}",
                "lập giấy đề nghị mới theo giá trị đang ghi",
            )  # fmt: skip
        if _text(change.new) != new:
            yield _finding(
                path, "HS867", f"{named(change)} khác giá trị mới ghi trong {request.path}",
                "ghi đúng giá trị mới đã được duyệt",
            )  # fmt: skip
    left = request.fields.keys() - {named(change) for change in changes}
    if left:
        yield _finding(
            path, "HS867", f"chưa sửa {', '.join(sorted(left))} của giấy {request.path}",
            "sửa đủ các trường của giấy trong một lần",
        )  # fmt: skip


def faults(
    changes: Iterable[Change], authors: frozenset[str], school: TreeSchool
) -> Iterator[Finding]:
    """What is wrong with the papers a proposal brings: requests in another's name, old values."""
    pages: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind in PAPERS:
            pages.setdefault(change.path, []).append(change)
    for path, found in pages.items():
        if school.tree.entry(path) is not None:
            yield _finding(path, "HS870", "giấy, lệnh đã duyệt thì giữ nguyên", "lập giấy mới")
        elif found[0].kind == REQUEST:
            yield from _new_request({change.pointer: change.new for change in found}, path,
                                    authors, school)  # fmt: skip


def _new_request(
    said: Mapping[tuple[str | int, ...], Value],
    path: str,
    authors: frozenset[str],
    school: TreeSchool,
) -> Iterator[Finding]:
    requester = said.get(("nguoi_de_nghi",))
    if requester not in authors:
        yield _finding(
            path, "HS871", f"{as_text(requester or None)} không phải người gửi đề nghị này",
            "người đề nghị tự lập và ký giấy của mình",
        )  # fmt: skip
    page = school.at(str(said.get(("tep",))))
    there = {} if page is None else leaves(page.data)
    standing = {"/".join(map(str, at)): as_text(leaf) for at, leaf in there.items()}
    for name in sorted({str(at[1]) for at in said if at[2:] in _SIDES}):
        old = said.get(("truong", name, "cu"))
        if standing.get(name) != old:
            yield _finding(
                path, "HS868", f"{name}: giá trị cũ trong giấy khác giá trị đang ghi",
                "ghi đúng giá trị đang có trong trang cần sửa",
            )  # fmt: skip


def _text(value: Value) -> str | None:
    return None if value is ABSENT else as_text(value)


def _finding(path: str, code: str, message: str, hint: str) -> Finding:
    return Finding(path=path, line=1, code=code, message=message, hint=hint)
