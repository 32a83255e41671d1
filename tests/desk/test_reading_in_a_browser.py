"""Home, calendar, reading and auditing in a real browser, at both widths, in light and dark."""

import pytest

import programs
from browsing import DESKTOP, PHONE, watch
from desk.visiting import PASSPHRASE
from servers import AUDITOR, CLERK, HEAD, LEADER, MATHS, OTHER, PUPIL, TEACHER
from visits import axe_violations, sideways_at

CODE = PUPIL.rpartition("/")[2].removesuffix(".yml")
TEACHERS = [
    "/", "/lich?thang=2026-11", "/doc/", "/doc/lop/3B", f"/doc/hoc-sinh/{CODE}",
    f"/doc/so/{MATHS}", f"/lich-su/{MATHS}?o=hoc_sinh/{CODE}", "/tim?q=linh",
]  # fmt: skip
HEADS = ["/doc/", "/doc/nhan-su/", "/doc/nhan-su/NV0013", "/doc/sach/", "/doc/sach/hoc-ba",
         "/doc/loai/hoc-sinh", "/doc/so/records/2026-2027/nam-hoc.yml", "/kiem-toan"]  # fmt: skip

CLERKS = ["/mo-so/moi", "/so/", "/soan/", "/bai/moi/van-ban", "/khoa-moi", f"/doc/so/{PUPIL}"]
AUDITORS = ["/", "/doc/lop/3B", "/khoa-so/", "/khoa-so/2026-2027/giua-ky-1", "/lich"]
LEADERS = ["/de-nghi/", "/de-nghi/?xem=tat-ca", "/de-nghi/duyet-nhieu", "/sua/", f"/sua/{OTHER}"]


@pytest.fixture
def arrive(desk_place, browser):
    """Lets somebody log in at a browser of their own; gives what it keeps of the visit."""
    contexts = []

    def arrived(who, scheme="light"):
        context = browser.new_context(
            viewport=DESKTOP, locale="vi-VN", color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        watched = watch(context, desk_place.base)
        page = watched.page
        page.goto(f"{desk_place.base}/dang-nhap")
        page.fill("#ai", who)
        page.fill("#mat_khau", PASSPHRASE)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{desk_place.base}/")
        return watched

    yield arrived
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("who", "pages", "scheme"), [
    (TEACHER, TEACHERS, "light"), (HEAD, HEADS, "dark"), (CLERK, CLERKS, "light"),
    (AUDITOR, AUDITORS, "dark"), (LEADER, LEADERS, "light"),
])  # fmt: skip
def test_nothing_is_wrong_with_what_people_read(desk_place, arrive, who, pages, scheme):
    watched, found = arrive(who, scheme), []
    script, page = programs.axe().read_text("utf-8"), watched.page
    for path in pages:
        page.set_viewport_size(DESKTOP)
        assert page.goto(desk_place.base + path).status == 200, path
        found += [(path, said) for said in axe_violations(page, script)]
        found += [(path, said) for said in sideways_at(page, PHONE)]
    assert found == []
    assert watched.complaints == []
    assert watched.strangers == []


def test_a_teachers_morning_begins_at_home_and_leads_to_the_page_and_back(desk_place, arrive):
    page = arrive(TEACHER).page
    assert page.locator("h1").inner_text() == "Việc của tôi"
    link = page.locator("section", has_text="Cần ghi").locator(".viec-ds a").first
    title = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/so/records/2026-2027/lop/3B/**")
    assert title.split(" · ")[1] in page.locator("main").inner_text()
    page.get_by_role("link", name="Việc của tôi").first.click()
    page.get_by_role("link", name="Xem hồ sơ").click()
    page.get_by_label("Tìm tên, mã").fill("ha linh")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Nguyễn Hà Linh", exact=True).click()
    page.get_by_role("link", name="Mức đạt được (xem quá trình)").first.click()
    assert "Nguyễn Hà Linh · Mức đạt được" in page.locator(".dong-doi").inner_text()


def test_the_auditor_runs_the_audit_and_the_page_shows_the_report_by_itself(desk_place, arrive):
    watched = arrive(AUDITOR)
    page = watched.page
    page.goto(f"{desk_place.base}/kiem-toan")
    page.get_by_role("button", name="Chạy kiểm toán").click()
    page.get_by_role("link", name="Báo cáo PDF").wait_for(timeout=60_000)
    page.get_by_text("Commit lập kho", exact=True).wait_for()
    assert desk_place.desk.audits.last is not None
    with page.expect_download() as waiting:
        page.get_by_role("link", name="JSON").click()
    assert waiting.value.suggested_filename == "kiem-toan.json"
    assert watched.complaints == []
