"""`.github/CODEOWNERS` out of the regulation: who may approve a path there owns it.

A line is the path of a kind with `*` for each part of its key, always a whole part of the path.
That is all the pattern language used: GitHub reads it as git does and as we do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from hoso.findings import HosoError
from hoso.forge.options import Options
from hoso.gate.frame import FRAME
from hoso.gate.policy import APPROVAL, Right
from hoso.gate.regulation import assignments_in, rights_of
from hoso.model import Kind, Record, School
from hoso.rules.days import day

PATH = ".github/CODEOWNERS"
#: What GitHub still reads; a longer file counts as none.
LIMIT = 3 * 1024 * 1024
_HEAD = """\
# Tệp này do `hoso forge write` viết ra từ quy chế {year}; sửa quy chế rồi chạy lại, đừng sửa ở đây.
# Dòng cuối cùng khớp với một đường dẫn là dòng có hiệu lực; dòng nào cũng phải có chủ.

"""


def latest_regulation(school: School) -> Record:
    """The regulation that takes effect last of all; the same commit always gives the same one."""
    found = school.all("quy-che")
    if not found:
        raise HosoError("không có quy chế nào đọc được; chạy: hoso check")
    return max(found, key=lambda each: (day(each.data["hieu_luc_tu"]), each.path))


def codeowners(school: School, kinds: Mapping[str, Kind], options: Options) -> bytes:
    """The whole file: every path has a line, every line an owner, the last line guards itself."""
    regulation = latest_regulation(school)
    rights = rights_of(regulation)
    frame = approvers(rights, FRAME.name)
    if not frame:
        raise HosoError("không ai được duyệt khung của kho (khung); chạy: hoso policy check")
    names = _accounts(school) if options.tai_khoan else {}

    def line(pattern: str, roles: frozenset[str]) -> str:
        who = sorted({owner for role in roles for owner in _owners(role, names, options)})
        return f"{pattern} {' '.join(who)}\n"

    lines = [line("*", frame)]
    lines += [line(pattern, roles) for pattern, roles in _lines(rights, kinds)]
    lines += [line(pattern, frame) for pattern in ("/schemas/", "/mkdocs.yml", "/.github/")]
    written = (_HEAD.format(year=regulation.key["nam_hoc"]) + "".join(lines)).encode()
    if len(written) >= LIMIT:
        raise HosoError(f"{PATH} dài quá mức GitHub đọc; bớt tài khoản, dùng nhóm theo vai")
    return written


def approvers(rights: tuple[Right, ...], kind: str) -> frozenset[str]:
    """The roles with any step in the approval of a kind."""
    return frozenset(each.role for each in rights if each.deed in APPROVAL and kind in each.kinds)


def pattern_of(kind: Kind) -> str:
    """The paths of a kind as CODEOWNERS says it: its folder, or its file where that has no key."""
    *folders, name = kind.path.split("/")
    parts = ["*" if "{" in part else part for part in folders]
    return f"/{'/'.join(parts)}/{'' if '{' in name else name}"


def _lines(
    rights: tuple[Right, ...], kinds: Mapping[str, Kind]
) -> Iterator[tuple[str, frozenset[str]]]:
    """The lines of the kinds that somebody approves, those that say more after those that say less.

    A kind nobody approves keeps the owners of everything else.
    """
    found: dict[str, frozenset[str]] = {}
    for kind in kinds.values():
        roles, pattern = approvers(rights, kind.name), pattern_of(kind)
        if roles and found.setdefault(pattern, roles) != roles:
            raise HosoError(f"hai loại hồ sơ ở cùng chỗ {pattern} mà người duyệt khác nhau")
    yield from sorted(found.items(), key=lambda line: _said(line[0]))


def _said(pattern: str) -> tuple[int, int, str]:
    parts = pattern.strip("/").split("/")
    return len(parts), sum(part != "*" for part in parts), pattern


def _owners(role: str, names: Mapping[str, tuple[str, ...]], options: Options) -> tuple[str, ...]:
    return names.get(role) or (f"@{options.to_chuc}/{role}",)


def _accounts(school: School) -> dict[str, tuple[str, ...]]:
    """The accounts of each role whose every holder in the latest school year has one.

    No day is asked for: who has left loses the right in the gate, and the account in the records.
    """
    years = [each.key["nam_hoc"] for each in school.all("nam-hoc")]
    cast: dict[str, set[str]] = {}
    for year in sorted(years, reverse=True)[:1]:
        for each in assignments_in(school, year):
            cast.setdefault(each.role, set()).add(each.person)
    found: dict[str, tuple[str, ...]] = {}
    for role, people in cast.items():
        accounts = [_account(school, person) for person in sorted(people)]
        if all(accounts):
            found[role] = tuple(f"@{account}" for account in accounts)
    return found


def _account(school: School, person: str) -> str:
    record = school.get("khoa-ky", nhan_su=person)
    name = "" if record is None else str(record.data.get("tai_khoan", {}).get("github", ""))
    return name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", name) else ""
