"""What waits for a person at home, and the school's days: real pages of a real desk."""

from datetime import date

from desk.closed_school import clock_at, closed_server, pupils, sent
from desk.visiting import PASSPHRASE, DeskPlace
from hoso.desk.school_days import as_file, days_of_school, month_page
from servers import HEAD, LEADER, MATHS, TEACHER


def test_home_names_what_one_has_to_write_and_leads_there(desk_place):
    home = desk_place.visitor(TEACHER).text("/")
    assert "Lớp 3B · " in home
    assert "/so/records/2026-2027/lop/3B/" in home


def test_somebody_without_a_page_to_write_is_told_that_nothing_waits(own_place):
    assert "không có việc nào đang chờ" in own_place.visitor(HEAD).text("/")


def test_work_goes_from_desk_to_desk_and_comes_back_with_its_remark(own_place):
    pupil = pupils(own_place, MATHS)[0]
    name = sent(own_place, TEACHER, {MATHS: {f"hoc_sinh/{pupil}/nhan_xet": "Em tính nhanh."}})
    own_place.desk.drafts.put(TEACHER, MATHS, own_place.desk.clone().view.main, b"")
    teacher, leader = own_place.visitor(TEACHER), own_place.visitor(LEADER)
    assert "Đã gửi, đang chờ người khác" in teacher.text("/")
    assert "Bản nháp chưa gửi" in teacher.text("/")
    home = leader.text("/")
    assert "Chờ tôi kiểm tra, duyệt" in home
    assert f"/de-nghi/{name}" in home
    reason = "Ghi rõ em tính nhanh ở dạng bài nào."
    answer = leader.post(f"/de-nghi/{name}/tra-lai", {"ly_do": reason, "mat_khau": PASSPHRASE})
    assert answer.status_code == 303
    home = teacher.text("/")
    assert "Trả lại, cần sửa" in home
    assert reason in home
    assert "Chờ tôi kiểm tra, duyệt" not in leader.text("/")


def test_a_page_whose_book_closed_unfinished_is_overdue(closed_place):
    home = closed_place.visitor(TEACHER).text("/")
    assert "Quá hạn" in home
    assert "đã khóa hết ngày 13/11/2026" in home
    assert "Cần ghi" in home
    assert home.index("Quá hạn") < home.index("Cần ghi")


ORDER = """nguoi: NV0015
loai:
  - danh-gia-mon
pham_vi:
  ky: giua-ky-1
  lop: 3B
ly_do: Nhập bổ sung các môn còn thiếu
lenh:
  so: 120/QĐ-THCH
  ngay: 2026-11-22
tu: 2026-11-23 07:00
den: 2026-11-24 17:00
"""


def test_an_order_that_opens_a_closed_book_says_until_when(tmp_path):
    (tmp_path / "goc").mkdir()
    order = {"records/2026-2027/mo-so/MS0000A1.yml": ORDER.encode()}
    with DeskPlace(tmp_path, closed_server(tmp_path / "goc", order), clock_at=clock_at) as place:
        home = place.visitor(TEACHER).text("/")
    assert "Lệnh mở sổ cho thầy cô ghi đến 17:00 24/11/2026" in home


def test_the_month_shows_what_falls_on_its_days(desk_place):
    page = desk_place.visitor(TEACHER).text("/lich?thang=2026-11")
    assert "Tháng 11 năm 2026" in page
    assert "giữa học kỳ I" in page
    assert "Tháng 10" in page


def test_a_month_that_is_none_is_this_month(desk_place):
    assert "Lịch tháng" in desk_place.visitor(TEACHER).text("/lich?thang=2026-13'--")


def test_the_calendar_file_keeps_its_uids_and_folds_its_lines(desk_place):
    answer = desk_place.visitor(TEACHER).get("/lich.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    uids = [line for line in lines if line.startswith(b"UID:")]
    assert len(uids) == len(set(uids)) > 10
    again = desk_place.visitor(HEAD).get("/lich.ics")
    assert again.content == answer.content


def test_a_day_in_two_weeks_stands_in_both_of_its_months(desk_place):
    clone = desk_place.desk.clone()
    standing = clone.view.standing(clone.view.main)
    days = days_of_school(standing.school, standing.policy(date(2026, 11, 23)))
    new_year = next(each for each in days if each.first == date(2027, 1, 1))
    for month in (date(2026, 12, 1), date(2027, 1, 1)):
        cells = [cell for week in month_page(days, month, month) for cell in week]
        assert any(new_year in (each for each, _ in cell.days) for cell in cells)
    assert b"\r\nEND:VCALENDAR\r\n" in as_file(days, "Lịch", "ab" * 20, 0)
