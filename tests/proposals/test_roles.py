"""In which role a person's word is asked for, and what it is bound to."""

from __future__ import annotations

from dataclasses import replace

from gate.situations import situation, statement, with_policy
from hoso.gate.policy import Deed
from hoso.proposals.reviews import Case, clauses, in_the_way, roles_for
from hoso.proposals.reviews import statement as stated

MARKS = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
PUPIL = "records/hoc-sinh/HS2XS5FM.yml"
REQUEST = "records/2026-2027/de-nghi-sua/DN0000A1.yml"
MARK = {MARKS: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}}
WISH = {REQUEST: {"=": {
    "nguoi_de_nghi": "NV0021", "ngay": "2026-11-16", "tep": MARKS,
    "truong": {"hoc_sinh/HS2XS5FM/muc": {"cu": "hoan-thanh", "moi": "hoan-thanh-tot"}},
    "ly_do": "nhap-sai", "minh_chung": {"c" * 64: {"loai": "khac"}}, "han": "2026-11-30",
}}}  # fmt: skip


def found(**case):
    return situation({"when": "2026-11-09 08:00", "who": "NV0015", "edit": MARK, **case})


def case_of(found):
    """The situation as proposals look at it."""
    return Case(policy=found.policy, school=found.school, proposal=found.proposal,
                received=found.received, past=found.past)  # fmt: skip


def test_the_role_that_fills_the_step_is_found_among_all_that_a_person_holds():
    case = case_of(found())
    assert roles_for(case, "NV0013", "kiem-tra", ()) == ("to-truong",)
    assert roles_for(case, "NV0002", "duyet", ()) == ("pho-hieu-truong",)
    assert roles_for(case, "NV0013", "duyet", ()) == ()
    assert roles_for(case, "NV0013", "kiem-tra", (), only="gvcn") == ()
    assert roles_for(case, "NV0002", "tra-lai", ()) == ("pho-hieu-truong",)
    assert roles_for(case, "NV0016", "tra-lai", ()) == ()


def test_a_step_that_is_filled_asks_nobody_again():
    here = found()
    given = (statement("NV0013 to-truong kiem-tra", 0, here.proposal, here.received),)
    assert roles_for(case_of(here), "NV0013", "kiem-tra", given) == ()


def test_pages_of_several_books_may_take_a_person_in_several_roles():
    here = found(edit={**MARK, PUPIL: {"ghi_chu": "Cháu bơi giỏi."}})
    other = [right for right in here.policy.rights if right.deed is not Deed.CHECK]
    leads, teaches = (
        next(right for right in here.policy.rights
             if right.role == role and right.deed is Deed.CHECK and "danh-gia-mon" in right.kinds)
        for role in ("to-truong", "gvcn")
    )  # fmt: skip
    narrow = (
        replace(leads, kinds=frozenset({"danh-gia-mon"}), scope=()),
        replace(teaches, kinds=frozenset({"hoc-sinh"}), scope=(), fields=()),
    )
    case = case_of(with_policy(here, rights=(*other, *narrow)))
    assert roles_for(case, "NV0013", "kiem-tra", ()) == ("gvcn", "to-truong")


def test_ones_own_work_is_in_the_way_and_others_are_named_with_their_clause():
    case = case_of(found())
    assert [each.code for each in in_the_way(case, "NV0015")] == ["HS855"]
    assert in_the_way(case, "NV0002") == ()
    assert "pho-hieu-truong: điểm a khoản 6 Điều 4 Quy chế 2026-2027" in clauses(
        case, case.verdict(()).needs
    )


def test_a_statement_is_bound_to_the_effect_and_to_the_request_it_carries_out():
    case = case_of(found(base=WISH, when="2026-11-20 08:00"))
    assert case.correction == REQUEST
    said = stated(case, "pho-hieu-truong", "duyet", base="a" * 40, head="b" * 40, log="c" * 40,
                  nonce="d" * 32)  # fmt: skip
    assert (said.correction, said.digest, said.paths) == (REQUEST, case.proposal.digest, 1)
    longest = case.policy.limits.statement_days * 86_400
    assert longest - 7200 < said.not_after - case.received.timestamp() < longest
    assert case_of(found()).correction is None
