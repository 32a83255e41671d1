"""One's own passkeys: added on the word of the passphrase, let sign, taken away."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import ANSWER, Asking, asking
from hoso.desk.pages import data, see_other
from hoso.desk.passkey_answers import Site
from hoso.desk.passkeys import ADD, SIGN
from hoso.findings import HosoError

_ACCOUNT = "/tai-khoan"
HERE = f"{_ACCOUNT}/khoa-truy-cap"


def asked(request: Request) -> Response:
    """What a browser needs to make a passkey (`?viec=them`), or to answer with one."""
    ask = asking(request)
    site, me, token = _site(ask), ask.person, ask.session.token
    if request.query_params.get("viec") == ADD:
        return data(ask.desk.passkeys.creation(site, token, me.id, me.name))
    return data(ask.desk.passkeys.request(site, token, SIGN, me.id))


def add(request: Request) -> Response:
    """A new passkey of one's own; it signs too where its authenticator can keep a secret."""
    ask = asking(request)
    site, me = _site(ask), ask.session.person
    key = ask.desk.accounts.login(me, ask.text("mat_khau"), ask.at)
    signs = ask.desk.passkeys.add(
        site, ask.session.token, me, ask.text(ANSWER), ask.text("ten"), key
    )  # fmt: skip
    ask.tell("Đã thêm khóa truy cập: từ nay dùng nó để đăng nhập" + (
        " và để ký." if signs else "; thiết bị này không mở được khóa ký, nên ký thì vẫn nhập"
        " mật khẩu."))  # fmt: skip
    return see_other(_ACCOUNT)


def let_sign(request: Request) -> Response:
    """Closes a copy of one's key for a passkey that has none, or not any more."""
    ask = asking(request)
    site, me = _site(ask), ask.session.person
    key = ask.desk.accounts.login(me, ask.text("mat_khau"), ask.at)
    proof = ask.desk.passkeys.proven(
        site, ask.session.token, SIGN, ask.text(ANSWER), ask.at, me
    )  # fmt: skip
    ask.desk.passkeys.keep_copy(proof, key)
    ask.tell("Từ nay khóa truy cập này mở được khóa ký.")
    return see_other(_ACCOUNT)


def remove(request: Request) -> Response:
    """Lets one of one's own passkeys go, and the copy of the key that it opened."""
    ask = asking(request)
    ask.desk.passkeys.remove(ask.session.person, ask.text("ma"))
    ask.tell("Đã bỏ khóa truy cập đó. Xóa luôn nó trong máy hoặc điện thoại của thầy cô.")
    return see_other(_ACCOUNT)


def _site(ask: Asking) -> Site:
    if ask.site is None:
        raise HosoError("khóa truy cập chỉ dùng được ở địa chỉ có tên, không dùng ở địa chỉ số")
    return ask.site


routes = [
    Route(HERE, asked, methods=["GET"]),
    Route(HERE, add, methods=["POST"]),
    Route(f"{HERE}/cho-ky", let_sign, methods=["POST"]),
    Route(f"{HERE}/bo", remove, methods=["POST"]),
]
