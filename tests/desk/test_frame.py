"""The frame of every page in a real browser: wide and narrow, light and dark, by keyboard."""

import pytest

import programs
from browsing import DESKTOP, PHONE, watch
from desk.visiting import PASSPHRASE
from servers import DEPUTY, TEACHER
from visits import axe_violations, sideways_at

PAGES = ["/", "/tai-khoan", "/huong-dan", "/khoa-moi", "/khong-co"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_the_frames_pages(desk_place, browser, scheme):
    script = programs.axe().read_text("utf-8")
    context = browser.new_context(viewport=DESKTOP, locale="vi-VN", color_scheme=scheme)
    watched = watch(context, desk_place.base)
    page, found = watched.page, []
    for path in ("/dang-nhap", "/dang-nhap/lan-dau"):
        page.goto(desk_place.base + path)
        found += axe_violations(page, script) + sideways_at(page, PHONE)
    page.goto(f"{desk_place.base}/dang-nhap?toi=/tai-khoan")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Tới nội dung"
    page.fill("#ai", DEPUTY)
    page.fill("#mat_khau", PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk_place.base}/tai-khoan")
    for path in PAGES:
        page.set_viewport_size(DESKTOP)
        page.goto(desk_place.base + path)
        found += axe_violations(page, script) + sideways_at(page, PHONE)
    found += watched.strangers
    complaints = [each for each in watched.complaints if "404" not in each]
    context.close()
    assert found == []
    assert complaints == []


def test_another_sites_form_reaches_nothing_in_a_real_browser(desk_place, browser, tmp_path):
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(f"{desk_place.base}/dang-nhap")
    page.fill("#ai", TEACHER)
    page.fill("#mat_khau", PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk_place.base}/")
    evil = tmp_path / "evil.html"
    evil.write_text(
        f'<form method="post" action="{desk_place.base}/dang-xuat"><button>x</button></form>'
    )
    page.goto(evil.as_uri())
    page.click("button")
    page.wait_for_load_state()
    assert "không đến từ trang của bàn làm việc" in page.inner_text("body")
    page.goto(f"{desk_place.base}/tai-khoan")
    assert page.locator("h1").inner_text() == "Tài khoản của tôi"
    context.close()
