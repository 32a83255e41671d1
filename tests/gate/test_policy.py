"""The rights of a day: grants need a clause and an assignment; deputies have their dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate import secondary
from hoso.findings import HosoError
from hoso.gate.holders import enough, joined, stretches, vacancies
from hoso.gate.policy import Assignment, Clause, Deed, Granted, Lock, Policy, Refused, Right
from hoso.gate.regulation import open_years, policy_on
from hoso.rules.days import Span
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree

ROOT = Path(__file__).parents[2]
START = date(2026, 9, 1)
DAYS = st.integers(0, 60).map(lambda days: START + timedelta(days))
PEOPLE = st.sampled_from(["NV0001", "NV0002", "NV0003"])
ROLES = st.sampled_from(["gvcn", "to-truong"])
HOLES = {"lop": ["1A", "1B"], "mon": ["toan", "am-nhac"], "nam_hoc": ["2025-2026", "2026-2027"]}
KEYS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in HOLES.items()})
SCOPES = st.fixed_dictionaries(
    {"nam_hoc": st.sampled_from(HOLES["nam_hoc"]).map(lambda year: frozenset({year}))},
    optional={name: st.frozensets(st.sampled_from(HOLES[name])) for name in ("lop", "mon")},
)
FIELDS = st.sampled_from([(), (("hoc_sinh", "*", "diem"),), (("giao_vien",),)])
PLACES = st.sampled_from([None, (), ("giao_vien",), ("hoc_sinh", "HS1", "diem"),
                          ("hoc_sinh", "HS1", "muc")])  # fmt: skip


def clause(point="a"):
    return Clause(year="2026-2027", article="7", clause="2", point=point, words="Tự tay nhập.")


RIGHTS = st.builds(
    Right,
    role=ROLES,
    deed=st.sampled_from([Deed.WRITE, Deed.APPROVE]),
    kinds=st.just(frozenset({"trang"})),
    scope=st.sampled_from([(), ("lop",), ("lop", "mon"), ("mon",)]),
    fields=FIELDS,
    clause=st.just(clause()),
)
ASSIGNMENTS = st.builds(
    Assignment,
    person=PEOPLE,
    role=ROLES,
    scope=SCOPES,
    since=DAYS,
    until=st.none() | DAYS,
    decision=st.just("82/QĐ-THCH"),
    path=st.just("records/2026-2027/phan-cong/NV0001.yml"),
    instead_of=st.none() | PEOPLE,
)
POLICIES = st.builds(
    Policy,
    year=st.just("2026-2027"),
    on=DAYS,
    rights=st.lists(RIGHTS, max_size=5).map(tuple),
    assignments=st.lists(ASSIGNMENTS, max_size=6).map(tuple),
)
ASKED = st.tuples(
    PEOPLE, st.sampled_from([Deed.WRITE, Deed.APPROVE]), st.just("trang"), KEYS, PLACES
)


def granted(policy, asked):
    return isinstance(policy.grants(*asked), Granted)


@given(POLICIES, ASSIGNMENTS, ASKED)
def test_adding_an_assignment_never_takes_a_right_away(policy, more, asked):
    if granted(policy, asked):
        assert granted(replace(policy, assignments=(more, *policy.assignments)), asked)


@given(POLICIES, RIGHTS, ASKED)
def test_adding_a_right_never_takes_a_right_away(policy, more, asked):
    if granted(policy, asked):
        assert granted(replace(policy, rights=(more, *policy.rights)), asked)


@given(POLICIES, ASKED, st.integers(0, 5), DAYS)
def test_ending_an_assignment_never_gives_a_right(policy, asked, which, until):
    before = list(policy.assignments)
    if which < len(before):
        ends = before[which].until
        before[which] = replace(before[which], until=until if ends is None else min(ends, until))
    if granted(replace(policy, assignments=tuple(before)), asked):
        assert granted(policy, asked)


@settings(max_examples=300)
@given(POLICIES, ASKED)
def test_what_is_granted_stands_in_a_clause_and_in_an_assignment_of_that_day(policy, asked):
    answer = policy.grants(*asked)
    if isinstance(answer, Refused):
        assert answer.because
        return
    person, deed, kind, key, place = asked
    right, held = answer.right, answer.assignment
    assert right in policy.rights
    assert held in policy.assignments
    assert (held.person, held.role) == (person, right.role)
    assert held.since <= policy.on
    assert held.until is None or policy.on <= held.until
    assert right.deed is deed
    assert kind in right.kinds
    assert all(key[name] in held.scope[name] for name in right.scope)
    assert not right.scope or key["nam_hoc"] in held.scope["nam_hoc"]
    assert not right.fields or place


@given(POLICIES, ASKED)
def test_a_deputy_outside_the_dates_has_nothing(policy, asked):
    only = tuple(
        replace(each, instead_of="NV0009", since=policy.on + timedelta(1), until=None)
        for each in policy.assignments
    )
    assert not granted(replace(policy, assignments=only), asked)
    over = tuple(
        replace(each, instead_of="NV0009", since=START, until=policy.on - timedelta(1))
        for each in policy.assignments
    )
    assert not granted(replace(policy, assignments=over), asked)


@given(POLICIES, ASKED)
def test_without_rights_or_without_assignments_nothing_is_granted(policy, asked):
    assert not granted(replace(policy, rights=()), asked)
    assert not granted(replace(policy, assignments=()), asked)


@given(POLICIES, KEYS)
def test_able_are_exactly_those_to_whom_some_right_of_the_step_comes(policy, key):
    step = policy.about(Deed.APPROVE, "trang")
    assert policy.able(step, key) == {
        person
        for person in policy.people()
        if any(policy.through(person, right, key) is not None for right in step)
    }


STEPS = st.lists(st.frozensets(st.sampled_from("abcd")), max_size=4)


@given(STEPS)
def test_enough_people_means_one_person_of_its_own_for_every_step(steps):
    def seated(rest, taken):
        return not rest or any(seated(rest[1:], taken | {each}) for each in rest[0] - taken)

    assert enough(steps) == seated(steps, frozenset())


@given(st.lists(ASSIGNMENTS, max_size=5))
def test_within_a_stretch_nothing_changes_and_stretches_fill_the_span(assignments):
    whole = Span(START, START + timedelta(70))
    cut = list(stretches(assignments, whole))
    assert cut[0].first == whole.first
    assert cut[-1].last == whole.last
    assert joined(cut) == (whole,)
    for each in cut:
        assert [held.holds(each.first) for held in assignments] == [
            held.holds(each.last) for held in assignments
        ]
    for role in ("gvcn", "to-truong"):
        empty = vacancies(assignments, role, whole)
        for number in range(71):
            day = START + timedelta(number)
            held = any(each.role == role and each.holds(day) for each in assignments)
            assert held != any(day in span for span in empty)


def test_a_lock_shuts_after_its_day_and_only_what_it_names():
    lock = Lock(name="hk1", kinds=frozenset({"trang"}), closes=START,
                scope={"nam_hoc": "2026-2027", "hoc_ky": "hk1", "khoi": "9"})  # fmt: skip
    page = {"nam_hoc": "2026-2027", "hoc_ky": "hk1", "khoi": "9", "lop": "9A"}
    policy = Policy(year="2026-2027", on=START, rights=(), assignments=(), locks=(lock,))
    assert policy.shut("trang", page) == ()
    later = replace(policy, on=START + timedelta(1))
    assert later.shut("trang", page) == (lock,)
    assert later.shut("trang", {**page, "khoi": "8"}) == ()
    assert later.shut("khac", page) == ()


@pytest.fixture(scope="module")
def reference():
    tree = FolderTree(ROOT)
    return TreeSchool(tree, load_kinds(tree))


PAGE = {"nam_hoc": "2026-2027", "lop": "1B", "mon": "toan", "ky": "cuoi-ky-1"}


@pytest.mark.parametrize(
    ("person", "deed", "kind", "key", "on", "yes"),
    [
        ("NV0012", Deed.WRITE, "danh-gia-mon", PAGE, date(2026, 11, 23), True),
        ("NV0012", Deed.WRITE, "danh-gia-mon", {**PAGE, "lop": "1A"}, date(2026, 11, 23), False),
        ("NV0012", Deed.WRITE, "danh-gia-mon", {**PAGE, "mon": "mi-thuat"}, date(2026, 11, 23),
         False),
        # Last year's page of the same class and subject: the duty of this year is not enough.
        ("NV0012", Deed.WRITE, "danh-gia-mon", {**PAGE, "nam_hoc": "2025-2026"},
         date(2026, 11, 23), False),
        ("NV0012", Deed.APPROVE, "danh-gia-mon", PAGE, date(2026, 11, 23), False),
        # The deputy of 1B in April 2026, on the first and last day and the days around them.
        ("NV0007", Deed.WRITE, "diem-danh", {"nam_hoc": "2025-2026", "lop": "1B",
                                             "thang": "2026-04"}, date(2026, 4, 5), False),
        ("NV0007", Deed.WRITE, "diem-danh", {"nam_hoc": "2025-2026", "lop": "1B",
                                             "thang": "2026-04"}, date(2026, 4, 6), True),
        ("NV0007", Deed.WRITE, "diem-danh", {"nam_hoc": "2025-2026", "lop": "1B",
                                             "thang": "2026-04"}, date(2026, 4, 24), True),
        ("NV0007", Deed.WRITE, "diem-danh", {"nam_hoc": "2025-2026", "lop": "1B",
                                             "thang": "2026-04"}, date(2026, 4, 25), False),
        # The vice principal approves the calendar only while standing in for the principal.
        ("NV0002", Deed.APPROVE, "nam-hoc", {"nam_hoc": "2026-2027"}, date(2026, 10, 18), False),
        ("NV0002", Deed.APPROVE, "nam-hoc", {"nam_hoc": "2026-2027"}, date(2026, 10, 19), True),
        ("NV0002", Deed.APPROVE, "nam-hoc", {"nam_hoc": "2026-2027"}, date(2026, 10, 24), False),
    ],
)  # fmt: skip
def test_the_reference_school_grants_what_its_regulation_says(
    reference, person, deed, kind, key, on, yes
):
    assert granted(policy_on(reference, on), (person, deed, kind, key)) == yes


def test_a_homeroom_teacher_reaches_the_pupils_of_the_own_class_and_no_others(reference):
    policy = policy_on(reference, date(2026, 11, 23))
    for lop in ("1A", "1B"):
        room = reference.get("lop", nam_hoc="2026-2027", lop=lop)
        for pupil, entry in room.data["hoc_sinh"].items():
            asked = ("NV0012", Deed.WRITE, "hoc-sinh", {"hoc_sinh": pupil}, ("noi_o",))
            assert granted(policy, asked) == (lop == "1B" and "ra" not in entry)
            assert not granted(policy, (*asked[:4], ("ho_ten",)))
            assert not granted(policy, asked[:4])


def test_last_years_duties_last_until_its_last_book_closes(reference):
    assert open_years(reference, date(2026, 8, 27)) == ("2025-2026",)
    assert open_years(reference, date(2026, 8, 28)) == ("2026-2027", "2025-2026")
    assert open_years(reference, date(2026, 9, 1)) == ("2026-2027",)


def test_before_the_first_regulation_there_is_no_policy_at_all(reference):
    with pytest.raises(HosoError, match="chưa có quy chế"):
        policy_on(reference, date(2025, 9, 4))


def test_rights_without_anybody_to_hold_them_are_an_error():
    school = secondary.school()
    with pytest.raises(HosoError, match="phải có ít nhất một"):
        policy_on(without(school, "/phan-cong/"), date(2026, 9, 10))


def without(school, part):
    from hoso.store.tree import MemoryTree

    kept = {entry.path: school.tree.read(entry.path) for entry in school.tree.entries()
            if part not in entry.path}  # fmt: skip
    return TreeSchool(MemoryTree(kept), school.kinds)


def test_nobody_holds_a_role_after_leaving_the_school():
    left = [("records/nhan-su/NV0111.yml", "ngay_roi_truong", "2026-10-31")]
    page = {"nam_hoc": "2026-2027", "khoi": "6", "lop": "6A", "mon": "toan", "hoc_ky": "hk1"}
    asked = ("NV0111", Deed.WRITE, "danh-gia-mon", page)
    school = secondary.school(left)
    assert granted(policy_on(school, date(2026, 10, 31)), asked)
    assert not granted(policy_on(school, date(2026, 11, 1)), asked)
    assert granted(policy_on(secondary.school(), date(2026, 11, 1)), asked)


def test_a_deputy_who_names_no_class_has_the_class_of_the_other():
    school = secondary.school()
    month = {"nam_hoc": "2026-2027", "lop": "6A", "thang": "2026-11"}
    for day, yes in ((1, False), (2, True), (13, True), (14, False)):
        policy = policy_on(school, date(2026, 11, day))
        assert granted(policy, ("NV0114", Deed.WRITE, "diem-danh", month)) == yes
        assert granted(policy, ("NV0114", Deed.WRITE, "diem-danh", {**month, "lop": "9A"}))
        assert not granted(policy, ("NV0114", Deed.WRITE, "diem-danh", {**month, "lop": "7A"}))
