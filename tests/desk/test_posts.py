"""A post is written in a form, sent with its picture, and nothing harmful comes along."""

import io
import re

import pytest
from PIL import Image

import programs
from browsing import DESKTOP, PHONE, watch
from desk.visiting import PASSPHRASE
from hoso.proposals.stages import standing
from servers import CLERK, TEACHER
from visits import BROKEN_PICTURES, at_hand, axe_violations, sideways_at

START = "/bai/moi/tin-tuc"


def photo(form="JPEG", size=(900, 600)):
    """A picture that says where it was taken and who took it."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "MAY-ANH-CUA-CO", "chup-o-nha"
    exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 1.0, 42.0)})
    out = io.BytesIO()
    image.save(out, form, exif=exif)
    return out.getvalue()


def begin(visitor, title="Hội đọc sách lớp 3B"):
    """A new post of that title; gives its address."""
    answer = visitor.post(START, {"tieu_de": title, "khoa.nam": "2026", "khoa.ma": ""})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def whole(**more):
    """A form that lacks nothing."""
    return {
        "t.tieu_de": "Hội đọc sách lớp 3B", "t.ngay": "2026-11-23",
        "t.chuyen_muc?": "1", "t.chuyen_muc": "thu-vien", "t.tac_gia?": "1", "t.tac_gia": TEACHER,
        "t.tom_tat": "Ba mươi lăm bạn đọc chung một cuốn sách trong một buổi chiều.",
        "t.anh_mo_ta": "Giá sách trong lớp.", "than": "Chiều thứ Hai, cả lớp ngồi thành vòng.\r\n",
        **more,
    }  # fmt: skip


def test_a_post_with_a_picture_is_written_in_a_browser_and_sent_without_its_exif(
    desk_place, browser
):
    context = browser.new_context(viewport=DESKTOP, locale="vi-VN", reduced_motion="reduce")
    watched = watch(context, desk_place.base)
    page = watched.page
    script = programs.axe().read_text(encoding="utf-8")
    seen = []

    def judged():
        seen.extend(axe_violations(page, script))
        seen.extend(sideways_at(page, PHONE))
        page.set_viewport_size(DESKTOP)

    page.goto(desk_place.base + "/dang-nhap")
    page.fill("[name=ai]", TEACHER)
    page.fill("[name=mat_khau]", PASSPHRASE)
    page.click("main button")
    page.goto(desk_place.base + "/soan/")
    judged()
    page.get_by_role("link", name="Tin, bài", exact=True).click()
    page.get_by_label("Tiêu đề").fill("Vườn rau của lớp 3B <script>alert(1)</script>")
    judged()
    page.get_by_role("button", name="Bắt đầu viết").click()
    address = page.url
    assert all(at_hand(page, "button[value=gui]", size) for size in (PHONE, DESKTOP))
    page.get_by_label("Tóm tắt").fill("Luống cải đầu tiên của lớp đã lên xanh sau ba tuần.")
    page.get_by_role("button", name="Gửi đi duyệt").click()
    # Of what is missing the form says so at the field.
    assert "Chưa ghi" in page.locator("#o-chuyen_muc .loi-o").inner_text()
    judged()
    page.get_by_label("Dạy và học").check()
    page.locator("#o-than").fill(
        "Sáng nào cũng có hai bạn ra tưới.\n\n<img src=x onerror=alert(1)>"
    )
    page.locator("#luu:text-is('đã lưu nháp')").wait_for()
    page.locator("#o-anh").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_label("Mô tả ảnh", exact=True).fill("Luống cải xanh cạnh cửa sổ lớp.")
    page.get_by_role("button", name="Xem trước").click()
    assert page.url == f"{address}/xem"
    assert page.evaluate(BROKEN_PICTURES) == []
    looks_public(page)
    judged()
    page.get_by_role("link", name="Viết tiếp").click()
    page.get_by_role("button", name="Gửi đi duyệt").click()
    page.wait_for_url("**/de-nghi/**")
    complaints = [each for each in watched.complaints if "422" not in each]
    strangers, slug = watched.strangers, page.url.rpartition("/")[2]
    context.close()
    assert (seen, complaints, strangers) == ([], [], [])

    proposed_cleanly(desk_place.desk, slug, address.partition("/bai/")[2])


def looks_public(page):
    """The preview is the site's: its letters, and what stands around a post there."""
    assert page.locator("article img").count() == 1
    assert page.locator("article script, article [onerror]").count() == 0
    letters = page.locator("h1").evaluate("one => getComputedStyle(one).fontFamily")
    assert letters.startswith('"Be Vietnam Pro"')
    assert page.locator(".nhan-muc").inner_text() == "Dạy và học"
    assert "Người viết: " in page.locator(".dong-phu").inner_text()
    assert re.match(r"\d\d/\d\d/\d{4}", page.locator(".dong-phu time").inner_text())


def proposed_cleanly(desk, slug, path):
    """The proposal holds the page and a picture that says nothing but what it shows."""
    clone = desk.clone()
    name = next(each for each in clone.proposals() if each.slug == slug)
    found = standing(clone, name, desk.now())
    assert found.judged.may_be_proposed
    assert found.judged.authors == {TEACHER}
    tree = found.judged.after
    assert b"anh: vuon-rau-cua-lop-3b" in tree.read(path)
    picture = next(each.path for each in tree.entries("content/hinh"))
    raw = tree.read(picture)
    assert b"Exif" not in raw
    assert b"MAY-ANH" not in raw
    assert not Image.open(io.BytesIO(raw)).getexif()
    assert desk.drafts.get(TEACHER, path) is None


@pytest.mark.parametrize("raw", [
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"<!doctype html><script>alert(1)</script>",
    b"GIF89a/*<script>*/=1;",
    b"\xff\xd8\xff\xe0<script>alert(1)</script>",
    b"\x89PNG\r\n\x1a\n" + b"\0" * 60,
    b"PK\x03\x04 no picture",
    photo(size=(8, 8)),
], ids=["svg", "html", "gif", "script in jpeg", "broken png", "zip", "tiny"])  # fmt: skip
def test_what_is_no_sound_picture_is_refused_at_its_field(desk_place, raw):
    visitor = desk_place.visitor(TEACHER)
    address = begin(visitor)
    answer = visitor.post(address, whole(viec="luu"), files={"t.anh.tep": ("a.jpg", raw)})
    assert answer.status_code == 422
    assert 'id="loi-anh"' in answer.text
    assert desk_place.desk.uploads.of(TEACHER, address.removeprefix("/bai/")) == {}
    visitor.post(address, {"viec": "bo"})


def test_what_hides_behind_a_picture_does_not_go_on(desk_place):
    visitor = desk_place.visitor(TEACHER)
    address = begin(visitor)
    raw = photo("PNG") + b"PK\x03\x04<script>alert(1)</script>"
    answer = visitor.post(address, whole(viec="luu"), files={"t.anh.tep": ("../../x.php", raw)})
    assert answer.status_code == 303
    ((path, kept),) = desk_place.desk.uploads.of(TEACHER, address.removeprefix("/bai/")).items()
    assert re.fullmatch(r"content/hinh/2026/hoi-doc-sach-lop-3b(-\d+)?\.png", path)
    assert b"script" not in kept
    assert b"MAY-ANH" not in kept
    shown = visitor.get(f"{address}/kem/{path}")
    assert shown.headers["content-type"] == "image/png"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert desk_place.visitor(CLERK).get(f"{address}/kem/{path}").status_code in (403, 404)
    visitor.post(address, {"viec": "bo"})


@pytest.mark.parametrize("raw", [
    b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF\n",
    b"%PDF-1.7\n1 0 obj<</OpenAction<</S/J#61vaScript>>>>endobj\n%%EOF\n",
    b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\nPK\x03\x04",
    b"<html>%PDF-1.7\n%%EOF\n",
], ids=["script", "hidden script", "something behind", "html"])  # fmt: skip
def test_a_pdf_that_does_more_than_be_read_is_refused(desk_place, raw):
    visitor = desk_place.visitor(CLERK)
    answer = visitor.post("/bai/moi/thong-bao", {"tieu_de": "Thông báo nghỉ", "khoa.nam": "2026"})
    address = answer.headers["location"]
    form = {"t.tieu_de": "Thông báo nghỉ", "than": "Nghỉ.", "viec": "luu"}
    answer = visitor.post(address, form, files={"t.tep.tep": ("a.pdf", raw)})
    assert answer.status_code == 422
    assert 'id="loi-tep"' in answer.text
    visitor.post(address, {"viec": "bo"})


def test_a_picture_in_the_text_needs_words_for_those_who_do_not_see_it(desk_place):
    visitor = desk_place.visitor(TEACHER)
    address = begin(visitor)
    sent = {"anh_bai": ("a.png", photo("PNG"))}
    refused = visitor.post(address, whole(viec="luu"), files=sent)
    assert refused.status_code == 422
    assert "mô tả ảnh" in refused.text
    visitor.post(address, whole(viec="luu", anh_bai_mo_ta="Hai bạn [cạnh] giá sách"), files=sent)
    draft = desk_place.desk.drafts.get(TEACHER, address.removeprefix("/bai/"))
    assert b"![Hai b\xe1\xba\xa1n (c\xe1\xba\xa1nh) gi" in draft.content
    assert b"(../../hinh/2026/hoi-doc-sach-lop-3b" in draft.content
    visitor.post(address, {"viec": "bo"})


def test_a_pupil_without_consent_is_refused_at_the_field_of_pupils(desk_place):
    visitor = desk_place.visitor(TEACHER)
    address = begin(visitor)
    form = whole(viec="gui", **{"t.hoc_sinh?": "1", "t.hoc_sinh.0": "HS2XS5FM",
                                "t.hoc_sinh.0.ten": "1"})  # fmt: skip
    answer = visitor.post(address, form)
    assert answer.status_code == 422
    assert 'id="loi-hoc_sinh"' in answer.text
    assert desk_place.desk.drafts.get(TEACHER, address.removeprefix("/bai/")) is not None
    visitor.post(address, {"viec": "bo"})


def test_nobody_opens_what_the_regulation_does_not_let_them_write(desk_place):
    teacher, clerk = desk_place.visitor(TEACHER), desk_place.visitor(CLERK)
    address = begin(teacher)
    assert teacher.post("/bai/moi/van-ban", {"tieu_de": "Quyết định"}).status_code == 403
    assert teacher.get("/bai/records/truong.yml").status_code == 404
    assert teacher.get("/bai/content/van-ban/2026/../../../x.md").status_code in (403, 404)
    assert clerk.get(address).status_code in (403, 404)
    assert address not in clerk.text("/soan/")
    teacher.post(address, {"viec": "bo"})
