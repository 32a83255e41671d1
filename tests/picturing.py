"""`make pictures`: the desk of the reference school, photographed as each role sees it.

A training server lives on the eve of a lock; some people have sent their work. Pictures go to
docs/hinh/ban-lam-viec; one that shows a violation of axe-core's rules is not taken.
"""

from __future__ import annotations

import io
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import yaml
from PIL import Image
from playwright.sync_api import sync_playwright

import programs
from gate.situations import ROOT, edited
from hoso.cli.clock import clock_of
from hoso.desk.app import application
from hoso.desk.founding import Chances, found_training
from hoso.desk.place import Desk
from hoso.desk.sending import propose
from hoso.desk.serving import running
from hoso.gate.verdict import VIETNAM
from hoso.server.founding import school_files
from hoso.store.git import Repository
from hoso.store.tree import FolderTree
from visits import axe_violations

SHOWN = Path(__file__).with_name("pictures.yml")
PICTURES = ROOT / "docs/hinh/ban-lam-viec"
SIZES = {"may-tinh": (1280, 860), "dien-thoai": (390, 844)}
EVE = datetime(2026, 11, 12, 7, 30, tzinfo=VIETNAM)
PASSPHRASE = "hoa-phuong-do"  # noqa: S105 - opens nothing but this desk
LESSONS = "records/2026-2027/lop/{}/danh-gia-mon/tin-hoc/giua-ky-1.yml"
ATTENDANCE = "records/2026-2027/lop/1B/diem-danh/2026-11.yml"
REMARK = "Em trình bày trang chiếu gọn, biết tự kiểm tra lại bài."


def founded(folder):
    """The desk of a new training server."""
    place = folder / "truong.git"
    shift = EVE - datetime.now(UTC)
    chances = Chances(seed="ab" * 32, python=sys.executable)
    files = school_files(FolderTree(ROOT))
    found_training(place, files, EVE, shift, PASSPHRASE, chances, lambda done, of: None)
    return Desk(place, clock_of(Repository(place)), training=True)


def send(desk, who, path, made, said):
    """Somebody's proposal: what `made` says of the page's pupils, in the order of its rows."""
    view = desk.clone().view
    standing = view.standing(view.main)
    room = standing.school.get("lop", nam_hoc="2026-2027", lop=path.split("/")[3])
    pupils = sorted(room.data["hoc_sinh"], key=lambda code: room.data["hoc_sinh"][code]["stt"])
    after, _ = edited({path: standing.tree.read(path)}, {path: made(pupils)})
    with desk.signing(who, desk.accounts.login(who, PASSPHRASE, {})) as (clone, me):
        propose(clone, me, after, clone.view.main, said)


def prepare(desk):
    """What waits for the people in the pictures."""
    send(desk, "NV0012", ATTENDANCE,
         lambda pupils: {f"vang/{pupils[2]}": {"04": {"sang": "phep", "chieu": "phep"}},
                         f"vang/{pupils[5]}": {"05": {"sang": "chua-ro"}}},
         "Bổ sung hai em vắng tuần đầu tháng")  # fmt: skip
    for room in ("4B", "5A", "5B"):
        send(desk, "NV0022", LESSONS.format(room),
             lambda pupils: {f"hoc_sinh/{pupils[1]}/nhan_xet": REMARK},
             "Bổ sung một nhận xét")  # fmt: skip


def go(page):
    """Somebody is typing."""
    cell = page.locator("table.luoi tbody textarea").nth(2)
    cell.click()
    cell.fill(REMARK)
    page.get_by_text("Bản nháp lưu lúc").wait_for()


def mo(page):
    """The first proposal is opened."""
    page.locator(".de-nghi-ds a").first.click()
    page.get_by_role("heading", name="Vì sao được phép").wait_for()


def kiem_toan(page):
    """The audit has been run."""
    page.get_by_role("button", name="Chạy kiểm toán").click()
    page.get_by_role("link", name="Báo cáo PDF").wait_for(timeout=120_000)


DONE = {"go": go, "mo": mo, "kiem-toan": kiem_toan}


def taken(browser, base, told):
    """One picture as WebP bytes."""
    width, height = SIZES[told["co"]]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="vi-VN", reduced_motion="reduce",
        color_scheme="dark" if told["nen"] == "toi" else "light",
    )  # fmt: skip
    page = context.new_page()
    if told["ai"] != "la":
        page.goto(f"{base}/dang-nhap")
        page.fill("#ai", told["ai"])
        page.fill("#mat_khau", PASSPHRASE)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{base}/")
    page.goto(base + told["trang"])
    if "truoc" in told:
        DONE[told["truoc"]](page)
    found = axe_violations(page, programs.axe().read_text("utf-8"))
    if found:
        raise SystemExit(f"{told['trang']}: {found}")
    page.evaluate("scrollTo(0, 0)")
    raw = page.screenshot()
    context.close()
    kept = io.BytesIO()
    Image.open(io.BytesIO(raw)).convert("RGB").save(kept, "WEBP", quality=72, method=6)
    return kept.getvalue()


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        desk = founded(Path(folder))
        prepare(desk)
        browser = playwright.chromium.launch(
            executable_path=str(programs.browser()), args=programs.browser_flags()
        )
        hosts = set()
        with running(application(desk, lambda: hosts)) as port:
            hosts.add(f"127.0.0.1:{port}")
            for name, told in yaml.safe_load(SHOWN.read_text("utf-8")).items():
                picture = taken(browser, f"http://127.0.0.1:{port}", told)
                (PICTURES / f"{name}.webp").write_bytes(picture)
                print(f"{name}.webp: {len(picture) / 1000:.0f} kB", flush=True)
        browser.close()
        desk.close()


if __name__ == "__main__":
    main()
