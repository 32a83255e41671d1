"""The reference school looks like a school: its sizes, duties, careers, results and consents."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from hoso.demo.cohorts import KNOWN
from hoso.demo.remarks import phrases_of
from hoso.rules.consent import OWN_CONSENT_AGE, age_on
from hoso.rules.subjects import GRADES, requires_test, subjects_of

DONE, NOW = "2025-2026", "2026-2027"
SPLIT = {"tin_hoc_cong_nghe": "tach", "nghe_thuat": "tach"}


def rooms(school, nam_hoc):
    return {room.key["lop"]: room for room in school.all("lop", nam_hoc=nam_hoc)}


def class_of(school, nam_hoc, pupil):
    return [lop for lop, room in rooms(school, nam_hoc).items() if pupil in room.data["hoc_sinh"]]


def year_ends(school):
    for page in school.all("tong-hop", nam_hoc=DONE, ky="cuoi-nam"):
        for pupil, row in page.data["hoc_sinh"].items():
            yield page, pupil, row


@pytest.mark.parametrize("nam_hoc", [DONE, NOW])
def test_ten_classes_of_28_to_35_pupils(school, nam_hoc):
    found = rooms(school, nam_hoc)
    assert set(found) == {f"{grade}{letter}" for grade in GRADES for letter in "AB"}
    for room in found.values():
        entries = room.data["hoc_sinh"].values()
        staying = [entry for entry in entries if "ra" not in entry]
        assert 28 <= len(staying) <= len(entries) <= 35


@pytest.mark.parametrize("nam_hoc", [DONE, NOW])
def test_every_class_has_a_homeroom_teacher_and_every_subject_a_teacher(school, nam_hoc):
    taught, homeroom = set(), Counter()
    for duties in school.all("phan-cong", nam_hoc=nam_hoc):
        for duty in duties.data["vai"].values():
            if "thay" in duty:
                continue
            if duty["vai"] == "gvcn":
                homeroom[duty["lop"]] += 1
            taught |= {(duty["lop"], mon) for mon in duty.get("mon", ())}
    for lop, room in rooms(school, nam_hoc).items():
        assert homeroom[lop] == 1
        wanted = subjects_of(room.data["khoi"], SPLIT, room.data.get("mon_tu_chon", ()))
        assert {(lop, mon) for mon in wanted} == {pair for pair in taught if pair[0] == lop}


def test_every_role_of_the_regulation_is_held_by_somebody(school):
    held = {
        duty["vai"]
        for duties in school.all("phan-cong", nam_hoc=DONE)
        for duty in duties.data["vai"].values()
    }
    assert held == set(school.get("quy-che", nam_hoc=DONE).data["vai"])


def test_somebody_stood_in_for_the_principal_and_for_a_teacher(school):
    substitutes = [
        (duty["vai"], duty["thay"])
        for duties in school.all("phan-cong", nam_hoc=DONE)
        for duty in duties.data["vai"].values()
        if "thay" in duty and {"tu", "den"} <= duty.keys()
    ]
    assert ("hieu-truong", "NV0001") in substitutes
    assert "gvcn" in dict(substitutes)


def test_pupils_move_up_with_their_class_unless_they_stay_back_or_leave(school):
    before, after = rooms(school, DONE), rooms(school, NOW)
    retained = {pupil for _, pupil, row in year_ends(school) if row["len_lop"] == "chua-len-lop"}
    left = {
        event.data["hoc_sinh"]
        for event in school.all("bien-dong", nam_hoc=DONE)
        if event.data["loai"] in ("chuyen-di", "hoan-thanh-tieu-hoc")
    }
    for lop, room in before.items():
        for pupil in room.data["hoc_sinh"].keys() - left:
            higher = lop if pupil in retained else f"{int(lop[0]) + 1}{lop[1]}"
            assert pupil in after[higher].data["hoc_sinh"]


def test_one_pupil_stayed_back_after_two_more_chances(school):
    stayed = [(page, pupil) for page, pupil, row in year_ends(school)
              if row["len_lop"] == "chua-len-lop"]  # fmt: skip
    assert len(stayed) == 1
    page, pupil = stayed[0]
    events = [event.data for event in school.all("bien-dong", nam_hoc=NOW)
              if event.data["hoc_sinh"] == pupil]  # fmt: skip
    assert [(event["loai"], event["den_lop"]) for event in events] == [
        ("o-lai-lop", page.key["lop"])
    ]
    marks = school.get("danh-gia-mon", **page.key, mon="toan").data["hoc_sinh"][pupil]
    assert [again["ly_do"] for again in marks["danh_gia_lai"].values()] == [
        "trong-he", "hieu-truong-to-chuc",
    ]  # fmt: skip


def test_some_pupils_completed_the_year_in_summer(school):
    assert sum(
        row["len_lop"] == "hoan-thanh" and row.get("ket_qua_truoc_he") == "chua-hoan-thanh"
        for _, _, row in year_ends(school)
    ) in range(2, 8)


def test_a_competency_that_lagged_with_its_subject_was_assessed_again_with_it(school):
    again = 0
    for page in school.all("pham-chat-nang-luc", nam_hoc=DONE, ky="cuoi-nam"):
        maths = school.get("danh-gia-mon", **page.key, mon="toan").data["hoc_sinh"]
        for pupil, row in page.data["hoc_sinh"].items():
            failed = maths[pupil]["muc"] == "chua-hoan-thanh"
            assert failed == (row["nang_luc_dac_thu"]["tinh_toan"] == "can-co-gang")
            again += "danh_gia_lai" in row
    assert again >= 3


def test_one_strange_test_was_repeated_within_the_year(school):
    reasons = Counter(
        again["ly_do"]
        for page in school.all("danh-gia-mon", nam_hoc=DONE)
        for row in page.data["hoc_sinh"].values()
        for again in row.get("danh_gia_lai", {}).values()
    )
    assert reasons["bat-thuong"] == 1


def test_one_pupil_has_a_plan_and_no_marks_in_the_subject_it_leaves_out(school):
    planned = [record for record in school.all("hoc-sinh") if "ke_hoach_ca_nhan" in record.data]
    assert len(planned) == 1
    pupil = planned[0].key["hoc_sinh"]
    for nam_hoc in (DONE, NOW):
        (lop,) = class_of(school, nam_hoc, pupil)
        (exempt,) = planned[0].data["ke_hoach_ca_nhan"][nam_hoc]["mon_mien"]
        page = school.get("danh-gia-mon", nam_hoc=nam_hoc, lop=lop, mon=exempt, ky="giua-ky-1")
        assert pupil not in page.data["hoc_sinh"]
        page = school.get("danh-gia-mon", nam_hoc=nam_hoc, lop=lop, mon="toan", ky="giua-ky-1")
        assert pupil in page.data["hoc_sinh"]


def test_pupils_came_and_left_within_the_year(school):
    for nam_hoc in (DONE, NOW):
        start = school.get("nam-hoc", nam_hoc=nam_hoc).data["hoc_ky"]["hk1"]["tu"]
        seen = Counter(
            event.data["loai"]
            for event in school.all("bien-dong", nam_hoc=nam_hoc)
            if event.data["ngay"] > start
        )
        assert seen["chuyen-di"] >= 1
        assert seen["chuyen-den"] >= 1


def test_only_the_first_period_of_the_current_year_has_pages(school):
    pages = school.all("danh-gia-mon", nam_hoc=NOW)
    assert {page.key["ky"] for page in pages} == {"giua-ky-1"}
    assert all("hoan_tat" in page.data for page in pages)
    months = {page.key["thang"]: page.data for page in school.all("diem-danh", nam_hoc=NOW)}
    assert set(months) == {"2026-09", "2026-10", "2026-11"}
    assert "hoan_tat" not in months["2026-11"]
    assert "hoan_tat" in months["2026-10"]


def test_results_and_absences_are_those_of_a_plausible_school(school):
    results = Counter(row["ket_qua"] for _, _, row in year_ends(school))
    total = results.total()
    assert 0.15 < results["hoan-thanh-xuat-sac"] / total < 0.35
    assert 0.08 < results["hoan-thanh-tot"] / total < 0.30
    assert 0.40 < results["hoan-thanh"] / total < 0.75
    assert results["chua-hoan-thanh"] == 1
    days = sum(row["nghi_co_phep"] + row["nghi_khong_phep"] for _, _, row in year_ends(school))
    assert 1 < days / total < 6
    titles = Counter(title for *_, row in year_ends(school) for title in row.get("khen_thuong", ()))
    assert titles["hoc-sinh-xuat-sac"] == results["hoan-thanh-xuat-sac"]
    assert titles["hoc-sinh-tieu-bieu"] >= 20


def test_scores_stand_where_tests_are_and_remarks_at_every_end_of_term(school):
    for page in school.all("danh-gia-mon", nam_hoc=DONE):
        grade = int(page.key["lop"][0])
        rows = page.data["hoc_sinh"].values()
        assert {"diem" in row for row in rows} == {requires_test(grade, page.key["mon"],
                                                                 page.key["ky"])}  # fmt: skip
        said = [row["nhan_xet"] for row in rows if "nhan_xet" in row]
        if page.key["ky"] in ("cuoi-ky-1", "cuoi-nam"):
            assert len(said) == len(rows)
        assert len(set(said)) > 0.6 * len(said)


def test_teachers_have_at_least_fifteen_things_to_say_at_each_level():
    for grade in GRADES:
        for subject in subjects_of(grade, SPLIT, ["ngoai-ngu-1-tu-chon"]):
            for term in ("hk1", "hk2"):
                phrases = phrases_of(subject, grade, term)
                assert len(phrases["tot"]) >= 15
                assert len(phrases["dat"]) >= 15
                assert len(phrases["yeu"]) * len(phrases["can"]) >= 15
                assert all(len(set(listed)) == len(listed) for listed in phrases.values())


def test_phrases_fit_into_sentences():
    for grade in GRADES:
        for subject in subjects_of(grade, SPLIT, ["ngoai-ngu-1-tu-chon"]):
            for name, phrases in phrases_of(subject, grade, "hk2").items():
                shape = r"[a-zà-ỹđ][^.]*[^.\s]" if name == "can" else r"[A-ZÀ-ỸĐ].*[.!]"
                assert [words for words in phrases if not re.fullmatch(shape, words)] == []


def test_the_pupils_of_the_posts_sit_where_the_posts_say_and_agreed(school):
    for (grade, letter, _), pupil in KNOWN.items():
        assert class_of(school, DONE, pupil) == [f"{grade}{letter}"]
        born = date.fromisoformat(school.get("hoc-sinh", hoc_sinh=pupil).data["ngay_sinh"])
        form = school.get("dong-y", hoc_sinh=pupil).data["muc_dich"]
        assert set(form) == {"ten-tren-trang-web", "anh-tren-trang-web"}
        for given in form.values():
            assert given["cha_me"] == "2025-09-15"
            assert "rut" not in given
            assert "hoc_sinh" in given or age_on(born, date(2025, 9, 15)) < OWN_CONSENT_AGE


def test_a_dozen_families_agreed_and_some_withdrew(school):
    forms = [form.data["muc_dich"] for form in school.all("dong-y")]
    assert len(forms) >= 12
    assert any("rut" in given for form in forms for given in form.values())


def test_first_graders_are_six_and_nobody_has_more_data_than_needed(school):
    events = [event.data for event in school.all("bien-dong", nam_hoc=DONE)]
    for event in events:
        if event["loai"] == "tuyen-sinh":
            born = school.get("hoc-sinh", hoc_sinh=event["hoc_sinh"]).data["ngay_sinh"]
            assert born[:4] in ("2019", "2018")
    for pupil in school.all("hoc-sinh"):
        assert "so_dinh_danh" not in pupil.data
        for parent in ("cha", "me", "giam_ho"):
            assert pupil.data.get(parent, {}).get("dien_thoai", "0100").startswith("0100")
    registers = [pupil.data["so_dang_bo"] for pupil in school.all("hoc-sinh")]
    assert len(set(registers)) == len(registers)


@pytest.mark.parametrize(
    ("words", "ky"),
    [
        ("kiem-tra-giua-hoc-ky-1", "giua-ky-1"),
        ("kiem-tra-cuoi-hoc-ky-1", "cuoi-ky-1"),
        ("kiem-tra-giua-hoc-ky-2", "giua-ky-2"),
        ("kiem-tra-cuoi", "cuoi-nam"),
    ],
)
def test_announced_tests_fall_into_the_periods_of_the_calendar(school, words, ky):
    for nam_hoc in (DONE, NOW):
        (event,) = [each.data for each in school.all("su-kien")
                    if each.key["ma"] == f"{words}-nam-hoc-{nam_hoc}"]  # fmt: skip
        window = school.get("nam-hoc", nam_hoc=nam_hoc).data["ky_danh_gia"][ky]
        assert window["tu"] == event["ngay"]
        assert event["den_ngay"] <= window["den"]


def test_announced_holidays_are_those_of_the_calendar(school):
    for nam_hoc, ma in (
        (DONE, "nghi-tet-nguyen-dan-binh-ngo"),
        (NOW, "nghi-tet-nguyen-dan-dinh-mui"),
    ):
        event = school.get("su-kien", nam=nam_hoc[5:], ma=ma).data
        holiday = school.get("nam-hoc", nam_hoc=nam_hoc).data["nghi"]["tet-nguyen-dan"]
        assert (holiday["tu"], holiday["den"]) == (event["ngay"], event["den_ngay"])


def test_duties_name_decisions_that_the_school_publishes(school):
    published = {(page.data["so"], page.data["ngay"]) for page in school.all("van-ban")}
    for nam_hoc in (DONE, NOW):
        named = Counter(
            (duty["quyet_dinh"]["so"], duty["quyet_dinh"]["ngay"])
            for duties in school.all("phan-cong", nam_hoc=nam_hoc)
            for duty in duties.data["vai"].values()
        )
        assert {decision for decision, _ in named.most_common(2)} <= published
