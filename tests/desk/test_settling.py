"""Two authors and one place: the later one sees both values, chooses, and sends again."""

import html
import re

import pytest

import programs
from browsing import PHONE
from desk.closed_school import pupils, sent
from desk.test_approving import at, signs
from desk.test_book_writing import at_desk
from desk.visiting import DeskPlace
from gate.situations import KINDS
from hoso.gate.changes import ABSENT
from hoso.gate.merging import Conflict, merge_page
from hoso.proposals.settling import Decided, settled_page
from hoso.schema.paths import PathTable
from servers import DEPUTY, LEADER, MATHS, TEACHER
from visits import axe_violations, sideways_at

POST = "content/tin-tuc/2026/vuon.md"
PAGE = """---
tieu_de: {title}
ngay: 2026-11-22
chuyen_muc:
  - hoat-dong
tac_gia:
  - NV0015
tom_tat: {summary}
---

{body}
"""


@pytest.fixture(scope="module")
def marks(founded, tmp_path_factory):
    """A desk whose books of marks change as these tests go on."""
    with DeskPlace(tmp_path_factory.mktemp("vuong"), founded) as place:
        yield place


def clashing(place, number):
    """A proposal in the way of one that has come into the books, and the place they both want."""
    pupil = pupils(place, MATHS)[number]
    spot = f"hoc_sinh/{pupil}/nhan_xet"
    other = pupils(place, MATHS)[number + 1]
    first = sent(place, TEACHER, {MATHS: {spot: "Em tính nhanh."}})
    second = sent(place, TEACHER, {MATHS: {spot: "Em tính còn chậm.",
                                           f"hoc_sinh/{other}/nhan_xet": "Em chăm."}})  # fmt: skip
    assert signs(place, LEADER, first, "kiem-tra").status_code == 303
    assert signs(place, DEPUTY, first, "duyet").status_code == 303
    return second, f"{MATHS}:FIELD:{spot}", pupil


def after(place, name):
    """The page as a proposal has it."""
    clone = place.desk.clone()
    return clone.view.standing(clone.head(name)).tree.read(MATHS).decode()


def test_the_later_author_sees_both_values_and_sends_what_they_choose(marks, browser):
    name, _, pupil = clashing(marks, 1)
    script = programs.axe().read_text(encoding="utf-8")
    with at_desk(browser, marks, TEACHER) as page:
        page.goto(f"/de-nghi/{name}")
        page.get_by_role("link", name="Chọn giá trị cho từng chỗ").click()
        text = page.locator("fieldset").inner_text()
        assert "Em tính nhanh." in text
        assert "Em tính còn chậm." in text
        assert re.search(r"Đang có trong sổ, (cô|thầy) .+ ghi lúc \d\d:\d\d", text)
        seen = axe_violations(page, script) + sideways_at(page, PHONE)
        page.get_by_label("Ghi lại:").check()
        page.locator("fieldset textarea").fill("Em tính đúng, cần nhanh hơn.")
        page.get_by_role("button", name="Gửi lại đề nghị").click()
        page.get_by_text("Đã gửi lại theo những giá trị").wait_for()
        assert page.url.endswith(f"/de-nghi/{name}")
        assert page.get_by_text("Chỗ vướng").count() == 0
    assert seen == []
    text = after(marks, name)
    assert re.search(rf"{pupil}:\n(    .*\n)*    nhan_xet: Em tính đúng, cần nhanh hơn\.", text)
    assert "Em chăm." in text
    assert signs(marks, LEADER, name, "kiem-tra").status_code == 303
    assert signs(marks, DEPUTY, name, "duyet").status_code == 303


def test_nothing_is_sent_before_every_place_is_decided_and_by_nobody_else(marks):
    name, spot, _ = clashing(marks, 5)
    teacher, place = at(marks, TEACHER), f"/de-nghi/{name}/go-vuong"
    head = re.search(r'name="dau" value="([0-9a-f]+)"', teacher.text(place))[1]
    undecided = teacher.post(place, {"dau": head})
    assert undecided.status_code == 422
    assert "Chọn một trong các giá trị" in undecided.text
    wrong = teacher.post(place, {"dau": head, f"chon.{spot}": "khac", f"khac.{spot}": "x" * 700})
    assert wrong.status_code == 422
    assert "loi-chon" in wrong.text
    assert teacher.post(place, {"dau": "0" * 40, f"chon.{spot}": "toi"}).status_code == 422
    assert at(marks, LEADER).post(place, {"dau": head, f"chon.{spot}": "toi"}).status_code == 403
    kept = teacher.post(place, {"dau": head, f"chon.{spot}": "toi"})
    assert kept.headers["location"] == f"/de-nghi/{name}"
    assert "nhan_xet: Em tính còn chậm." in after(marks, name)


def test_an_author_takes_a_proposal_back_at_the_desk_once_sure(marks):
    pupil = pupils(marks, MATHS)[8]
    name = sent(marks, TEACHER, {MATHS: {f"hoc_sinh/{pupil}/nhan_xet": "Em viết đẹp."}})
    teacher, place = at(marks, TEACHER), f"/de-nghi/{name}"
    assert "Rút đề nghị này" in teacher.text(place)
    assert "Rút đề nghị này" not in at(marks, LEADER).text(place)
    assert at(marks, LEADER).post(f"{place}/rut", {"chac": "co"}).status_code == 403
    assert teacher.post(f"{place}/rut").status_code == 422
    assert teacher.post(f"{place}/rut", {"chac": "co"}).status_code == 303
    assert f"Đã rút đề nghị {name}" in html.unescape(teacher.text("/de-nghi/?xem=cua-toi"))
    assert teacher.get(place).status_code == 404


def page(title="Vườn rau của lớp", summary="Luống cải xanh sau ba tuần.", body="Một.\n\nHai."):
    return PAGE.format(title=title, summary=summary, body=body).encode()


@pytest.mark.parametrize(("ours", "theirs", "decided", "said"), [
    (page(title="Vườn rau tháng mười"), page(title="Vườn rau lớp 3B", body="Một.\n\nHai.\n\nBa."),
     {"fields": {("tieu_de",): "Vườn rau của chúng em"}},
     page(title="Vườn rau của chúng em", body="Một.\n\nHai.\n\nBa.")),
    (page(title="Vườn rau tháng mười", body="Một.\n\nHai.\n\nBa."), page(title="Vườn rau lớp 3B"),
     {"fields": {("tieu_de",): "Vườn rau lớp 3B"}},
     page(title="Vườn rau lớp 3B", body="Một.\n\nHai.\n\nBa.")),
    (page(body="Một và nửa.\n\nHai."), page(body="Mốt.\n\nHai.", summary="Luống cải đã thu hoạch."),
     {"fields": {}, "body": "Cả hai."},
     page(body="Cả hai.", summary="Luống cải đã thu hoạch.")),
    (None, page(title="Vườn rau lớp 3B"), {"fields": {}, "mine": True},
     page(title="Vườn rau lớp 3B")),
    (None, page(title="Vườn rau lớp 3B"), {"fields": {}}, None),
    (page(title="Vườn rau tháng mười"), page(title="Vườn rau lớp 3B", summary="Luống cải đã lớn."),
     {"fields": {("tieu_de",): ABSENT}},
     page(summary="Luống cải đã lớn.").replace("tieu_de: Vườn rau của lớp\n".encode(), b"")),
], ids=["field", "other body", "body", "page kept", "page gone", "value gone"])  # fmt: skip
def test_what_is_decided_comes_together_with_everything_else(ours, theirs, decided, said):
    table = PathTable(KINDS)
    conflict = merge_page(POST, page(), ours, theirs, table)
    assert isinstance(conflict, Conflict)
    assert settled_page(conflict, (page(), ours, theirs), table, Decided(**decided)) == said
