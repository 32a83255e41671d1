"""Coming and going: login with a passphrase, the first login with a one-time code, logout."""

from __future__ import annotations

import hmac
import re
import unicodedata

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.accounts import SHORTEST
from hoso.desk.asking import ANSWER, asking
from hoso.desk.attempts import Counted, TooMany, Wrong, counted, counted_at
from hoso.desk.browsers import LASTS
from hoso.desk.door import (
    FIELD,
    LOGIN,
    address_of,
    cookie_name,
    drop_cookie,
    fresh_token,
    new_nonce,
    set_cookie,
)
from hoso.desk.pages import bare_page, data, see_other
from hoso.desk.passkey_answers import Site, site_of
from hoso.desk.passkeys import ENTER
from hoso.desk.people import person_at
from hoso.desk.place import Desk
from hoso.findings import HosoError
from hoso.gate.verdict import local
from hoso.signing.keys import SigningKey, load_key

FIRST, PASSKEY = f"{LOGIN}/lan-dau", f"{LOGIN}/khoa-truy-cap"
_SAFE = re.compile(r"/(?![/\\])[A-Za-z0-9_./\-]*")


def login_page(request: Request) -> Response:
    """The form for the passphrase."""
    if request.scope["hoso.session"] is not None:
        return see_other(_target(request.query_params.get("toi", "")))
    return _form(request, "dang-nhap.html", toi=request.query_params.get("toi", ""))


def login(request: Request) -> Response:
    """A new session for whoever knows a passphrase; the old one of this browser ends."""
    desk, filled = _desk(request), _filled(request)
    who, target = _who(filled), _text(filled, "toi")
    if not _believed(request, filled):
        return _form(request, "dang-nhap.html", 403, toi=target, ai=who,
                     loi="Trang đăng nhập đã cũ; nhập lại.")  # fmt: skip
    try:
        key = desk.accounts.login(who, _text(filled, "mat_khau"), _at(request, who))
    except Wrong as error:
        return _form(request, "dang-nhap.html", 429 if isinstance(error, TooMany) else 403,
                     toi=target, ai=who, loi=_sentence(error))  # fmt: skip
    return _entered(request, who, key, target, "dang-nhap.html")


def passkey_asked(request: Request) -> Response:
    """What a browser needs to ask its owner for a passkey; anybody's, so it tells of nobody."""
    desk, site = _desk(request), _site(request)
    nonce = request.cookies.get(_nonce_name(desk), "")
    if site is None or not nonce:
        return data({"loi": "Trang đăng nhập đã cũ; mở lại trang."}, 403)
    return data(desk.passkeys.request(site, nonce.encode(), ENTER))


def passkey_login(request: Request) -> Response:
    """A new session for whoever holds a passkey, with their key unlocked where it opens it."""
    desk, filled, site = _desk(request), _filled(request), _site(request)
    target, nonce = _text(filled, "toi"), request.cookies.get(_nonce_name(desk), "")
    if site is None or not _believed(request, filled):
        return _form(request, "dang-nhap.html", 403, toi=target,
                     loi="Trang đăng nhập đã cũ; làm lại.")  # fmt: skip
    try:
        at = counted_at(address_of(request))
        proof = desk.passkeys.proven(site, nonce.encode(), ENTER, _text(filled, ANSWER), at)
    except Wrong as error:
        return _form(request, "dang-nhap.html", 429 if isinstance(error, TooMany) else 403,
                     toi=target, loi=_sentence(error))  # fmt: skip
    return _entered(request, proof.person, proof.key, target, "dang-nhap.html")


def first_page(request: Request) -> Response:
    """The form for the one-time code."""
    return _form(request, "lan-dau.html")


def first(request: Request) -> Response:
    """Sets the first passphrase and makes the key, or takes over one that is enrolled already."""
    desk, filled = _desk(request), _filled(request)
    who, passphrase = _who(filled), _text(filled, "mat_khau")
    if not _believed(request, filled):
        return _form(request, "lan-dau.html", 403, ai=who, loi="Trang này đã cũ; nhập lại.")
    try:
        if passphrase != _text(filled, "nhap_lai"):
            raise HosoError("hai lần nhập mật khẩu khác nhau")
        key = desk.accounts.redeem(
            who, _text(filled, "ma"), passphrase, counted(who, address_of(request)),
            lambda: brought_key(desk, who, _text(filled, "khoa"), _text(filled, "mat_khau_khoa")),
        )  # fmt: skip
    except HosoError as error:
        status = {Wrong: 403, TooMany: 429}.get(type(error), 422)
        return _form(request, "lan-dau.html", status, ai=who, loi=_sentence(error))
    desk.sessions.end_all(who)
    return _entered(request, who, key, "/tai-khoan", "lan-dau.html")


def logout(request: Request) -> Response:
    """Ends this browser's session; its key is locked again."""
    ask = asking(request)
    ask.desk.sessions.end(ask.session.person, ask.session.name)
    answer = see_other(LOGIN)
    drop_cookie(answer, ask.desk)
    return answer


def brought_key(desk: Desk, who: str, text: str, passphrase: str) -> SigningKey | None:
    """A private key somebody brings along, None where they bring none; it must be enrolled."""
    if not text.strip():
        return None
    key = load_key(f"{text.strip()}\n".encode(), passphrase.encode() or None)
    view = desk.clone().view
    holder = view.standing(view.main).keyring.holder(key.public, desk.now())
    if holder is None or holder.person != who:
        raise HosoError("khóa này chưa được ghi trong sổ khóa ký cho thầy cô")
    return key


def _entered(
    request: Request, who: str, key: SigningKey | None, target: str, template: str
) -> Response:  # fmt: skip
    desk = _desk(request)
    view = desk.clone().view
    standing = view.standing(view.main)
    policy = standing.policy(local(desk.now()).date())
    if person_at(standing, policy, who) is None or not policy.held(who):
        return _form(request, template, 403, ai=who,
                     loi="Hôm nay thầy cô chưa có phân công nào nên chưa vào được.")  # fmt: skip
    old = request.scope["hoso.session"]
    if old is not None:
        desk.sessions.end(old.person, old.name)
    browser = request.headers.get("user-agent", "")
    token = desk.sessions.begin(who, address_of(request), browser, key)
    answer = see_other(_target(target))
    set_cookie(answer, desk, token)
    drop_cookie(answer, desk, _nonce_name(desk))
    known = desk.browsers.remember(request.cookies.get(_known_name(desk), ""), who)
    set_cookie(answer, desk, known, _known_name(desk), LASTS)
    return answer


def _form(request: Request, template: str, status: int = 200, **more: object) -> Response:
    desk = _desk(request)
    nonce = request.cookies.get(_nonce_name(desk), "") or new_nonce()
    told = {"ai": "", "loi": "", "toi": "", "ngan_nhat": SHORTEST, **more}
    view = desk.clone().view
    school = view.standing(view.main).school.get("truong")
    answer = bare_page(
        template, status, fresh_token(desk, nonce), training=desk.training,
        school="" if school is None else school.data["ten"],
        noi=_site(request), **told,
    )  # fmt: skip
    set_cookie(answer, desk, nonce, _nonce_name(desk))
    return answer


def _believed(request: Request, filled: FormData) -> bool:
    desk = _desk(request)
    nonce = request.cookies.get(_nonce_name(desk), "")
    held = _text(filled, FIELD)
    return bool(nonce) and hmac.compare_digest(held.encode(), fresh_token(desk, nonce).encode())


def _nonce_name(desk: Desk) -> str:
    return f"{cookie_name(desk.secure)}-moi"


def _known_name(desk: Desk) -> str:
    return f"{cookie_name(desk.secure)}-quen"


def _at(request: Request, who: str) -> Counted:
    desk = _desk(request)
    known = desk.browsers.known(request.cookies.get(_known_name(desk), ""), who)
    return counted(who, address_of(request), known)


def _site(request: Request) -> Site | None:
    return site_of(request.headers.get("host", ""), secure=_desk(request).secure)


def _target(text: str) -> str:
    return text if _SAFE.fullmatch(text) else "/"


def _desk(request: Request) -> Desk:
    found = request.scope["hoso.desk"]
    assert isinstance(found, Desk)  # noqa: S101 - the door says which desk it is
    return found


def _filled(request: Request) -> FormData:
    found = request.scope["hoso.form"]
    assert isinstance(found, FormData)  # noqa: S101 - the door has read it
    return found


def _text(filled: FormData, name: str) -> str:
    found = filled.get(name, "")
    return unicodedata.normalize("NFC", found) if isinstance(found, str) else ""


def _who(filled: FormData) -> str:
    said = _text(filled, "ai").strip().upper()
    return said if len(said) <= 12 else ""


def _sentence(error: HosoError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


routes = [
    Route(LOGIN, login_page, methods=["GET"]),
    Route(LOGIN, login, methods=["POST"]),
    Route(PASSKEY, passkey_asked, methods=["GET"]),
    Route(PASSKEY, passkey_login, methods=["POST"]),
    Route(FIRST, first_page, methods=["GET"]),
    Route(FIRST, first, methods=["POST"]),
    Route("/dang-xuat", logout, methods=["POST"]),
]
