"""The places of the desk in the order people see them, each with the right that leads there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hoso.desk.asking import Asking
from hoso.desk.seen import audits
from hoso.gate.policy import APPROVAL, Deed, Granted
from hoso.ledger.keyring import PEOPLE
from hoso.model import Format


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the desk; `shows` says whether the regulation gives this person work there."""

    title: str
    address: str
    shows: Callable[[Asking], bool]


def _always(_: Asking) -> bool:
    return True


def _writes_pages(ask: Asking) -> bool:
    return _some(ask, Format.MARKDOWN, Deed.WRITE)


def _writes_records(ask: Asking) -> bool:
    return _some(ask, Format.YAML, Deed.WRITE)


def _decides(ask: Asking) -> bool:
    return any(ask.person.may_anything(deed) for deed in (Deed.WRITE, *APPROVAL))


def _knows_locks(ask: Asking) -> bool:
    kinds = {kind for lock in ask.policy.locks for kind in lock.kinds}
    return any(ask.person.may_anything(deed, *kinds) for deed in (Deed.READ, Deed.UNLOCK))


def _reads(ask: Asking) -> bool:
    return ask.person.may_anything(Deed.READ)


def _audits(ask: Asking) -> bool:
    return audits(ask.person)


def _enrols(ask: Asking) -> bool:
    # Everybody writes a page of their own; this place is for those who write it for others.
    return isinstance(ask.person.may(Deed.WRITE, PEOPLE, {}), Granted)


def _some(ask: Asking, form: Format, deed: Deed) -> bool:
    kinds = [kind.name for kind in ask.school.kinds.values() if kind.format is form]
    return bool(kinds) and ask.person.may_anything(deed, *kinds)


#: Only places that a route leads to are shown.
PLACES = (
    Place("Việc của tôi", "/", _always),
    Place("Viết sổ", "/so/", _writes_records),
    Place("Viết bài", "/soan/", _writes_pages),
    Place("Đề nghị", "/de-nghi/", _decides),
    Place("Khóa sổ", "/khoa-so/", _knows_locks),
    Place("Xem hồ sơ", "/doc/", _reads),
    Place("Lịch", "/lich", _always),
    Place("Kiểm toán", "/kiem-toan", _audits),
    Place("Khóa ký mới", "/khoa-moi", _enrols),
    Place("Hướng dẫn", "/huong-dan", _always),
)


def shown(ask: Asking) -> list[tuple[str, str, bool]]:
    """Title, address and whether one is there, of every place this person has work at."""
    there = ask.desk.addresses
    return [
        (place.title, place.address, _at(ask.path, place.address))
        for place in PLACES
        if place.address in there and place.shows(ask)
    ]


def _at(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address.rstrip('/')}/"))
