"""A whole list brought to the desk: who may, what waits already in proposals, what it would make.

The file itself travels with the page that shows its report and comes back when it is sent: the desk
keeps nothing of it, and reads it anew, as suspicious as the first time.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass

from hoso.desk.asking import Asking, Denied, Missing
from hoso.desk.beginning import kind_named
from hoso.desk.taking_up import page_at
from hoso.exchange.cells import one_line
from hoso.exchange.enrolled import Plan, Wanted, enrolled
from hoso.exchange.roster_in import Listed, read_roster
from hoso.exchange.rosters import PUPIL, ROOM, ROSTERS, Roster
from hoso.findings import HosoError
from hoso.model import Record
from hoso.proposals.sending import foundation

#: A list is some tens of kilobytes; it must go back in a form of a million bytes.
MOST_BYTES = 600_000
#: What the file is called in findings: a browser's name for it may say anything.
_FILE = "tệp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A list as it was sent: the file, and where its pupils go."""

    raw: bytes
    year: str = ""
    room: str = ""
    sessions: str = ""

    @property
    def packed(self) -> str:
        """The file as a hidden field of a form holds it."""
        return base64.urlsafe_b64encode(self.raw).decode()


def roster_for(ask: Asking, name: str) -> Roster:
    """The list of that name; Missing where there is none, Denied where it is not theirs to bring.

    Whoever brings a list may begin every page it makes.
    """
    if name not in ROSTERS:
        raise Missing("không có danh sách nào ở địa chỉ này")
    for kind in (name, ROOM) if name == PUPIL else (name,):
        kind_named(ask, kind)
    return ROSTERS[name]


def rosters(ask: Asking) -> list[Roster]:
    """The lists somebody may bring."""
    found = []
    for name in ROSTERS:
        try:
            found.append(roster_for(ask, name))
        except (Denied, Missing):
            continue
    return found


def brought(ask: Asking, roster: Roster) -> Brought:
    """What a form sent: a file chosen now, or the one that came with the report."""
    sent = ask.file("tep")
    if sent is not None:
        raw = sent[1]
    else:
        try:
            raw = base64.b64decode(ask.text("goi"), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise HosoError("danh sách gửi lại bị hỏng; chọn lại tệp") from error
    if not raw:
        raise HosoError("chưa chọn tệp; chọn tệp .xlsx rồi bấm xem")
    if len(raw) > MOST_BYTES:
        raise HosoError("tệp lớn quá; danh sách chỉ vài chục kB, bỏ ảnh và trang tính thừa")
    if roster.kind != PUPIL:
        return Brought(raw=raw)
    room = one_line(ask.text("lop")).upper().removeprefix("LỚP").strip()
    if not room:
        raise HosoError("chưa ghi lớp; ghi khối rồi chữ cái của lớp, ví dụ 3A")
    node = ask.school.kind(ROOM).schema["properties"]["buoi_hoc"]
    sessions = ask.text("buoi_hoc")
    return Brought(raw=raw, year=ask.text("nam_hoc"), room=room,
                   sessions=sessions if sessions in node["enum"] else "")  # fmt: skip


def planned(ask: Asking, roster: Roster, sent: Brought) -> tuple[Listed, Plan]:
    """What the list says and would make at `main` of now, beside what waits in proposals."""
    listed = read_roster(sent.raw, roster, ask.school.kinds, _FILE)
    wanted = Wanted(year=sent.year, room=sent.room, sessions=sent.sessions, taken=_waiting(ask),
                    chance=secrets.token_bytes)  # fmt: skip
    return listed, enrolled(listed, roster.kind, ask.school, wanted)


def _waiting(ask: Asking) -> dict[str, Record]:
    """The pages of people and classes in open proposals, by path."""
    found: dict[str, Record] = {}
    for head in ask.clone.proposals().values():
        base = foundation(ask.clone, head)
        trees = (ask.view.standing(each).tree.id for each in (base, head))
        for path, _, _ in ask.view.changed(*trees):
            place = ask.school.table.find(path)
            if place is not None and place.kind.name in (*ROSTERS, ROOM):
                record = page_at(ask, head, path)
                if record is not None:
                    found[path] = record
    return found
