"""Somebody's cell that a colleague has written meanwhile: told who and when, settled in place."""

from __future__ import annotations

import json
import re

from starlette.requests import Request

from desk.closed_school import on_main, sent
from desk.test_book_writing import SAID, at_desk
from desk.test_together import signed_twice
from hoso.desk.app import answered
from hoso.desk.asking import Locked
from hoso.gate.verdict import local
from hoso.proposals.delivery import NotDelivered
from servers import CLERK, PUPIL, TEACHER

PHONE, WORK, AUNT = "me/dien_thoai", "me/nghe_nghiep", "giam_ho/quan_he"
_THEIRS = {PHONE: "0100657643", WORK: "Thợ may", AUNT: "bác ruột"}


def colleague_writes(place):
    """The clerk's values come into the books; gives how the desk must speak of them."""
    name = sent(place, CLERK, {PUPIL: _THEIRS})
    signed_twice(place, f"{name}")
    assert "Thợ may" in on_main(place, PUPIL)
    return re.compile(rf"(cô|thầy) .+ ghi lúc {local(place.desk.now()):%H}:\d\d “0100657643”")


def shown(page):
    """Which cell is typed in and where on the screen; `window.same` is gone with a new page."""
    return page.evaluate("""() => {
      const cell = document.activeElement
      return [cell.name, Math.round(cell.getBoundingClientRect().top), window.same]
    }""")


def test_a_cell_that_a_colleague_wrote_is_settled_where_one_was_typing(browser, own_place):
    with at_desk(browser, own_place, TEACHER) as page:
        page.goto(f"/so/{PUPIL}")
        page.fill(f"[name='{WORK}']", "Nông dân")
        page.fill(f"[name='{PHONE}']", "0100657699")
        page.wait_for_selector("#luu:has-text('2 ô chưa gửi')")
        told = colleague_writes(own_place)
        page.evaluate("() => { window.same = true }")
        before = shown(page)
        assert page.evaluate("() => scrollY") > 0
        page.click("#gui")
        box = page.locator(".vuong")
        box.wait_for()
        assert told.search(box.inner_text()), box.inner_text()
        assert page.locator(f"[name='{AUNT}']").input_value() == "bác ruột"
        assert "giu" in shown(page)
        box.get_by_role("button", name="Lấy bên kia").last.click()
        page.wait_for_selector(".mot-vuong:only-of-type")
        box.get_by_role("button", name="Giữ của tôi").click()
        box.wait_for(state="detached")
        assert shown(page) == before
        assert not page.locator("#bao-loi").is_visible()
        assert page.locator(f"[name='{PHONE}']").input_value() == "0100657643"
        values = {page.locator(f"[name='{each}']").input_value() for each in (WORK, PHONE)}
        page.click("#gui")
        page.wait_for_selector(f".bao:has-text('{SAID}')")
        assert values == {page.locator(f"[name='{each}']").input_value() for each in (WORK, PHONE)}
        assert values == {"Nông dân", "0100657643"}


def test_a_script_knows_what_an_answer_is_about_by_a_word_of_its_own():
    def reason(error):
        def refuses(_):
            raise error

        scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"x-hoso-t", b"")]}
        found = answered(refuses, Request(scope))
        return found.status_code, json.loads(found.body)["ly_do"]

    assert reason(Locked("khóa")) == (409, "khoa-ky")
    assert reason(NotDelivered("máy chủ bận")) == (409, "chua-gui")
