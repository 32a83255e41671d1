"""Two whole stories in a real browser: approving on a phone, a correction from cell to paper."""

import re

import pytest

import programs
from browsing import DESKTOP, watch
from desk.closed_school import NEW_POST, POST_TEXT, on_main, pupils, sent
from desk.test_approving import signs
from desk.test_corrections import EVIDENCE, remark_of
from desk.visiting import PASSPHRASE
from servers import DEPUTY, HEAD, LEADER, MATHS, TEACHER
from visits import axe_violations, sideways_at

PHONE = {"width": 390, "height": 844}


class Person:
    """Somebody at a browser with a window; every page they are shown is judged."""

    def __init__(self, place, browser, who, size, scheme):
        self.context = browser.new_context(
            viewport=size, locale="vi-VN", color_scheme=scheme, reduced_motion="reduce"
        )
        self.watched = watch(self.context, place.base)
        self.page, self.place, self.size = self.watched.page, place, size
        self.page.goto(f"{place.base}/dang-nhap")
        self.page.fill("[name=ai]", who)
        self.page.fill("[name=mat_khau]", PASSPHRASE)
        self.page.click("main form button")

    def goes(self, address):
        self.page.goto(f"{self.place.base}{address}")
        self.judged()

    def judged(self):
        """No axe rule is broken on the page, nothing sticks out, nobody else was asked."""
        script = programs.axe().read_text(encoding="utf-8")
        assert axe_violations(self.page, script) == []
        assert sideways_at(self.page, {"width": 360, "height": 740}) == []
        self.page.set_viewport_size(self.size)
        assert self.watched.complaints == []
        assert self.watched.strangers == []

    def presses(self, button):
        # What the button leads to may take longer than the browser waits after a click.
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def proposal(self):
        """The name of the proposal whose page is open."""
        found = re.search(r"/de-nghi/(NV\d{4}/[a-z0-9]+)$", self.page.url)
        assert found, self.page.inner_text("main")
        return found[1]


@pytest.fixture
def someone(closed_place, browser):
    """People at browsers of their own, which are closed afterwards."""
    there = []

    def sits_down(who, size, scheme="light"):
        there.append(Person(closed_place, browser, who, size, scheme))
        return there[-1]

    yield sits_down
    for person in there:
        person.context.close()


def test_a_deputy_head_reads_and_approves_a_post_on_a_phone(closed_place, someone):
    path = NEW_POST.replace("mua-dong", "dien-thoai")
    name = sent(closed_place, TEACHER, {path: POST_TEXT})
    assert signs(closed_place, LEADER, name, "kiem-tra").status_code == 303
    deputy = someone(DEPUTY, PHONE)
    deputy.goes("/de-nghi/")
    deputy.page.locator(f'a[href="/de-nghi/{name}"]').click()
    deputy.page.wait_for_load_state()
    deputy.judged()
    assert deputy.page.locator(".xem-truoc img").evaluate("each => each.decode()") is None
    assert "đã kiểm tra, vai Tổ trưởng chuyên môn" in deputy.page.inner_text("main")
    deputy.page.get_by_role("link", name="Xem bằng chữ và màu của trang web").click()
    deputy.page.get_by_text("Hoạt động nhà trường").wait_for()
    deputy.judged()
    assert deputy.page.locator("article img").evaluate("each => each.decode()") is None
    deputy.page.get_by_role("link", name=f"Đề nghị {name}").click()
    button = deputy.page.get_by_role("button", name="Ký duyệt", exact=True)
    assert button.bounding_box()["height"] >= 44
    deputy.page.locator("#mk-ky").fill("hoa cúc trắng")
    deputy.presses("Ký duyệt")
    assert deputy.page.locator("#mk-ky-sai").is_visible()
    deputy.page.locator("#mk-ky").fill(PASSPHRASE)
    deputy.watched.complaints.clear()
    deputy.presses("Ký duyệt")
    assert "đủ chữ ký, đã vào sổ chính thức" in deputy.page.inner_text("[role=status]")
    deputy.judged()
    assert "Vườn trường mùa đông" in on_main(closed_place, path)
    deputy.goes("/de-nghi/duyet-nhieu")
    deputy.goes("/khoa-so/")
    deputy.goes("/khoa-so/2026-2027/giua-ky-1")


def test_a_closed_cell_is_mended_from_the_cell_to_the_printed_paper(
    closed_place, someone, tmp_path
):
    evidence, new = tmp_path / "bai.jpg", "Em đã biết trình bày bài toán có lời văn."
    evidence.write_bytes(EVIDENCE)
    cell = remark_of(closed_place)
    assert cell.split("/")[1] in pupils(closed_place, MATHS)
    teacher = someone(TEACHER, DESKTOP, "dark")
    teacher.goes(f"/sua/{MATHS}")
    teacher.page.locator(f'a[href="/sua/{MATHS}?truong={cell}"]').click()
    teacher.page.wait_for_load_state()
    teacher.judged()
    teacher.page.get_by_label("Sửa thành").fill(new)
    teacher.page.get_by_label("Ảnh chụp hoặc tệp").set_input_files(evidence)
    teacher.page.get_by_label("Mật khẩu của thầy cô").fill(PASSPHRASE)
    teacher.presses("Gửi giấy đi duyệt")
    teacher.judged()
    code = teacher.page.inner_text("h1")[-8:]
    name = teacher.proposal()
    assert signs(closed_place, LEADER, name, "kiem-tra").status_code == 303
    assert signs(closed_place, DEPUTY, name, "duyet").status_code == 303
    teacher.goes("/sua/")
    teacher.page.locator(f'a[href="/sua/{code}"]').click()
    teacher.page.wait_for_load_state()
    teacher.judged()
    teacher.page.get_by_label("Mật khẩu của thầy cô").fill(PASSPHRASE)
    teacher.presses("Sửa theo giấy này")
    name = teacher.proposal()
    for who, deed in ((LEADER, "kiem-tra"), (DEPUTY, "duyet"), (HEAD, "duyet")):
        assert signs(closed_place, who, name, deed).status_code == 303
    assert new in on_main(closed_place, MATHS)
    teacher.goes(f"/sua/{code}")
    assert "đã thực hiện" in teacher.page.inner_text(".dong-phu")
    paper = teacher.page.request.get(f"{closed_place.base}/sua/{code}/giay.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF-")


def test_the_form_of_an_order_breaks_no_rule_of_access(someone):
    deputy = someone(DEPUTY, DESKTOP)
    deputy.goes("/mo-so/moi")
