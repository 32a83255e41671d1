"""Rows 1–25 of the table of threats: approvals that are not what they seem."""

from __future__ import annotations

import secrets

import pytest

from hoso.gate.policy import Limits
from hoso.signing.commits import NAMESPACE as COMMITS
from hoso.signing.sshsig import armored
from hoso.signing.statements import APPROVAL as APPROVALS
from hoso.signing.statements import Witness, signed, statements_in
from hoso.signing.wire import to_base64
from hoso.store.objects import tree_with
from threats.attempts import (
    APPROVED,
    BACK,
    CHECKED,
    MARK,
    OTHER,
    PAGE,
    PRINCIPAL,
    REGULATION,
    caught,
    codes,
    found,
    offered,
    passed,
    proposed,
)
from yards import SECOND, STRANGER, Yard, key_page, keys

NEWS = {"content/tin-tuc/2026/ngay-hoi-doc-sach.md": {
    "=": {"tieu_de": "Ngày hội đọc sách", "ngay": "2026-11-09", "chuyen_muc": ["thu-vien"],
          "tac_gia": ["NV0015"], "tom_tat": "Lớp 3B đọc sách trong thư viện."},
    "body": "## Mở đầu\n\nCả lớp cùng đọc.\n"}}  # fmt: skip


def marked(yard):
    """The topic that most attacks start from: one level of one pupil."""
    return yard.topic(MARK)


def test_the_history_that_every_attack_starts_from_is_accepted_and_audits_clean(yard):
    passed(yard)
    passed(yard, BACK)
    assert found(yard, objects=True, genesis=yard.genesis) == []
    assert yard.view().main == yard.main


def test_threat_1_nobody_approves_what_they_wrote(yard):
    head = marked(yard)
    merge = yard.merge(head, yard.approved(head, "NV0015 to-pho kiem-tra", APPROVED))
    caught(yard, merge, "HS855", "HS864")


def test_threat_1_nobody_merges_what_they_wrote_without_others(yard):
    head = marked(yard)
    merge = yard.merge(head, who="NV0015")
    caught(yard, merge, "HS864", pusher="NV0015")


def test_threat_2_two_keys_of_one_person_are_one_person(tmp_path):
    yard = Yard(tmp_path / "kho", "2026-10-20 08:00")
    summary = {"records/2026-2027/lop/3B/tong-hop/giua-ky-1.yml": {"nhan_xet_lop": "Lớp ngoan."}}
    head = yard.topic(summary)
    first = yard.statement(head, "NV0002", "pho-hieu-truong", "kiem-tra")
    second = yard.statement(head, "NV0002", "hieu-truong", "duyet", key=SECOND)
    third = yard.statement(head, "NV0013", "to-truong", "kiem-tra")
    assert offered(yard, yard.merge(head, [first, second, third])).ok
    caught(yard, yard.merge(head, [first, second]), "HS864")


@pytest.mark.parametrize("page", [
    key_page("NV0003", "NV0013"),
    key_page("NV0003") + "tai_khoan:\n  github: to-truong\n",
])  # fmt: skip
def test_threat_3_one_key_or_account_stands_for_one_person(yard, page):
    """A sock puppet is an enrolment, and no enrolment may repeat a key or an account."""
    account = {"records/khoa-ky/NV0013.yml": {"tai_khoan": {"github": "to-truong"}}}
    passed(yard, account, [PRINCIPAL], "NV0013")
    head = yard.topic({"records/khoa-ky/NV0003.yml": page}, "NV0003")
    merge = yard.merge(head, yard.approved(head, PRINCIPAL))
    assert codes(offered(yard, merge, check=True).findings) == ["HS883"]
    yard.accept(merge)
    assert "HS883" in found(yard, records=True)


def test_threat_3_a_key_of_two_people_still_speaks_for_one(yard):
    head = yard.topic({"records/khoa-ky/NV0003.yml": key_page("NV0003", "NV0013")}, "NV0003")
    yard.accept(yard.merge(head, yard.approved(head, PRINCIPAL)))
    head = marked(yard)
    both = ["NV0013 to-truong kiem-tra", "NV0013 van-thu duyet"]
    caught(yard, yard.merge(head, yard.approved(head, *both)), "HS863", "HS864")


def test_threat_4_who_adds_to_anothers_proposal_does_not_approve_it(yard):
    first = marked(yard)
    head = yard.topic({PAGE: {"hoan_tat": "2026-11-08"}}, "NV0013", base=first)
    merge = yard.merge(head, yard.approved(head, CHECKED, APPROVED))
    caught(yard, merge, "HS855", "HS864")


def test_threat_5_an_approval_does_not_survive_one_more_commit(yard):
    first = marked(yard)
    said = yard.approved(first, CHECKED, APPROVED)
    head = yard.topic({PAGE: {"hoan_tat": "2026-11-08"}}, base=first)
    caught(yard, yard.merge(head, said), "HS856", "HS864")


def test_threat_6_an_approval_survives_an_unrelated_merge_and_a_rebase(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    passed(yard, {OTHER: {"hoan_tat": "2026-11-08"}})
    assert offered(yard, yard.merge(head, said)).ok
    rebased = marked(yard)
    assert rebased != head
    merge = yard.merge(rebased, said)
    assert offered(yard, merge).ok
    yard.accept(merge)
    assert found(yard) == []


def test_threat_6_an_approval_dies_with_any_change_to_its_page(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    passed(yard, {PAGE: {"hoan_tat": "2026-11-08"}})
    assert codes(offered(yard, yard.merge(marked(yard), said)).findings) == ["HS856", "HS864"]
    assert proposed(yard, head).may_be_proposed
    caught(yard, yard.merge(head, said), "HS856", "HS864")


def test_threat_6_two_edits_of_one_field_are_a_conflict_whoever_resolves_it(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    tree = yard.tree_of(head)
    passed(yard, {PAGE: {"hoc_sinh/HS2XS5FM/muc": "chua-hoan-thanh"}})
    assert codes(proposed(yard, head).findings) == ["HS836"]
    caught(yard, yard.merge(head, said, tree=tree), "HS836")


def test_threat_6_two_edits_of_one_workflow_are_never_mixed(yard):
    said = ("NV0002 pho-hieu-truong kiem-tra", PRINCIPAL)
    path = ".github/workflows/gate.yml"
    passed(yard, {path: "on: push\njobs: {}\n"}, said, "NV0022")
    head = yard.topic({path: "on: push\njobs: {a: {}}\n"}, "NV0022")
    passed(yard, {path: "on: pull_request\njobs: {}\n"}, said, "NV0022")
    assert codes(proposed(yard, head).findings) == ["HS836"]


def test_threat_6_two_pages_brought_to_one_place_are_a_conflict(yard):
    head = yard.topic(NEWS)
    (path,) = NEWS
    other = {path: {**NEWS[path], "body": "## Mở đầu\n\nCả trường cùng đọc.\n"}}
    passed(yard, other, ("NV0003 bien-tap kiem-tra", APPROVED))
    assert codes(proposed(yard, head).findings) == ["HS836"]


def test_threat_6_what_both_sides_did_alike_is_no_conflict(yard):
    picture = {"content/hinh/2026/khai-giang.jpg": b"\xff\xd8\xff" + bytes(64)}
    tree = tree_with(yard.repository, yard.tree_of(yard.main), picture)
    first = yard.commit(tree, (yard.main,), "NV0015", "Thêm ảnh")
    head = yard.topic(MARK, base=first)
    yard.accept(yard.merge(first, yard.approved(first, "NV0003 bien-tap kiem-tra", APPROVED)))
    assert offered(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED))).ok


def test_threat_6_what_main_has_done_and_more_is_no_part_of_the_effect(yard):
    head = yard.topic({**MARK, OTHER: {"hoan_tat": "2026-11-08"}})
    passed(yard, {PAGE: {**MARK[PAGE], "hoan_tat": "2026-11-08"}})
    merge = yard.merge(head, yard.approved(head, CHECKED, APPROVED))
    judged = offered(yard, merge)
    assert judged.ok
    assert {change.path for change in judged.changes} == {OTHER}


def test_threat_7_a_squashed_proposal_has_no_second_parent(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    caught(yard, yard.merge(head, said, parents=(yard.main,)), "HS831")


def test_threat_7_a_proposal_fast_forwarded_onto_main_is_no_merge(yard):
    caught(yard, marked(yard), "HS831", pusher="NV0015")


def test_threat_8_a_merge_brings_nothing_that_neither_parent_has(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    more = yard.topic({OTHER: {"hoan_tat": "2026-11-08"}}, base=head)
    caught(yard, yard.merge(head, said, tree=yard.tree_of(more)), "HS835")


def test_threat_8_a_merge_leaves_nothing_out(yard):
    head = yard.topic({**MARK, OTHER: {"hoan_tat": "2026-11-08"}})
    said = yard.approved(head, CHECKED, APPROVED)
    caught(yard, yard.merge(head, said, tree=yard.tree_of(marked(yard))), "HS835")


def test_threat_8_a_merge_field_by_field_is_held_to_every_byte(yard):
    head = marked(yard)
    passed(yard, {PAGE: {"hoan_tat": "2026-11-08"}})
    other = yard.topic({PAGE: {"hoc_sinh/HS2XS5FM/muc": "chua-hoan-thanh"}})
    said = yard.approved(head, CHECKED, APPROVED)
    caught(yard, yard.merge(head, said, tree=yard.tree_of(other)), "HS835")


def test_threat_8_a_page_that_both_sides_edited_is_not_dropped_in_the_merge(yard):
    head = marked(yard)
    passed(yard, {PAGE: {"hoan_tat": "2026-11-08"}})
    said = yard.approved(head, CHECKED, APPROVED)
    tree = tree_with(yard.repository, yard.tree_of(yard.main), {PAGE: None})
    caught(yard, yard.merge(head, said, tree=tree), "HS835")


def test_threat_9_a_merge_does_not_put_an_old_tree_back(yard):
    head = yard.topic({OTHER: {"hoan_tat": "2026-11-08"}})
    passed(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    caught(yard, yard.merge(head, said, tree=yard.tree_of(head)), "HS835")


def test_threat_9_an_old_commit_of_main_is_no_proposal(yard):
    passed(yard)
    old = yard.tree_of(yard.genesis)
    caught(yard, yard.merge(yard.genesis, tree=old, parents=(yard.main, yard.genesis)), "HS833")


def test_threat_9_what_main_holds_already_is_no_proposal(yard):
    head = passed(yard)
    caught(yard, yard.merge(head, tree=yard.tree_of(yard.main)), "HS833")


def test_threat_10_a_merge_has_two_parents_and_not_three(yard):
    head, third = marked(yard), yard.topic({OTHER: {"hoan_tat": "2026-11-08"}})
    said = yard.approved(head, CHECKED, APPROVED)
    caught(yard, yard.merge(head, said, parents=(yard.main, head, third)), "HS831")


def test_threat_11_a_proposal_with_a_merge_in_it_is_refused(yard):
    head, other = marked(yard), yard.topic({OTHER: {"hoan_tat": "2026-11-08"}})
    both = yard.commit(yard.merge_tree(head, other)[0], (head, other), "NV0015", "Gộp")
    last = yard.topic({PAGE: {"hoan_tat": "2026-11-08"}}, base=both)
    tree = yard.tree_of(last)
    assert codes(proposed(yard, last).findings) == ["HS833"]
    caught(yard, yard.merge(last, tree=tree), "HS833")


def test_threat_11_a_proposal_with_a_root_of_its_own_is_refused(yard):
    root = yard.commit(yard.tree_of(yard.main), (), "NV0015", "Gốc khác")
    head = yard.topic(MARK, base=root)
    assert codes(proposed(yard, head).findings) == ["HS833"]
    caught(yard, yard.merge(head, tree=yard.tree_of(head)), "HS833")


def test_threat_11_what_reads_like_a_commit_and_is_none_is_refused(yard):
    head = yard.raw("blob", yard.repository.object(marked(yard))[1])
    merge = yard.merge(head, tree=yard.tree_of(yard.main))
    assert codes(offered(yard, merge).findings) == ["HS825"]
    yard.accept(merge)
    assert found(yard) == ["HS839"]


def test_threat_11_main_is_not_moved_aside(yard):
    aside = yard.main
    passed(yard)
    head = yard.topic({OTHER: {"hoan_tat": "2026-11-08"}}, base=aside)
    said = yard.approved(head, CHECKED, APPROVED)
    caught(yard, yard.merge(head, said, parents=(aside, head)), "HS831")


def test_threat_11_nobody_reads_a_hundred_and_one_commits(yard):
    trees = [yard.tree_of(yard.topic({PAGE: {"hoc_sinh/HS2XS5FM/muc": level}}))
             for level in ("hoan-thanh-tot", "chua-hoan-thanh")]  # fmt: skip
    head = yard.main
    for number in range(101):
        head = yard.commit(trees[number % 2], (head,), "NV0015", "Sửa")
    assert codes(proposed(yard, head).findings) == ["HS833"]


def test_threat_12_what_is_written_and_taken_back_is_found_in_the_middle(yard):
    first = yard.topic({OTHER: {"hoan_tat": "2026-11-08"}})
    second = yard.commit(yard.tree_of(yard.main), (first,), "NV0015", "Trả lại")
    head = yard.topic(MARK, base=second)
    assert codes(proposed(yard, head).findings) == ["HS834"]
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS834")


def test_threat_12_a_page_brought_and_taken_away_again_is_found(yard):
    (page,) = NEWS
    first = yard.topic({**MARK, **NEWS})
    head = yard.topic({page: None}, base=first)
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS834")


def differing(yard, **different):
    """A merge whose second statement differs in something from a good one."""
    head = marked(yard)
    second = yard.statement(head, "NV0002", "pho-hieu-truong", **different)
    return yard.merge(head, [yard.statement(head, "NV0013", "to-truong", "kiem-tra"), second])


def test_threat_13_an_approval_for_another_branch(yard):
    caught(yard, differing(yard, ref="refs/heads/thu-nghiem"), "HS860", "HS864")


@pytest.mark.parametrize("name", ["THCH@" + "a" * 40, "KHAC@"])
def test_threat_14_an_approval_for_another_schools_repository(yard, name):
    repo = name if name[-1] != "@" else name + yard.genesis
    caught(yard, differing(yard, repo=repo), "HS861", "HS864")


def test_threat_15_an_approval_used_again_after_the_change_was_taken_back(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    yard.accept(yard.merge(head, said))
    passed(yard, BACK)
    assert found(yard) == []
    caught(yard, yard.merge(marked(yard), said), "HS858", "HS864")


def test_threat_15_an_approval_is_not_counted_twice_in_one_merge(yard):
    head = marked(yard)
    twice = yard.statement(head, "NV0002", "pho-hieu-truong")
    caught(yard, yard.merge(head, [twice, twice]), "HS864")


def test_threat_16_an_approval_kept_in_a_drawer(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    yard.later("2026-11-10 08:00")
    assert offered(yard, yard.merge(head, said)).ok
    yard.later("2026-11-10 08:01")
    caught(yard, yard.merge(head, said), "HS857", "HS864")


def test_threat_16_an_approval_that_would_last_for_ever(yard):
    month = 30 * 86_400
    assert offered(yard, differing(yard, not_after=yard.now + month)).ok
    caught(yard, differing(yard, not_after=yard.now + month + 1), "HS864", "HS881")


def test_threat_17_an_approval_given_under_an_older_policy(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    passed(yard, {REGULATION: {"ten": "Quy chế sửa đổi", "ban": 2}}, [PRINCIPAL], "NV0002")
    caught(yard, yard.merge(head, said), "HS859", "HS864")


def test_threat_18_a_statement_that_returns_a_proposal_approves_nothing(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, "NV0002 pho-hieu-truong tra-lai")
    caught(yard, yard.merge(head, said), "HS862", "HS864")


def test_threat_18_a_void_statement_beside_enough_good_ones_refuses_nothing(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED, "NV0001 hieu-truong tra-lai")
    merge = yard.merge(head, said)
    judged = offered(yard, merge)
    assert judged.ok
    assert codes(judged.findings) == ["HS862"]
    yard.accept(merge)
    assert found(yard) == []


def resigned(yard, lines, key, namespace):
    """The same statement, signed with a key for something."""
    text = lines.split("\n")[0].partition(": ")[2]
    return f"Phe-Duyet: {text}\nPhe-Duyet-Sig: " + to_base64(
        keys()[key].sign(text.encode(), namespace)
    )


@pytest.mark.parametrize("namespace", [COMMITS, "hoso-chung-thuc-v1", "file"])
def test_threat_19_a_signature_made_for_something_else_is_no_approval(yard, namespace):
    head = marked(yard)
    first, second = yard.approved(head, CHECKED, APPROVED)
    merge = yard.merge(head, [first, resigned(yard, second, "NV0002", namespace)])
    caught(yard, merge, "HS864", "HS875")


def test_threat_19_an_approvals_signature_signs_no_commit(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    raw = yard.repository.object(yard.merge(head, said, key=None))[1]
    seal = armored(keys()["NV0002"].sign(raw, APPROVALS)).rstrip("\n").replace("\n", "\n ")
    sealed = raw.replace(b"\n\n", f"\ngpgsig {seal}\n\n".encode(), 1)
    caught(yard, yard.raw("commit", sealed), "HS875")


def test_threat_19_the_servers_keys_approve_nothing(yard):
    head = marked(yard)
    first, second = yard.approved(head, CHECKED, APPROVED)
    for key in ("may-chu", "chung-thuc"):
        merge = yard.merge(head, [first, resigned(yard, second, key, APPROVALS)])
        assert codes(offered(yard, merge).findings) == ["HS828", "HS864"]


@pytest.mark.parametrize(("old", "new", "code"), [
    ('"decision":"tra-lai"', '"decision":"duyet","decision":"tra-lai"', "HS820"),
    ('"correction":null', '"correction": null', "HS820"),
    ('"decision":"tra-lai"', r'"decision":"tra\u002dlai"', "HS820"),
    ('"correction":null', '"correction":null,"cs":"duyet"', "HS874"),
    ('"correction":null,', "", "HS874"),
    ('"paths":1', '"paths":1.0', "HS820"),
])  # fmt: skip
def test_threat_20_a_statement_has_one_reading(yard, old, new, code):
    head = marked(yard)
    first, second = yard.approved(head, CHECKED, "NV0002 pho-hieu-truong tra-lai")
    assert old in second
    spelled = resigned(yard, second.replace(old, new), "NV0002", APPROVALS)
    caught(yard, yard.merge(head, [first, spelled]), "HS864", code)


def test_threat_20_a_statement_stands_where_everybody_looks_for_it(yard):
    head = marked(yard)
    said = "\n".join(yard.approved(head, CHECKED, APPROVED))
    for message, code in (
        (f"Duyệt\n\n{said}\n\nXem thêm.", "HS874"),
        (f"Duyệt\n\n{said}\nXem thêm.", "HS874"),
        (f"Duyệt\n\nXem thêm.\n{said}\nHết.", "HS874"),
    ):
        merge = yard.commit(yard.tree_of(head), (yard.main, head), "NV0002", message)
        assert codes(offered(yard, merge).findings) == ["HS864", code]


def test_threat_20_a_statement_and_its_signature_stand_in_pairs(yard):
    head = marked(yard)
    (text, seal), others = (each.split("\n") for each in yard.approved(head, CHECKED, APPROVED))
    for lines in ([text, "Hết."], [seal, seal], [text, others[0]], [text, seal, *others[::-1]]):
        merge = yard.merge(head, lines)
        assert codes(offered(yard, merge).findings) == ["HS864", "HS874"]


@pytest.mark.parametrize("said", ["NV0016 hieu-truong duyet", "NV0002 hieu-truong duyet"])
def test_threat_21_a_role_that_is_only_claimed(yard, said):
    head = marked(yard)
    merge = yard.merge(head, yard.approved(head, CHECKED, said))
    caught(yard, merge, "HS863", "HS864")


def test_threat_21_a_role_that_is_held_and_may_not_approve(yard):
    head = marked(yard)
    merge = yard.merge(head, yard.approved(head, CHECKED, "NV0022 quan-tri-phan-mem duyet"))
    caught(yard, merge, "HS864")


def test_threat_22_an_author_who_may_approve_has_not_approved(yard):
    page = {PAGE.replace("3B", "3A"): {"hoan_tat": "2026-11-08"}}
    head = yard.topic(page, "NV0013")
    caught(yard, yard.merge(head, yard.approved(head, APPROVED)), "HS864")


def test_threat_23_more_pages_than_anybody_reads(yard):
    ((_, first),) = NEWS.items()
    many = {f"content/tin-tuc/2026/bai-{number}.md": first for number in range(Limits().pages + 1)}
    said = ("NV0003 bien-tap kiem-tra", APPROVED)
    fewer = yard.topic(dict(list(many.items())[1:]))
    assert offered(yard, yard.merge(fewer, yard.approved(fewer, *said))).ok
    head = yard.topic(many)
    caught(yard, yard.merge(head, yard.approved(head, *said)), "HS854")


def witnessed(yard, head, person, role, decision, key="chung-thuc"):
    """The notary key's word for a review on a forge."""
    (said,) = statements_in("\n\n" + yard.statement(head, person, role, decision)).statements
    alike = ("decision", "digest", "paths", "policy", "ref", "repo", "role")
    same = {name: getattr(said.statement, name) for name in alike}
    return signed(Witness(**same, commit=head, forge="kho", nonce=secrets.token_hex(16),
                          person=person, review="1", time=yard.now), keys()[key])  # fmt: skip


def test_threat_24_a_machine_vouches_only_for_what_the_regulation_lets_it(yard):
    head = marked(yard)
    seen = witnessed(yard, head, "NV0002", "pho-hieu-truong", "duyet")
    merge = yard.merge(head, [*yard.approved(head, CHECKED), seen])
    caught(yard, merge, "HS864", "HS882")


def test_threat_24_what_a_machine_may_vouch_for_still_takes_two_people(yard):
    head = yard.topic(NEWS)
    seen = [witnessed(yard, head, "NV0003", "bien-tap", "kiem-tra"),
            witnessed(yard, head, "NV0002", "pho-hieu-truong", "duyet")]  # fmt: skip
    assert offered(yard, yard.merge(head, seen)).ok
    bot = [seen[0], witnessed(yard, head, "NV0015", "gvcn", "duyet")]
    caught(yard, yard.merge(head, bot), "HS855", "HS864")


@pytest.mark.parametrize("key", ["may-chu", "NV0002", STRANGER])
def test_threat_24_only_the_notary_key_vouches(yard, key):
    head = yard.topic(NEWS)
    seen = [witnessed(yard, head, "NV0003", "bien-tap", "kiem-tra"),
            witnessed(yard, head, "NV0002", "pho-hieu-truong", "duyet", key)]  # fmt: skip
    caught(yard, yard.merge(head, seen), "HS828", "HS864")


def test_threat_25_a_merge_that_a_forges_queue_made_is_nobodys(yard):
    head = marked(yard)
    said = yard.approved(head, CHECKED, APPROVED)
    unsigned = yard.merge(head, said, key=None)
    assert codes(offered(yard, unsigned).findings) == ["HS827"]
    caught(yard, yard.merge(head, said, key=STRANGER), "HS828")


def test_threat_25_who_pushes_a_merge_has_signed_it(yard):
    head = marked(yard)
    merge = yard.merge(head, yard.approved(head, CHECKED, APPROVED))
    caught(yard, merge, "HS832", pusher="NV0013")
