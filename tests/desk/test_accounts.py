"""An account from its one-time code to a changed passphrase: whose key it is, who can use it."""

import re

import pytest

from desk.visiting import PASSPHRASE, DeskPlace
from hoso.desk.attempts import Wrong
from hoso.desk.sessions import IDLE, LONGEST
from hoso.signing.keys import new_key
from servers import CLERK, HEAD, LEADER, TEACHER
from yards import keys

NEW = "một mật khẩu khác hẳn"


@pytest.fixture
def place(unpeopled, tmp_path):
    """A desk where the clerk and the head have accounts, and the teacher has none yet."""
    with DeskPlace(tmp_path, unpeopled, [CLERK, HEAD]) as made:
        yield made


def first_login(place, who, code, passphrase=NEW, **more):
    visitor = place.stranger()
    form = {"ai": who, "ma": code, "mat_khau": passphrase, "nhap_lai": passphrase, **more}
    answer = visitor.post("/dang-nhap/lan-dau", form, token=visitor.token("/dang-nhap/lan-dau"))
    return visitor, answer


def test_a_first_key_is_made_proposed_by_another_and_approved_before_it_counts(place):
    code = place.desk.accounts.invite(TEACHER)
    visitor, answer = first_login(place, TEACHER, code)
    assert answer.headers["location"] == "/tai-khoan"
    account = visitor.text("/tai-khoan")
    assert "chưa được ghi trong sổ khóa ký" in account
    assert CLERK in account, "who can propose it"
    fingerprint = place.desk.accounts.get(TEACHER).public.fingerprint
    clerk = place.visitor(CLERK)
    assert fingerprint.replace("+", "&#43;") in clerk.text("/khoa-moi") or (
        fingerprint in clerk.text("/khoa-moi")
    )
    sent = clerk.post("/khoa-moi", {"nguoi": TEACHER, "dau_van_tay": fingerprint, "thay": "k1"})
    assert sent.status_code == 303
    assert re.search(rf"Đã gửi đề nghị {CLERK}/[a-z0-9]+", clerk.text("/khoa-moi"))
    (name,) = place.desk.clone().proposals()
    assert name.author == CLERK


def test_a_code_counts_once_in_its_time_and_only_for_its_owner(place):
    code = place.desk.accounts.invite(TEACHER)
    assert first_login(place, LEADER, code)[1].status_code == 403
    assert first_login(place, TEACHER, "aaaa-bbbb-cccc")[1].status_code == 403
    assert first_login(place, TEACHER, code.upper().replace("-", " "))[1].status_code == 303
    assert first_login(place, TEACHER, code)[1].status_code == 403
    late = place.desk.accounts.invite(LEADER)
    with place.desk.store.change() as change:
        change.execute("UPDATE accounts SET code_until = code_until - 8 * 86400")
    assert first_login(place, LEADER, late)[1].status_code == 403


@pytest.mark.parametrize("passphrase", ["ngắn", "NV0015-NV0015", "aaaaaaaaaaaaaaa", "x" * 201])
def test_a_passphrase_that_is_easily_guessed_is_refused(place, passphrase):
    code = place.desk.accounts.invite(TEACHER)
    assert first_login(place, TEACHER, code, passphrase)[1].status_code == 422
    assert first_login(place, TEACHER, code)[1].status_code == 303


def test_an_enrolled_key_is_brought_along_and_a_strangers_is_not(place):
    code = place.desk.accounts.invite(TEACHER)
    strange = new_key().written().decode()
    assert first_login(place, TEACHER, code, khoa=strange)[1].status_code == 422
    others = keys()[LEADER].written().decode()
    assert first_login(place, TEACHER, code, khoa=others)[1].status_code == 422
    own = keys()[TEACHER].written(b"mat khau tep").decode()
    visitor, _ = first_login(place, TEACHER, code, khoa=own, mat_khau_khoa="mat khau tep")
    assert "Khóa này đã được ghi trong sổ khóa ký" in visitor.text("/tai-khoan")


def test_another_passphrase_closes_the_same_key_and_ends_the_other_sessions(place):
    here, there = place.visitor(CLERK), place.stranger()
    there.login(CLERK)
    before = place.desk.accounts.get(CLERK).public
    form = {"mat_khau": PASSPHRASE, "mat_khau_moi": NEW, "nhap_lai": NEW}
    assert here.post("/tai-khoan/mat-khau", {**form, "mat_khau": "không phải"}).status_code == 403
    assert here.post("/tai-khoan/mat-khau", {**form, "nhap_lai": "khác"}).status_code == 422
    assert here.post("/tai-khoan/mat-khau", form).status_code == 303
    assert here.inside()
    assert not there.inside()
    assert place.desk.accounts.get(CLERK).public == before
    assert place.desk.accounts.login(CLERK, NEW, {}) is not None
    with pytest.raises(Wrong):
        place.desk.accounts.login(CLERK, PASSPHRASE, {})


def test_a_passphrase_is_the_same_however_the_keyboard_composes_it(place):
    decomposed = "hoa phu\u031bo\u031b\u0323ng \u0111o\u0309"
    assert decomposed != PASSPHRASE
    assert place.stranger().login(CLERK, decomposed).status_code == 303


def test_one_sees_ones_own_sessions_and_ends_them_but_nobody_elses(place):
    here, there = place.visitor(CLERK), place.stranger()
    there.login(CLERK)
    head = place.visitor(HEAD)
    (name,) = re.findall(r'name="phien" value="([0-9a-f]+)"', here.text("/tai-khoan"))
    head.post("/tai-khoan/phien", {"phien": name})
    assert there.inside()
    here.post("/tai-khoan/phien", {"phien": name})
    assert not there.inside()


def test_an_unlocked_key_is_forgotten_when_locked_and_asked_for_again(place):
    visitor = place.visitor(CLERK)
    visitor.post("/tai-khoan/khoa-lai")
    (session,) = place.desk.sessions.of(CLERK)
    assert place.desk.sessions.key(session) is None
    assert visitor.post("/tai-khoan/mo-khoa", {"mat_khau": PASSPHRASE}).status_code == 303
    assert place.desk.sessions.key(session) is not None


def test_the_closed_key_can_be_taken_along_and_opens_with_the_passphrase_only(place):
    got = place.visitor(CLERK).post("/tai-khoan/lay-khoa", {"mat_khau": PASSPHRASE})
    assert got.headers["content-disposition"] == f'attachment; filename="{CLERK}-khoa"'
    assert got.content.startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----")
    assert got.content != keys()[CLERK].written()


def test_a_session_ends_when_idle_and_after_a_working_day_in_any_case(place):
    visitor = place.visitor(CLERK)
    (session,) = place.desk.sessions.of(CLERK)
    for column, span in (("seen", IDLE), ("made", LONGEST)):
        with place.desk.store.change() as change:
            change.execute(f"UPDATE sessions SET {column} = {column} - ?", (span,))  # noqa: S608
        assert not visitor.inside()
        assert place.desk.sessions.key(session) is None
        visitor = place.visitor(CLERK)
        (session,) = place.desk.sessions.of(CLERK)


def test_an_old_passphrase_is_recalled_and_keeps_nobody_out(place):
    visitor = place.visitor(CLERK)
    assert "quy chế đòi đổi" not in visitor.text("/tai-khoan")
    with place.desk.store.change() as change:
        change.execute("UPDATE accounts SET changed = changed - 90 * 86400")
    assert "đã dùng 90 ngày; quy chế đòi đổi" in visitor.text("/tai-khoan")
