"""The proof that a regulation can be worked with: complete, without holes, nobody alone.

What is proved without looking at people: the words of every right mean something, every kind has
who writes and who approves it, steps are numbered without a hole and end in an approval, every
field passes such a chain. What needs people is proved by `quorum` for every day of the year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hoso.findings import Finding, HosoError
from hoso.gate.frame import with_frame
from hoso.gate.holders import books_of, lessons_of, told, vacancies
from hoso.gate.policy import (
    APPROVAL,
    SIGNED_ONLY,
    UNLOCKING,
    YEAR,
    Assignment,
    Clause,
    Deed,
    Policy,
    Right,
)
from hoso.gate.quorum import shortages
from hoso.gate.regulation import assignments_in, locks, rights_of
from hoso.model import Kind, Pointer, Record
from hoso.rules.days import Span, day
from hoso.schema.school import TreeSchool

#: Parts of a key that every assignment names without writing them.
_IMPLIED = frozenset({YEAR, "nhan_su", "hoc_sinh"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """A clause that grants nothing; what people must do by themselves names its sources."""

    article: str
    clause: str
    words: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is wrong with a regulation, and what is worth knowing about it."""

    year: str
    rights: int
    findings: tuple[Finding, ...]
    idle: tuple[Idle, ...]
    unused: tuple[Clause, ...]


def prove(school: TreeSchool, year: str) -> Proof:
    """Everything found about the regulation of a school year."""
    regulation = school.get("quy-che", **{YEAR: year})
    if regulation is None:
        raise HosoError(f"không có quy chế năm học {year} đọc được; chạy: hoso check")
    rights = rights_of(regulation)
    assignments = tuple(assignments_in(school, year))
    closed = {
        kind: lock.name
        for lock in locks(school)
        if lock.scope[YEAR] == year
        for kind in sorted(lock.kinds)
    }
    kinds = with_frame(school.kinds)
    findings = [*_words(regulation, rights, kinds)]
    findings += _chains(regulation, rights, kinds)
    findings += _witnessed(regulation, kinds)
    findings += _locks(regulation, rights, school, closed)
    lessons, books = lessons_of(school, year), books_of(school, year)
    if lessons is not None and books is not None:
        findings += _vacancies(regulation, assignments, lessons)
        begun = Span(max(books.first, day(regulation.data["hieu_luc_tu"])), books.last)
        findings += shortages(regulation, rights, school, assignments, begun, frozenset(closed))
    return Proof(
        year=year,
        rights=len(rights),
        findings=tuple(sorted(set(findings), key=lambda each: each.place)),
        idle=tuple(_idle(regulation)),
        unused=tuple(right.clause for right in rights if not _usable(right, assignments)),
    )


def _words(
    regulation: Record, rights: tuple[Right, ...], kinds: Mapping[str, Kind]
) -> Iterator[Finding]:
    """Rights that speak of a role, a kind, a part of a key or a field there is not."""
    duties = kinds.get("phan-cong")
    for right in rights:
        at = right.clause.pointer
        if right.role not in regulation.data["vai"]:
            yield regulation.finding(
                "HS801", (*at, "vai"), f"vai {right.role} chưa khai ở mục “vai”",
                "khai vai này, hoặc sửa mã vai",
            )  # fmt: skip
        for name in sorted(right.kinds):
            kind = kinds.get(name)
            if kind is None:
                yield regulation.finding(
                    "HS802", (*at, "loai"), f"không có loại hồ sơ {name}",
                    f"sửa tên loại, hoặc thêm schemas/{name}.yml",
                )  # fmt: skip
                continue
            for hole in right.scope:
                if hole not in kind.holes:
                    yield regulation.finding(
                        "HS803", (*at, "pham_vi"), f"khóa của loại {name} không có phần {hole}",
                        f"dùng một trong: {', '.join(kind.holes)}; hoặc tách loại này ra",
                    )  # fmt: skip
            for field in right.fields:
                if not _has(kind, field):
                    yield regulation.finding(
                        "HS804", (*at, "truong"), f"loại {name} không có trường {'/'.join(field)}",
                        f"xem các trường ở schemas/{name}.yml",
                    )  # fmt: skip
        for hole in right.scope:
            if hole not in _IMPLIED and duties is not None and not _has(duties, ("vai", "*", hole)):
                yield regulation.finding(
                    "HS803", (*at, "pham_vi"), f"phân công không ghi được phần {hole}",
                    "dùng phần phân công ghi được, hoặc thêm trường vào schemas/phan-cong.yml",
                )  # fmt: skip


def _has(kind: Kind, field: tuple[str, ...]) -> bool:
    place: Pointer = ()
    for part in field:
        node = kind.field(place) or {}
        place = (*place, 0 if part == "*" and "items" in node else part)
    return kind.field(place) is not None


def _chains(
    regulation: Record, rights: tuple[Right, ...], kinds: Mapping[str, Kind]
) -> Iterator[Finding]:
    """Kinds nobody may write or approve, and chains that have holes or do not end in approval."""
    policy = _nobody(regulation, rights)
    for kind in kinds.values():
        writing = policy.about(Deed.WRITE, kind.name)
        if not any(not right.fields for right in writing):
            yield regulation.finding(
                "HS805", ("dieu",), f"không vai nào được ghi toàn bộ loại {kind.name}",
                "thêm một điểm có viec: ghi cho loại này, không giới hạn trường",
            )  # fmt: skip
        if not policy.chain(kind.name):
            yield regulation.finding(
                "HS806", ("dieu",), f"loại {kind.name} không có ai duyệt mọi trường",
                "thêm một điểm có viec: duyet cho loại này, không giới hạn trường",
            )  # fmt: skip
        for deeds in (APPROVAL, UNLOCKING):
            granted = [right for deed in Deed if deed in deeds
                       for right in policy.about(deed, kind.name)]  # fmt: skip
            places = {None, *(field for right in granted for field in right.fields)}
            for place in sorted(places, key=lambda each: each or ()):
                yield from _steps(regulation, kind, policy.chain(kind.name, place, deeds), deeds)


def _steps(
    regulation: Record,
    kind: Kind,
    chain: Mapping[int, tuple[Right, ...]],
    deeds: frozenset[Deed],
) -> Iterator[Finding]:
    if not chain:
        return
    flat = [right for step in chain.values() for right in step]
    unsaid = [right for right in flat if right.step is None]
    if list(chain) != list(range(1, len(chain) + 1)):
        number = next(n for n, found in enumerate(chain, 1) if n != found)
        yield regulation.finding(
            "HS807", chain[max(chain)][0].clause.pointer,
            f"chuỗi của loại {kind.name} thiếu bước {number} (có: {', '.join(map(str, chain))})",
            "đánh số các bước liền nhau từ 1",
        )  # fmt: skip
    if unsaid and len(unsaid) < len(flat):
        yield regulation.finding(
            "HS807", unsaid[0].clause.pointer,
            f"loại {kind.name} có điểm ghi bước và điểm không ghi bước",
            "ghi buoc cho mọi điểm kiểm tra, duyệt của loại này",
        )  # fmt: skip
    if deeds is not APPROVAL:
        return
    for number, step in chain.items():
        done = {right.deed for right in step}
        if len(done) > 1 or (number == max(chain) and done != {Deed.APPROVE}):
            wrong = "vừa kiểm tra vừa duyệt" if len(done) > 1 else "là bước cuối mà không duyệt"
            yield regulation.finding(
                "HS807", step[0].clause.pointer,
                f"bước {number} của loại {kind.name} {wrong}",
                "tách thành hai bước; bước cuối là duyệt",
            )  # fmt: skip


def _witnessed(regulation: Record, kinds: Mapping[str, Kind]) -> Iterator[Finding]:
    """Kinds said to pass without a signature that there are not, or that never may."""
    for number, name in enumerate(regulation.data.get("chung_thuc", ())):
        if name not in kinds:
            yield regulation.finding(
                "HS802", ("chung_thuc", number), f"không có loại hồ sơ {name}", "sửa tên loại"
            )
        elif name in SIGNED_ONLY:
            yield regulation.finding(
                "HS813", ("chung_thuc", number), f"loại {name} luôn cần chữ ký của người duyệt",
                "bỏ loại này khỏi mục chung_thuc",
            )  # fmt: skip


def _locks(
    regulation: Record, rights: tuple[Right, ...], school: TreeSchool, closed: Mapping[str, str]
) -> Iterator[Finding]:
    policy = _nobody(regulation, rights)
    calendar = school.get("nam-hoc", **{YEAR: regulation.key[YEAR]})
    for kind, name in closed.items():
        if kind not in school.kinds and calendar is not None:
            yield calendar.finding(
                "HS802", ("lich_khoa", name, "loai"), f"không có loại hồ sơ {kind}", "sửa tên loại"
            )
        elif not policy.about(Deed.UNLOCK, kind) or not policy.about(Deed.LOCK, kind):
            lacking = "mở" if not policy.about(Deed.UNLOCK, kind) else "khóa"
            yield regulation.finding(
                "HS811", ("dieu",),
                f"loại {kind} đóng theo lịch khóa sổ ({name}) mà không vai nào được {lacking}",
                "trao quyền mo và khoa cho loại này, hoặc bỏ loại này khỏi lịch khóa",
            )  # fmt: skip


def _nobody(regulation: Record, rights: tuple[Right, ...]) -> Policy:
    """The rights alone, for questions that ask about no person."""
    on = day(regulation.data["hieu_luc_tu"])
    return Policy(year=regulation.key[YEAR], on=on, rights=rights, assignments=())


def _vacancies(
    regulation: Record, assignments: tuple[Assignment, ...], lessons: Span
) -> Iterator[Finding]:
    for role, about in regulation.data["vai"].items():
        empty = vacancies(assignments, role, lessons)
        if empty:
            yield regulation.finding(
                "HS809", ("vai", role), f"không ai giữ vai {about['ten']}: {told(empty)}",
                "phân công người giữ vai, hoặc người làm thay; bỏ qua nếu vai chỉ giữ khi cần",
            )  # fmt: skip


def _idle(regulation: Record) -> Iterator[Idle]:
    for article, chapter in sorted(regulation.data["dieu"].items(), key=lambda each: int(each[0])):
        for number, clause in sorted(chapter["khoan"].items(), key=lambda each: int(each[0])):
            if not clause.get("quyen"):
                yield Idle(
                    article=article, clause=number, words=clause["loi"],
                    sources=tuple(clause.get("nguon", ())),
                )  # fmt: skip


def _usable(right: Right, assignments: tuple[Assignment, ...]) -> bool:
    return any(
        each.role == right.role and all(name in each.scope or name == "hoc_sinh"
                                        for name in right.scope)
        for each in assignments
    )  # fmt: skip
