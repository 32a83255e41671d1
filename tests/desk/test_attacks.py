"""Every address of the desk as somebody who means harm uses it, inside and outside."""

import base64
import logging
import re
import socket
import ssl
import time
import zlib
from datetime import UTC, datetime

import pytest
from starlette.requests import Request
from starlette.routing import Route

from desk.test_routes import ROWS, asked
from desk.visiting import PASSPHRASE
from hoso.desk import serving
from hoso.desk.app import all_routes, answered, application
from hoso.desk.attempts import Wrong, counted
from hoso.desk.certificates import own_certificate
from hoso.desk.drafts import MOST_BYTES
from hoso.desk.media import Unfit, clean_pdf
from hoso.desk.place import Desk
from hoso.desk.security import MOST_OF_STRANGERS
from hoso.desk.serving import running
from hoso.findings import HosoError
from hoso.signing.keys import new_key
from servers import DEPUTY, HEAD, LEADER, MATHS, TEACHER

WRONG = "sai rồi sai rồi"


# Forms that are not ours, at every address that takes one.


def test_no_address_takes_a_form_without_the_sessions_token_or_from_elsewhere(desk_place):
    visitor, wrong = desk_place.visitor(HEAD), []
    posts = [path for method, path in map(asked, ROWS) if method == "POST"]
    token = visitor.token()
    for path in posts:
        answers = [visitor.post(path, token=""),
                   visitor.post(path, token=token, origin="http://evil.example"),
                   visitor.client.post(path, headers={"Origin": "null"})]  # fmt: skip
        wrong += [path for each in answers if each.status_code != 403]
    assert len(posts) > 20
    assert wrong == []
    assert visitor.inside(), "not even logging out is done for another site"


def test_nothing_is_changed_by_an_address_that_is_only_looked_at(desk_place):
    reading = {route.path for route in all_routes() if "GET" in route.methods}
    visitor = desk_place.visitor(HEAD)
    for method, path in map(asked, ROWS):
        if method == "POST" and path not in reading and "records" not in path:
            assert visitor.get(path).status_code in {200, 303, 403, 404, 405}, path
    assert visitor.inside()


# Paths.

CROOKED = ["..%2f..%2f..%2fHEAD", "records/%2e%2e/%2e%2e/config", "/etc/passwd", "records%00.yml",
           "records/nhan-su/NV0001.yml%0d%0aX-Y:%20z"]  # fmt: skip


def test_no_part_of_an_address_leads_out_of_the_records(desk_place):
    visitor, wrong = desk_place.visitor(HEAD), []
    places = [route for route in all_routes() if "{" in route.path and "GET" in route.methods]
    for route in places:
        for path in CROOKED:
            address = re.sub(r"\{[a-z_]+(:path)?\}", path, route.path)
            got = visitor.get(address)
            if got.status_code not in {303, 403, 404, 422} or "x-y" in got.headers:
                wrong.append((route.path, path, got.status_code))
            if "BEGIN OPENSSH" in got.text or "repositoryformat" in got.text:
                wrong.append((route.path, path, "out"))
    assert len(places) > 20
    assert wrong == []


# Guessing.


def test_guesses_from_elsewhere_lock_nobody_out_of_their_own_browser(own_place):
    deputy, other = own_place.stranger(), own_place.stranger()
    assert deputy.login(DEPUTY).status_code == 303
    assert [other.login(DEPUTY, WRONG).status_code for _ in range(6)] == [403] * 5 + [429]
    got = deputy.post("/tai-khoan/mo-khoa", {"mat_khau": PASSPHRASE})
    assert got.status_code == 303, "who is inside signs on"
    deputy.post("/dang-xuat")
    assert deputy.login(DEPUTY).status_code == 303, "a browser they know is counted by itself"
    deputy.post("/dang-xuat")
    codes = [deputy.login(DEPUTY, WRONG).status_code for _ in range(6)]
    assert codes == [403] * 5 + [429], "and buys no more guesses than any other"
    assert deputy.login(LEADER).status_code == 303, "nor is it known for anybody else"


def test_a_browser_that_is_known_as_somebodys_is_not_made_up(own_place):
    other = own_place.stranger()
    for value in ("x", "", "NV0002", "a" * 43):
        other.client.cookies.set("hoso-quen", value, domain="127.0.0.1", path="/")
        other.login(DEPUTY, WRONG)
    assert other.login(DEPUTY, WRONG).status_code == 403
    assert other.login(DEPUTY, PASSPHRASE).status_code == 429


def test_it_takes_as_long_to_refuse_somebody_as_nobody(desk_place):
    accounts, spent = desk_place.desk.accounts, {TEACHER: [], "NV9998": [], "x": []}
    for _ in range(3):
        for who, times in spent.items():
            before = time.thread_time()
            with pytest.raises(Wrong):
                accounts.login(who, WRONG, counted(who, "", f"{time.monotonic_ns()}"))
            times.append(time.thread_time() - before)
    known, *unknown = map(min, spent.values())
    assert all(known / 3 < each < known * 3 for each in unknown)


def endless_key():
    """A key file that says it takes 2³¹ rounds to open."""
    head, *lines, end = new_key().written(b"x" * 12).decode().strip().split("\n")
    raw = base64.b64decode("".join(lines))
    place = raw.index(b"bcrypt") + 6 + 4 + 4 + 16
    patient = raw[:place] + (2**31).to_bytes(4, "big") + raw[place + 4 :]
    return "\n".join((head, base64.b64encode(patient).decode(), end))


def test_a_key_file_that_takes_for_ever_to_open_holds_nobody_up(own_place):
    key, before = endless_key(), time.process_time()
    stranger = own_place.stranger()
    form = {"ai": LEADER, "ma": "aaaa-bbbb-cccc", "mat_khau": "một câu đủ dài",
            "nhap_lai": "một câu đủ dài", "khoa": key, "mat_khau_khoa": "x" * 12}  # fmt: skip
    path = "/dang-nhap/lan-dau"
    got = stranger.post(path, form, token=stranger.token(path))
    assert got.status_code == 403, "a stranger's file is not even looked at"
    form["ma"] = own_place.desk.accounts.invite(LEADER)
    got = stranger.post(path, form, token=stranger.token(path))
    assert got.status_code == 422
    assert "đòi mở lâu quá" in got.text
    assert time.process_time() - before < 5


# Too much.


@pytest.mark.parametrize("path", ["/dang-nhap", "/api/v1", "/soan/anh", "/sua/x"])
def test_a_stranger_sends_little_wherever_it_goes(desk_place, path):
    body, said = b"x" * (MOST_OF_STRANGERS + 1), {"Origin": desk_place.base}
    client = desk_place.stranger().client
    assert client.post(path, content=body, headers=said).status_code == 413
    pieces = (body[at : at + 9000] for at in range(0, len(body), 9000))
    assert client.post(path, content=pieces, headers=said).status_code == 413


@pytest.mark.parametrize("body", [
    "[" * 100_000, '{"o": ' + '{"a":' * 50_000, '{"o": {"x/y": "\\ud800"}}', "null", "NaN",
    '{"action": "getEntry", "params": {"path": "\\udfff"}}',
])  # fmt: skip
@pytest.mark.parametrize("path", ["/api/v1", f"/so/{MATHS}/nhap"])
def test_crooked_json_is_told_so(desk_place, path, body):
    visitor = desk_place.visitor(TEACHER)
    said = {"Origin": desk_place.base, "X-Hoso-T": visitor.token()}
    assert visitor.client.post(path, content=body, headers=said).status_code == 422


def pdf(packed, extra=b""):
    """A PDF file whose objects are packed into one stream."""
    return (b"%PDF-1.5\n1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode" + extra
            + b"/Length 99>>stream\n" + packed + b"\nendstream endobj\n%%EOF\n")  # fmt: skip


@pytest.mark.parametrize(("raw", "because"), [
    (pdf(zlib.compress(b"2 0 <</S/JavaScript/JS(app.alert(1))>>")), "tự chạy"),
    (pdf(zlib.compress(b"2 0 <</S/J#61vaScript>>")), "tự chạy"),
    (pdf(zlib.compress(zlib.compress(b"2 0 <</S/JavaScript>>")), b"/X"), "không đọc được"),
    (pdf(b"3c3c2f"), "không đọc được"),
    (pdf(zlib.compress(b"2 0 <</S/JavaScript>>"), b" " * 1001), "không đọc được"),
    (pdf(zlib.compress(b"1" * 20_000_000)), "không đọc được"),
    (pdf(zlib.compress(b"2 0 <<>>"), b"/Encrypt 3 0 R"), "bị khóa"),
])  # fmt: skip
def test_a_pdf_hides_nothing_among_its_packed_objects(raw, because):
    with pytest.raises(Unfit, match=because):
        clean_pdf(raw, 1_000_000)


def test_a_pdf_with_packed_objects_that_only_say_something_is_taken():
    raw = pdf(zlib.compress(b"2 0 <</Type/Catalog>>"))
    assert clean_pdf(raw, 1_000_000) == raw


def test_one_persons_drafts_do_not_fill_the_disk(own_place):
    drafts, half = own_place.desk.drafts, b"x" * (MOST_BYTES // 2)
    drafts.put(LEADER, "a", "", half)
    drafts.put(LEADER, "b", "", half)
    drafts.put(LEADER, "b", "", half)
    with pytest.raises(HosoError):
        drafts.put(LEADER, "c", "", b"x")
    drafts.put(TEACHER, "c", "", b"x")


def test_one_address_does_not_take_all_connections(own_place, monkeypatch):
    monkeypatch.setattr(serving, "_OF_ONE_ADDRESS", 3)
    there = [
        socket.create_connection(("127.0.0.1", own_place.port), 10, ("127.0.0.2", 0))
        for _ in range(4)
    ]
    assert there[3].recv(1) == b""
    assert own_place.stranger().get("/dang-nhap").status_code == 200
    for each in there:
        each.close()


# What is left lying about.


def test_what_went_wrong_is_logged_by_its_place_and_never_by_its_words(desk_place, caplog):
    name = "Nguyễn Hà Linh"

    def broken(_):
        raise ValueError(name)

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [],
             "route": Route("/x", broken)}  # fmt: skip
    with caplog.at_level(logging.DEBUG):
        got = answered(broken, Request(scope))
        desk_place.stranger().login(DEPUTY, f"{name} sai")
    assert got.status_code == 500
    assert name not in bytes(got.body).decode()
    assert "test_attacks.py" in caplog.text
    assert name not in caplog.text
    assert "Traceback" not in bytes(got.body).decode()


# Over a closed way.


def test_over_tls_cookies_are_bound_and_whoever_agrees_on_no_cipher_is_hung_up_on(
    own_place, tmp_path, monkeypatch
):
    monkeypatch.setattr(serving, "HEAD_ARRIVES", 1.0)
    desk = Desk(own_place.server, lambda: datetime.now(UTC), secure=True)
    certificate, _ = own_certificate(tmp_path, ["localhost", "127.0.0.1"], datetime.now(UTC))
    at = []
    app = application(desk, lambda: {f"localhost:{at[0]}"})
    try:
        with running(app, certificate=certificate) as port:
            at.append(port)
            with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
                assert raw.recv(1) == b"", "nothing was said, nothing is waited for"
            trusting = ssl.create_default_context(cafile=certificate.certificate)
            assert _cookies(trusting, port)
            old = ssl.create_default_context(cafile=certificate.certificate)
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_2
            assert _cookies(old, port)
    finally:
        desk.close()


def _cookies(context, port):
    """Whether every cookie of the login page is held to this one host over TLS."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as closed,
    ):
        closed.sendall(f"GET /dang-nhap HTTP/1.1\r\nHost: localhost:{port}\r\n"
                       "Connection: close\r\n\r\n".encode())  # fmt: skip
        said = b"".join(iter(lambda: closed.recv(65_536), b"")).decode()
    found = re.findall(r"(?im)^set-cookie: (.*)$", said)
    return bool(found) and all(
        each.startswith("__Host-") and {"HttpOnly", "Secure", "Path=/", "SameSite=strict"}
        <= set(re.split(r"[;,] ?", each.strip())) for each in found
    )  # fmt: skip
