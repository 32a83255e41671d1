"""A person's page in the book of keys, with one key more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoso.findings import Finding, HosoError
from hoso.schema.paths import PathTable
from hoso.schema.school import TreeSchool, read_record
from hoso.schema.spelling import spell


def enrolled(
    school: TreeSchool, who: str, line: str, replaced: str | None, now: str
) -> tuple[str, str, bytes]:
    """The new key's name, and path and text of its owner's page with it, valid from now on.

    The key it replaces ends now; the others stay as they are. HosoError where any of it is wrong.
    """
    data = keys_of(school, who)
    keys = data["khoa"]
    if line in {key["cong_khai"] for key in keys.values()}:
        raise HosoError(f"khóa này đã có trong sổ khóa ký của {who}")
    if replaced is not None:
        keys[replaced] = _ended(who, replaced, keys, now)
    name = f"k{1 + max((int(each[1:]) for each in keys), default=0)}"
    keys[name] = {"cong_khai": line, "tu": now}
    return name, *_page(school, who, data)


def keys_of(school: TreeSchool, who: str) -> dict[str, Any]:
    """What the records say about somebody's keys, to be changed freely; HosoError for nobody."""
    if school.get("nhan-su", nhan_su=who) is None:
        raise HosoError(f"không có nhân sự {ascii(who)[1:-1]}; ví dụ đúng: NV0012")
    record = school.get("khoa-ky", nhan_su=who)
    if record is None and school.exists("khoa-ky", {"nhan_su": who}):
        raise HosoError(f"sổ khóa ký của {who} đang có lỗi; chạy hoso check và sửa trước")
    data = {} if record is None else record.data
    return {**data, "khoa": dict(data.get("khoa", {}))}


def _ended(who: str, name: str, keys: Mapping[str, Any], now: str) -> dict[str, str]:
    found = keys.get(name)
    if found is None:
        names = ", ".join(keys) or "chưa có khóa nào"
        raise HosoError(f"{who} không có khóa {ascii(name)[1:-1]}; đang có: {names}")
    if found.get("den", now) < now:
        raise HosoError(f"khóa {name} của {who} đã ngừng từ {found['den']}; bỏ --thay")
    if found["tu"] >= now:
        raise HosoError(f"khóa {name} của {who} chưa có hiệu lực trước lúc này; thử lại sau")
    return {**found, "den": now}


def _page(school: TreeSchool, who: str, data: Mapping[str, Any]) -> tuple[str, bytes]:
    path = f"records/khoa-ky/{who}.yml"
    place = PathTable(school.kinds).find(path)
    if place is None:
        raise HosoError("mẫu hồ sơ của trường chưa có sổ khóa ký (schemas/khoa-ky.yml)")
    text = spell(place.kind, data).encode()
    findings: list[Finding] = []
    if read_record(place, path, text, findings) is None:
        raise HosoError(f"không ghi thêm khóa được: {findings[0].message}")
    return path, text
