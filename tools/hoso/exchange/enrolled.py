"""People of a list made pages of the school: new ones begun, those already there found again.

Somebody with the same name and day of birth is there already and never made twice. A pupil whose
page is there and who has no class this year is put into the class; one who is in another class is
told, for that is a movement. Nothing is made for anybody while one row has a fault.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hoso.check import check_changed
from hoso.exchange.edits import page_bytes
from hoso.exchange.roster_in import Listed, Row, known_by, registered
from hoso.exchange.rosters import PUPIL, ROOM, STAFF
from hoso.findings import Finding, HosoError, Severity
from hoso.gate.papers import CHANCE, paper_number
from hoso.model import Record
from hoso.rules.days import day
from hoso.schema.school import TreeSchool
from hoso.schema.shape import explain
from hoso.store.tree import OverlayTree

_EVENT = "bien-dong"
#: What no two pupils of a school have alike.
_SINGLE = ("so_dang_bo", "ma_dinh_danh")
_GRADE = re.compile(r"[1-9][0-9]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where pupils go: the year, the class unless rows say it, and the sessions of a new class.

    `taken` are pages that wait in open proposals, by path; `chance` gives bytes nobody foretells.
    """

    chance: Callable[[int], bytes]
    year: str = ""
    room: str = ""
    sessions: str = ""
    taken: Mapping[str, Record] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What becomes of one row: the identifier, the class, whether their page is new."""

    row: Row
    id: str
    room: str
    new: bool


@dataclass(slots=True, kw_only=True)
class Plan:
    """The pages a list makes, and everything there is to say about it; with a fault, no page."""

    files: dict[str, bytes] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    there: int = 0
    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether every row is right."""
        return all(each.severity is not Severity.ERROR for each in self.findings)

    def at_rows(self, file: str, findings: Iterable[Finding]) -> list[Finding]:
        """Findings about the pages, said at the rows of the file that these came from."""
        return [
            replace(each, path=file, line=self.lines[each.path]) if each.path in self.lines
            else each for each in findings
        ]  # fmt: skip


def enrolled(listed: Listed, kind: str, school: TreeSchool, wanted: Wanted) -> Plan:
    """The pages that the people of a list become; what the check would say is said at their rows.

    HosoError where a class or a year is asked for that no school has.
    """
    work = _Work(listed, school, wanted)
    if kind == PUPIL:
        work.pupils()
    else:
        work.staff()
    plan = work.plan
    if plan.sound and plan.files:
        tree = OverlayTree(school.tree, plan.files)
        found, _ = check_changed(tree, school.kinds, plan.files)
        listed.findings += plan.at_rows(listed.file, found)
    listed.findings.sort(key=lambda each: each.place)
    if not plan.sound:
        plan.files.clear()
        plan.made.clear()
    return plan


class _Work:
    def __init__(self, listed: Listed, school: TreeSchool, wanted: Wanted) -> None:
        self.listed, self.school, self.wanted = listed, school, wanted
        self.plan = Plan(findings=listed.findings)
        self.rooms: dict[str, dict[str, Any]] = {}

    def staff(self) -> None:
        """Everybody who is not there yet gets the next number."""
        there = self._there(STAFF)
        numbers = [int(path[-8:-4]) for path in (*self.school.paths(STAFF, {}), *self.wanted.taken)
                   if self.school.kind(STAFF).match(path)]  # fmt: skip
        last = max(numbers, default=0)
        for row in self.listed.rows:
            if row.who in there:
                self._already(row, f"đã có hồ sơ {there[row.who][0]}; giữ nguyên hồ sơ ấy")
                continue
            last += 1
            self._begin(row, STAFF, f"NV{last:04d}", "")

    def pupils(self) -> None:
        """Everybody who is not there yet gets a page; all who have no class yet get a seat."""
        year = self.school.get("nam-hoc", nam_hoc=self.wanted.year)
        if year is None:
            raise HosoError("trường chưa có năm học ấy; lập trang năm học trước")
        there = self._there(PUPIL)
        seats = {
            pupil: room.key["lop"]
            for room in self.school.all(ROOM, nam_hoc=self.wanted.year)
            for pupil in room.data["hoc_sinh"]
        }
        single: dict[tuple[str, str], str] = {
            (name, str(each.data[name])): each.key["hoc_sinh"]
            for each in [*self.wanted.taken.values(), *self.school.all(PUPIL)]
            for name in _SINGLE if each.kind.name == PUPIL and name in each.data
        }  # fmt: skip
        for row in self.listed.rows:
            name = self._room(row)
            known = there.get(row.who, [])
            seated = {seats[each]: each for each in known if each in seats}
            if not name or not all(row.who):
                continue
            if len(known) == 1 and self._waits(PUPIL, known[0]):
                self._already(row, "em đang ở trong một đề nghị chưa duyệt; không lập lần nữa")
            elif name in seated:
                self._already(row, f"đã có trong lớp {name} ({seated[name]}); giữ nguyên")
            elif seated:
                said = ", ".join(f"{room} ({code})" for room, code in seated.items())
                self._clash(row, f"đã có ở lớp {said}",
                            "em chuyển lớp thì lập biến động chuyển lớp; hai em trùng cả họ tên "
                            "lẫn ngày sinh thì lập hồ sơ em này riêng")  # fmt: skip
            elif len(known) > 1:
                self._clash(row, f"có {len(known)} hồ sơ cùng họ tên và ngày sinh: "
                            f"{', '.join(known)}", "xếp lớp riêng cho em này")  # fmt: skip
            elif known or self._alone(row, single):
                self._seat(row, name, known[0] if known else "", year)
        for name, data in self.rooms.items():
            path = self._path(ROOM, nam_hoc=self.wanted.year, lop=name)
            self.plan.files[path] = page_bytes(self.school.kind(ROOM), data)

    def _alone(self, row: Row, single: dict[tuple[str, str], str]) -> bool:
        """Whether what only one pupil may have is nobody's yet; it is this row's from now on."""
        number, came = row.data.get("so_dang_bo"), row.data.get("ngay_vao_truong")
        if number is not None and came is not None:
            row.data["so_dang_bo"] = registered(str(number), str(came))
        alone = True
        for name in _SINGLE:
            if name in row.data:
                other = single.setdefault((name, row.data[name]), f"dòng {row.line}")
                if other != f"dòng {row.line}":
                    alone = False
                    said = self.school.kind(PUPIL).heading((name,))
                    self.listed.say(row.line, "HS643", f"{row.cells[(name,)]} · {said}: số này "
                                    f"đã là của {other}", "ghi đúng số của em này")  # fmt: skip
        return alone

    def _there(self, kind: str) -> dict[tuple[str, str], list[str]]:
        hole = self.school.kind(kind).holes[0]
        found: dict[tuple[str, str], list[str]] = {}
        waiting = [each for each in self.wanted.taken.values() if each.kind.name == kind]
        known = {each.path: each for each in [*waiting, *self.school.all(kind)]}
        for record in known.values():
            found.setdefault(known_by(record.data), []).append(record.key[hole])
        return found

    def _waits(self, kind: str, code: str) -> bool:
        path = self.school.kind(kind).path.format(hoc_sinh=code)
        return path in self.wanted.taken and self.school.tree.entry(path) is None

    def _room(self, row: Row) -> str:
        """The class of a row; "" after a fault."""
        name = row.room or self.wanted.room
        node = self.school.kind(ROOM).key["lop"]
        if self.wanted.room and row.room not in ("", self.wanted.room):
            said = f"dòng này của lớp khác, không phải lớp {self.wanted.room}"
            hint = "bỏ dòng này, hoặc đưa vào đúng lớp"
        elif not name:
            said, hint = "không biết dòng này của lớp nào", "thêm cột Lớp, hoặc nói lớp nào"
        elif any(explain(node, name, ())):
            said, hint = "tên lớp sai dạng", str(node["description"])
        else:
            return name
        self.listed.say(row.line, "HS647", said, hint)
        return ""

    def _seat(self, row: Row, name: str, code: str, year: Record) -> None:
        """Puts a pupil into a class, with a page of their own where they have none."""
        room = self._seats(row, name)
        there = self.school.get(PUPIL, hoc_sinh=code) if code else None
        came = str((row if there is None else there).data.get("ngay_vao_truong", ""))
        entry = dict(row.seat)
        entry.setdefault("vao", max(str(year.data["bat_dau"]), came))
        numbers = {each["stt"] for each in room["hoc_sinh"].values()}
        if entry.setdefault("stt", max(numbers, default=0) + 1) in numbers:
            at = row.cells[("hoc_sinh", "*", "stt")]
            self.listed.say(row.line, "HS643", f"{at} · STT: lớp {name} đã có số này",
                            "cho số chưa dùng, hoặc để trống")  # fmt: skip
            return
        new = not code
        if new:
            code = self._drawn(PUPIL, "HS", hoc_sinh="")
            self._begin(row, PUPIL, code, name)
        else:
            self._already(row, f"đã có hồ sơ {code}; chỉ xếp vào lớp {name}")
            self.plan.made.append(Made(row=row, id=code, room=name, new=False))
        room["hoc_sinh"][code] = entry
        if new and day(entry["vao"]) > day(year.data["hoc_ky"]["hk1"]["tu"]):
            self._movement(row, code, name, entry["vao"])

    def _seats(self, row: Row, name: str) -> dict[str, Any]:
        """The class's page as it shall be, begun where it is not there."""
        if name not in self.rooms:
            path = self._path(ROOM, nam_hoc=self.wanted.year, lop=name)
            record, grade = self.school.at(path), _GRADE.match(name)
            if record is None and not self.wanted.sessions:
                self.listed.say(row.line, "HS647", f"lớp {name} chưa có trong năm học",
                                "nói lớp học một buổi hay hai buổi để máy lập lớp")  # fmt: skip
            if path in self.wanted.taken:
                self.listed.say(
                    row.line, "HS647", f"lớp {name} đang ở trong một đề nghị chưa duyệt",
                    "chờ đề nghị ấy được duyệt, hoặc rút lại rồi gửi cả lớp")  # fmt: skip
            self.rooms[name] = copy.deepcopy(dict(record.data)) if record is not None else {
                "khoi": int(grade[0]) if grade else 0, "buoi_hoc": self.wanted.sessions,
                "hoc_sinh": {},
            }  # fmt: skip
            self.plan.lines[path] = row.line
        return self.rooms[name]

    def _movement(self, row: Row, code: str, name: str, when: str) -> None:
        """Who came after the year began came by a movement; their page says which."""
        where = {"nam_hoc": self.wanted.year}
        path = self._path(_EVENT, **where, ma=self._drawn(_EVENT, "BD", **where, ma=""))
        event = {"hoc_sinh": code, "loai": row.data.get("vao_tu"), "ngay": when, "den_lop": name}
        if "truong_truoc" in row.data:
            event["truong_khac"] = row.data["truong_truoc"]
        self.plan.files[path] = page_bytes(self.school.kind(_EVENT), event)
        self.plan.lines[path] = row.line

    def _begin(self, row: Row, kind: str, code: str, room: str) -> None:
        path = self._path(kind, **{self.school.kind(kind).holes[0]: code})
        self.plan.files[path] = page_bytes(self.school.kind(kind), row.data)
        self.plan.lines[path] = row.line
        self.plan.made.append(Made(row=row, id=code, room=room, new=True))

    def _drawn(self, kind: str, prefix: str, **key: str) -> str:
        hole = self.school.kind(kind).holes[-1]
        while True:
            code = paper_number(prefix, self.wanted.chance(CHANCE))
            path = self._path(kind, **{**key, hole: code})
            if self.school.tree.entry(path) is None and not (
                path in self.plan.files or path in self.wanted.taken
            ):
                return code

    def _path(self, kind: str, **key: str) -> str:
        return self.school.kind(kind).fill(key)

    def _already(self, row: Row, said: str) -> None:
        self.plan.there += 1
        self.listed.say(row.line, "HS645", said)

    def _clash(self, row: Row, said: str, hint: str) -> None:
        self.listed.say(row.line, "HS648", said, hint)
