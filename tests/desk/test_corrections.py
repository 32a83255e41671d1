"""A closed cell mended by a request: asked for, approved, carried out once, printed, over."""

import hashlib
import html
import itertools
import re
from datetime import date
from urllib.parse import unquote

import pytest

from desk.closed_school import NEW_POST, POST_TEXT, on_main, pupils, sent
from desk.test_approving import at, signs
from desk.visiting import PASSPHRASE
from hoso.desk.correcting import Way, requests
from servers import CLERK, DEPUTY, HEAD, LEADER, MATHS, PUPIL, TEACHER

EVIDENCE = b"\xff\xd8\xff ban chup bai kiem tra"
NEXT = itertools.count()
REMARK = "Em tính cẩn thận hơn, cần giữ vở sạch."


def asks(place, place_of_field, new, who=TEACHER, **different):
    """Somebody fills in the form of a cell; gives the paper's number and the answer."""
    visitor = at(place, who)
    form = visitor.text(f"/sua/{MATHS}?truong={place_of_field}")
    code = re.search(r'name="ma" value="(DN\w{6})"', form)[1]
    old = html.unescape(re.search(r'name="cu" value="([^"]*)"', form)[1])
    values = {
        "ma": code, "truong": place_of_field, "cu": old, "moi": new, "ly_do": "nhap-sai",
        "loai": "bai-kiem-tra", "han": "", "mat_khau": PASSPHRASE, **different,
    }  # fmt: skip
    answer = visitor.post(f"/sua/{MATHS}", values,
                          files={"tep": ("bai.jpg", EVIDENCE, "image/jpeg")})  # fmt: skip
    return code, answer


def name_of(answer):
    """The proposal that an answer leads to."""
    assert answer.status_code == 303, re.sub(r"<[^>]+>", "", answer.text)[-1500:]
    return answer.headers["location"].removeprefix("/de-nghi/")


def remark_of(place):
    """The cell of a remark that no other test asks about."""
    return f"hoc_sinh/{pupils(place, MATHS)[next(NEXT)]}/nhan_xet"


def approved_request(place, new=REMARK, **different):
    """A request for another remark, checked and approved; its number."""
    field = remark_of(place)
    code, answer = asks(place, field, new, **different)
    name = name_of(answer)
    assert signs(place, LEADER, name, "kiem-tra").status_code == 303
    assert signs(place, DEPUTY, name, "duyet").status_code == 303
    return code


@pytest.fixture(scope="module")
def waiting(closed_place):
    """A request that is approved and that nobody carries out."""
    return approved_request(closed_place)


def carries_out(place, code, who=TEACHER, passphrase=PASSPHRASE):
    """Somebody presses the one button of a request."""
    return at(place, who).post(f"/sua/{code}/thuc-hien", {"mat_khau": passphrase})


def test_a_request_goes_from_the_cell_to_the_new_value_and_is_used_up(closed_place):
    new = "Em đã nhớ cách đặt tính."
    code = approved_request(closed_place, new)
    told = html.unescape(at(closed_place, TEACHER).text(f"/sua/{code}"))
    assert "đã duyệt, chờ sửa" in told
    assert new in told
    name = name_of(carries_out(closed_place, code))
    assert "đã sửa, chờ duyệt" in at(closed_place, TEACHER).text(f"/sua/{code}")
    page = html.unescape(at(closed_place, DEPUTY).text(f"/de-nghi/{name}"))
    assert f"Giấy đề nghị thay đổi thông tin · {code}" in page
    assert "giữ hai vai trong việc sửa này" in page
    assert signs(closed_place, LEADER, name, "kiem-tra").status_code == 303
    assert signs(closed_place, DEPUTY, name, "duyet").status_code == 303
    assert new not in on_main(closed_place, MATHS)
    assert signs(closed_place, HEAD, name, "duyet").status_code == 303
    assert new in on_main(closed_place, MATHS)
    assert "đã thực hiện" in at(closed_place, TEACHER).text(f"/sua/{code}")
    again = carries_out(closed_place, code)
    assert again.status_code == 422


def test_the_evidence_is_kept_as_its_digest_and_nowhere_else(closed_place, waiting):
    paper = on_main(closed_place, f"records/2026-2027/de-nghi-sua/{waiting}.yml")
    assert hashlib.sha256(EVIDENCE).hexdigest() in paper
    kept = [path for path in closed_place.desk.folder.rglob("*") if path.is_file()]
    assert kept
    assert not any(EVIDENCE in path.read_bytes() for path in kept)


def test_a_request_prints_as_the_form(closed_place, waiting):
    answer = at(closed_place, TEACHER).get(f"/sua/{waiting}/giay.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_a_request_closes_by_itself_when_its_day_has_passed(closed_place, waiting):
    view = closed_place.desk.clone().view
    found = view.standing(view.main)

    def way(day):
        told = requests(found.school, found.policy(day), frozenset(), frozenset())
        return next(each.way for each in told if each.code == waiting)

    assert way(date(2026, 11, 30)) is Way.OPEN
    assert way(date(2026, 12, 1)) is Way.OVER


def test_a_form_that_is_wrong_keeps_what_was_typed_and_says_why(closed_place):
    field = remark_of(closed_place)
    for different, said in (
        ({"mat_khau": "hoa cúc trắng"}, "không đúng"),
        ({"han": "2026-11-01"}, "đã qua"),
        ({"moi": "x" * 700}, "600"),
    ):
        values = {"new": REMARK, **{k: v for k, v in different.items() if k != "moi"}}
        _, answer = asks(closed_place, field, different.get("moi", REMARK),
                         **{k: v for k, v in values.items() if k != "new"})  # fmt: skip
        assert answer.status_code in (403, 422)
        shown = html.unescape(answer.text)
        assert different.get("moi", REMARK) in shown
        assert said in re.search(r'<p class="loi" role="alert">(.*?)</p>', shown)[1]


def test_a_value_that_changed_meanwhile_is_not_overwritten_by_an_old_form(closed_place):
    field = remark_of(closed_place)
    _, answer = asks(closed_place, field, REMARK, cu="Một giá trị đã cũ.")
    assert answer.status_code == 422
    assert "mở lại rồi ghi theo giá trị" in html.unescape(answer.text)


def test_an_open_cell_needs_no_paper(closed_place):
    page = at(closed_place, CLERK).text(f"/sua/{PUPIL}?truong=ghi_chu")
    assert "chưa khóa" in page
    assert "Gửi giấy đi duyệt" not in page


def test_only_who_may_write_the_cell_carries_a_request_out(closed_place, waiting):
    assert "Sửa theo giấy này" in at(closed_place, TEACHER).text(f"/sua/{waiting}")
    assert "Sửa theo giấy này" not in at(closed_place, DEPUTY).text(f"/sua/{waiting}")
    assert carries_out(closed_place, waiting, DEPUTY).status_code == 403
    assert carries_out(closed_place, waiting, TEACHER, "hoa cúc trắng").status_code == 403


def test_what_is_asked_for_must_be_there_and_readable(closed_place):
    teacher = at(closed_place, TEACHER)
    for address in (
        f"/sua/{MATHS}?truong=hoc_sinh/HS000000", f"/sua/{MATHS}?truong=khong-co",
        "/sua/records/truong.yml.bak?truong=ten", "/sua/../../etc/passwd?truong=x",
        "/sua/DN000000", "/sua/DN000000/giay.pdf",
    ):  # fmt: skip
        assert teacher.get(address).status_code == 404, address


def test_without_a_cell_the_page_offers_every_cell_of_it(closed_place):
    teacher = at(closed_place, TEACHER)
    offered = html.unescape(teacher.text(f"/sua/{MATHS}"))
    pupil = pupils(closed_place, MATHS)[0]
    for field in ("muc", "diem", "nhan_xet"):
        assert f'?truong=hoc_sinh/{pupil}/{field}"' in offered
        assert teacher.get(f"/sua/{MATHS}?truong=hoc_sinh/{pupil}/{field}").status_code == 200


def test_a_pupils_page_that_one_may_not_read_is_not_shown_by_the_form(closed_place):
    leader = at(closed_place, LEADER)
    assert leader.get(f"/sua/{PUPIL}?truong=ghi_chu").status_code == 404


def test_books_are_told_by_lock_with_what_is_missing_by_teacher(closed_place):
    table = at(closed_place, TEACHER).text("/khoa-so/")
    assert "Giữa học kỳ I" in table
    assert "Tháng 9/2026" in table
    one = at(closed_place, TEACHER).text("/khoa-so/2026-2027/giua-ky-1")
    assert re.search(r"<h3>Vũ Thị Huệ", one)
    assert "Lớp 3B · Đạo đức · Giữa học kỳ I" in one
    assert "Còn thiếu trang nên chưa chốt được" in one
    assert at(closed_place, TEACHER).get("/khoa-so/2026-2027/khong-co").status_code == 404


def test_the_minutes_of_a_lock_are_a_pdf(closed_place):
    answer = at(closed_place, DEPUTY).get("/khoa-so/2026-2027/giua-ky-1/bien-ban.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")


def test_books_close_only_for_whom_the_regulation_lets_and_when_complete(closed_place):
    address, word = "/khoa-so/2026-2027/giua-ky-1", {"mat_khau": PASSPHRASE}
    assert at(closed_place, TEACHER).post(f"{address}/chot", word).status_code == 403
    deputy = at(closed_place, DEPUTY)
    wrong = deputy.post(f"{address}/chot", {"mat_khau": "hoa cúc trắng"})
    assert wrong.status_code == 403
    answer = deputy.post(f"{address}/chot", word)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert "còn thiếu 23 trang" in deputy.text(address)
    assert "2026-2027/giua-ky-1" not in closed_place.desk.clone().view.state.closed


def test_an_order_opens_closed_books_once_it_is_signed_and_says_when_it_ends(own_closed_place):
    deputy = at(own_closed_place, DEPUTY)
    code = re.search(r'name="ma" value="(MS\w{6})"', deputy.text("/mo-so/moi"))[1]
    values = {
        "ma": code, "nguoi": TEACHER, "loai": "danh-gia-mon", "nam_hoc": "2026-2027",
        "pham_vi_lop": "3B", "pham_vi_mon": "toan", "pham_vi_ky": "giua-ky-1",
        "tu": "2026-11-23T07:00", "den": "2026-11-24T17:00", "so": "91/QĐ-THCH",
        "ngay": "2026-11-23", "ly_do": "Nhập bổ sung nhận xét", "mat_khau": PASSPHRASE,
    }  # fmt: skip
    overlong = deputy.post("/mo-so/moi", {**values, "den": "2026-12-24T17:00"})
    assert overlong.status_code == 422
    assert "không quá 48 giờ" in overlong.text
    assert 'value="91/QĐ-THCH"' in overlong.text
    name = name_of(deputy.post("/mo-so/moi", values))
    assert name_of(deputy.post("/mo-so/moi", values)) == name
    shown = html.unescape(at(own_closed_place, HEAD).text(f"/de-nghi/{name}"))
    assert "Đánh giá môn học" in shown
    assert "Lớp 3B" in shown
    assert signs(own_closed_place, HEAD, name, "duyet").status_code == 303
    table = html.unescape(at(own_closed_place, TEACHER).text("/khoa-so/"))
    assert "từ 07:00 23/11/2026 đến 17:00 24/11/2026: đang mở" in " ".join(table.split())
    opened = sent(own_closed_place, TEACHER,
                  {MATHS: {remark_of(own_closed_place): REMARK}})  # fmt: skip
    assert "mở theo: Lệnh mở sổ" in html.unescape(
        at(own_closed_place, DEPUTY).text(f"/de-nghi/{opened}")
    )


def test_who_does_not_write_orders_cannot_open_the_form(closed_place):
    assert at(closed_place, TEACHER).get("/mo-so/moi").status_code == 403


def test_nothing_a_person_writes_becomes_markup(closed_place):
    evil = '<img src=x onerror="alert(1)"> và <b>chữ</b>'
    field = remark_of(closed_place)
    _, answer = asks(closed_place, field, evil, giai_thich=evil)
    name = name_of(answer)
    post = POST_TEXT.replace("Vườn trường mùa đông", "Vườn <b>trường</b> mùa đông")
    other = sent(closed_place, TEACHER, {NEW_POST.replace("mua-dong", "mua-xuan"): post})
    for address in (f"/de-nghi/{name}", f"/de-nghi/{other}", "/de-nghi/?xem=tat-ca"):
        page = at(closed_place, DEPUTY).text(address)
        assert "<b>" not in page
        assert "<img src=x" not in page


def test_any_cell_of_a_closed_page_leads_to_its_paper_also_an_empty_one(closed_place):
    teacher, pupil = closed_place.visitor(TEACHER), pupils(closed_place, MATHS)[0]
    cell = f"hoc_sinh/{pupil}/nhan_xet"
    assert f'href="/sua/{MATHS}?truong={cell}"' in teacher.text(f"/so/{MATHS}")
    listed = teacher.text(f"/sua/{MATHS}")
    (columns,) = re.findall(r'<select id="cot".*?</select>', listed, re.S)
    number = re.search(r'value="(\d+)">Nhận xét<', columns)[1]
    led = teacher.get(f"/sua/{MATHS}?hang={pupil}&cot={number}")
    assert led.status_code == 303
    assert unquote(led.headers["location"]) == f"/sua/{MATHS}?truong={cell}"
    assert teacher.get(f"/sua/{MATHS}?hang={pupil}&cot=99").status_code == 200
