"""Writing a book in a real browser: typed, pasted, undone, kept, refused where wrong, sent."""

from __future__ import annotations

import html
import io
import json
import re
from contextlib import contextmanager

import openpyxl
import pytest

import programs
from browsing import DESKTOP
from desk.visiting import PASSPHRASE
from hoso.exchange.workbook_out import TABLE
from hoso.store.git import Repository
from hoso.store.refs import refs
from servers import CLERK, DEPUTY, MATHS, OTHER, PUPIL, TEACHER, VIETNAMESE, YEAR
from visits import at_hand, axe_violations, sideways_at

END = f"{YEAR}/lop/3B/danh-gia-mon/toan/cuoi-ky-1.yml"
MONTH = f"{YEAR}/lop/3B/diem-danh/2026-11.yml"
SUMMARY = f"{YEAR}/lop/3B/tong-hop/giua-ky-1.yml"
SAID = "Đã gửi đề nghị"
#: A phone in a hand; the send button is under the thumb.
HAND = {"width": 390, "height": 844}


@contextmanager
def at_desk(browser, place, who, **options):
    """Somebody's own browser, logged in."""
    context = browser.new_context(viewport=DESKTOP, locale="vi-VN", base_url=place.base, **options)
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    try:
        page.goto("/dang-nhap")
        page.fill("[name=ai]", who)
        page.fill("[name=mat_khau]", PASSPHRASE)
        page.click("main button")
        yield page
        assert page.complaints == []
    finally:
        context.close()


def paste(page, text):
    """What Excel and LibreOffice put on the clipboard, pasted where the cursor is."""
    page.evaluate(
        """text => {
          const data = new DataTransfer()
          data.setData("text/plain", text)
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
        }""",
        text,
    )


def column(page, name):
    """The values of a column of the table, from the top."""
    return page.locator(f"[name$='/{name}']").evaluate_all("all => all.map(one => one.value)")


def first(page, name):
    return page.locator(f"[name$='/{name}']").first


def saved(page):
    page.wait_for_selector("#luu:has-text('Bản nháp lưu')")


def sent_pages(place):
    """What the server holds as proposals of the teacher, by branch: the page of the end of term."""
    server = Repository(place.server)
    found = refs(server, f"refs/heads/de-nghi/{TEACHER}")
    return [server.tree(commit).read(END).decode() for commit in found.values()]


def test_a_month_of_a_class_is_a_light_page_whose_cells_all_have_names(browser, desk_place):
    assert len(desk_place.visitor(TEACHER).get(f"/so/{MONTH}").content) < 150_000
    with at_desk(browser, desk_place, TEACHER) as page:
        page.goto(f"/so/{MONTH}")
        names = page.locator("td select").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert len(names) > 500
    assert all(re.fullmatch(r"\d+\. \S.+ – \d\d (sáng|chiều)", name) for name in names), names[:2]
    assert len(set(names)) == len(names)


def test_a_teacher_fills_a_page_by_keyboard_and_paste_and_sends_it(browser, own_place):
    with at_desk(browser, own_place, TEACHER) as page:
        page.goto(f"/so/{END}")
        first(page, "diem").focus()
        page.keyboard.type("9")
        page.keyboard.press("Enter")
        page.keyboard.type("8,0")
        page.keyboard.press("Enter")
        page.keyboard.type("11")
        page.keyboard.press("Enter")
        assert column(page, "diem")[:3] == ["9", "8", "11"]
        assert "số nguyên 0–10" in page.locator("td.sai .o-loi").inner_text()
        page.click("#gui")
        assert "1 ô chưa đúng" in page.locator("#bao-loi").inner_text()
        assert "Điểm KTĐK: số nguyên 0–10" in page.locator("#bao-loi").inner_text()
        page.keyboard.press("Control+z")
        assert column(page, "diem")[:3] == ["9", "8", ""]
        page.keyboard.press("Control+y")
        assert column(page, "diem")[2] == "11"
        page.locator("[name$='/diem']").nth(2).focus()
        page.keyboard.type("7")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        paste(page, 'T\t9\tLàm bài cha\u0306c.\nh\t10,0\t"Em tiến bộ,\n""rất"" tốt."\nĐ\t\t\n')
        assert column(page, "muc")[:3] == ["hoan-thanh-tot", "hoan-thanh", ""]
        assert column(page, "diem")[:3] == ["9", "10", ""]
        assert column(page, "nhan_xet")[:2] == ["Làm bài chăc.", 'Em tiến bộ, "rất" tốt.']
        assert "“Đ”" in page.locator("#bao-loi").inner_text()
        page.keyboard.press("Control+z")
        assert column(page, "muc")[0] == ""
        page.keyboard.press("Control+Shift+z")
        first(page, "nhan_xet").focus()
        page.keyboard.press("F2")
        page.keyboard.type(" Cố gắng!")
        page.keyboard.press("Escape")
        assert column(page, "nhan_xet")[0] == "Làm bài chăc."
        saved(page)
        page.reload()
        assert column(page, "muc")[:2] == ["hoan-thanh-tot", "hoan-thanh"]
        assert own_place.visitor(DEPUTY).get(f"/so/{END}").text.count("Làm bài chăc.") == 0
        page.fill("#loi_nhan", "Nhập điểm cuối kỳ")
        page.click("#gui")
        page.wait_for_selector(f".bao:has-text('{SAID}')")
    (text,) = sent_pages(own_place)
    assert text.startswith(f"giao_vien: {TEACHER}\nhoc_sinh:\n  HS")
    assert "    muc: hoan-thanh\n    diem: 10\n" in text
    assert own_place.desk.drafts.list(TEACHER) == []


def test_a_draft_outlives_a_session_that_ends_while_somebody_types(browser, own_place):
    with at_desk(browser, own_place, TEACHER) as page:
        page.goto(f"/so/{END}")
        own_place.desk.sessions.end_all(TEACHER)
        first(page, "nhan_xet").fill("Em chăm học.")
        page.wait_for_selector("#vao-lai[open]")
        page.fill("#vao-mk", "không phải mật khẩu này")
        page.keyboard.press("Enter")
        page.wait_for_selector("#vao-loi:not(:empty)")
        page.fill("#vao-mk", PASSPHRASE)
        page.keyboard.press("Enter")
        saved(page)
        assert column(page, "nhan_xet")[0] == "Em chăm học."
        (draft,) = own_place.desk.drafts.list(TEACHER)
        assert "Em chăm học." in json.loads(draft.content)["o"].popitem()[1]
        # As after a restart: the session goes on, and the key that was in memory is locked.
        for session in own_place.desk.sessions.of(TEACHER):
            own_place.desk.sessions.forget_key(session)
        page.click("#gui")
        page.wait_for_selector("#vao-lai[open]")
        assert page.locator("#vao-lai h2").inner_text() == "Khóa ký đang khóa"
        page.fill("#vao-mk", PASSPHRASE)
        page.keyboard.press("Enter")
        page.wait_for_selector(f".bao:has-text('{SAID}')")


def test_a_vanished_network_loses_nothing_and_sends_once(browser, own_place):
    with at_desk(browser, own_place, TEACHER) as page:
        page.goto(f"/so/{END}")
        first(page, "nhan_xet").fill("Em đọc tốt.")
        saved(page)
        lost = []

        def cut(route):
            # The server gets it, and its answer never arrives.
            if not lost:
                lost.append(route.fetch().status)
                route.abort()
            else:
                route.continue_()

        page.route("**/gui", cut)
        page.click("#gui")
        page.wait_for_selector(f".bao:has-text('{SAID}')")
    assert lost == [200]
    assert len(sent_pages(own_place)) == 1


def test_nobody_s_cell_is_overwritten_by_a_draft_that_did_not_see_it(own_place):
    visitor, pupil = own_place.visitor(TEACHER), "hoc_sinh/HS2XS5FM/muc"
    origin = re.search(r'name="goc" value="([0-9a-f]+)"', visitor.text(f"/so/{MATHS}"))[1]
    place = f"/so/{MATHS}"
    visitor.fetch(f"{place}/nhap", {"goc": origin, "o": {pupil: "hoan-thanh-tot"}})
    draft = own_place.desk.drafts.get(TEACHER, MATHS)
    stale = draft.content.replace(b'"hoan-thanh"]', b'"chua-hoan-thanh"]')
    own_place.desk.drafts.put(TEACHER, MATHS, origin, stale)
    shown = visitor.text(place)
    assert "sổ đang ghi “H – Hoàn thành”, thầy cô ghi “T – Hoàn thành tốt”" in shown
    form = {"goc": origin, pupil: "hoan-thanh-tot"}
    refused = visitor.post(f"{place}/gui", form)
    assert refused.status_code == 422
    assert "sổ đang ghi “H – Hoàn thành”; chọn một bên" in refused.text
    chosen = visitor.post(f"{place}/gui", {**form, "giu": pupil})
    assert (chosen.status_code, chosen.headers["location"]) == (303, place)
    assert SAID not in visitor.text(place), "choosing sends nothing yet"
    done = visitor.post(f"{place}/gui", form)
    assert (done.status_code, done.headers["location"]) == (303, place)
    assert SAID in visitor.text(place)


def test_what_one_sent_from_another_window_is_not_told_as_somebody_else_s(own_place):
    visitor, pupil, place = own_place.visitor(TEACHER), "hoc_sinh/HS2XS5FM/muc", f"/so/{MATHS}"
    origin = re.search(r'name="goc" value="([0-9a-f]+)"', visitor.text(place))[1]
    first = {"goc": origin, pupil: "hoan-thanh-tot"}
    assert visitor.post(f"{place}/gui", first).status_code == 303
    refused = visitor.post(f"{place}/gui", {"goc": origin, pupil: "chua-hoan-thanh"})
    assert refused.status_code == 422
    said = html.unescape(refused.text)
    assert "chính thầy cô đã gửi ở cửa sổ khác “T – Hoàn thành tốt”" in said
    assert "ghi lúc" not in said


def test_what_was_sent_can_be_added_to_in_the_same_proposal(own_place):
    visitor, place = own_place.visitor(TEACHER), f"/so/{MATHS}"
    for pupil, level in (("HS2XS5FM", "hoan-thanh-tot"), ("HS32SAQY", "hoan-thanh")):
        origin = re.search(r'name="goc" value="([0-9a-f]+)"', visitor.text(place))[1]
        answer = visitor.post(f"{place}/gui", {"goc": origin, f"hoc_sinh/{pupil}/muc": level})
        assert answer.status_code == 303
    server = Repository(own_place.server)
    (head,) = refs(server, f"refs/heads/de-nghi/{TEACHER}").values()
    text = server.tree(head).read(MATHS).decode()
    assert "HS2XS5FM:\n    muc: hoan-thanh-tot" in text
    assert "HS32SAQY:\n    muc: hoan-thanh\n" in text
    assert "chờ" in visitor.text(place)


def test_findings_of_the_gate_are_told_at_their_cells_and_the_draft_stays(desk_place):
    visitor, place, remark = desk_place.visitor(TEACHER), f"/so/{SUMMARY}", "nhan_xet_lop"
    answer = visitor.post(f"{place}/gui", {"si_so": "99", remark: "Lớp ngoan."})
    assert answer.status_code == 422
    assert re.search(r'id="loi-si_so">sĩ số ghi 99', answer.text)
    assert "Lớp ngoan." in visitor.text(place)
    visitor.post(f"{place}/bo")
    assert "Lớp ngoan." not in visitor.text(place)


def test_a_column_somebody_may_not_write_says_who_may_and_takes_nothing(desk_place):
    visitor, place = desk_place.visitor(DEPUTY), f"/so/{SUMMARY}"
    shown = visitor.text(place)
    assert re.search(r"Chỉ đọc: [^<]+ ghi theo điểm . khoản", shown)
    assert 'name="nhan_xet_lop"' in shown
    assert 'name="si_so"' not in shown
    told = visitor.fetch(f"{place}/nhap", {"o": {"si_so": "30"}}).json()
    assert "Chỉ đọc" in told["o"]["si_so"]
    assert visitor.post(f"{place}/gui", {"si_so": "30"}).status_code == 422
    assert visitor.post(f"{place}/bo").status_code == 303


@pytest.mark.parametrize("broken", [[], {"o": 1}, {"o": {"a": 1}}, {}])
def test_a_draft_nobody_understands_is_refused_and_changes_nothing(desk_place, broken):
    visitor = desk_place.visitor(TEACHER)
    assert visitor.fetch(f"/so/{END}/nhap", broken).status_code == 422
    assert desk_place.desk.drafts.get(TEACHER, END) is None


def test_scripts_typed_into_cells_are_text_everywhere(own_place):
    visitor, evil = own_place.visitor(TEACHER), '"><script>alert(1)</script>'
    place = f"/so/{END}"
    cells = {"hoc_sinh/HS2XS5FM/nhan_xet": evil, "hoc_sinh/HS2XS5FM/muc": evil, "hoan_tat": evil}
    visitor.fetch(f"{place}/nhap", {"o": cells})
    assert "<script>alert" not in visitor.text(place)
    refused = visitor.post(f"{place}/gui", cells)
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text


def test_a_page_goes_out_as_a_workbook_and_what_comes_back_is_a_draft(own_place):
    visitor, place = own_place.visitor(TEACHER), f"/so/{MATHS}"
    book = openpyxl.load_workbook(io.BytesIO(visitor.get(f"{place}/tai").content))
    sheet = book[TABLE]
    sheet["D5"], sheet["D6"], sheet["D7"], sheet["E6"] = "T", "Đ", None, "=A1"
    out = io.BytesIO()
    book.save(out)
    told = visitor.post(f"{place}/nop", files={"tep": ("bang.xlsx", out.getvalue())}).text
    assert "Đã đưa vào bản nháp: 1 ô" in told
    assert "không có trong danh mục" in told
    assert "công thức" in told
    blank = re.search(r'name="xoa" value="([^"]+)"', told)[1]
    assert visitor.post(f"{place}/nop", {"xoa": blank}).status_code == 303
    (draft,) = own_place.desk.drafts.list(TEACHER)
    assert {text for text, _ in json.loads(draft.content)["o"].values()} == {"", "hoan-thanh-tot"}
    strange = visitor.post(f"/so/{VIETNAMESE}/nop", files={"tep": ("a.xlsx", out.getvalue())})
    assert (strange.status_code, "trang khác" in strange.text) == (422, True)
    assert visitor.post(f"{place}/nop", files={"tep": ("a.csv", b"a,b")}).status_code == 422


def test_a_closed_book_says_so_and_leads_to_a_correction(closed_place):
    visitor = closed_place.visitor(TEACHER)
    shown = visitor.text(f"/so/{MATHS}")
    assert "Sổ đã khóa" in shown
    assert f'href="/sua/{MATHS}"' in shown
    assert 'name="hoc_sinh/HS2XS5FM/muc"' not in shown
    told = visitor.fetch(f"/so/{MATHS}/nhap", {"o": {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}})
    assert "Sổ đã khóa" in told.json()["khoa"]
    refused = visitor.post(f"/so/{MATHS}/gui", {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"})
    assert (refused.status_code, "Sổ đã khóa" in refused.text) == (422, True)


def test_the_clerk_finds_a_pupil_and_writes_a_form(desk_place):
    visitor = desk_place.visitor(CLERK)
    assert f'href="/so/{PUPIL}"' in visitor.text("/so/?tim=HS2XS5FM")
    assert "không có hồ sơ nào khớp" in visitor.text("/so/?tim=khongcoai").casefold()
    assert 'name="ho_ten"' in visitor.text(f"/so/{PUPIL}")


def test_the_clerk_adds_a_pupil_to_a_class_and_takes_the_row_back(own_place):
    visitor, place = own_place.visitor(CLERK), f"/so/{YEAR}/lop/3B/lop.yml"
    cells = {f"hoc_sinh/HS000009/{name}": value for name, value in
             (("stt", "60"), ("vao", "2026-11-23"))}  # fmt: skip
    assert 'name="hoc_sinh/HS000009/stt"' not in visitor.text(place)
    assert 'name="hoc_sinh/HS000009/stt"' in visitor.text(f"{place}?them=hoc_sinh&khoa=HS000009")
    assert "khong-phai" not in visitor.text(f"{place}?them=hoc_sinh&khoa=khong-phai")
    told = visitor.fetch(f"{place}/nhap", {"o": {**cells, "hoc_sinh/<b>/stt": "1"}}).json()
    assert (told["nhap"], set(told["o"].values())) == (2, {""})
    assert 'value="60"' in visitor.text(place)
    refused = visitor.post(f"{place}/gui", cells)
    assert (refused.status_code, "HS000009" in refused.text) == (422, True)
    assert visitor.fetch(f"{place}/nhap", {"o": dict.fromkeys(cells, "")}).json()["nhap"] == 0


def test_nobody_learns_a_name_by_typing_somebody_s_identifier_into_a_page(desk_place):
    visitor, place = desk_place.visitor(TEACHER), f"/so/{MATHS}"
    other = re.search(
        "HS[0-9A-Z]{6}", Repository(desk_place.server).tree("main").read(OTHER).decode()
    )
    cell = f"hoc_sinh/{other[0]}/muc"
    assert visitor.fetch(f"{place}/nhap", {"o": {cell: "hoan-thanh"}}).json()["nhap"] == 0
    assert other[0] not in visitor.text(f"{place}?them=hoc_sinh&khoa={other[0]}")


def test_pages_for_writing_are_sound_for_everybody_who_cannot_see_or_hold_a_mouse(
    browser, desk_place
):
    script = programs.axe().read_text("utf-8")
    with at_desk(browser, desk_place, TEACHER) as page:
        for path in ("/so/", f"/so/{MATHS}", f"/so/{MONTH}", f"/so/{OTHER}", f"/so/{PUPIL}"):
            page.set_viewport_size(DESKTOP)
            page.goto(path)
            assert axe_violations(page, script) == [], path
            assert sideways_at(page, {"width": 390, "height": 800}) == [], path
            if page.locator("#gui").count():
                assert all(at_hand(page, "#gui", size) for size in (HAND, DESKTOP)), path
        page.goto(f"/so/{MATHS}")
        names = page.locator(".luoi [data-kieu]").evaluate_all(
            "all => all.map(one => one.ariaLabel)"
        )
        assert len(set(names)) == len(names) > 60
