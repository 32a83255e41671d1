"""The editor Decap at the desk: a post from it, and what it may not do."""

import base64
import json

import pytest

import programs
from browsing import DESKTOP, watch
from desk.test_posts import photo
from desk.visiting import PASSPHRASE
from hoso.proposals.stages import standing
from hoso.store.editor_files import fetch_editor
from servers import CLERK, TEACHER

PATH = "content/tin-tuc/2026/vuon-rau-lop-ba.md"

#: Every text of Decap's own English that has no Vietnamese beside it.
UNTRANSLATED = """() => {
  const leaves = (node, at) => typeof node === "string" ? [at]
    : Object.entries(node || {}).flatMap(([name, below]) => leaves(below, `${at}.${name}`))
  const vi = new Set(leaves(CMS.getLocale("vi"), ""))
  return leaves(CMS.getLocale("en"), "").filter(each => !vi.has(each))
}"""


def asked(visitor, action, **params):
    """One question as Decap asks it."""
    return visitor.fetch("/api/v1", {"branch": "main", "action": action, "params": params})


def saved(visitor, values, path=PATH, assets=()):
    """Saves a page as Decap does."""
    files = [{"path": path, "slug": path, "raw": json.dumps(values)}]
    return asked(visitor, "persistEntry", dataFiles=files, assets=list(assets), options={})


def test_a_post_is_written_in_decap_and_becomes_a_proposal(desk_place, browser):
    fetch_editor(desk_place.desk.editor, programs.EDITOR)
    context = browser.new_context(viewport=DESKTOP, locale="vi-VN", reduced_motion="reduce")
    watched = watch(context, desk_place.base)
    page = watched.page
    page.goto(desk_place.base + "/dang-nhap")
    page.fill("[name=ai]", TEACHER)
    page.fill("[name=mat_khau]", PASSPHRASE)
    page.click("main button")
    page.goto(desk_place.base + "/soan/decap#/collections/tin-tuc/new")
    page.locator("[id^=tieu_de-field]").fill("Góc")
    assert page.evaluate(UNTRANSLATED) == []
    page.locator("[id^=chuyen_muc-field]").first.click()
    page.keyboard.type("Thư viện")
    page.keyboard.press("Enter")
    page.locator("[id^=tom_tat-field]").fill("Ba kệ sách nhỏ đầu lớp do các em tự sắp xếp.")
    page.locator("[id^=ma-field]").fill("goc-doc-sach")
    page.locator("[data-slate-editor=true]").first.click()
    page.keyboard.type("Mỗi sáng có mười phút đọc.")
    look = page.frame_locator("iframe")
    look.locator("h1", has_text="Góc").wait_for()
    look.locator(".md-typeset p", has_text="Mỗi sáng có mười phút đọc.").wait_for()
    look.locator(".nhan-muc", has_text="Thư viện").wait_for()
    # The letter forms of the public site, not Decap's own.
    assert "Be Vietnam Pro" in look.locator("h1").evaluate(
        "one => getComputedStyle(one).fontFamily"
    )
    page.get_by_role("button", name="Lưu", exact=True).click()
    told = page.locator("#hoso-vuong")
    # A new page is opened anew after its first saving.
    page.wait_for_url("**/entries/2026/goc-doc-sach")
    page.locator("[id^=tieu_de-field][aria-invalid=true] ~ .hoso-loi").wait_for()
    told.get_by_role("button", name="Tiêu đề: có 3 ký tự").click()
    page.locator("[id^=tieu_de-field]:focus").wait_for()
    page.evaluate(programs.axe().read_text(encoding="utf-8"))
    seen = page.evaluate("async () => (await axe.run('#hoso-vuong')).violations.map(one => one.id)")
    page.locator("[id^=tieu_de-field]").fill("Góc đọc sách của lớp 3B")
    page.get_by_role("button", name="Lưu", exact=True).click()
    told.wait_for(state="hidden")
    page.get_by_role("button", name="Trạng thái: Bản nháp").click()
    page.get_by_role("menuitem").nth(1).click()
    page.get_by_role("button", name="Trạng thái: Đang xét duyệt").wait_for()
    # That a name is free Decap learns from a 404, which a browser always complains about.
    complaints = [each for each in watched.complaints if "404" not in each]
    strangers = watched.strangers
    context.close()
    assert (complaints, strangers, seen) == ([], [], [])

    clone, path = desk_place.desk.clone(), "content/tin-tuc/2026/goc-doc-sach.md"
    trees = {name: clone.view.standing(head).tree for name, head in clone.proposals().items()}
    name = next(name for name, tree in trees.items() if tree.entry(path) is not None)
    found = standing(clone, name, desk_place.desk.now())
    assert found.judged.may_be_proposed
    assert b"tieu_de: " in trees[name].read(path)
    assert b'"ma"' not in trees[name].read(path)


def test_a_picture_from_decap_is_drawn_anew_and_named_plainly(desk_place):
    visitor = desk_place.visitor(TEACHER)
    sent = {"path": "content/hinh/2026/Ảnh Lớp.JPEG", "encoding": "base64",
            "content": base64.b64encode(photo()).decode()}  # fmt: skip
    values = {"tieu_de": "Vườn rau", "anh": "Ảnh Lớp.JPEG",
              "body": "![x](../../hinh/2026/Ảnh_Lớp.jpeg)"}  # fmt: skip
    assert saved(visitor, values, assets=[sent]).status_code == 200
    ((path, kept),) = desk_place.desk.uploads.of(TEACHER, PATH).items()
    assert path == "content/hinh/2026/anh-lop.jpg"
    assert b"MAY-ANH" not in kept
    draft = desk_place.desk.drafts.get(TEACHER, PATH).content
    assert b"anh: anh-lop.jpg" in draft
    assert b"(../../hinh/2026/anh-lop.jpg)" in draft
    evil = {**sent, "content": base64.b64encode(b"<svg onload=alert(1)>").decode()}
    refused = saved(visitor, values, assets=[evil])
    assert refused.status_code == 422
    assert "không phải ảnh" in refused.json()["error"]
    asked(visitor, "deleteUnpublishedEntry", collection="tin-tuc", slug="2026/vuon-rau-lop-ba")
    assert desk_place.desk.drafts.get(TEACHER, PATH) is None


def test_an_unfinished_post_is_not_sent_and_says_what_it_lacks(desk_place):
    visitor = desk_place.visitor(TEACHER)
    saved(visitor, {"tieu_de": "Vườn rau", "body": "Xanh. ![ ](../../hinh/2026/x.png)"})
    named = {"collection": "tin-tuc", "slug": "2026/vuon-rau-lop-ba"}
    answer = asked(visitor, "updateUnpublishedEntryStatus", newStatus="pending_review", **named)
    assert answer.status_code == 422
    faults = {each["o"]: each["loi"] for each in answer.json()["vuong"]}
    assert faults["chuyen_muc"] == "chưa ghi"
    assert {"tom_tat", "ngay"} <= set(faults)
    assert "ảnh trong bài chưa có lời mô tả" in faults[""]
    assert asked(desk_place.visitor(CLERK), "unpublishedEntry", **named).status_code in (403, 404)
    asked(visitor, "deleteUnpublishedEntry", **named)


@pytest.mark.parametrize(("action", "params"), [
    ("publishUnpublishedEntry", {"collection": "tin-tuc", "slug": "2026/x"}),
    ("deleteFiles", {"paths": ["records/truong.yml"]}),
    ("persistMedia", {"asset": {"path": "content/hinh/2026/x.png", "content": ""}}),
    ("getEntry", {"path": "records/truong.yml"}),
    ("getEntry", {"path": "../../etc/passwd"}),
    ("getMediaFile", {"path": "records/truong.yml"}),
    ("unpublishedEntryDataFile", {"path": "records/truong.yml"}),
    ("updateUnpublishedEntryStatus", {"collection": "tin-tuc", "slug": "../../records/truong"}),
    ("entriesByFiles", {"files": [{"path": "records/truong.yml"}]}),
])  # fmt: skip
def test_what_decap_must_not_do_is_refused(desk_place, action, params):
    answer = asked(desk_place.visitor(TEACHER), action, **params)
    assert answer.status_code in (403, 404)
    assert "error" in answer.json()


def test_a_page_of_another_kind_or_of_nonsense_is_not_saved(desk_place):
    visitor = desk_place.visitor(TEACHER)
    assert saved(visitor, {}, path="records/truong.yml").status_code == 404
    assert saved(visitor, {}, path="content/van-ban/2026/mot-van-ban.md").status_code == 403
    assert saved(visitor, [1]).status_code == 422
    assert asked(visitor, "persistEntry", dataFiles=[]).status_code == 422
    assert visitor.fetch("/api/v1", {"action": 5}).status_code == 422
    forged = visitor.fetch("/api/v1", {"action": "info"}, token="x")  # noqa: S106 - nobody's
    assert forged.status_code == 403


def test_a_post_is_looked_at_before_it_is_kept_and_runs_nothing(desk_place):
    visitor = desk_place.visitor(TEACHER)
    values = {"nam": "2026", "ma": "chua-co", "tieu_de": "<script>alert(1)</script>",
              "body": "Chào <img src=x onerror=alert(1)> [x](javascript:alert(1))"}  # fmt: skip
    shown = visitor.fetch("/soan/xem", {"loai": "tin-tuc", "du_lieu": values})
    assert shown.status_code == 200
    assert "<script" not in shown.text
    assert "javascript:" not in shown.text
    assert "onerror" not in shown.text.replace("&lt;img src=x onerror=alert(1)&gt;", "")
    assert desk_place.desk.drafts.get(TEACHER, "content/tin-tuc/2026/chua-co.md") is None
    assert visitor.fetch("/soan/xem", {"loai": "van-ban", "du_lieu": values}).status_code == 422
    styles = visitor.text("/soan/trang.css")
    font = styles.partition("/soan/phong-chu/")[2].partition('"')[0]
    assert visitor.get(f"/soan/phong-chu/{font}").headers["content-type"] == "font/woff2"
