"""What a lock waits for: every page it expects, who may write it, and what does not count."""

from __future__ import annotations

from datetime import date

import pytest

from gate import secondary
from gate.situations import KINDS, ROOT, edited
from hoso.gate.missing import NOBODY, Lack, by_teacher, expected, missing, spared
from hoso.gate.policy import Lock
from hoso.gate.readable import place_name
from hoso.gate.regulation import policy_on
from hoso.schema.school import TreeSchool
from hoso.store.tree import SYMLINK, FolderTree, MemoryTree

NOW, BEFORE = "2026-2027", "2025-2026"
BOOKS = frozenset({"danh-gia-mon", "pham-chat-nang-luc", "tong-hop"})
TODAY = date(2026, 11, 23)


def _files():
    tree = FolderTree(ROOT)
    folders = [
        "records/quy-che", "records/nhan-su", f"records/{NOW}/lop", f"records/{BEFORE}/lop/5A",
        *(f"records/{year}/phan-cong" for year in (NOW, BEFORE)),
    ]  # fmt: skip
    found = {entry.path: tree.read(entry.path) for each in folders for entry in tree.entries(each)}
    movement = next(tree.entries(f"records/{NOW}/bien-dong")).path
    for path in (
        movement,
        "records/truong.yml",
        *(f"records/{each}/nam-hoc.yml" for each in (NOW, BEFORE)),
    ):
        found[path] = tree.read(path)
    return found


FILES = _files()


def at(edits=None, on=TODAY, taken=()):
    after, modes = edited(FILES, edits)
    for path in taken:
        del after[path]
    school = TreeSchool(MemoryTree(after, modes), KINDS)
    return school, policy_on(school, on)


def lock_of(policy, name, year=NOW):
    return next(
        lock for lock in policy.locks if lock.name == name and lock.scope["nam_hoc"] == year
    )


def lacking(name, edits=None, year=NOW, taken=()):
    school, policy = at(edits, taken=taken)
    return missing(school, policy, lock_of(policy, name, year))


def page(lop, rest, year=NOW):
    return f"records/{year}/lop/{lop}/{rest}.yml"


def test_a_finished_period_lacks_nothing():
    assert lacking("giua-ky-1") == ()
    assert lacking("diem-danh-2026-10") == ()


def test_a_period_to_come_lacks_every_page_of_every_class_and_subject_of_its_grade():
    found = lacking("cuoi-ky-1")
    assert {each.why for each in found} == {Lack.ABSENT}
    paths = {each.path for each in found}
    for lop in ("1A", "5B"):
        for kind in ("pham-chat-nang-luc", "tong-hop"):
            assert page(lop, f"{kind}/cuoi-ky-1") in paths
    by_class = {lop: {each.key["mon"] for each in found
                      if each.kind == "danh-gia-mon" and each.key["lop"] == lop}
                for lop in ("1A", "5A")}  # fmt: skip
    assert {"toan", "tu-nhien-xa-hoi"} <= by_class["1A"]
    assert {"toan", "khoa-hoc", "tin-hoc", "am-nhac"} <= by_class["5A"]
    assert not {"khoa-hoc", "tin-hoc"} & by_class["1A"]
    assert "tu-nhien-xa-hoi" not in by_class["5A"]


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (None, Lack.ABSENT),
        ("giao_vien: NV0013\ngiao_vien: NV0014\n", Lack.UNREADABLE),
        ("", Lack.UNREADABLE),
        ({"mode": SYMLINK}, Lack.UNREADABLE),
        ({"hoan_tat": None}, Lack.UNFINISHED),
    ],
)
def test_a_page_gone_broken_or_unfinished_is_missing_and_its_teacher_is_named(edit, why):
    path = page("3A", "danh-gia-mon/toan/giua-ky-1")
    [found] = lacking("giua-ky-1", {path: edit})
    assert (found.path, found.why, found.people) == (path, why, ("NV0013",))
    assert found.finding.code == "HS885"
    assert "NV0013" in found.finding.hint
    assert why.value in found.finding.message


def test_a_page_is_named_as_people_name_it():
    school, policy = at()
    first = missing(school, policy, lock_of(policy, "cuoi-ky-1"))[0]
    said = place_name(KINDS[first.kind], first.key, school, named=False)
    assert said == "Lớp 1A · Âm nhạc · Cuối học kỳ I"


def test_an_elective_counts_only_for_a_class_that_takes_it():
    room = page("1A", "lop")
    elective = page("1A", "danh-gia-mon/tieng-dan-toc/giua-ky-1")
    assert elective not in {each.path for each in lacking("giua-ky-1")}
    found = lacking("giua-ky-1", {room: {"mon_tu_chon": ["tieng-dan-toc"]}})
    assert [each.path for each in found] == [elective]
    assert found[0].people == ()


def test_a_page_nobody_may_write_is_listed_under_nobody_and_last():
    assigned = f"records/{NOW}/phan-cong/NV0013.yml"
    unfinished = {page("3A", "danh-gia-mon/toan/giua-ky-1"): {"hoan_tat": None},
                  page("3B", "danh-gia-mon/toan/giua-ky-1"): {"hoan_tat": None}}  # fmt: skip
    found = by_teacher(lacking("giua-ky-1", unfinished, taken=[assigned]))
    assert list(found)[-1] == NOBODY
    assert [each.key["lop"] for each in found[NOBODY]] == ["3A"]
    assert "chưa ai" in found[NOBODY][0].finding.hint


def test_a_deputy_is_listed_beside_the_teacher():
    deputy = {f"records/{NOW}/phan-cong/NV0015.yml": {"vai/p9": {
        "vai": "giao-vien-bo-mon", "thay": "NV0013", "tu": "2026-11-20", "den": "2026-11-30",
        "quyet_dinh": {"so": "99/QĐ-THCH", "ngay": "2026-11-19"}}}}  # fmt: skip
    unfinished = {page("3A", "danh-gia-mon/toan/giua-ky-1"): {"hoan_tat": None}}
    [found] = lacking("giua-ky-1", {**unfinished, **deputy})
    assert found.people == ("NV0013", "NV0015")


def test_who_may_write_only_some_fields_is_not_asked_for_the_page():
    found = lacking("giua-ky-1", {page("3A", "tong-hop/giua-ky-1"): {"hoan_tat": None}})
    assert [each.people for each in found] == [("NV0013",)]


def test_the_lock_of_the_whole_year_expects_every_month_and_period():
    school, policy = at()
    found = expected(school, policy, lock_of(policy, "ca-nam"))
    of_class = {path for path in found if "/lop/3A/diem-danh/" in path}
    assert len(of_class) == 9
    assert page("3A", "tong-hop/cuoi-nam") in found
    assert page("3A", "lop") in found
    lacks = {each.path for each in missing(school, policy, lock_of(policy, "ca-nam"))}
    assert page("3A", "tong-hop/cuoi-nam") in lacks
    assert page("3A", "lop") not in lacks, "a class list is never finished, it is there"


def test_what_nothing_determines_is_expected_only_where_it_is():
    gone = f"records/{NOW}/phan-cong/NV0026.yml"
    school, policy = at(taken=[gone])
    found = expected(school, policy, lock_of(policy, "ca-nam"))
    assert gone not in found
    assert f"records/{NOW}/phan-cong/NV0025.yml" in found


def test_the_periods_of_a_year_are_those_its_own_calendar_closes_for_that_kind():
    year = f"records/{NOW}/nam-hoc.yml"
    school, policy = at({year: {"lich_khoa/giua-ky-2/loai": ["tong-hop"]}})
    found = expected(school, policy, lock_of(policy, "ca-nam"))
    assert page("3A", "tong-hop/giua-ky-2") in found
    assert page("3A", "danh-gia-mon/toan/giua-ky-2") not in found


def test_a_month_the_lock_names_is_expected_even_outside_the_terms():
    school, policy = at()
    early = Lock(name="som", kinds=frozenset({"diem-danh"}), closes=TODAY,
                 scope={"nam_hoc": NOW, "thang": "2026-08"})  # fmt: skip
    assert page("3A", "diem-danh/2026-08") in expected(school, policy, early)


def test_a_class_the_law_of_primary_schools_does_not_govern_has_the_subjects_it_is_assigned():
    school, policy = at({page("5B", "lop"): {"khoi": 6}})
    found = expected(school, policy, lock_of(policy, "cuoi-ky-1"))
    assert page("5B", "danh-gia-mon/toan/cuoi-ky-1") in found
    assert page("5B", "tong-hop/cuoi-ky-1") in found


def test_a_page_that_is_there_though_not_expected_must_be_finished_too():
    extra = page("1A", "danh-gia-mon/khoa-hoc/giua-ky-1")
    text = {extra: "giao_vien: NV0013\nhoc_sinh: {}\n"}
    assert [each.path for each in lacking("giua-ky-1", text)] == [extra]


def test_pupils_who_wait_for_the_summer_hold_up_only_the_lock_that_spares_nobody():
    path = page("5A", "tong-hop/cuoi-nam", BEFORE)
    school, _ = at()
    pupil = next(iter(school.at(path).data["hoc_sinh"]))
    edit = {path: {f"hoc_sinh/{pupil}/len_lop": "cho-he"}}
    broken = {**edit, page("5A", "pham-chat-nang-luc/cuoi-nam", BEFORE): ""}
    held, policy = at(broken)
    assert spared(held, policy, lock_of(policy, "cuoi-nam", BEFORE)) == {pupil}
    assert spared(held, policy, lock_of(policy, "sau-he", BEFORE)) == frozenset()
    for name in ("cuoi-nam", "ca-nam"):
        assert [each for each in lacking(name, edit, BEFORE) if each.path == path] == []
    [found] = [each for each in lacking("sau-he", edit, BEFORE) if each.path == path]
    assert found.why is Lack.WAITING
    assert not any(each.path == path for each in lacking("sau-he", None, BEFORE))


def test_a_lock_that_names_what_a_kind_does_not_have_expects_nothing_of_it():
    school, policy = at()
    odd = Lock(name="la", kinds=frozenset({"lop", "khong-co", "bien-dong"}), closes=TODAY,
               scope={"nam_hoc": NOW, "ky": "giua-ky-1"})  # fmt: skip
    assert expected(school, policy, odd) == {}
    movements = Lock(name="la", kinds=frozenset({"bien-dong"}), closes=TODAY,
                     scope={"nam_hoc": NOW})  # fmt: skip
    assert len(expected(school, policy, movements)) == 1
    assert missing(school, policy, movements) == ()
    unknown = Lock(name="la", kinds=BOOKS, closes=TODAY, scope={"nam_hoc": "1999-2000"})
    assert missing(school, policy, unknown) == ()


def secondary_missing(name, edits=()):
    school = secondary.school(edits)
    policy = policy_on(school, TODAY)
    return missing(school, policy, lock_of(policy, name))


def test_another_regulation_says_other_pages_with_the_same_code():
    of_grade_9 = secondary_missing("hk2-khoi-9")
    assert {each.key["lop"] for each in of_grade_9} == {"9A"}
    assert {each.key["khoi"] for each in of_grade_9} == {"9"}
    assert "records/2026-2027/khoi/9/9A/ren-luyen/hk2.yml" in {each.path for each in of_grade_9}
    subjects = {each.key["mon"] for each in of_grade_9 if "mon" in each.key}
    assert subjects == {"toan", "ngu-van", "khoa-hoc-tu-nhien", "giao-duc-the-chat"}
    everybody = {each.key["lop"] for each in secondary_missing("hk2")}
    assert everybody == {"6A", "7A", "8A", "9A"}


def test_months_are_those_of_the_terms_where_no_lock_names_them():
    school = secondary.school()
    policy = policy_on(school, TODAY)
    found = expected(school, policy, lock_of(policy, "ca-nam"))
    of_class = sorted(path[-11:-4] for path in found if "/lop/6A/diem-danh/" in path)
    assert (of_class[0], of_class[-1], len(of_class)) == ("2026-09", "2027-05", 9)


def test_who_only_leads_a_subject_does_not_make_its_pages_expected():
    leader = "records/2026-2027/phan-cong/NV0113.yml"
    edits = [(leader, "vai/p7/lop", "6A"), (leader, "vai/p7/mon", ["tin-hoc"])]
    subjects = {each.key.get("mon") for each in secondary_missing("hk2", edits)}
    assert "toan" in subjects
    assert "tin-hoc" not in subjects


def test_there_too_a_finished_page_is_not_missing_and_its_teacher_is_known():
    path = "records/2026-2027/khoi/6/6A/mon/toan/hk1.yml"
    found = {each.path: each for each in secondary_missing("hk1")}
    assert found[path].people == ("NV0111",)
    done = {each.path for each in secondary_missing("hk1", [(path, "hoan_tat", "2027-01-10")])}
    assert found.keys() - done == {path}


def test_what_is_taught_only_after_the_lock_is_not_expected_before_it():
    later = secondary.school(
        [("records/2026-2027/phan-cong/NV0111.yml", "vai/p4/tu", "2027-02-01")]
    )
    path = "records/2026-2027/khoi/7/7A/mon/toan/{}.yml"
    there = {entry.path: later.tree.read(entry.path) for entry in later.tree.entries()}
    del there[path.format("hk1")]
    school = TreeSchool(MemoryTree(there), secondary.KINDS)
    policy = policy_on(school, TODAY)
    assert path.format("hk1") not in expected(school, policy, lock_of(policy, "hk1"))
    assert path.format("hk2") in expected(school, policy, lock_of(policy, "hk2"))
