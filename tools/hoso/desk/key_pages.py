"""New keys: those made at the desk that no record names yet, each proposed with one click.

Whoever has no key that counts cannot propose their own; somebody whom the regulation lets write
the book of keys does it, after comparing the fingerprint with the person.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Denied, asking
from hoso.desk.pages import page, see_other
from hoso.desk.sending import propose
from hoso.findings import HosoError
from hoso.gate.policy import Deed, Granted
from hoso.gate.verdict import local
from hoso.ledger.keyring import PEOPLE
from hoso.proposals.enrolling import enrolled, keys_of
from hoso.proposals.names import Name
from hoso.signing.keys import PublicKey

HERE = "/khoa-moi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A key that no record names yet; `replaces` are the person's keys that count today."""

    person: str
    name: str
    public: PublicKey
    replaces: tuple[str, ...]
    asked: Name | None


def listed(request: Request) -> Response:
    """The keys this person may propose, with their fingerprints."""
    ask = asking(request)
    if not ask.person.may_anything(Deed.WRITE, PEOPLE):
        raise Denied("quy chế không trao cho thầy cô việc ghi sổ khóa ký")
    return page(ask, "khoa-moi.html", cho=_waiting(ask))


def enrol(request: Request) -> Response:
    """Proposes one key for the book of keys, signed by whoever clicks."""
    ask = asking(request)
    who, replaced = ask.text("nguoi"), ask.text("thay") or None
    ask.need(ask.person.may(Deed.WRITE, PEOPLE, {"nhan_su": who}))
    found = next((each for each in _waiting(ask) if each.person == who), None)
    if found is None or found.public.fingerprint != ask.text("dau_van_tay"):
        raise HosoError("khóa này không còn chờ, hoặc vừa đổi; xem lại danh sách")
    now = f"{local(ask.desk.now()):%Y-%m-%d %H:%M}"
    _, path, text = enrolled(ask.school, who, found.public.line, replaced, now)
    said = f"Ghi khóa ký của {who}, dấu vân tay {found.public.fingerprint}"
    with ask.signing() as (clone, me):
        name = propose(clone, me, {path: text}, clone.view.main, said)
    ask.tell(f"Đã gửi đề nghị {name}; khóa ký được từ khi đề nghị này được duyệt.")
    return see_other(HERE)


def _waiting(ask: Asking) -> list[Waiting]:
    ring = ask.view.standing(ask.view.main).keyring
    now = ask.desk.now()
    moment = f"{local(now):%Y-%m-%d %H:%M}"
    found = []
    for who in ask.desk.accounts.people():
        known, record = ask.desk.accounts.get(who), ask.school.get("nhan-su", nhan_su=who)
        if known is None or known.public is None or record is None:
            continue
        if ring.holders_of(known.public):
            continue
        if isinstance(ask.person.may(Deed.WRITE, PEOPLE, {"nhan_su": who}), Granted):
            old = keys_of(ask.school, who)["khoa"]
            counting = tuple(
                name for name, each in old.items()
                if each["tu"] < moment < each.get("den", "9999")
            )  # fmt: skip
            found.append(
                Waiting(person=who, name=str(record.data["ho_ten"]), public=known.public,
                        replaces=counting, asked=_asked(ask, who, known.public))
            )  # fmt: skip
    return found


def _asked(ask: Asking, who: str, key: PublicKey) -> Name | None:
    """The open proposal that asks for this key already."""
    path = f"records/{PEOPLE}/{who}.yml"
    for name, head in ask.clone.proposals().items():
        tree = ask.view.standing(head).tree
        if tree.entry(path) is not None and key.line.encode() in tree.read(path):
            return name
    return None


routes = [
    Route(HERE, listed, methods=["GET"]),
    Route(HERE, enrol, methods=["POST"]),
]
