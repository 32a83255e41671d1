"""What waits for a person at home, and the school's days: real pages of a real desk."""

from datetime import date

from hoso.desk.school_days import as_file, days_of_school, month_page
from servers import HEAD, TEACHER


def test_home_names_what_one_has_to_write_and_leads_there(desk_place):
    home = desk_place.visitor(TEACHER).text("/")
    assert "Lớp 3B · " in home
    assert "/so/records/2026-2027/lop/3B/" in home


def test_somebody_without_a_page_to_write_is_told_that_nothing_waits(own_place):
    assert "không có việc nào đang chờ" in own_place.visitor(HEAD).text("/")


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
