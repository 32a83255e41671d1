"""Attacks on the decision alone, each by its row in the table of threats, each refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from gate.situations import BINDING, KINDS, codes, files, judged, situation
from hoso.findings import HosoError
from hoso.gate.changes import changes_between, effect_digest
from hoso.gate.corrections import Request, carried_out
from hoso.gate.policy import Clause, Deed, Limits, Right
from hoso.gate.verdict import Approval, Verdict
from hoso.store.tree import MemoryTree

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
OTHER = "records/2026-2027/lop/3B/danh-gia-mon/dao-duc/giua-ky-1.yml"
MARK = {PAGE: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}}
CHECKED, APPROVED = "NV0013 to-truong kiem-tra", "NV0002 pho-hieu-truong duyet"
OPEN_DAY, SHUT_DAY = date(2026, 11, 10), date(2026, 11, 14)


def proposed(**case):
    return situation({"when": OPEN_DAY, "who": "NV0015", "edit": MARK,
                      "approvals": [CHECKED, APPROVED], **case})  # fmt: skip


def refused(**case):
    return codes(judged(proposed(**case)))


def stated(**different):
    """The codes when the second statement differs in something from a good one."""
    return refused(approvals=[CHECKED, {"as": APPROVED, **different}])


def test_the_proposal_that_every_attack_starts_from_may_be_merged():
    assert judged(proposed())


def test_threat_1_nobody_approves_what_they_wrote():
    assert refused(approvals=["NV0015 to-pho kiem-tra", APPROVED]) == ["HS855", "HS864"]


def test_threat_2_two_statements_of_one_person_are_one_person():
    edit = {"records/2026-2027/lop/3B/tong-hop/giua-ky-1.yml": {"nhan_xet_lop": "Lớp ngoan."}}
    both = ["NV0002 pho-hieu-truong kiem-tra", "NV0002 hieu-truong duyet"]
    day = date(2026, 10, 20)
    assert refused(edit=edit, when=day, approvals=both) == ["HS864"]
    assert refused(edit=edit, when=day, approvals=[*both, both[1]]) == ["HS864"]
    assert refused(edit=edit, when=day, approvals=[*both, CHECKED]) == []


def test_threat_4_who_adds_to_anothers_proposal_does_not_approve_it():
    assert refused(who=["NV0015", "NV0013"]) == ["HS855", "HS864"]


def test_threat_5_an_approval_does_not_survive_one_more_edit():
    seen = proposed()
    edit = {PAGE: {**MARK[PAGE], "hoan_tat": "2026-11-09"}}
    stale = {"as": APPROVED, "digest": seen.proposal.digest}
    assert refused(edit=edit, approvals=[CHECKED, stale]) == ["HS856", "HS864"]


def test_threat_6_a_rebase_keeps_an_approval_only_while_its_pages_stand():
    start = files()
    mark = proposed()
    beside = {**start, OTHER: start[OTHER].replace(b"hoan_tat: ", b"hoan_tat:  ")}
    under = {**start, PAGE: start[PAGE].replace(b"hoan_tat: ", b"hoan_tat:  ")}
    assert beside != start
    assert under != start

    def rebased(base):
        head = dict(base)
        head[PAGE] = base[PAGE].replace(
            b"HS2XS5FM:\n    muc: hoan-thanh\n", b"HS2XS5FM:\n    muc: hoan-thanh-tot\n"
        )
        return effect_digest(MemoryTree(base), MemoryTree(head), sorted(head))

    assert rebased(start) == mark.proposal.digest
    assert rebased(beside) == mark.proposal.digest
    assert rebased(under) != mark.proposal.digest


def test_threat_13_an_approval_for_another_branch():
    assert stated(ref="refs/heads/thu-nghiem") == ["HS860", "HS864"]


def test_threat_14_an_approval_for_another_schools_repository():
    assert stated(repo="thch@khac") == ["HS861", "HS864"]


def test_threat_15_an_approval_used_a_second_time():
    assert refused(past={"nonces": ["n1"]}) == ["HS858", "HS864"]


def test_threat_16_an_approval_kept_in_a_drawer():
    assert stated(not_after=date(2026, 11, 9)) == ["HS857", "HS864"]


def test_threat_17_an_approval_given_under_an_older_policy():
    assert stated(policy="quy-che-cu") == ["HS859", "HS864"]


def test_threat_18_a_statement_that_returns_a_proposal_approves_nothing():
    assert refused(approvals=[CHECKED, "NV0002 pho-hieu-truong tra-lai"]) == ["HS862", "HS864"]


@pytest.mark.parametrize("said", ["NV0016 hieu-truong duyet", "NV0099 pho-hieu-truong duyet"])
def test_threat_21_a_role_that_is_only_claimed(said):
    assert refused(approvals=[CHECKED, said]) == ["HS863", "HS864"]


def test_threat_23_more_pages_than_anybody_reads():
    pages = range(Limits().pages + 1)
    new = {f"records/2026-2027/lop/3B/bai-{number}.yml": "a: 1\n" for number in pages}
    assert "HS854" in refused(edit=new)
    new.popitem()
    assert "HS854" not in refused(edit=new)


def test_threat_26_the_regulation_never_travels_with_records():
    words = {"records/quy-che/2026-2027.yml": {"ten": "Quy chế khác", "ban": 2}}
    assert "HS853" in refused(edit={**MARK, **words}, who=["NV0015", "NV0002"])
    assert refused(edit=words, who="NV0002", approvals=["NV0001 hieu-truong duyet"]) == []


def test_threat_26_a_workflow_never_travels_with_records():
    assert "HS853" in refused(edit={**MARK, ".github/workflows/gate.yml": "on: push\n"})


def test_threat_27_a_right_granted_by_the_proposal_itself_grants_nothing():
    duty = {"vai": "giao-vien-bo-mon", "lop": "3B", "mon": ["toan"], "tu": "2026-08-28",
            "quyet_dinh": {"so": "82/QĐ-THCH", "ngay": "2026-08-28"}}  # fmt: skip
    edit = {**MARK, "records/2026-2027/phan-cong/NV0014.yml": {"vai/p9": duty}}
    assert refused(edit=edit, who="NV0014") == ["HS850"]


def test_threat_27_an_approver_made_by_the_proposal_approves_nothing():
    duty = {"vai": "hieu-truong", "tu": "2026-08-28",
            "quyet_dinh": {"so": "82/QĐ-THCH", "ngay": "2026-08-28"}}  # fmt: skip
    edit = {"records/2026-2027/phan-cong/NV0014.yml": {"vai/p9": duty}}
    found = refused(edit=edit, who="NV0002", approvals=["NV0014 hieu-truong duyet"])
    assert found == ["HS863", "HS864"]


@pytest.mark.parametrize(
    "path", ["records/moi/a.yml", "records/2026-2027/lop/3B/khac.yml", "content/la.md", "a.yml"]
)
def test_threat_32_a_folder_that_no_rule_knows_is_refused(path):
    assert refused(edit={path: "a: 1\n"}) == ["HS851"]


def test_threat_32_a_kind_that_no_clause_mentions_is_refused():
    found = proposed()
    rights = tuple(each for each in found.policy.rights if "danh-gia-mon" not in each.kinds)
    assert codes(judged(_under(found, rights))) == ["HS851"]


def test_threat_32_a_kind_that_nobody_writes_is_refused():
    found = proposed()
    rights = tuple(
        each
        for each in found.policy.rights
        if each.deed is not Deed.WRITE or "danh-gia-mon" not in each.kinds
    )
    assert codes(judged(_under(found, rights))) == ["HS851"]


def test_threat_32_a_kind_that_nobody_approves_is_refused():
    found = proposed()
    rights = tuple(
        each
        for each in found.policy.rights
        if each.deed is not Deed.APPROVE or "danh-gia-mon" not in each.kinds
    )
    assert codes(judged(_under(found, rights))) == ["HS851"]


def test_threat_33_a_field_is_matched_part_by_part_and_never_as_a_pattern():
    clause = Clause(year="2026-2027", article="1", clause="1", point="a", words="")
    right = Right(role="y-te", deed=Deed.WRITE, kinds=frozenset({"tong-hop"}),
                  fields=(("hoc_sinh", "HS.*", "diem"),), clause=clause)  # fmt: skip
    assert not right.allows(("hoc_sinh", "HS2XS5FM", "diem"))
    assert replace(right, fields=(("hoc_sinh", "*", "diem"),)).allows(
        ("hoc_sinh", "HS2XS5FM", "diem")
    )
    assert not replace(right, fields=(("hoc_sinh", "*", "diem"),)).allows(("hoc_sinh", "HS2XS5FM"))


def test_threat_34_a_locked_page_is_not_moved_away():
    away = PAGE.replace("giua-ky-1", "cuoi-ky-1")
    assert refused(edit={PAGE: {"->": away}}, when=SHUT_DAY) == ["HS865"]
    moved = {PAGE: {"->": "records/luu/giua-ky-1.yml"}}
    assert refused(edit=moved, when=SHUT_DAY) == ["HS851", "HS865"]


def test_threat_67_a_locked_page_refuses_even_its_owner():
    assert refused(when=SHUT_DAY) == ["HS865"]


def test_threat_68_a_correction_cannot_bring_its_own_request():
    request = {"=": {"nguoi_de_nghi": "NV0015", "ngay": "2026-11-14", "tep": PAGE,
                     "truong": {"hoc_sinh/HS2XS5FM/muc": {"cu": "hoan-thanh",
                                                          "moi": "hoan-thanh-tot"}},
                     "ly_do": "nhap-sai", "minh_chung": {"b" * 64: {"loai": "khac"}},
                     "han": "2026-12-01"}}  # fmt: skip
    path = "records/2026-2027/de-nghi-sua/DN0000A1.yml"
    assert refused(edit={**MARK, path: request}, when=SHUT_DAY) == ["HS865", "HS866"]
    good = {"base": {path: request}, "when": SHUT_DAY}
    signed = [{"as": said, "correction": path}
              for said in (CHECKED, APPROVED, "NV0001 hieu-truong duyet")]  # fmt: skip
    assert refused(**good, approvals=signed) == []
    assert refused(**good, approvals=signed, past={"used": [path]}) == ["HS865", "HS866"]
    assert refused(base={path: request}, when=date(2026, 12, 2)) == ["HS865", "HS866"]
    wider = {PAGE: {**MARK[PAGE], "hoan_tat": "2026-11-09"}}
    assert refused(**good, edit=wider) == ["HS865", "HS867"]


def test_threat_68_a_request_is_used_up_by_any_later_change_to_what_it_names():
    request = Request(path="x", requester="NV0021", page=PAGE,
                      fields={"hoc_sinh/HS2XS5FM/muc": ("hoan-thanh", "hoan-thanh-tot")},
                      until=SHUT_DAY)  # fmt: skip

    def later(edit):
        return situation({"when": OPEN_DAY, "who": "NV0015", "edit": edit}).proposal.changes

    elsewhere = {OTHER: {"hoc_sinh/HS2XS5FM/muc": "chua-hoan-thanh"}}
    beside = {PAGE: {"hoan_tat": "2026-11-09"}}
    assert not carried_out(request, [])
    assert not carried_out(request, [later(elsewhere), later(beside)])
    assert not carried_out(request, [later({OTHER: None})])
    assert carried_out(request, [later(beside), later(MARK)])
    assert carried_out(request, [later({PAGE: None})])
    assert carried_out(request, [later({PAGE: "hỏng"})])


def test_threat_69_a_lock_that_has_closed_is_not_moved_by_its_calendar():
    calendar = "records/2026-2027/nam-hoc.yml"
    later = {calendar: {"lich_khoa/giua-ky-1/ngay": "2026-12-31"}}
    signed = {"who": "NV0002", "when": SHUT_DAY, "approvals": ["NV0001 hieu-truong duyet"]}
    assert refused(edit=later, **signed) == ["HS872"]
    assert refused(edit={calendar: {"lich_khoa/giua-ky-1": None}}, **signed) == ["HS872"]
    spared = {calendar: {"lich_khoa/giua-ky-1/tru": ["cho-he"]}}
    assert refused(edit=spared, **signed) == ["HS872"]


def test_threat_70_the_time_of_receipt_decides_and_not_that_of_signing():
    before = proposed(when="2026-11-13 23:59")
    assert judged(before)
    after = SimpleNamespace(**{**vars(proposed(when="2026-11-14 00:01")),
                               "approvals": before.approvals})  # fmt: skip
    assert codes(judged(after)) == ["HS865"]


def test_a_policy_without_rights_or_people_decides_nothing():
    found = proposed()
    for rights, people in (((), found.policy.assignments), (found.policy.rights, ())):
        with pytest.raises(HosoError):
            judged(_under(found, rights, people))


def test_a_proposal_without_changes_or_authors_is_not_decided():
    found = proposed()
    for lacking in ("changes", "authors"):
        empty = replace(found.proposal, **{lacking: type(getattr(found.proposal, lacking))()})
        with pytest.raises(HosoError):
            judged(SimpleNamespace(**{**vars(found), "proposal": empty}))


def test_a_verdict_about_nothing_allows_nothing():
    assert not Verdict(grounds=(), refusals=(), void=(), needs=())


def test_a_policy_of_another_day_is_not_used():
    found, later = proposed(), proposed(when=date(2026, 11, 11))
    with pytest.raises(HosoError):
        judged(SimpleNamespace(**{**vars(found), "policy": later.policy}))


def test_a_moment_without_a_time_zone_is_not_a_moment():
    found = proposed()
    naive = found.received.replace(tzinfo=None)
    with pytest.raises(HosoError):
        judged(SimpleNamespace(**{**vars(found), "received": naive}))


def test_a_statement_says_nothing_about_an_effect_of_other_bytes():
    base, head = files(), files() | {PAGE: files()[PAGE] + b" "}
    found = proposed()
    spoiled = replace(
        found.proposal,
        changes=changes_between(MemoryTree(base), MemoryTree(head), [PAGE], KINDS),
        digest=effect_digest(MemoryTree(base), MemoryTree(head), [PAGE]),
    )
    signed = (Approval(person="NV0002", role="pho-hieu-truong", decision="duyet",
                       digest=found.proposal.digest, binding=BINDING, nonce="n",
                       not_after=found.received),)  # fmt: skip
    changed = SimpleNamespace(**{**vars(found), "proposal": spoiled, "approvals": signed})
    assert codes(judged(changed)) == ["HS852", "HS856"]


def _under(found, rights, people=None):
    policy = replace(
        found.policy, rights=rights,
        assignments=found.policy.assignments if people is None else people,
    )  # fmt: skip
    return SimpleNamespace(**{**vars(found), "policy": policy})
