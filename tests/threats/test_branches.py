"""Rows 26–49 of the table of threats: rules, branches, and files that are not what they seem."""

from __future__ import annotations

import subprocess
import unicodedata
import zlib
from pathlib import Path

import pytest

from hoso.findings import HosoError
from hoso.schema.paths import twins
from hoso.store.git import Repository
from hoso.store.objects import tree_with
from threats.attempts import (
    APPROVED,
    CHECKED,
    MARK,
    OTHER,
    PAGE,
    PRINCIPAL,
    REGULATION,
    SHUT_DAY,
    audit,
    caught,
    codes,
    found,
    offered,
    passed,
    proposed,
)
from yards import LOG, MAIN, Yard

DUTY = {"tu": "2026-08-28", "quyet_dinh": {"so": "82/QĐ-THCH", "ngay": "2026-08-28"}}
FRAME = ("NV0002 pho-hieu-truong kiem-tra", PRINCIPAL)


def refused(yard, edit, *expected, who="NV0015", said=(CHECKED, APPROVED)):
    """Holds that an edit is refused whoever approves it, offered and in history."""
    head = yard.topic(edit, who)
    caught(yard, yard.merge(head, yard.approved(head, *said)), *expected)


def test_a_regulation_changes_by_its_next_edition_and_audits_clean(yard):
    passed(yard, {REGULATION: {"ten": "Quy chế sửa đổi", "ban": 2}}, [PRINCIPAL], "NV0002")
    passed(yard, {".github/workflows/gate.yml": "on: push\n"}, FRAME, "NV0022")
    passed(yard)
    assert found(yard, objects=True) == []


# Rules that a proposal would write for itself.


def test_threat_26_the_regulation_never_travels_with_records(yard):
    first = yard.topic(MARK)
    head = yard.topic({REGULATION: {"ten": "Quy chế khác", "ban": 2}}, "NV0002", base=first)
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, PRINCIPAL)), "HS853")


def test_threat_26_a_workflow_never_travels_with_records(yard):
    first = yard.topic(MARK)
    head = yard.topic({".github/workflows/gate.yml": "on: push\n"}, "NV0022", base=first)
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, *FRAME)), "HS853")


def test_threat_27_a_right_granted_by_the_proposal_itself_grants_nothing(yard):
    duty = {**DUTY, "vai": "giao-vien-bo-mon", "lop": "3B", "mon": ["toan"]}
    edit = {**MARK, "records/2026-2027/phan-cong/NV0014.yml": {"vai/p9": duty}}
    refused(yard, edit, "HS850", who="NV0014")


def test_threat_27_an_approver_made_by_the_proposal_approves_nothing(yard):
    edit = {"records/2026-2027/phan-cong/NV0014.yml": {"vai/p9": {**DUTY, "vai": "hieu-truong"}}}
    said = ["NV0014 hieu-truong duyet"]
    refused(yard, edit, "HS863", "HS864", who="NV0002", said=said)


def test_threat_27_a_key_brought_by_the_proposal_itself_signs_nothing(yard):
    page = "records/khoa-ky/NV0003.yml"
    head = yard.topic({page: {"khoa/k1/den": "2026-12-31 00:00"}}, "NV0003", key="nguoi-la")
    caught(yard, yard.merge(head, yard.approved(head, PRINCIPAL)), "HS828")


@pytest.mark.parametrize("edition", [1, 2, 4, None])
def test_threat_28_an_older_regulation_put_back_has_no_edition_to_go_by(yard, edition):
    passed(yard, {REGULATION: {"ten": "Bản hai", "ban": 2}}, [PRINCIPAL], "NV0002")
    edit = {REGULATION: {"ten": "Bản khác", "ban": edition}}
    refused(yard, edit, "HS876", who="NV0002", said=[PRINCIPAL])


def test_threat_28_a_regulation_is_not_taken_away(yard):
    refused(yard, {REGULATION: None}, "HS876", who="NV0002", said=[PRINCIPAL])


@pytest.mark.parametrize("path", ["CODEOWNERS", "docs/CODEOWNERS"])
def test_threat_29_owners_are_named_in_one_place_only(yard, path):
    refused(yard, {path: "* @ai-do\n"}, "HS851", who="NV0022", said=FRAME)


@pytest.mark.parametrize(("path", "expected"), [
    ("records/moi/a.yml", ["HS201"]),
    ("records/2026-2027/lop/3B/khac.yml", ["HS201"]),
    ("content/la.md", ["HS201"]),
    ("a.yml", ["HS851"]),
    (".github/an/.gitmodules", ["HS851"]),
    ("schemas/.an.yml", ["HS851", "HS901"]),
])  # fmt: skip
def test_threat_32_a_folder_that_no_rule_knows_is_refused(yard, path, expected):
    head = yard.topic({path: "a: 1\n"})
    assert codes(proposed(yard, head).findings) == expected
    caught(yard, yard.merge(head), *expected)


@pytest.mark.parametrize("field", ["hoc_sinh/HS.*/muc", "hoc_sinh/HS2XS5FM*", "../muc", "["])
def test_threat_33_a_right_to_a_pattern_is_no_right(yard, field):
    """A regulation that says something nobody can evaluate is refused, not skipped."""
    right = {"vai": "van-thu", "viec": "ghi", "loai": ["danh-gia-mon"], "truong": [field]}
    edit = {REGULATION: {"dieu/1/khoan/2/quyen": {"a": right}, "ban": 2}}
    head = yard.topic(edit, "NV0002")
    merge = yard.merge(head, yard.approved(head, PRINCIPAL))
    judged = offered(yard, merge, check=True)
    assert {"HS804", "HS305"} & set(codes(judged.findings)), judged.findings
    yard.accept(merge)
    assert {"HS804", "HS305"} & set(found(yard, records=True))


def test_threat_34_a_locked_page_is_not_moved_away(yard):
    yard.later(SHUT_DAY)
    away = {PAGE: {"->": PAGE.replace("giua-ky-1", "cuoi-ky-1")}}
    refused(yard, away, "HS865")


def test_threat_34_a_locked_page_is_not_moved_under_another_name_in_two_steps(yard):
    yard.later(SHUT_DAY)
    first = yard.topic({PAGE: None})
    head = yard.topic({PAGE.replace("giua-ky-1", "cuoi-ky-1"):
                       yard.files_at(yard.main)[PAGE].decode()}, base=first)  # fmt: skip
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS865")


# Branches and what lies beside them.


def test_threat_35_a_history_written_anew_lacks_the_log_that_was_printed(yard):
    before = yard.main, yard.log, yard.seq
    passed(yard)
    printed = yard.log
    assert found(yard, witnesses=(printed,)) == []
    yard.main, yard.log, yard.seq = before
    yard.settle()
    passed(yard, {OTHER: {"hoan_tat": "2026-11-08"}})
    assert found(yard) == []
    assert found(yard, witnesses=(printed,)) == ["HS844"]


def test_threat_35_another_school_under_this_schools_name_is_found(yard, tmp_path):
    other = Yard(tmp_path / "khac", "2026-11-09 09:00")
    assert found(other) == []
    assert found(other, genesis=yard.genesis) == ["HS840"]


def test_threat_36_main_ended_and_begun_again_lags_behind_its_log(yard):
    old = yard.main
    passed(yard)
    yard.repository.run("update-ref", "-d", MAIN)
    yard.repository.run("update-ref", MAIN, old)
    assert found(yard) == ["HS841"]


def test_threat_37_there_are_no_tags_to_move(yard):
    yard.repository.run("update-ref", "refs/tags/khoa-so", yard.main)
    assert found(yard) == ["HS838"]


def locked(yard):
    """A lock that fell due and was completed, as the server writes it into the log."""
    lock = "2026-2027/giua-ky-1"
    yard.later(SHUT_DAY)
    yard.entry(event="khoa", lock=lock, missing=0, ref="", pusher="may-chu")
    ref = f"refs/heads/locked/{lock}"
    yard.entry(event="chot", lock=lock, old="0" * 40, ref=ref, pusher="may-chu")
    yard.repository.run("update-ref", ref, yard.main)
    return ref


def test_threat_37_a_closed_books_branch_does_not_move(yard):
    ref = locked(yard)
    assert found(yard) == []
    frozen = yard.main
    passed(yard, {REGULATION: {"ten": "Bản hai", "ban": 2}}, [PRINCIPAL], "NV0002")
    assert found(yard) == []
    yard.repository.run("update-ref", ref, yard.main)
    assert found(yard) == ["HS845"]
    yard.repository.run("update-ref", "-d", ref)
    assert found(yard) == ["HS845"]
    yard.repository.run("update-ref", ref, frozen)
    assert found(yard) == []


def test_threat_37_a_closed_books_branch_that_no_log_tells_of_is_found(yard):
    yard.repository.run("update-ref", "refs/heads/locked/2026-2027/giua-ky-1", yard.main)
    assert found(yard) == ["HS845"]


def test_threat_38_replaced_objects_are_found_and_never_read(yard):
    head = passed(yard)
    forged = yard.commit(yard.tree_of(head), (), "NV0015", "Giả")
    blob = yard.repository.tree(yard.main).entry(PAGE).blob
    yard.repository.run("update-ref", f"refs/replace/{yard.main}", forged)
    assert yard.view().main == yard.main
    assert found(yard) == ["HS830"]
    yard.repository.run("update-ref", "-d", f"refs/replace/{yard.main}")
    yard.repository.run("update-ref", f"refs/replace/{blob}", yard.raw("blob", b"danh-trao\n"))
    assert b"danh-trao" not in yard.repository.tree(yard.main).read(PAGE)
    assert found(yard) == ["HS830"]


def test_threat_39_a_clone_with_grafted_history_proves_nothing(yard):
    passed(yard)
    place = Path(yard.folder, "info")
    place.mkdir(exist_ok=True)
    (place / "grafts").write_text(f"{yard.main}\n")
    assert found(yard) == ["HS830"]


def test_threat_39_a_clone_that_borrows_objects_proves_nothing(yard, tmp_path):
    clone = tmp_path / "ban-sao"
    subprocess.run(["git", "clone", "-q", "--mirror", "--shared", yard.folder, clone], check=True)
    yard.repository, yard.folder = Repository(clone), clone
    assert found(yard) == ["HS830"]


@pytest.mark.parametrize("options", [["--depth", "1"], ["--filter=blob:none"]])
def test_threat_39_a_clone_that_lacks_something_proves_nothing(yard, tmp_path, options):
    passed(yard)
    yard.repository.run("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "ban-sao"
    subprocess.run(["git", "clone", "-q", "--mirror", "--no-local", *options,
                    f"file://{yard.folder}", clone], check=True)  # fmt: skip
    yard.repository, yard.folder = Repository(clone), clone
    assert found(yard) == ["HS830"]


def test_threat_39_a_stale_commit_graph_is_not_asked(yard):
    passed(yard)
    yard.repository.run("-c", "core.commitGraph=true", "commit-graph", "write", "--reachable")
    graph = Path(yard.folder, "objects", "info", "commit-graph")
    graph.chmod(0o644)
    raw = bytearray(graph.read_bytes())
    raw[-60:-20] = bytes(40)
    graph.write_bytes(raw)
    assert found(yard, objects=True) == []


def test_threat_39_a_whole_clone_is_as_good_as_the_original(yard, tmp_path):
    passed(yard)
    clone = tmp_path / "ban-sao"
    subprocess.run(["git", "clone", "-q", "--no-local", yard.folder, clone], check=True)
    yard.repository, yard.folder = Repository(clone), clone
    told = {"main": "origin/main", "log": "origin/nhat-ky"}
    assert found(yard, **told, objects=True, genesis=yard.genesis) == []


def test_threat_40_notes_carry_no_approval_and_are_missed_by_nobody(yard):
    head = yard.topic(MARK)
    said = "\n".join(yard.approved(head, CHECKED, APPROVED))
    merge = yard.merge(head)
    note = yard.commit(yard.tree_of(yard.main), (), "NV0002", f"Ghi chú\n\n{said}")
    yard.repository.run("update-ref", "refs/notes/commits", note)
    assert codes(offered(yard, merge).findings) == ["HS864"]
    passed(yard)
    assert found(yard) == ["HS838"]
    yard.repository.run("update-ref", "-d", "refs/notes/commits")
    assert found(yard) == []


# Files that are not what they seem.


def brought(yard, folder, mode, name, id_=None):
    """A topic that adds one member to a folder of the tree, and its approved merge."""
    id_ = id_ or yard.raw("blob", b"a: 1\n")
    tree = yard.tree_beside(yard.tree_of(yard.main), folder, mode, name, id_)
    head = yard.commit(tree, (yard.main,), "NV0015", "Thêm tệp")
    return yard.merge(head, tree=tree)


@pytest.mark.parametrize("name", ["..", ".", ".git", "a/b", "", "khoa-ky/NV0099.yml", "truong.yml"])
def test_threat_41_a_malformed_folder_is_refused_and_found(yard, name):
    merge = brought(yard, "records", "100644", name)
    assert codes(offered(yard, merge).findings) == ["HS839"]
    yard.accept(merge)
    assert "HS839" in found(yard, objects=True)


def test_threat_41_what_git_finds_wrong_is_told_in_its_words(yard):
    yard.accept(brought(yard, "records", "100644", "truong.yml"))
    said = [each.finding.message for each in audit(yard, objects=True).violations]
    assert any("duplicateEntries" in each for each in said)


@pytest.mark.parametrize(("mode", "code"), [
    ("120000", "HS204"), ("160000", "HS204"), ("100755", "HS205"), ("100777", "HS205"),
])  # fmt: skip
def test_threat_42_only_plain_files_are_taken(yard, mode, code):
    id_ = yard.main if mode == "160000" else None
    caught(yard, brought(yard, "records/khoa-ky", mode, "NV0099.yml", id_), code)


@pytest.mark.parametrize(("mode", "code"), [("120000", "HS204"), ("100755", "HS205")])
def test_threat_42_the_frame_has_plain_files_only_too(yard, mode, code):
    caught(yard, brought(yard, "schemas", mode, "khac.yml"), code)


def test_threat_42_a_file_that_is_no_file_is_refused(yard):
    merge = brought(yard, "records/khoa-ky", "100644", "NV0099.yml", yard.main)
    assert codes(offered(yard, merge).findings) == ["HS837"]
    assert {"HS837", "HS839"} <= set(codes_after(yard, merge))


def codes_after(yard, merge):
    yard.accept(merge)
    return found(yard, objects=True)


def test_threat_42_a_mode_that_git_itself_overlooks_is_refused(yard):
    merge = brought(yard, "records/khoa-ky", "100664", "NV0099.yml")
    assert codes(offered(yard, merge).findings) == ["HS835"]
    yard.accept(merge)
    assert set(found(yard)) & {"HS204", "HS835", "HS852"}


def test_threat_42_a_plain_file_does_not_become_a_link(yard):
    held = yard.repository.tree(yard.main).entry(PAGE).blob
    folder, _, name = PAGE.rpartition("/")
    bare = tree_with(yard.repository, yard.tree_of(yard.main), {PAGE: None})
    beside = tree_with(yard.repository, bare, {f"{folder}/cho.yml": b""})
    linked = yard.tree_beside(beside, folder, "120000", name, held)
    tree = tree_with(yard.repository, linked, {f"{folder}/cho.yml": None})
    head = yard.commit(tree, (yard.main,), "NV0015", "Đổi tệp")
    caught(yard, yard.merge(head, tree=tree), "HS204")


@pytest.mark.parametrize("name", ["Toan", "TOAN"])
def test_threat_43_paths_do_not_differ_by_case_alone(yard, name):
    raw = yard.files_at(yard.main)[PAGE].decode()
    refused(yard, {PAGE.replace("toan", name): raw}, "HS201")


def test_threat_43_pages_that_a_file_system_would_confuse_are_found_by_the_check(yard):
    path = "records/hoc-sinh/HS2XS5FM.yml"
    assert [each.code for each in twins([path, path.replace("FM", "fm")])] == ["HS203"] * 2


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_threat_44_letters_with_marks_stand_in_no_path(yard, form):
    path = unicodedata.normalize(form, "records/2026-2027/lop/3B/điểm.yml")
    refused(yard, {path: "a: 1\n"}, "HS202")


@pytest.mark.parametrize("name", ['sổ"khóa.yml', "a b.yml", "a\\b.yml", "a\tb.yml", "-a.yml"])
def test_threat_45_a_path_that_git_would_quote_escapes_no_rule(yard, name):
    caught(yard, brought(yard, "records/quy-che", "100644", name), "HS202")


@pytest.mark.parametrize(("path", "code"), [
    ("records/.gitattributes", "HS202"), (".gitattributes", "HS851"), (".gitmodules", "HS851"),
])  # fmt: skip
def test_threat_46_no_attributes_hide_what_changes(yard, path, code):
    refused(yard, {path: "*.yml -diff export-ignore\n"}, code, said=FRAME)


def test_threat_46_attributes_that_are_there_change_nothing_that_is_read(yard):
    place = Path(yard.folder, "info")
    place.mkdir(exist_ok=True)
    (place / "attributes").write_text("*.yml -diff filter=giau eol=crlf\n")
    passed(yard)
    assert found(yard, objects=True) == []


def test_threat_47_a_page_is_no_larger_than_a_page(yard):
    refused(yard, {PAGE: "a" * 256_001}, "HS837")


def test_threat_47_a_picture_may_be_larger_than_a_page(yard):
    path = "content/hinh/2026/khai-giang.jpg"
    tree = tree_with(
        yard.repository, yard.tree_of(yard.main), {path: b"\xff\xd8\xff" + bytes(256_000)}
    )
    head = yard.commit(tree, (yard.main,), "NV0015", "Thêm ảnh")
    said = yard.approved(head, "NV0003 bien-tap kiem-tra", APPROVED)
    assert offered(yard, yard.merge(head, said)).ok


def test_threat_47_a_large_file_hidden_in_the_middle_of_a_proposal_is_refused(yard):
    first = yard.topic({PAGE: "a" * 256_001})
    back = yard.commit(yard.tree_of(yard.main), (first,), "NV0015", "Trả lại")
    head = yard.topic(MARK, base=back)
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS837")


def test_threat_48_a_statement_holds_contents_and_not_names_of_objects(yard):
    head = yard.topic(MARK)
    merge = yard.merge(head, yard.approved(head, CHECKED, APPROVED))
    blob = yard.repository.tree(head).entry(PAGE).blob
    loose = Path(yard.folder, "objects", blob[:2], blob[2:])
    said = yard.repository.object(blob)[1].replace(b"hoan-thanh-tot", b"chua-hoan-thanh")
    loose.chmod(0o644)
    loose.write_bytes(zlib.compress(b"blob %d\0" % len(said) + said))
    yard.repository = Repository(yard.folder)
    assert codes(offered(yard, merge).findings) == ["HS856", "HS864"]
    yard.accept(merge)
    assert "HS856" in found(yard)
    assert "HS839" in found(yard, objects=True)


@pytest.mark.parametrize("name", ["--output=thu.txt", "-o", "--exec=touch thu.txt", "@{-1}", "a b"])
def test_threat_49_a_name_that_looks_like_an_option_is_none(yard, name):
    with pytest.raises(HosoError):
        audit(yard, main=name)
    with pytest.raises(HosoError):
        audit(yard, log=name)
    with pytest.raises(HosoError):
        yard.repository.tree(name)
    assert not list(yard.folder.rglob("thu.txt"))


def test_threat_49_a_statement_names_objects_and_nothing_else(yard):
    head = yard.topic(MARK)
    first = yard.statement(head, "NV0013", "to-truong", "kiem-tra")
    for log in ("--output=thu.txt", LOG, yard.log[:12], ""):
        second = yard.statement(head, "NV0002", "pho-hieu-truong", log=log)
        judged = offered(yard, yard.merge(head, [first, second]))
        assert codes(judged.findings) == ["HS864", "HS874"]
