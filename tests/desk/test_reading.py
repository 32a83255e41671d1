"""What the records hold, for whoever may read it: pages, classes, people, lives of values."""

import pytest

from servers import CLERK, DEPUTY, HEAD, LEADER, MATHS, OTHER, PUPIL, TEACHER

CODE = PUPIL.rpartition("/")[2].removesuffix(".yml")


def test_a_class_teacher_reads_the_class_and_no_other(desk_place):
    teacher = desk_place.visitor(TEACHER)
    page = teacher.text("/doc/lop/3B")
    assert f"/doc/hoc-sinh/{CODE}" in page
    assert "Vũ Thị Huệ" in page
    assert teacher.get("/doc/lop/3A").status_code == 404
    assert teacher.get(f"/doc/so/{OTHER.partition('danh-gia')[0]}lop.yml").status_code == 404
    assert desk_place.visitor(HEAD).get("/doc/lop/3A").status_code == 200


def test_a_page_is_laid_out_with_the_labels_of_its_schema(desk_place):
    page = desk_place.visitor(TEACHER).text(f"/doc/so/{MATHS}")
    for said in ("Mức đạt được", "H – Hoàn thành", "Nguyễn Hà Linh", "12/11/2026"):
        assert said in page
    assert "hoan-thanh<" not in page


def test_a_pupil_is_shown_with_results_and_file(desk_place):
    page = desk_place.visitor(TEACHER).text(f"/doc/hoc-sinh/{CODE}")
    assert "Giữa học kỳ I" in page
    assert "Nơi ở hiện nay" in page


def test_the_team_leader_reads_the_marks_of_a_pupil_but_not_the_file(desk_place):
    page = desk_place.visitor(LEADER).text(f"/doc/hoc-sinh/{CODE}")
    assert "Mức đạt được" in page
    assert "Hồ sơ riêng của em không thuộc" in page
    assert "Nơi ở hiện nay" not in page


def test_of_staff_everybody_sees_what_is_public_and_few_see_more(desk_place):
    for who, sees in ((TEACHER, False), (DEPUTY, False), (CLERK, True), (HEAD, True)):
        page = desk_place.visitor(who).text("/doc/nhan-su/NV0013")
        assert "Chức danh" in page
        assert ("Hệ số lương" in page) is sees, who


def test_a_look_at_a_restricted_page_leaves_a_line(desk_place):
    desk_place.visitor(CLERK).text(f"/doc/so/{PUPIL}")
    assert any(each.person == CLERK for each in desk_place.desk.reads.of(PUPIL))


@pytest.mark.parametrize("address", [
    "/doc/so/records/%2e%2e/records/truong.yml", "/doc/so/schemas/lop.yml", "/doc/so/%00",
    "/doc/tep/records/truong.yml", "/doc/tep/content/hinh/2026/khong-co.jpg",
    "/doc/hoc-sinh/..%2Ftruong", "/doc/hoc-sinh/{0.__class__}", "/doc/loai/khong-co",
    "/doc/lop/3B%00", "/lich-su/records/nhan-su/NV0001.yml", "/lich-su/content/../x",
    f"/lich-su/{MATHS}?o=khong/co", f"/lich-su/{MATHS}?o=" + "/".join("a" * 40),
])  # fmt: skip
def test_what_is_not_there_or_not_theirs_is_not_found(desk_place, address):
    assert desk_place.visitor(TEACHER).get(address).status_code == 404


def test_the_life_of_a_value_is_told_from_the_log(desk_place):
    page = desk_place.visitor(TEACHER).text(f"/lich-su/{MATHS}?o=hoc_sinh/{CODE}/muc")
    assert "Nguyễn Hà Linh · Mức đạt được" in page
    assert "(trống) → H – Hoàn thành" in page
    assert "nhật ký số 0" in page


def test_fields_a_right_does_not_name_are_hidden_and_counted(desk_place):
    page = desk_place.visitor(TEACHER).text("/doc/nhan-su/NV0013")
    assert "giá trị không thuộc phần quy chế cho thầy cô đọc" in page
    assert "Ngày sinh" not in page


@pytest.mark.parametrize("asked", ["nguyen ha linh", "NGUYỄN HÀ LINH", "ha linh", CODE])
def test_search_finds_names_without_their_accents(desk_place, asked):
    page = desk_place.visitor(TEACHER).get("/tim", params={"q": asked}).text
    assert f"/doc/hoc-sinh/{CODE}" in page


def test_search_finds_words_in_remarks_and_marks_them_as_written(desk_place):
    page = desk_place.visitor(TEACHER).get("/tim", params={"q": "dau cau"}).text
    assert '<mark class="doan">dấu</mark> <mark class="doan">câu</mark>' in page


def test_search_finds_nothing_that_may_not_be_read(desk_place):
    salary = desk_place.desk.clone()
    record = salary.view.standing(salary.view.main).school.get("nhan-su", nhan_su="NV0013")
    phone = record.data["dien_thoai"]
    assert phone not in desk_place.visitor(TEACHER).text(f"/tim?q={phone[-6:]}").split("<main")[1]
    assert "Điện thoại" in desk_place.visitor(HEAD).text(f"/tim?q={phone[-6:]}")


@pytest.mark.parametrize(
    "asked", ["", " ", "e", "%", "../", "<script>alert(1)</script>", "x" * 500]
)
def test_search_bears_any_question(desk_place, asked):
    answer = desk_place.visitor(TEACHER).get("/tim", params={"q": asked})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_a_book_is_printed_for_whoever_reads_all_of_it(desk_place):
    head, teacher = desk_place.visitor(HEAD), desk_place.visitor(TEACHER)
    assert f"/doc/sach/hoc-ba/{CODE}" in head.text("/doc/sach/hoc-ba")
    assert head.get(f"/doc/sach/hoc-ba/{CODE}").content.startswith(b"%PDF-")
    assert teacher.get("/doc/sach/quy-che/2026-2027").content.startswith(b"%PDF-")
    other = desk_place.visitor(LEADER).get(f"/doc/sach/hoc-ba/{CODE}")
    assert other.status_code == 403
    for address in ("khong-co", "hoc-ba/khong-co", "hoc-ba/../..", "bang-tong-hop/2026-2027/9Z/x"):
        assert head.get(f"/doc/sach/{address}").status_code == 404
