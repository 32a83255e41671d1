"""Histories replayed: a clean one is clean however it is cut, and every violation is told."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from hoso.audit import replay, stretches
from hoso.audit.kept import as_text, read_tally
from hoso.audit.replay import Audit, audited, examined
from hoso.cli.main import outcome
from hoso.findings import HosoError
from hoso.store.git import Repository
from yards import Yard

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
LEVELS = ["hoan-thanh-tot", "hoan-thanh"]
BOTH = ("NV0013 to-truong kiem-tra", "NV0002 pho-hieu-truong duyet")


def mark(yard, number):
    head = yard.topic({PAGE: {"hoc_sinh/HS2XS5FM/muc": LEVELS[number % 2]}})
    return yard.accept(yard.merge(head, yard.approved(head, *BOTH)))


def audit_of(yard, **how):
    given = {"objects": False, "records": False, **how}
    return Audit(repository=Repository(yard.folder), main="main", log="nhat-ky", **given)


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A yard with seven merges; whoever changes it takes a copy."""
    yard = Yard(tmp_path_factory.mktemp("san") / "truong.git")
    for number in range(7):
        mark(yard, number)
    return yard


@pytest.fixture
def yard(grown, tmp_path):
    """A copy of the grown yard to go on with."""
    return grown.copied(tmp_path / "truong.git")


def test_a_history_in_which_everybody_kept_the_rules_is_clean(grown):
    report = audited(audit_of(grown, objects=True, genesis=grown.genesis, witnesses=(grown.log,)))
    assert report.clean
    assert report.merges == 7
    assert report.main == grown.main
    assert report.people == ("NV0002", "NV0013", "NV0015")
    assert (report.genesis, report.log_head, report.seq) == (grown.genesis, grown.log, 7)
    # Founding aside: log, merge, topic commit and two statements for every merge.
    assert report.signatures == 7 * 5


def test_cut_into_stretches_a_history_says_the_same(grown, monkeypatch):
    whole = audited(audit_of(grown))
    for module in (replay, stretches):
        monkeypatch.setattr(module, "SHORTEST", 2)
    assert audited(audit_of(grown, jobs=2)) == whole


def test_a_state_read_ahead_wrongly_is_found_where_stretches_meet(grown, monkeypatch):
    whole = audited(audit_of(grown))
    for module in (replay, stretches):
        monkeypatch.setattr(module, "SHORTEST", 2)
    right = stretches._read_ahead
    monkeypatch.setattr(
        stretches, "_read_ahead",
        lambda *given: replace(right(*given), nonces={0: frozenset({"x"})}),
    )  # fmt: skip
    assert audited(audit_of(grown, jobs=2)) == whole


def test_violations_in_different_stretches_are_all_told(yard, monkeypatch):
    for number, who in enumerate(BOTH, 7):
        head = yard.topic({PAGE: {"hoc_sinh/HS2XS5FM/nhan_xet": f"Em ngoan. {who[:6]}"}})
        yard.accept(yard.merge(head, yard.approved(head, who)))
        mark(yard, number)
    one = audited(audit_of(yard))
    assert [(each.seq, each.finding.code) for each in one.violations] == [
        (8, "HS864"), (10, "HS864"),
    ]  # fmt: skip
    assert all(each.clause for each in one.violations)
    for module in (replay, stretches):
        monkeypatch.setattr(module, "SHORTEST", 2)
    assert audited(audit_of(yard, jobs=2)) == one


def test_an_audit_goes_on_from_the_last_one(yard):
    first = examined(audit_of(yard), None)
    kept = read_tally(as_text(first, "chuong-trinh"), "chuong-trinh")
    for number in range(7, 10):
        mark(yard, number)
    head = yard.topic({PAGE: {"hoc_sinh/HS2XS5FM/nhan_xet": "Em tự duyệt."}})
    yard.accept(yard.merge(head, yard.approved(head, BOTH[0])))
    done = []
    again = examined(audit_of(yard), kept, lambda now, total: done.append((now, total)))
    assert done[-1] == (4, 4)
    assert again.report == audited(audit_of(yard))
    assert not again.report.clean


@pytest.mark.parametrize("spoilt", ["", "{}", "[1]", '{"version": 1, "deciders": "x"}'])
def test_what_an_audit_kept_and_cannot_be_read_is_not_used(spoilt):
    with pytest.raises(HosoError):
        read_tally(spoilt, "x")


def test_what_another_program_kept_is_not_used(grown):
    text = as_text(examined(audit_of(grown), None), "hôm qua")
    with pytest.raises(HosoError, match="bản khác"):
        read_tally(text, "hôm nay")


def test_the_verb_reads_a_fresh_clone_and_says_what_it_found(grown, tmp_path, capsys):
    clone = tmp_path / "ban-sao"
    subprocess.run(["git", "clone", "-q", grown.folder, clone], check=True)
    assert outcome(["audit", str(clone), "--quick", "--genesis", grown.genesis]) == 0
    said = capsys.readouterr().out
    assert "ĐẠT" in said
    assert grown.log[:12] in said
    for form, start in (("json", b"{"), ("html", b"<!"), ("pdf", b"%PDF-1.7")):
        out = tmp_path / f"bao-cao.{form}"
        assert outcome(["audit", str(clone), "--quick", "--format", form, "--out", str(out)]) == 0
        assert out.read_bytes().lower().startswith(start.lower())


def test_the_verb_fails_on_a_history_that_broke_the_rules(yard, capsys):
    head = yard.topic({PAGE: {"hoc_sinh/HS2XS5FM/nhan_xet": "Em tự duyệt."}})
    yard.accept(yard.merge(head))
    for _ in range(2):  # the second time from what the first has kept
        assert outcome(["audit", str(yard.folder), "--quick"]) == 1
        said = capsys.readouterr().out
        assert "KHÔNG ĐẠT" in said
        assert "HS864" in said


def test_the_verb_says_what_is_missing(grown, tmp_path, capsys):
    assert outcome(["audit", str(grown.folder), "--format", "pdf"]) == 2
    assert outcome(["audit", str(grown.folder), "--genesis", "khong-co"]) == 2
    empty = tmp_path / "khac"
    subprocess.run(["git", "init", "-q", "-b", "main", empty], check=True)
    subprocess.run(
        ["git", "-C", empty, "-c", "user.name=a", "-c", "user.email=a@a", "commit", "-q",
         "--allow-empty", "-m", "a"], check=True,
    )  # fmt: skip
    assert outcome(["audit", str(empty)]) == 2
    assert "nhat-ky" in capsys.readouterr().err


def test_another_schools_first_commit_is_noticed(grown):
    report = audited(audit_of(grown, genesis="1" * 40))
    assert [each.finding.code for each in report.violations] == ["HS840"]


def test_a_key_found_out_later_is_followed_back(yard):
    path = "records/khoa-ky/NV0015.yml"
    yard.later("2026-11-10 08:00")
    raw = yard.files_at(yard.main)[path].decode().rstrip("\n")
    head = yard.topic({path: raw + "\n    nghi_ngo_tu: 2026-11-09 07:00\n"}, who="NV0015")
    yard.accept(yard.merge(head, yard.approved(head, "NV0002 pho-hieu-truong duyet")))
    report = audited(audit_of(yard))
    assert report.clean
    told = [each for each in report.loosenings if each.kind == "key-suspect"]
    assert [each.seq for each in told] == list(range(1, 9))
    assert {each.people for each in told} == {("NV0015",)}
    assert [each.what for each in report.loosenings if each.kind == "role-change"] == [path]
