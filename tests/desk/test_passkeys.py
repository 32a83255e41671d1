"""Passkeys in a real browser with an authenticator made of software: log in, sign, be refused."""

import json
import re

import pytest
from playwright.sync_api import Error

import programs
from browsing import DESKTOP, PHONE, watch
from desk.closed_school import on_main, pupils, sent
from desk.visiting import PASSPHRASE, DeskPlace
from hoso.desk.app import application
from hoso.desk.attempts import Wrong
from hoso.desk.certificates import own_certificate
from hoso.desk.challenges import LASTS, Challenges
from hoso.desk.passkey_answers import site_of, sites_of
from hoso.desk.place import Desk
from hoso.desk.serving import running
from hoso.signing.keys import new_key
from servers import LEADER, MATHS, TEACHER
from visits import axe_violations, sideways_at

REMARK = "Em tính nhanh, cần viết cẩn thận hơn."
NEW = "một mật khẩu khác hẳn"
#: Browsers find such names at this machine by themselves.
NAME = "may-chu.localhost"


@pytest.fixture(scope="module")
def place(founded, tmp_path_factory):
    """A desk of these tests' own: passkeys of one test would sign in another."""
    with DeskPlace(tmp_path_factory.mktemp("khoa-truy-cap"), founded) as made:
        yield made


class Person:
    """Somebody at a browser that holds an authenticator of their own."""

    def __init__(self, place, browser, who, *, prf, **options):
        self.place, self.who = place, who
        self.context = browser.new_context(viewport=DESKTOP, locale="vi-VN", **options)
        self.watched = watch(self.context, place.named)
        self.page = self.watched.page
        self.tool = self.context.new_cdp_session(self.page)
        self.tool.send("WebAuthn.enable")
        self.authenticator = self.tool.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal",
            "hasResidentKey": True, "hasUserVerification": True, "hasPrf": prf,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }})["authenticatorId"]  # fmt: skip

    def goes(self, address):
        self.page.goto(f"{self.place.named}{address}")

    def presses(self, name, address):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_url(f"{self.place.named}{address}")

    def logs_in(self):
        self.goes("/dang-nhap")
        self.page.fill("#ai", self.who)
        self.page.fill("#mat_khau", PASSPHRASE)
        self.presses("Đăng nhập", "/")

    def adds_a_passkey(self):
        self.logs_in()
        self.goes("/tai-khoan")
        self.page.get_by_text("Thêm khóa truy cập", exact=True).first.click()
        self.page.fill("#tc-dat-ten", "Máy ở lớp")
        self.page.fill("#tc-mat-khau", PASSPHRASE)
        self.page.get_by_role("button", name="Thêm khóa truy cập").click()
        self.page.get_by_text("Đã thêm khóa truy cập").wait_for()

    def comes_back(self):
        self.presses("Đăng xuất", "/dang-nhap")
        self.presses("Đăng nhập bằng khóa truy cập", "/")

    def sent_body(self, path, act):
        """What the browser sends to an address while something is done."""
        with self.page.expect_request(
            lambda request: request.method == "POST" and request.url.endswith(path)
        ) as waiting:
            act()
        return waiting.value.post_data


@pytest.fixture
def at_browser(place, browser):
    """Lets somebody sit down at a browser; what they added is forgotten afterwards."""
    there = []

    def sits_down(who, *, prf=True):
        there.append(Person(place, browser, who, prf=prf))
        return there[-1]

    yield sits_down
    for person in there:
        person.context.close()
        place.desk.sessions.end_all(person.who)
        with place.desk.store.change() as change:
            change.execute("DELETE FROM passkeys")
            change.execute("DELETE FROM failures")


def remark(place, number):
    pupil = pupils(place, MATHS)[number]
    return sent(place, TEACHER, {MATHS: {f"hoc_sinh/{pupil}/nhan_xet": REMARK}})


def test_somebody_adds_a_passkey_logs_in_with_it_and_signs_with_it(place, at_browser):
    name = remark(place, 0)
    leader = at_browser(LEADER)
    leader.adds_a_passkey()
    (kept,) = place.desk.passkeys.of(LEADER)
    assert (kept.signs, kept.site, kept.name) == (True, "localhost", "Máy ở lớp")
    for each in leader.page.locator("section details summary").all():
        each.click()
    assert axe_violations(leader.page, programs.axe().read_text("utf-8")) == []
    assert sideways_at(leader.page, PHONE) == []
    leader.page.set_viewport_size(DESKTOP)
    old = {each["name"]: each["value"] for each in leader.context.cookies()}["hoso"]
    leader.comes_back()
    assert {each["name"]: each["value"] for each in leader.context.cookies()}["hoso"] != old
    (session,) = place.desk.sessions.of(LEADER)
    assert place.desk.sessions.key(session) is not None, "the key is unlocked without passphrase"
    leader.goes(f"/de-nghi/{name}")
    leader.page.get_by_text("Để trống rồi bấm nút").first.wait_for()
    leader.presses("Ký đã kiểm tra", "/de-nghi/")
    leader.page.get_by_text("Đã ký kiểm tra").wait_for()
    leader.goes(f"/de-nghi/{name}")
    assert "đã kiểm tra, vai" in leader.page.locator("main").inner_text()
    assert leader.watched.complaints == []
    assert leader.watched.strangers == []


def test_without_a_secret_of_its_own_a_passkey_logs_in_opens_no_key_and_can_be_let_go(
    place, at_browser
):
    name = remark(place, 1)
    leader = at_browser(LEADER, prf=False)
    leader.adds_a_passkey()
    assert "nên ký thì vẫn nhập mật khẩu" in leader.page.locator("[role=status]").inner_text()
    leader.comes_back()
    (session,) = place.desk.sessions.of(LEADER)
    assert place.desk.sessions.key(session) is None
    leader.goes(f"/de-nghi/{name}")
    assert leader.page.get_by_text("Để trống rồi bấm nút").first.is_hidden()
    leader.page.fill("#mk-ky", PASSPHRASE)
    leader.presses("Ký đã kiểm tra", "/de-nghi/")
    leader.goes("/tai-khoan")
    leader.page.get_by_role("button", name="Bỏ khóa truy cập Máy ở lớp").click()
    leader.page.get_by_text("Đã bỏ khóa truy cập đó").wait_for()
    assert place.desk.passkeys.of(LEADER) == []


def test_an_answer_counts_once_for_one_browser_and_one_purpose(place, at_browser):
    leader, name = at_browser(LEADER), remark(place, 2)
    leader.adds_a_passkey()
    leader.presses("Đăng xuất", "/dang-nhap")
    body = leader.sent_body(
        "/dang-nhap/khoa-truy-cap", lambda: leader.presses("Đăng nhập bằng khóa truy cập", "/")
    )
    again = leader.context.request.post(
        f"{place.named}/dang-nhap/khoa-truy-cap", data=body, max_redirects=0,
        headers={"Origin": place.named, "Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert again.status == 403
    leader.goes(f"/de-nghi/{name}")
    # What signs is held back, then tried by somebody else, for something else, and twice.
    held = []
    leader.page.route("**/ky", lambda route: (held.append(route.request), route.abort()))
    leader.page.get_by_role("button", name="Ký đã kiểm tra", exact=True).click()
    leader.page.wait_for_timeout(50)
    while not held:
        leader.page.wait_for_timeout(20)
    answer = json.loads(_field(held[0].post_data, "khoa_truy_cap"))
    teacher = place.visitor(TEACHER)
    refused = teacher.post("/tai-khoan/mo-khoa", {"khoa_truy_cap": json.dumps(answer)})
    assert refused.status_code == 403
    signing = {"mat_khau": "", "viec": "kiem-tra",
               "dau_noi_dung": _field(held[0].post_data, "dau_noi_dung"),
               "_t": _field(held[0].post_data, "_t")}  # fmt: skip
    for changed in (_bent(answer, "signature"), _bent(answer, "authenticatorData"),
                    {**answer, "prf": "A" * 43}, {**answer, "prf": ""}):  # fmt: skip
        got = _posts(leader, f"/de-nghi/{name}/ky", {**signing, "khoa_truy_cap": changed})
        assert got.status == 403, changed
    assert REMARK not in on_main(place, MATHS)
    assert "đã kiểm tra, vai" not in place.visitor(LEADER).text(f"/de-nghi/{name}")


def _field(body, name):
    """A field of a form as a browser sent it."""
    from urllib.parse import parse_qs

    return parse_qs(body, keep_blank_values=True)[name][0]


def _posts(person, path, values):
    filled = {
        key: json.dumps(each) if isinstance(each, dict) else each for key, each in values.items()
    }
    return person.context.request.post(
        f"{person.place.named}{path}", form=filled, max_redirects=0,
        headers={"Origin": person.place.named},
    )  # fmt: skip


def _bent(answer, name):
    said = answer["response"][name]
    bent = ("B" if said[0] != "B" else "C") + said[1:]
    return {**answer, "response": {**answer["response"], name: bent}}


def test_another_persons_passkey_signs_nothing(place, at_browser):
    name = remark(place, 3)
    teacher, leader = at_browser(TEACHER), at_browser(LEADER)
    teacher.adds_a_passkey()
    leader.adds_a_passkey()
    (held,) = teacher.tool.send(
        "WebAuthn.getCredentials", {"authenticatorId": teacher.authenticator}
    )["credentials"]
    leader.tool.send("WebAuthn.clearCredentials", {"authenticatorId": leader.authenticator})
    leader.tool.send("WebAuthn.addCredential",
                     {"authenticatorId": leader.authenticator, "credential": held})  # fmt: skip
    # The page asks for the leader's own; a changed script would ask for any.
    leader.page.route("**/khoa-truy-cap?viec=ky", _any_will_do)
    leader.goes(f"/de-nghi/{name}")
    leader.page.get_by_role("button", name="Ký đã kiểm tra", exact=True).click()
    leader.page.get_by_text("khóa truy cập này không dùng được ở đây").wait_for()


def _any_will_do(route):
    told = route.fetch().json()
    route.fulfill(json={**told, "allowCredentials": []})


def test_a_counter_that_goes_back_or_no_finger_and_no_pin_open_nothing(place, at_browser):
    leader = at_browser(LEADER)
    leader.adds_a_passkey()
    with place.desk.store.change() as change:
        change.execute("UPDATE passkeys SET counter = 1000")
    leader.presses("Đăng xuất", "/dang-nhap")
    leader.page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    leader.page.get_by_text("có thể đã bị sao chép").wait_for()
    nobody = {"authenticatorId": leader.authenticator, "isUserVerified": False}
    leader.tool.send("WebAuthn.setUserVerified", nobody)
    leader.page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    leader.page.get_by_text("Thiết bị chưa xác nhận khóa truy cập").wait_for()


def test_another_passphrase_or_key_leaves_the_passkey_only_to_log_in(place, at_browser):
    leader, accounts = at_browser(LEADER), place.desk.accounts
    leader.adds_a_passkey()
    accounts.change(LEADER, PASSPHRASE, NEW, {})
    (kept,) = place.desk.passkeys.of(LEADER)
    assert not kept.signs
    accounts.change(LEADER, NEW, PASSPHRASE, {})
    leader.goes("/tai-khoan")
    leader.page.get_by_text("Cho khóa truy cập mở được khóa ký").click()
    leader.page.fill("#tc-ky-mat-khau", PASSPHRASE)
    leader.page.get_by_role("button", name="Cho phép ký").click()
    leader.page.get_by_text("Từ nay khóa truy cập này mở được khóa ký").wait_for()
    (kept,) = place.desk.passkeys.of(LEADER)
    assert kept.signs
    place.visitor(TEACHER).post("/tai-khoan/khoa-truy-cap/bo", {"ma": kept.id})
    assert place.desk.passkeys.of(LEADER) == [kept], "nobody else takes it away"
    own = accounts.login(LEADER, PASSPHRASE, {})
    accounts.replace_key(LEADER, PASSPHRASE, {}, new_key)
    assert not place.desk.passkeys.of(LEADER)[0].signs
    accounts.replace_key(LEADER, PASSPHRASE, {}, lambda: own)
    accounts.redeem(LEADER, accounts.invite(LEADER), PASSPHRASE, {}, lambda: own)
    assert place.desk.passkeys.of(LEADER) == []


def test_a_bare_address_says_why_and_offers_nothing(place):
    account = place.visitor(LEADER).text("/tai-khoan")
    assert f"http://localhost:{place.port}/" in account
    assert "tc-mat-khau" not in account
    assert "khóa truy cập" not in place.stranger().text("/dang-nhap")


class OverTls:
    """The same school's desk over HTTPS, at an address and by a name that only this machine has."""

    def __init__(self, place, folder, name=NAME):
        self.name = name
        self.desk, self.port = Desk(place.desk.server, place.desk.now, secure=True), 0
        certificate, _ = own_certificate(folder, ["127.0.0.1", name], place.desk.now())
        app = application(self.desk, lambda: {f"127.0.0.1:{self.port}", f"{name}:{self.port}"})
        self.running = running(app, certificate=certificate)

    def __enter__(self):
        self.port = self.running.__enter__()
        self.named = f"https://{self.name}:{self.port}"
        return self

    def __exit__(self, *_):
        self.running.__exit__(None, None, None)
        self.desk.close()


def test_over_the_schools_network_a_passkey_works_by_name_where_the_certificate_is_trusted(
    place, browser, tmp_path
):
    with OverTls(place, tmp_path) as closed:
        leader = Person(closed, browser, LEADER, prf=True, ignore_https_errors=True)
        leader.adds_a_passkey()
        (kept,) = closed.desk.passkeys.of(LEADER)
        assert (kept.signs, kept.site) == (True, NAME)
        leader.comes_back()
        leader.goes("/tai-khoan")
        assert f"chỉ dùng ở tên {NAME}" in leader.page.locator("main").inner_text()
        # By its number nothing is offered, and the page says where to go instead.
        closed.named = f"https://127.0.0.1:{closed.port}"
        leader.logs_in()
        leader.goes("/tai-khoan")
        assert leader.page.get_by_text("Thêm khóa truy cập").count() == 0
        there = leader.page.get_by_role("link", name=f"https://{NAME}:{closed.port}/")
        assert there.get_attribute("href") == f"https://{NAME}:{closed.port}/tai-khoan"
        leader.context.close()
        closed.desk.passkeys.remove(LEADER, kept.id)


def test_where_a_warning_was_clicked_away_the_page_says_why_no_passkey_is_made(
    place, browser, tmp_path
):
    # At names of the machine itself, and for an authenticator made of software, Chromium does not
    # look at the certificate again.
    name = "may-chu.local"
    rules = f"--host-resolver-rules=MAP {name} 127.0.0.1"
    with OverTls(place, tmp_path, name) as closed, browser.browser_type.launch(
        executable_path=str(programs.browser()), args=[*programs.browser_flags(), rules]
    ) as own:  # fmt: skip
        page = own.new_page()
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            page.goto(f"{closed.named}/dang-nhap")
        page.wait_for_selector("#details-button")
        # What the browser's own warning takes for "go on all the same".
        page.keyboard.type("thisisunsafe")
        page.wait_for_selector("#ai")
        page.fill("#ai", LEADER)
        page.fill("#mat_khau", PASSPHRASE)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        page.wait_for_url(f"{closed.named}/")
        page.goto(f"{closed.named}/tai-khoan")
        page.get_by_text("Thêm khóa truy cập", exact=True).first.click()
        page.fill("#tc-dat-ten", "Máy ở lớp")
        page.fill("#tc-mat-khau", PASSPHRASE)
        page.get_by_role("button", name="Thêm khóa truy cập").click()
        page.get_by_text("Máy này chưa tin chứng thư của trường").wait_for()
        assert closed.desk.passkeys.of(LEADER) == []


@pytest.mark.parametrize(("hosts", "secure", "told"), [
    (["127.0.0.1:8321", "localhost:8321"], False, ["http://localhost:8321"]),
    (["127.0.0.1:8321", "localhost:8321", "192.168.1.5:8321", "may-chu:8321"], True,
     ["https://may-chu:8321"]),
    (["may-chu:443", "may-chu", "localhost:443"], True, ["https://may-chu"]),
    (["127.0.0.1:80", "192.168.1.5:80"], True, []),
])  # fmt: skip
def test_the_addresses_told_are_those_that_others_reach(hosts, secure, told):
    assert [each.origin for each in sites_of(hosts, secure=secure)] == told


@pytest.mark.parametrize(("host", "secure", "name"), [
    ("localhost:8321", False, "localhost"), ("127.0.0.1:8321", False, None),
    ("[::1]:80", True, None), ("192.168.1.5", True, None),
    ("may-chu:8321", True, "may-chu"), ("may-chu:8321", False, None), ("may-chu", True, "may-chu"),
])  # fmt: skip
def test_passkeys_are_bound_to_names_and_to_closed_ways(host, secure, name):
    site = site_of(host, secure=secure)
    assert (site.name if site else None) == name
    if site:
        assert site.origin == f"{'https' if secure else 'http'}://{host}"


def test_a_challenge_is_for_one_browser_one_purpose_one_time_and_a_short_while():
    clock = [1_000]
    made = Challenges(lambda: clock[0])
    challenge = made.new(b"a", "ky")
    for browser, purpose in ((b"b", "ky"), (b"a", "vao")):
        with pytest.raises(Wrong):
            made.spend(challenge, browser, purpose)
    made.spend(challenge, b"a", "ky")
    with pytest.raises(Wrong):
        made.spend(challenge, b"a", "ky")
    late = made.new(b"a", "ky")
    clock[0] += LASTS + 1
    with pytest.raises(Wrong):
        made.spend(late, b"a", "ky")
    with pytest.raises(Wrong):
        Challenges(lambda: clock[0]).spend(made.new(b"a", "ky"), b"a", "ky")


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"rawId": 1}', "[" * 5000, json.dumps(
    {"rawId": "é", "response": {"clientDataJSON": "e30"}})])  # fmt: skip
def test_a_crooked_answer_is_told_so(place, text):
    visitor = place.stranger()
    visitor.base = place.named
    visitor.client.base_url = place.named
    token = visitor.token("/dang-nhap")
    got = visitor.post("/dang-nhap/khoa-truy-cap", {"khoa_truy_cap": text}, token=token)
    assert got.status_code in {403, 429}
    assert re.search("khóa truy cập này không dùng được|chờ", got.text)
