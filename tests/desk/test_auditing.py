"""The auditor at the desk: runs the audit, browses what it found, takes the report away."""

import json

import pytest

from hoso.desk.place import Desk
from servers import AUDITOR, HEAD, TEACHER


@pytest.fixture(scope="module")
def audited(desk_place):
    """The shared desk after its history was audited by somebody sent to look."""
    auditor = desk_place.visitor(AUDITOR)
    answer = auditor.post("/kiem-toan", {})
    assert (answer.status_code, answer.headers["location"]) == (303, "/kiem-toan")
    assert set(auditor.get("/kiem-toan/tien-do").json()) == {"dang_chay", "xong", "tong"}
    assert desk_place.desk.audits.settled(60)
    return desk_place


def test_the_report_says_its_verdict_first_and_names_what_was_looked_at(audited):
    page = audited.visitor(AUDITOR).text("/kiem-toan")
    assert "ĐẠT." in page
    assert "KHÔNG ĐẠT" not in page
    assert audited.desk.clone().view.state.genesis in page


@pytest.mark.parametrize(("form", "start"), [
    ("json", b"{"), ("html", b"<!doctype html>"), ("pdf", b"%PDF-"),
])  # fmt: skip
def test_the_report_is_taken_away_as_a_file(audited, form, start):
    answer = audited.visitor(HEAD).get(f"/kiem-toan/bao-cao.{form}")
    assert answer.content.startswith(start)
    assert "attachment" in answer.headers["content-disposition"]
    if form == "json":
        assert json.loads(answer.content)["clean"] is True


def test_a_head_that_is_not_in_the_log_is_a_violation(audited):
    auditor = audited.visitor(AUDITOR)
    auditor.post("/kiem-toan", {"dau_nhat_ky": "ab" * 20, "tu_dau": "co"})
    assert audited.desk.audits.settled(60)
    page = auditor.text("/kiem-toan")
    assert "KHÔNG ĐẠT" in page
    assert "HS844" in page


def test_what_is_no_commit_id_is_told_so(audited):
    answer = audited.visitor(AUDITOR).post("/kiem-toan", {"lap_kho": "--upload-pack=x"})
    assert answer.status_code == 422
    assert "40 chữ số" in answer.text


def test_what_was_found_is_still_there_after_a_restart(audited):
    last, again = audited.desk.audits.last, Desk(audited.server, audited.desk.now)
    try:
        assert again.audits.last == last
        (row,) = again.store.rows("SELECT log FROM audits")
        assert row["log"] == again.clone().view.state.log
    finally:
        again.close()


def test_a_result_that_cannot_be_read_any_more_is_as_none(own_place):
    with own_place.desk.store.change() as change:
        change.execute("INSERT INTO audits VALUES ('ab', 'NV0002', 1, '{}')")
    again = Desk(own_place.server, own_place.desk.now)
    try:
        assert again.audits.last is None
    finally:
        again.close()


def test_whoever_does_not_read_every_book_may_not_audit(audited):
    teacher = audited.visitor(TEACHER)
    for address in ("/kiem-toan", "/kiem-toan/tien-do", "/kiem-toan/bao-cao.json"):
        assert teacher.get(address).status_code == 403
    assert teacher.post("/kiem-toan", {}).status_code == 403
    assert "Kiểm toán" not in teacher.text("/")
    assert "Kiểm toán" in audited.visitor(HEAD).text("/")
