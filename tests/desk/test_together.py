"""Several people and windows at once, an answer nobody heard, a lock that falls meanwhile."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from desk.closed_school import clock_at, on_main
from desk.test_book_writing import END, at_desk, first, saved
from desk.visiting import PASSPHRASE, DeskPlace, Visitor
from hoso.gate.verdict import VIETNAM
from hoso.store.git import Repository
from hoso.store.refs import refs
from servers import CLERK, DEPUTY, HEAD, LEADER, MATHS, PUPIL, TEACHER

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def signed_twice(place, name):
    """Everybody whose turn it is signs a proposal, and their browser sends the form again."""
    for who in (LEADER, DEPUTY, HEAD, CLERK):
        visitor = place.visitor(who)
        page = visitor.get(f"/de-nghi/{name}").text
        deed = re.search('name="viec" value="(kiem-tra|duyet)"', page)
        if deed is None:
            continue
        form = {**dict(_HIDDEN.findall(page)), "viec": deed[1], "mat_khau": PASSPHRASE}
        for _ in range(2):
            answer = visitor.post(f"/de-nghi/{name}/ky", form, token=form["_t"])
            assert answer.status_code == 303, answer.text
        assert "không cần ký lại" in visitor.text("/de-nghi/")


def test_two_people_write_neighbouring_cells_and_both_come_into_the_book_once(own_place):
    wishes = {TEACHER: ("me/dien_thoai", "0100657643"), CLERK: ("me/nghe_nghiep", "Thợ may")}
    origins = {
        who: re.search('name="goc" value="([0-9a-f]+)"', own_place.visitor(who).text(place))[1]
        for who, place in dict.fromkeys(wishes, f"/so/{PUPIL}").items()
    }
    for who, (cell, text) in wishes.items():
        form = {"goc": origins[who], cell: text}
        assert own_place.visitor(who).post(f"/so/{PUPIL}/gui", form).status_code == 303
    proposals = refs(Repository(own_place.server), "refs/heads/de-nghi")
    assert len(proposals) == 2
    for ref in proposals:
        signed_twice(own_place, ref.removeprefix("refs/heads/de-nghi/"))
    text = on_main(own_place, PUPIL)
    assert "dien_thoai: '0100657643'" in text or "dien_thoai: 0100657643" in text
    assert "nghe_nghiep: Thợ may" in text
    merges = Repository(own_place.server).run("rev-list", "--first-parent", "main").split()
    assert len(merges) == 3, "the founding, and each proposal once"


def test_two_windows_of_one_person_never_lose_each_other_s_cells(own_place):
    windows = [own_place.visitor(TEACHER), Visitor(own_place.base)]
    windows[1].login(TEACHER)
    shown = windows[0].text(f"/so/{MATHS}")
    origin = re.search('name="goc" value="([0-9a-f]+)"', shown)[1]
    cells = re.findall(r'name="(hoc_sinh/HS\w{6}/nhan_xet)"', shown)[:12]
    tokens = [window.token() for window in windows]

    def types(side):
        for cell in cells[side::2]:
            sheet = {"goc": origin, "o": {cell: "Em học chăm."}}
            windows[side].fetch(f"/so/{MATHS}/nhap", sheet, token=tokens[side])

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(types, range(2)))
    windows[1].close()
    draft = own_place.desk.drafts.get(TEACHER, MATHS)
    assert set(cells) == set(json.loads(draft.content)["o"])


class Ahead:
    """The clock of a server, put forward by as much as a test likes."""

    def __init__(self, server):
        self._clock, self.by = clock_at(server), timedelta()

    def __call__(self):
        return self._clock() + self.by


def test_a_lock_that_falls_while_the_page_is_open_says_so_and_offers_the_correction(
    browser, closed_founded, tmp_path
):
    with DeskPlace(tmp_path, closed_founded, people=[TEACHER], clock_at=Ahead) as place:
        clock = place.desk.now
        clock.by = datetime(2027, 1, 13, 23, 50, tzinfo=VIETNAM) - clock()
        with at_desk(browser, place, TEACHER) as page:
            page.goto(f"/so/{END}")
            first(page, "nhan_xet").fill("Em chăm học.")
            saved(page)
            assert not page.locator("#khoa-so").is_visible()
            clock.by += timedelta(minutes=20)
            page.locator("[name$='/nhan_xet']").nth(1).fill("Em đọc tốt.")
            page.wait_for_selector("#khoa-so:has-text('Sổ đã khóa')")
            assert page.locator("#khoa-so a").get_attribute("href") == f"/sua/{END}"
            page.click("#gui")
            page.wait_for_selector("#bao-loi:has-text('Sổ đã khóa')")
        kept = place.desk.drafts.get(TEACHER, END).content.decode()
        assert "Em chăm học." in kept
        assert "Em đọc tốt." in kept
