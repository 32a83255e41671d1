"""The files of a new school's repository, with the school's own name put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from hoso.findings import Finding, HosoError
from hoso.forge.generated import generated, templates
from hoso.forge.options import PROGRAM, Options
from hoso.model import Kind
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.store.strict_yaml import parse
from hoso.store.tree import MemoryTree

_SCHOOL = "records/truong.yml"
_SITE = "mkdocs.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a school says of itself on the first day; the rest is written into the records."""

    name: str
    code: str
    place: str
    province: str
    organisation: str | None = None


def starting_files(details: Details) -> dict[str, bytes]:
    """Path → content of everything a new school begins with, canonical and without findings.

    Code owners and branch rules come with an organisation to own them, workflows always.
    HosoError when a detail does not fit the schema of a school.
    """
    found = {f"schemas/{path}": raw for path, raw in _walk(_packed("schemas"))}
    found |= dict(_walk(files("hoso.starter") / "files"))
    found[_SITE] = _packed(_SITE).read_bytes()
    kinds = load_kinds(MemoryTree(found))
    found[_SCHOOL] = _school(found[_SCHOOL], kinds["truong"], details)
    for path, raw in found.items():
        if path.startswith(("records/", "content/")) or path == "README.md":
            named = raw.replace(_TEMPLATE_NAME, details.name.encode())
            found[path] = named.replace(_TEMPLATE_SIGN, f"/QĐ-{details.code}".encode())
    return found | _for_forges(found, kinds, details.organisation)


def _for_forges(
    found: Mapping[str, bytes], kinds: Mapping[str, Kind], organisation: str | None
) -> dict[str, bytes]:
    if organisation is None:
        return templates(PROGRAM)
    return generated(TreeSchool(MemoryTree(found), kinds), kinds, Options(to_chuc=organisation))


#: The name that stands in the starter files until a school puts its own there.
_TEMPLATE_NAME = "Trường Tiểu học Mới".encode()
#: How the numbers of its first decisions end there.
_TEMPLATE_SIGN = "/QĐ-THM".encode()


def _school(raw: bytes, kind: Kind, details: Details) -> bytes:
    findings: list[Finding] = []
    data: Mapping[str, Any] = parse(_SCHOOL, raw.decode(), findings)[0]
    short = details.name.removeprefix("Trường ")
    return spell(
        kind,
        {
            **data,
            "ten": details.name,
            "ten_ngan": short[:1].upper() + short[1:],
            "ky_hieu": details.code,
            "dia_danh": _without_rank(details.place),
            "dia_chi": f"{details.place}, {details.province}",
            "tinh": details.province,
            "co_quan_chu_quan": {
                since: f"Ủy ban nhân dân {details.place[:1].lower()}{details.place[1:]}"
                for since in data["co_quan_chu_quan"]
            },
        },
    ).encode()


def _without_rank(place: str) -> str:
    """The place as it stands before the date of a document (NĐ 30/2020): the name alone."""
    for rank in ("Xã ", "Phường ", "Thị trấn ", "Đặc khu "):
        if place.startswith(rank):
            return place.removeprefix(rank)
    return place


def _packed(name: str) -> Traversable:
    """What the repository has at its top, from the installed package or from beside the program."""
    packed = files("hoso.starter") / name
    if packed.is_dir() or packed.is_file():
        return packed
    beside = Path(__file__).parents[3] / name
    if not beside.exists():
        raise HosoError(f"bản cài đặt thiếu {name}; cài lại hoso")
    return beside


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for member in folder.iterdir():
        if member.is_dir():
            yield from _walk(member, f"{prefix}{member.name}/")
        else:
            yield prefix + member.name, member.read_bytes()
