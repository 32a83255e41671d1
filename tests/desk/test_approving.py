"""Proposals read, signed, returned and merged at the desk, over real HTTP beside a real server."""

import html
import re
from functools import cache

import httpx
import pytest

from desk.closed_school import NEW_POST, OLD_POST, POST_TEXT, on_main, pupils, sent
from desk.visiting import PASSPHRASE
from hoso.desk.public_site import public_site
from hoso.desk.publishing import Publisher
from servers import CLERK, DEPUTY, HEAD, LEADER, MATHS, OTHER, PUPIL, TEACHER, VIETNAMESE

REMARK = "Em tiến bộ rõ, cần luyện thêm bảng nhân."


@pytest.fixture(scope="module")
def marks(founded, tmp_path_factory):
    """A desk with remarks of the class teacher waiting."""
    from desk.visiting import DeskPlace

    with DeskPlace(tmp_path_factory.mktemp("duyet"), founded) as place:
        yield place


def remark(place, path=MATHS, number=0, text=REMARK, who=TEACHER):
    """The name of a proposal that changes one pupil's remark."""
    pupil = pupils(place, path)[number]
    return sent(place, who, {path: {f"hoc_sinh/{pupil}/nhan_xet": text}})


@cache
def at(place, who):
    """Somebody's browser, asked only once whether they are logged in."""
    return place.visitor(who)


def digest(visitor, name):
    """What the form of a proposal binds a signature to."""
    return held(visitor, name)["dau_noi_dung"]


def held(visitor, name):
    """The hidden fields of a proposal's form."""
    page = visitor.text(f"/de-nghi/{name}")
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def signs(place, who, name, deed, **different):
    """Somebody opens a proposal and signs; gives the answer."""
    visitor = at(place, who)
    hidden = held(visitor, name)
    values = {"viec": deed, "dau_noi_dung": hidden.get("dau_noi_dung", ""),
              "mat_khau": PASSPHRASE}  # fmt: skip
    return visitor.post(f"/de-nghi/{name}/ky", {**values, **different}, token=hidden["_t"])


def test_a_remark_is_checked_then_approved_and_is_on_main_at_once(marks):
    name = remark(marks)
    waiting = at(marks, LEADER).text("/de-nghi/")
    assert f'href="/de-nghi/{name}"' in waiting
    assert "Lớp 3B · Toán · Giữa học kỳ I" in waiting
    seen = html.unescape(at(marks, LEADER).text(f"/de-nghi/{name}"))
    assert REMARK in seen
    assert "Vì sao được phép" in seen
    assert "Quy chế 2026-2027" in seen
    leader, deputy = at(marks, LEADER), at(marks, DEPUTY)
    assert signs(marks, LEADER, name, "kiem-tra").status_code == 303
    assert REMARK not in on_main(marks, MATHS)
    assert "còn chờ bước sau" in leader.text("/de-nghi/")
    assert signs(marks, DEPUTY, name, "duyet").status_code == 303
    assert REMARK in on_main(marks, MATHS)
    said = deputy.text("/de-nghi/?xem=tat-ca")
    assert "đủ chữ ký, đã vào sổ chính thức" in said
    assert f'href="/de-nghi/{name}"' not in said
    assert at(marks, DEPUTY).get(f"/de-nghi/{name}").status_code == 404


def test_the_author_cannot_sign_and_is_told_by_which_finding(marks):
    name = remark(marks, number=1)
    page = at(marks, TEACHER).text(f"/de-nghi/{name}")
    assert "HS855" in page
    assert "Ký duyệt" not in page
    token = re.search(r'name="_t" value="([^"]+)"', page)[1]
    refused = at(marks, TEACHER).post(
        f"/de-nghi/{name}/ky",
        {"viec": "duyet", "mat_khau": PASSPHRASE,
         "dau_noi_dung": digest(at(marks, LEADER), name)}, token=token,
    )  # fmt: skip
    assert refused.status_code == 403
    assert "HS855" in refused.text


def test_who_has_no_step_is_told_whose_it_is_by_clause(marks):
    name = remark(marks, number=2)
    seen = digest(at(marks, LEADER), name)
    refused = signs(marks, HEAD, name, "kiem-tra", dau_noi_dung=seen)
    assert refused.status_code == 403
    assert "không bước nào còn thiếu là việc của thầy cô" in refused.text
    assert "khoản" in refused.text


def test_who_may_not_read_the_pages_learns_nothing_of_the_proposal(marks):
    name = sent(marks, CLERK, {PUPIL: {"ghi_chu": "Đã đủ giấy tờ."}})
    leader = at(marks, LEADER)
    assert str(name) not in leader.text("/de-nghi/?xem=tat-ca")
    missing = leader.get(f"/de-nghi/{name}")
    never = leader.get("/de-nghi/NV0003/aaaaaa")
    assert missing.status_code == never.status_code == 404
    assert missing.text.replace(str(name), "") == never.text.replace("NV0003/aaaaaa", "")


def test_a_wrong_passphrase_signs_nothing_and_says_so_at_the_field(marks):
    name = remark(marks, number=4)
    refused = signs(marks, LEADER, name, "kiem-tra", mat_khau="hoa cúc trắng")
    assert refused.status_code == 403
    assert 'aria-invalid="true"' in refused.text
    assert "đã kiểm tra, vai" not in at(marks, LEADER).text(f"/de-nghi/{name}")


def test_a_signature_is_for_what_was_shown_and_nothing_else(marks):
    name, other = remark(marks, number=5), remark(marks, number=6)
    refused = signs(marks, LEADER, name, "kiem-tra",
                    dau_noi_dung=digest(at(marks, LEADER), other))  # fmt: skip
    assert refused.status_code == 422
    assert "đọc lại rồi ký" in refused.text


def test_what_is_sent_back_shows_its_author_the_reason(marks):
    name = remark(marks, number=7)
    back = at(marks, LEADER).post(
        f"/de-nghi/{name}/tra-lai",
        {"ly_do": "Ghi rõ <em> em cần luyện gì.", "mat_khau": PASSPHRASE},
    )
    assert back.status_code == 303
    own = at(marks, TEACHER).text("/de-nghi/?xem=cua-toi")
    assert "Trả lại: Ghi rõ &lt;em&gt; em cần luyện gì." in own
    page = at(marks, TEACHER).text(f"/de-nghi/{name}")
    assert "trả lại:" in page
    assert f'href="/so/{MATHS}"' in page


def test_a_reason_must_be_given_to_send_back(marks):
    name = remark(marks, number=8)
    answer = at(marks, LEADER).post(
        f"/de-nghi/{name}/tra-lai", {"ly_do": " ", "mat_khau": PASSPHRASE}
    )
    assert answer.status_code == 422


def test_two_wishes_for_one_cell_are_shown_as_a_conflict_with_both_values(marks):
    first = remark(marks, VIETNAMESE, 0, "Em đọc to, rõ ràng.")
    second = remark(marks, VIETNAMESE, 0, "Em đọc còn nhỏ.")
    assert signs(marks, LEADER, first, "kiem-tra").status_code == 303
    assert signs(marks, DEPUTY, first, "duyet").status_code == 303
    page = html.unescape(at(marks, TEACHER).text(f"/de-nghi/{second}"))
    assert "Chỗ vướng với việc đã vào sổ" in page
    assert "Em đọc to, rõ ràng." in page
    assert "Em đọc còn nhỏ." in page
    assert "Ký duyệt" not in at(marks, HEAD).get(f"/de-nghi/{second}").text


def test_advice_of_a_rule_is_told_before_signing(marks):
    pupil, later = pupils(marks, OTHER)[0], OTHER.replace("giua-ky-1", "cuoi-ky-1")
    row = {"muc": "hoan-thanh-tot", "diem": 5, "nhan_xet": REMARK}
    name = sent(marks, LEADER, {later: {"=": {"giao_vien": LEADER, "hoc_sinh": {pupil: row}}}})
    page = at(marks, DEPUTY).text(f"/de-nghi/{name}")
    assert "HS507" in page
    assert "Ký duyệt" in page


def test_only_what_was_opened_is_signed_together(marks):
    names = [remark(marks, number=number) for number in (9, 10)]
    leader = marks.stranger()
    leader.login(LEADER)
    values = [f"{name} {digest(at(marks, LEADER), name)}" for name in names]
    page = leader.text("/de-nghi/duyet-nhieu")
    boxes = {value: box for box, value in re.findall(
        r'(<input type="checkbox" name="chon" value="([^"]+)"[^>]*>)', page)}  # fmt: skip
    assert all("disabled" in boxes[value] for value in values)
    sending = {"viec": "kiem-tra", "chon": values, "mat_khau": PASSPHRASE}
    refused = leader.post("/de-nghi/duyet-nhieu", sending)
    assert refused.status_code == 422
    assert "hưa mở đề nghị" in refused.text
    for name in names:
        leader.text(f"/de-nghi/{name}")
    done = leader.post("/de-nghi/duyet-nhieu", sending)
    assert "Kết quả: ký 2 trong 2 đề nghị" in done.text
    for name in names:
        assert "đã kiểm tra, vai Tổ trưởng chuyên môn" in leader.text(f"/de-nghi/{name}")


def test_different_kinds_are_not_signed_together(closed_place):
    post = sent(closed_place, TEACHER, {NEW_POST.replace("mua-dong", "mua-he"): POST_TEXT})
    page = sent(closed_place, CLERK, {PUPIL: {"ghi_chu": "Đã đủ giấy."}})
    deputy = at(closed_place, DEPUTY)
    values = [f"{name} {digest(deputy, name)}" for name in (post, page)]
    answer = deputy.post("/de-nghi/duyet-nhieu",
                         {"viec": "duyet", "chon": values, "mat_khau": PASSPHRASE})  # fmt: skip
    assert answer.status_code == 422
    assert {post, page} <= closed_place.desk.clone().proposals().keys()


def test_a_post_is_shown_as_it_will_read_and_is_on_the_site_once_approved(closed_place):
    name = sent(closed_place, TEACHER, {NEW_POST: POST_TEXT})
    page = at(closed_place, LEADER).text(f"/de-nghi/{name}")
    assert "<strong>bốn tổ</strong>" in page
    assert "<script>alert" not in page
    picture = re.search(r'<img src="([^"]+vuon-rau\.png)" alt="Luống rau', page)[1]
    shown = at(closed_place, LEADER).get(f"/de-nghi/{name.author}/{picture}")
    assert shown.headers["content-type"] == "image/png"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert signs(closed_place, LEADER, name, "kiem-tra").status_code == 303
    deputy = at(closed_place, DEPUTY)
    assert signs(closed_place, DEPUTY, name, "duyet").status_code == 303
    assert "trang web đang được dựng lại" in deputy.text("/de-nghi/")
    site = closed_place.desk.site
    assert site.settled(120)
    assert site.failed == ""
    built = site.folder / "tin-tuc" / "2026" / "vuon-truong-mua-dong" / "index.html"
    assert "Vườn trường mùa đông" in built.read_text("utf-8")
    view = closed_place.desk.clone().view
    assert site.built() == view.main
    with public_site(site.folder, "127.0.0.1", 0) as port:
        base = f"http://127.0.0.1:{port}"
        shown = httpx.get(f"{base}/tin-tuc/2026/vuon-truong-mua-dong/")
        assert "bốn tổ" in shown.text
        assert "<script>alert" not in shown.text
        for path in ("/hinh/", "/%2e%2e/desk.sqlite", "/khong-co/"):
            assert httpx.get(base + path).status_code == 404, path
    # Nothing has changed since: a start builds nothing.
    restarted = Publisher(closed_place.server, site.folder)
    restarted.catch_up()
    assert restarted.settled(0)
    # What a killed build left is thrown away, and the site stays as it is.
    manifest = site.folder / "manifest.json"
    left, seen = site.folder.with_name(".trang-web-moi-bo"), manifest.stat().st_ino
    left.mkdir()
    restarted.catch_up()
    assert restarted.settled(60)
    assert not left.exists()
    assert manifest.stat().st_ino == seen


@pytest.mark.parametrize("path", [
    "records/nhan-su/NV0001.yml", "content/hinh/2026/../../../records/truong.yml",
    "content/hinh/2026/khong-co.png", OLD_POST,
])  # fmt: skip
def test_a_proposal_hands_out_pictures_and_attachments_only(closed_place, path):
    name = sent(closed_place, TEACHER, {NEW_POST.replace("mua-dong", "mua-thu"): POST_TEXT})
    answer = at(closed_place, DEPUTY).get(f"/de-nghi/{name}/tep/{path}")
    assert answer.status_code == 404
