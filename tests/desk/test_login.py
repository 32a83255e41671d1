"""Coming in, staying, going: the login page and the account page over real HTTP."""

from servers import TEACHER


def test_a_person_logs_in_and_sees_their_own_places(desk_place):
    home = desk_place.visitor(TEACHER).text("/")
    assert "Đăng xuất" in home
    assert "Giáo viên chủ nhiệm" in home


def test_everything_asks_a_stranger_to_log_in(desk_place):
    answer = desk_place.stranger().get("/tai-khoan")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap?toi=/tai-khoan")
