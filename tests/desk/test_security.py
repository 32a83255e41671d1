"""What somebody who means harm tries at the door, in forms, at the socket, and what comes of it."""

import base64
import re
import socket
import sqlite3
import threading
import time
from pathlib import Path

import httpx
import pytest
import yaml

from desk.visiting import PASSPHRASE
from gate.situations import ROOT
from hoso.desk import pages as desk_pages
from hoso.desk import security, serving
from hoso.desk.security import HEADERS
from servers import CLERK, DEPUTY, HEAD, LEADER, TEACHER

NEW = "một mật khẩu khác hẳn"


@pytest.mark.parametrize(
    "path", ["/", "/dang-nhap", "/khong-co", "/tinh/ban.css", "/tinh/x", "/../x"]
)
@pytest.mark.parametrize("who", [None, TEACHER])
def test_every_answer_carries_every_header(desk_place, path, who):
    visitor = desk_place.visitor(who) if who else desk_place.stranger()
    got = visitor.get(path).headers
    for name, value in HEADERS.items():
        if name != "Cache-Control" or not path.startswith("/tinh/ban"):
            assert got[name] == value, name
    assert "server" not in got
    assert "unsafe" not in got["Content-Security-Policy"]


def test_no_page_holds_script_or_style_of_its_own(desk_place):
    visitor = desk_place.visitor(TEACHER)
    for path in ("/", "/tai-khoan", "/huong-dan", "/khong-co", "/dang-nhap/lan-dau"):
        text = visitor.get(path).text
        assert not re.search(
            r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text
        )
        # The desk's own other name is where a passkey can be used.
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//(?!localhost:)", text)


# A form that is not ours.


@pytest.mark.parametrize("token", ["", "-", "a" * 43, "ă"])
def test_a_form_without_the_sessions_own_token_does_nothing(desk_place, token):
    visitor = desk_place.visitor(TEACHER)
    got = visitor.post("/tai-khoan/khoa-lai", token=token)
    assert got.status_code == 403
    assert "Khóa đang mở" in visitor.text("/tai-khoan")


def test_somebody_elses_token_is_no_token(desk_place):
    held = desk_place.visitor(LEADER).token()
    assert desk_place.visitor(TEACHER).post("/tai-khoan/khoa-lai", token=held).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"]
)
def test_a_form_sent_from_another_site_does_nothing_even_with_the_token(desk_place, origin):
    visitor = desk_place.visitor(TEACHER)
    got = visitor.post("/tai-khoan/khoa-lai", origin=origin)
    assert got.status_code == 403
    assert "Khóa đang mở" in visitor.text("/tai-khoan")


def test_a_form_that_says_nothing_of_where_it_comes_from_does_nothing(desk_place):
    visitor = desk_place.visitor(TEACHER)
    got = visitor.client.post("/tai-khoan/khoa-lai", data={"_t": visitor.token()})
    assert got.status_code == 403


def test_nobody_is_logged_in_by_another_sites_form(desk_place):
    victim = desk_place.stranger()
    token = desk_place.stranger().token("/dang-nhap")
    got = victim.post("/dang-nhap", {"ai": LEADER, "mat_khau": PASSPHRASE}, token=token)
    assert got.status_code == 403
    assert not victim.inside()


def test_another_name_for_this_machine_is_not_answered(desk_place):
    got = desk_place.stranger().get("/dang-nhap", headers={"Host": "evil.example"})
    assert got.status_code == 421
    assert "mat_khau" not in got.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_kinds_of_requests_are_refused(desk_place, method):
    got = desk_place.visitor(TEACHER).client.request(method, "/tai-khoan")
    assert got.status_code == 405


# Sessions.


def test_a_token_brought_along_is_never_taken_over(desk_place):
    visitor = desk_place.stranger()
    visitor.client.cookies.set("hoso", "mot-gia-tri-dat-san", domain="127.0.0.1", path="/")
    answer = visitor.login(LEADER)
    assert answer.status_code == 303
    given = re.search(r"hoso=([^;]+)", answer.headers["set-cookie"])[1]
    assert given != "mot-gia-tri-dat-san"
    old = httpx.get(f"{desk_place.base}/", cookies={"hoso": "mot-gia-tri-dat-san"})
    assert old.status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk_place):
    said = desk_place.stranger().login(LEADER).headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(re.split(r"[;,] ?", said))


def test_after_logout_the_token_is_worth_nothing(desk_place):
    visitor = desk_place.stranger()
    visitor.login(CLERK)
    held = visitor.client.cookies["hoso"]
    visitor.post("/dang-xuat")
    assert httpx.get(f"{desk_place.base}/", cookies={"hoso": held}).status_code == 303


def test_the_store_holds_no_token_no_passphrase_and_no_open_key(own_place):
    visitor = own_place.visitor(TEACHER)
    held = visitor.client.cookies["hoso"]
    own_place.desk.store.close()
    raw = b"".join(path.read_bytes() for path in own_place.desk.folder.rglob("*") if path.is_file())
    assert held.encode() not in raw
    assert PASSPHRASE.encode() not in raw
    assert b"OPENSSH PRIVATE KEY" in raw
    store = sqlite3.connect(own_place.desk.folder / "desk.sqlite")
    (closed,) = store.execute("SELECT key FROM accounts WHERE person = ?", [TEACHER]).fetchone()
    store.close()
    assert b"aes256-ctr" in base64.b64decode(b"".join(closed.splitlines()[1:-1]))
    modes = {path.stat().st_mode & 0o077 for path in own_place.desk.folder.glob("desk.sqlite*")}
    assert modes == {0}


def test_where_to_go_after_login_is_never_another_site(desk_place):
    for target in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/x?y",
        "/\r\nX: y",
    ):
        visitor = desk_place.stranger()
        got = visitor.post("/dang-nhap", {"ai": LEADER, "mat_khau": PASSPHRASE, "toi": target},
                           token=visitor.token("/dang-nhap"))  # fmt: skip
        assert got.headers["location"] == "/", target


# Guessing.


def test_after_five_wrong_guesses_even_the_right_passphrase_has_to_wait(own_place):
    visitor = own_place.stranger()
    codes = [visitor.login(DEPUTY, "sai rồi sai rồi").status_code for _ in range(5)]
    assert codes == [403] * 5
    got = visitor.login(DEPUTY)
    assert got.status_code == 429
    assert "chờ" in got.text
    assert visitor.login(HEAD).status_code == 303, "others are not kept out"


def test_waiting_doubles_and_survives_a_restart(own_place):
    visitor, waits = own_place.stranger(), []
    store = own_place.desk.store
    for _ in range(8):
        visitor.login(DEPUTY, "sai rồi sai rồi")
        row = store.row("SELECT * FROM failures WHERE who = ?", DEPUTY)
        waits.append(row["until"] - row["last"])
        with store.change() as change:
            change.execute("UPDATE failures SET until = 0")
    assert waits == [0, 0, 0, 0, 5, 10, 20, 40]


def test_many_guesses_at_once_are_no_more_guesses(own_place):
    visitors = [own_place.stranger() for _ in range(8)]
    codes = []

    def guess(visitor):
        codes.append(visitor.login(DEPUTY, "sai rồi sai rồi").status_code)

    threads = [threading.Thread(target=guess, args=(each,)) for each in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [403] * 5 + [429] * 3


def test_one_address_cannot_try_a_passphrase_on_everybody(own_place):
    visitor = own_place.stranger()
    codes = [visitor.login(f"NV{number:04}", "sai rồi sai rồi").status_code for number in range(22)]
    assert codes == [403] * 20 + [429] * 2


def test_who_has_an_account_is_not_told(desk_place):
    known = desk_place.stranger().login(CLERK, "sai rồi sai rồi")
    unknown = desk_place.stranger().login("NV9999", "sai rồi sai rồi")
    assert known.status_code == unknown.status_code == 403
    assert re.findall(r'role="alert".*', known.text) == re.findall(r'role="alert".*', unknown.text)


# Too much, too slow, crooked.


def test_more_than_a_form_may_carry_is_refused_before_it_is_read(desk_place):
    visitor = desk_place.visitor(TEACHER)
    got = visitor.post("/tai-khoan/mat-khau", {"mat_khau": "x" * (security.MOST_BYTES + 1)})
    assert got.status_code == 413


def test_a_body_without_a_length_is_counted_while_it_comes(desk_place):
    visitor = desk_place.visitor(TEACHER)
    pieces = (b"x" * 65_536 for _ in range(40))
    got = visitor.client.post("/tai-khoan/mat-khau", content=pieces,
                              headers={"Origin": desk_place.base})  # fmt: skip
    assert got.status_code == 413


def test_thousands_of_fields_are_refused(desk_place):
    visitor = desk_place.visitor(TEACHER)
    got = visitor.post("/tai-khoan/mat-khau", {f"f{number}": "" for number in range(6000)})
    assert got.status_code == 400


@pytest.mark.parametrize("body", [b"\xff\xfe", b"%", b"a=%FF%FE", b"--x\r\n\r\n"])
@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=x", "multipart/form-data", "text/xml", "application/json"],
)
def test_a_crooked_body_is_told_so_and_breaks_nothing(desk_place, kind, body):
    visitor = desk_place.visitor(TEACHER)
    said = {"Origin": desk_place.base, "Content-Type": kind}
    got = visitor.client.post("/tai-khoan/mat-khau", content=body, headers=said)
    assert got.status_code in {400, 403}


@pytest.mark.parametrize("path", [
    "/tinh/../place.py", "/tinh/..%2f..%2fplace.py", "/tinh/%2e%2e/%2e%2e/place.py",
    "/tinh/%00", "/tinh//etc/passwd", "/tinh/..\\place.py", "/tinh/.",
])  # fmt: skip
def test_nothing_but_static_files_is_served_as_such(desk_place, path):
    with socket.create_connection(("127.0.0.1", desk_place.port), timeout=10) as raw:
        host = f"127.0.0.1:{desk_place.port}"
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        said = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert re.match(rb"HTTP/1\.1 (404|400|405|303) ", said), said[:200]
    assert b"class Desk" not in said


def test_a_head_that_never_ends_is_hung_up_on(desk_place, monkeypatch):
    monkeypatch.setattr(serving, "HEAD_ARRIVES", 0.5)
    with socket.create_connection(("127.0.0.1", desk_place.port), timeout=10) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: ")
        began = time.monotonic()
        assert raw.recv(1) == b""
        assert time.monotonic() - began < 5


def test_a_body_that_dawdles_is_answered_and_given_up(desk_place, monkeypatch):
    monkeypatch.setattr(security, "_ARRIVES", 0.5)
    host = f"127.0.0.1:{desk_place.port}"
    head = (
        f"POST /dang-nhap HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        "Content-Length: 1000\r\n\r\na"
    )
    with socket.create_connection(("127.0.0.1", desk_place.port), timeout=10) as raw:
        raw.sendall(head.encode())
        assert raw.recv(65_536).startswith(b"HTTP/1.1 408 ")
    assert desk_place.stranger().get("/dang-nhap").status_code == 200


# What is typed never becomes part of a page.

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}"
FORMS = {
    "/dang-nhap": ["ai", "mat_khau", "toi"],
    "/dang-nhap/lan-dau": ["ai", "ma", "mat_khau", "nhap_lai", "khoa", "mat_khau_khoa"],
    "/tai-khoan/mat-khau": ["mat_khau", "mat_khau_moi", "nhap_lai"],
    "/tai-khoan/phien": ["phien"],
    "/tai-khoan/mo-khoa": ["mat_khau"],
    "/tai-khoan/nhan-khoa": ["khoa", "mat_khau_khoa", "mat_khau"],
    "/khoa-moi": ["nguoi", "thay", "dau_van_tay"],
}


@pytest.mark.parametrize("path", FORMS)
def test_a_script_typed_into_any_field_comes_back_as_text_or_not_at_all(own_place, path):
    inside = not path.startswith("/dang-nhap")
    visitor = own_place.visitor(DEPUTY) if inside else own_place.stranger()
    filled = dict.fromkeys(FORMS[path], SCRIPT)
    got = visitor.post(path, filled, token=visitor.token("/tai-khoan" if inside else path))
    after = visitor.get("/tai-khoan") if inside else got
    for text in (got.text, after.text):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in re.findall(r'value="([^"]*)"', text)


def test_a_script_in_the_address_or_in_the_browsers_name_stays_text(own_place):
    visitor = own_place.stranger()
    visitor.client.headers["User-Agent"] = f"Chrome {SCRIPT}"
    visitor.login(DEPUTY)
    assert "<script>alert" not in visitor.text("/tai-khoan")
    (session,) = own_place.desk.sessions.of(DEPUTY)
    own_place.desk.sessions.say(session, SCRIPT)
    said = visitor.text("/tai-khoan")
    assert "&lt;script&gt;alert(1)" in said
    assert "<script>alert" not in said
    assert "<script>alert" not in visitor.get(f"/{SCRIPT}").text


def test_no_template_marks_anything_safe_and_no_script_writes_markup():
    folder = Path(desk_pages.__file__).parent
    for path in [*folder.rglob("*.html"), *folder.rglob("*.js")]:
        text = path.read_text("utf-8")
        assert not re.search(r"\|\s*safe|autoescape|innerHTML|outerHTML|insertAdjacentHTML", text)
        assert not re.search(r"document\.write|\beval\(|new Function", text), path.name


def test_no_role_is_named_in_the_program_or_in_a_page():
    folder = Path(desk_pages.__file__).parent
    regulation = yaml.safe_load((ROOT / "records/quy-che/2026-2027.yml").read_text("utf-8"))
    roles = "|".join(map(re.escape, regulation["vai"]))
    named = re.compile(rf"[\"'](?:{roles})[\"']")
    for path in [*folder.rglob("*.html"), *folder.rglob("*.js"), *folder.rglob("*.py")]:
        assert not named.search(path.read_text("utf-8")), path.name
