"""One's own account: passphrase, key, where one is logged in; and the page of help."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.accounts import SHORTEST
from hoso.desk.asking import Asking, asking
from hoso.desk.login_pages import brought_key
from hoso.desk.pages import page, see_other
from hoso.desk.passkey_answers import sites_of
from hoso.findings import HosoError
from hoso.gate.policy import Deed
from hoso.signing.keys import SigningKey

HERE = "/tai-khoan"
_KEYS = "khoa-ky"


def account(request: Request) -> Response:
    """Everything about one's own account."""
    ask = asking(request)
    return page(ask, "tai-khoan.html", **_told(ask))


def change_passphrase(request: Request) -> Response:
    """Another passphrase for the same key; all other sessions of the person end."""
    ask = asking(request)
    new = ask.text("mat_khau_moi")
    if new != ask.text("nhap_lai"):
        raise HosoError("hai lần nhập mật khẩu mới khác nhau")
    me = ask.session.person
    key = ask.desk.accounts.change(me, ask.text("mat_khau"), new, ask.at)
    ask.desk.sessions.end_all(me, spared=ask.session.token)
    ask.desk.sessions.keep_key(ask.session, key)
    ask.tell("Đã đổi mật khẩu. Những nơi đăng nhập khác đã bị đăng xuất.")
    return see_other(HERE)


def end_session(request: Request) -> Response:
    """Ends one of one's own sessions elsewhere."""
    ask = asking(request)
    ask.desk.sessions.end(ask.session.person, ask.text("phien"))
    ask.tell("Đã đăng xuất nơi đó.")
    return see_other(HERE)


def unlock(request: Request) -> Response:
    """Unlocks one's key for this session again, after the desk was started anew."""
    ask = asking(request)
    key = ask.own_key(ask.text("mat_khau"))
    ask.desk.sessions.keep_key(ask.session, key)
    ask.tell("Đã mở khóa ký cho phiên này.")
    return see_other(HERE)


def lock(request: Request) -> Response:
    """Locks one's key for the rest of this session."""
    ask = asking(request)
    ask.desk.sessions.forget_key(ask.session)
    ask.tell("Đã khóa lại khóa ký.")
    return see_other(HERE)


def bring_key(request: Request) -> Response:
    """Takes over a key of one's own that is enrolled already, in place of the one kept here."""
    ask = asking(request)
    me = ask.session.person

    def brought() -> SigningKey:
        key = brought_key(ask.desk, me, ask.text("khoa"), ask.text("mat_khau_khoa"))
        if key is None:
            raise HosoError("dán nội dung tệp khóa riêng vào ô")
        return key

    key = ask.desk.accounts.replace_key(me, ask.text("mat_khau"), ask.at, brought)
    ask.desk.sessions.keep_key(ask.session, key)
    ask.tell("Đã nhận khóa ký mang theo.")
    return see_other(HERE)


def take_key(request: Request) -> Response:
    """One's own private key as a file, closed with the passphrase, for one's own machine."""
    ask = asking(request)
    me = ask.session.person
    closed = ask.desk.accounts.closed_key(me, ask.text("mat_khau"), ask.at)
    name = f'attachment; filename="{me}-khoa"'
    return Response(closed, media_type="application/octet-stream",
                    headers={"Content-Disposition": name})  # fmt: skip


def guide(request: Request) -> Response:
    """What the desk is for and how the usual things are done."""
    return page(asking(request), "huong-dan.html")


def _told(ask: Asking) -> dict[str, Any]:
    me = ask.session.person
    found = ask.desk.accounts.get(me)
    public = None if found is None else found.public
    ring = ask.view.standing(ask.view.main).keyring
    holder = None if public is None else ring.holder(public, ask.desk.now())
    age = 0 if found is None else (ask.desk.seconds() - found.changed) // 86_400
    return {
        "dau_van_tay": "" if public is None else public.fingerprint,
        "cong_khai": "" if public is None else public.line,
        "da_ghi_so": holder is not None and holder.person == me,
        "dang_mo": ask.desk.sessions.key(ask.session) is not None,
        "tuoi": age, "nhac": age >= ask.desk.remind_after, "han": ask.desk.remind_after,
        "ngan_nhat": SHORTEST,
        "ghi_ho": enrollers(ask, me), "phien": ask.desk.sessions.of(me),
        "goi": browser_named, "khoa_truy_cap": ask.desk.passkeys.of(me), "noi": ask.site,
        "noi_duoc": sites_of(ask.desk.hosts(), secure=ask.desk.secure),
    }  # fmt: skip


def enrollers(ask: Asking, person: str) -> list[tuple[str, str]]:
    """Who else may propose a person's key for the book of keys: identifier and name."""
    rights = ask.policy.about(Deed.WRITE, _KEYS)
    able = ask.policy.able(rights, {"nhan_su": person}) - {person}
    ring = ask.view.standing(ask.view.main).keyring
    now = ask.desk.now()
    have = {each.person for group in ring.holders.values() for each in group if each.valid(now)}
    people = sorted(able & have)
    records = ((who, ask.school.get("nhan-su", nhan_su=who)) for who in people)
    return [(who, str(found.data["ho_ten"])) for who, found in records if found is not None]


def browser_named(text: str) -> str:
    """What people call a browser and its system, from what it says of itself."""
    browsers = (("Edg", "Edge"), ("CocCoc", "Cốc Cốc"), ("Firefox", "Firefox"),
                ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
               ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
    browser = next((name for mark, name in browsers if mark in text), "Trình duyệt khác")
    system = next((f" trên {name}" for mark, name in systems if mark in text), "")
    return f"{browser}{system}"


routes = [
    Route(HERE, account, methods=["GET"]),
    Route(f"{HERE}/mat-khau", change_passphrase, methods=["POST"]),
    Route(f"{HERE}/phien", end_session, methods=["POST"]),
    Route(f"{HERE}/mo-khoa", unlock, methods=["POST"]),
    Route(f"{HERE}/khoa-lai", lock, methods=["POST"]),
    Route(f"{HERE}/nhan-khoa", bring_key, methods=["POST"]),
    Route(f"{HERE}/lay-khoa", take_key, methods=["POST"]),
    Route("/huong-dan", guide, methods=["GET"]),
]
