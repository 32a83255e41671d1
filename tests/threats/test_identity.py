"""Rows 50–66 of the table of threats: who signed, with which key, and when that was."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from hoso.ledger.opening import Broken
from hoso.signing.entries import Entry
from hoso.signing.sshsig import armored
from hoso.signing.wire import packed
from threats.attempts import (
    APPROVED,
    BACK,
    CHECKED,
    MARK,
    OTHER,
    PAGE,
    PRINCIPAL,
    SHUT_DAY,
    audit,
    caught,
    codes,
    found,
    offered,
    passed,
    proposed,
)
from yards import FIDO, LOG, MAIN, NOTHING, STRANGER, Yard, at, key_page, keys

CHECKER_KEYS = "records/khoa-ky/NV0013.yml"
LOCK = "2026-2027/giua-ky-1"
OWN_KEYS = "records/khoa-ky/NV0015.yml"


def approved(yard, head, **how):
    """A topic's merge with good statements."""
    return yard.merge(head, yard.approved(head, CHECKED, APPROVED), **how)


def revoked(yard, **said):
    """The history in which NV0015's key ends, at nine o'clock of the first day."""
    said = said or {"khoa/k1/den": "2026-11-09 09:00"}
    passed(yard, {OWN_KEYS: said}, [PRINCIPAL])
    return yard.later("2026-11-09 10:00")


# Whose commit it is.


def test_threat_50_who_wrote_is_who_signed_whatever_the_commit_says(yard):
    edit = {"records/2026-2027/lop/3B/tong-hop/giua-ky-1.yml": {"nhan_xet_lop": "Lớp ngoan."}}
    head = yard.topic(edit, "NV0002", key="NV0022")
    judged = proposed(yard, head)
    assert judged.authors == {"NV0022"}
    assert codes(judged.findings) == ["HS850"]
    forged = yard.topic(MARK, "NV0001", key="NV0015")
    assert offered(yard, approved(yard, forged)).authors == {"NV0015"}
    assert yard.repository.run("log", "-1", "--format=%an", forged) == "NV0001"
    caught(yard, yard.merge(head), "HS850")


def test_threat_51_a_commit_that_nobody_signed(yard):
    head = yard.topic(MARK, key=None)
    caught(yard, approved(yard, head), "HS827")


def test_threat_51_one_unsigned_commit_among_signed_ones(yard):
    first = yard.topic({PAGE: {"hoan_tat": "2026-11-08"}}, key=None)
    caught(yard, approved(yard, yard.topic(MARK, base=first)), "HS827")


def test_threat_52_a_key_that_nobody_enrolled(yard):
    caught(yard, approved(yard, yard.topic(MARK, key=STRANGER)), "HS828")


def test_threat_52_another_persons_key_has_that_persons_rights_only(yard):
    caught(yard, approved(yard, yard.topic(MARK, key="NV0014")), "HS850")


def test_threat_52_another_persons_key_may_not_even_propose(yard):
    assert proposed(yard, yard.topic(MARK)).may_be_proposed
    assert not proposed(yard, yard.topic(MARK, key="NV0014")).may_be_proposed


def test_a_merge_is_judged_alike_where_nobody_is_known_to_push_it(yard):
    assert offered(yard, approved(yard, yard.topic(MARK)), pusher=None).ok


@pytest.mark.parametrize("key", ["may-chu", "chung-thuc"])
def test_threat_52_the_servers_keys_write_and_merge_nothing(yard, key):
    head = yard.topic(MARK)
    assert codes(offered(yard, approved(yard, head, key=key)).findings) == ["HS828"]
    caught(yard, approved(yard, yard.topic(MARK, key=key)), "HS828")


def test_threat_52_a_signature_over_other_bytes(yard):
    raw = yard.repository.object(yard.topic(MARK))[1]
    head = yard.raw("commit", raw.replace("Sửa hồ sơ".encode(), "Sửa hết".encode()))
    caught(yard, yard.merge(head), "HS875")


@contextmanager
def untouched():
    """The security key while somebody's program asks it to sign and nobody touches it."""
    keys()[FIDO].present = False
    yield
    keys()[FIDO].present = True


def test_threat_82_a_commit_by_a_security_key_that_nobody_touched(yard):
    passed(yard, {OWN_KEYS: key_page(FIDO)}, [PRINCIPAL])
    assert offered(yard, approved(yard, yard.topic(MARK, key=FIDO))).ok
    with untouched():
        head = yard.topic(MARK, key=FIDO)
    caught(yard, approved(yard, head), "HS875")


def test_threat_82_a_statement_by_a_security_key_that_nobody_touched(yard):
    passed(yard, {CHECKER_KEYS: key_page(FIDO)}, [PRINCIPAL], "NV0013")
    head, (second,) = yard.topic(MARK), yard.approved(yard.topic(MARK), APPROVED)
    checked = yard.statement(head, *CHECKED.split(), key=FIDO)
    assert offered(yard, yard.merge(head, [checked, second])).ok
    with untouched():
        checked = yard.statement(head, *CHECKED.split(), key=FIDO)
    caught(yard, yard.merge(head, [checked, second]), "HS864", "HS875")


def test_threat_53_a_revoked_key_with_an_old_date(yard):
    head = yard.topic(MARK, key="NV0015")
    early = approved(yard, head)
    assert offered(yard, early).ok
    revoked(yard)
    tree, then = yard.tree_of(head), at("2026-11-09 08:30")
    dated = yard.commit(tree, (yard.genesis,), "NV0015", "Sửa hồ sơ", when=then)
    assert codes(proposed(yard, dated).findings) == ["HS829"]
    caught(yard, approved(yard, dated), "HS829")


def test_threat_53_a_key_ends_at_its_minute_and_not_before(yard):
    head = yard.topic(MARK)
    passed(yard, {OWN_KEYS: {"khoa/k1/den": "2026-11-09 09:00"}}, [PRINCIPAL])
    merge = approved(yard, head)
    yard.later("2026-11-09 08:59")
    assert offered(yard, merge).ok
    yard.later("2026-11-09 09:00")
    assert codes(offered(yard, merge).findings) == ["HS829"]


def test_threat_53_a_key_does_not_count_before_its_time(yard):
    later = key_page("NV0003").replace("2025-08-01 00:00", "2026-11-09 09:00")
    passed(yard, {"records/khoa-ky/NV0003.yml": later}, [PRINCIPAL], "NV0022")
    head = yard.topic({"records/hoc-sinh/HS2XS5FM.yml": {"ghi_chu": "Chuyển nhà"}}, "NV0003")
    assert codes(proposed(yard, head).findings) == ["HS829"]
    yard.later("2026-11-09 09:00")
    assert codes(proposed(yard, head).findings) == ["HS864"]


def test_threat_53_an_approval_by_a_revoked_key(yard):
    head = yard.topic(MARK)
    said = yard.approved(head, CHECKED, APPROVED)
    passed(yard, {CHECKER_KEYS: {"khoa/k1/den": "2026-11-09 09:00"}}, [PRINCIPAL], "NV0013")
    yard.later("2026-11-09 10:00")
    caught(yard, yard.merge(head, said), "HS829", "HS864")


def test_threat_54_what_a_key_signed_before_it_was_revoked_stays_valid(yard):
    passed(yard)
    revoked(yard)
    assert found(yard, objects=True) == []


def test_threat_55_what_a_stolen_key_signed_is_listed_once_the_theft_is_known(yard):
    passed(yard)
    assert audit(yard).loosenings == ()
    yard.later("2026-11-09 09:00")
    passed(yard, BACK)
    stolen = yard.main
    revoked(yard, **{"khoa/k1/nghi_ngo_tu": "2026-11-09 08:30", "khoa/k1/den": "2026-11-09 09:30"})
    assert found(yard) == []
    listed = [each for each in audit(yard).loosenings if each.kind == "key-suspect"]
    assert stolen in {each.commit for each in listed}
    assert {each.people for each in listed} == {("NV0015",)}
    assert yard.genesis not in {each.commit for each in listed}


# Commits that are not what they seem.


def spelled(yard, old, new, head=None):
    """A topic's commit with other bytes, and a merge of it."""
    raw = yard.repository.object(head or yard.topic(MARK))[1]
    assert old in raw
    return yard.merge(yard.raw("commit", raw.replace(old, new, 1)))


def test_threat_56_a_commit_with_two_signatures(yard):
    raw = yard.repository.object(yard.topic(MARK))[1]
    bare = yard.repository.object(yard.topic(MARK, key=None))[1]
    seal = armored(keys()["NV0013"].sign(bare, "git")).rstrip("\n").replace("\n", "\n ")
    twice = raw.replace(b"\ngpgsig ", f"\ngpgsig {seal}\ngpgsig ".encode(), 1)
    caught(yard, yard.merge(yard.raw("commit", twice)), "HS826")


@pytest.mark.parametrize(("header", "code"), [
    (b"encoding UTF-16", "HS825"), (b"mergetag object", "HS825"), (b"HG:extra x", "HS825"),
    (b"gpgsig-sha256 x", "HS826"),
])  # fmt: skip
def test_threat_56_a_commit_with_a_header_that_nobody_signed_for(yard, header, code):
    caught(yard, spelled(yard, b"\ngpgsig ", b"\n" + header + b"\ngpgsig "), code)


def test_threat_56_a_signature_in_other_armour_is_none(yard):
    head = yard.topic(MARK)
    raw = yard.repository.object(head)[1]
    begin = b"-----BEGIN SSH SIGNATURE-----"
    seal = raw[raw.index(begin) : raw.index(b"\n\n")]
    for other in (seal.replace(b"SSH", b"PGP", 1), begin, b""):
        spoilt = yard.raw("commit", raw.replace(seal, other))
        assert codes(proposed(yard, spoilt).findings) == ["HS822"]
    caught(yard, yard.merge(spoilt), "HS822")


def test_threat_56_a_signature_by_a_key_that_is_none(yard):
    raw = yard.repository.object(yard.topic(MARK, key=None))[1]
    point = keys()["NV0015"].public.point
    for short in (point[:31], point + b"0", b""):
        blob = b"SSHSIG" + (1).to_bytes(4, "big") + packed(
            packed(b"ssh-ed25519", short), b"git", b"", b"sha512",
            packed(b"ssh-ed25519", bytes(64)),
        )  # fmt: skip
        seal = armored(blob).rstrip("\n").replace("\n", "\n ")
        signed = raw.replace(b"\n\n", f"\ngpgsig {seal}\n\n".encode(), 1)
        assert codes(proposed(yard, yard.raw("commit", signed)).findings) == ["HS821"]


@pytest.mark.parametrize("hidden", ["\0Phe-Duyet: x", "\x1b[2K", "\u202e", "\u200b", "\r"])
def test_threat_57_nothing_hides_in_a_message(yard, hidden):
    head = yard.topic(MARK)
    raw = yard.repository.object(approved(yard, head))[1]
    shown = raw.replace("Duyệt một".encode(), f"Duyệt một{hidden}".encode(), 1)
    caught(yard, yard.raw("commit", shown), "HS825")


def test_threat_57_git_itself_finds_a_nul_in_a_message(yard):
    raw = yard.repository.object(yard.topic(MARK))[1]
    yard.accept(yard.merge(yard.raw("commit", raw + b"\0an")))
    assert found(yard, objects=True) == ["HS825", "HS839"]


def test_threat_58_a_date_before_the_lock_opens_no_book(yard):
    yard.later(SHUT_DAY)
    then = at("2026-11-13 20:00")
    tree = yard.tree_of(yard.topic(MARK))
    head = yard.commit(tree, (yard.main,), "NV0015", "Sửa", when=then)
    caught(yard, approved(yard, head, when=then), "HS865")


# The log.


def entered(yard, **said):
    """A good merge, entered into the log in some wrong way."""
    yard.accept(approved(yard, yard.topic(MARK)), **said)
    return yard


def certificate(yard, merge, who="NV0002", key="", old=None, ref="refs/for/main"):
    """The push certificate of a merge, as git writes it."""
    text = (f"certificate version 0.1\npusher {who} {yard.now} +0700\nnonce 1\n\n"
            f"{old or yard.main} {merge} {ref}\n")  # fmt: skip
    return (text + armored(keys()[key or who].sign(text.encode(), "git"))).encode()


def test_a_log_with_certificates_and_locks_audits_clean(yard):
    merge = approved(yard, yard.topic(MARK))
    yard.accept(merge, files={"chung-thu": certificate(yard, merge)})
    yard.later(SHUT_DAY)
    yard.entry(event="khoa", lock="2026-2027/giua-ky-1", missing=3, ref="", pusher="may-chu")
    assert found(yard, objects=True, witnesses=(yard.log,)) == []
    assert [each.missing for each in audit(yard).locks] == [3]


def test_threat_59_a_log_does_not_go_back_in_time(yard):
    passed(yard)
    yard.now -= 1
    yard.accept(approved(yard, yard.topic(BACK)))
    assert found(yard) == ["HS843"]


def test_threat_60_a_merge_that_the_log_leaves_out(yard):
    passed(yard)
    head = yard.topic(BACK)
    yard.main = approved(yard, head)
    yard.settle()
    assert found(yard) == ["HS841"]
    with pytest.raises(Broken):
        yard.view()


def test_threat_60_an_entry_taken_out_of_the_log(yard):
    founding = yard.log
    passed(yard)
    passed(yard, BACK)
    yard.entry(parents=(founding,), new=yard.main, old=yard.genesis)
    assert "HS840" in found(yard)


@pytest.mark.parametrize("seq", [0, 1, 3])
def test_threat_60_a_number_left_out_or_given_twice(yard, seq):
    passed(yard)
    head = yard.topic(BACK)
    yard.accept(approved(yard, head), seq=seq)
    assert found(yard) == ["HS840"]


def test_threat_60_a_log_of_two_lines(yard):
    entered(yard, parents=(yard.log, yard.log))
    assert found(yard) == ["HS840"]


def test_threat_60_an_entry_about_another_commit_than_main(yard):
    merge = approved(yard, yard.topic(MARK))
    yard.entry(old=yard.log, new=merge)
    assert found(yard) == ["HS841"]


def logged(yard, text):
    """An entry of any words at the log's end; main stays."""
    log = yard.commit(yard.tree_of(yard.log), (yard.log,), "may-chu", text)
    yard.repository.run("update-ref", LOG, log)


def said(yard, new):
    """What the next entry says of a merge."""
    return Entry(event="nhan", lock=None, missing=None, new=new, old=yard.main, ref=MAIN,
                 pusher="NV0002", seq=yard.seq + 1, time=yard.now).text()  # fmt: skip


@pytest.mark.parametrize(("what", "expected"), [
    ("nothing", ["HS841"]), ("blob", ["HS841"]), ("log", ["HS831", "HS841"]),
])  # fmt: skip
def test_threat_60_an_entry_about_what_is_no_commit_of_main(yard, what, expected):
    new = {"nothing": "1" * 40, "blob": yard.raw("blob", b"x"), "log": yard.log}[what]
    logged(yard, said(yard, new))
    assert found(yard) == expected


@pytest.mark.parametrize("key", ["NV0001", "chung-thuc", STRANGER, None])
def test_threat_60_an_entry_that_the_server_did_not_sign(yard, key):
    assert found(entered(yard, key=key)) == ["HS842"]


def test_threat_60_an_entry_that_says_more_or_less_than_it_should(yard):
    text = said(yard, approved(yard, yard.topic(MARK)))
    for wrong in (text.replace('"seq":1', '"seq": 1'), "1", f"[{text}]", "Duyệt"):
        logged(yard, wrong)
        assert found(yard) == ["HS820"]
    logged(yard, text.replace('"lock":null', '"lock":"x"'))
    assert found(yard) == ["HS823"]


def test_threat_60_a_founding_that_the_server_did_not_sign(tmp_path):
    yard = Yard(tmp_path / "kho")
    raw = yard.repository.object(yard.log)[1]
    log = yard.commit(yard.tree_of(yard.log), (), "may-chu", raw.decode().partition("\n\n")[2],
                      "NV0022")  # fmt: skip
    yard.repository.run("update-ref", LOG, log)
    assert found(yard) == ["HS828"]


def test_threat_60_a_log_that_does_not_begin_with_the_founding(tmp_path):
    yard = Yard(tmp_path / "kho")
    lock = {"event": "chot", "lock": LOCK, "ref": f"refs/heads/locked/{LOCK}"}
    for wrong in ({"seq": 1}, {"old": yard.genesis}, {"new": yard.log}, lock):
        yard.entry(**{"parents": (), "seq": 0, "old": NOTHING, "new": yard.genesis,
                      "pusher": "may-chu", **wrong})  # fmt: skip
        yard.main = yard.genesis
        yard.settle()
        assert found(yard) == ["HS840"]


def test_threat_61_a_log_written_anew_lacks_what_approvals_have_seen(yard):
    main, log, seq = yard.main, yard.log, yard.seq
    entered(yard)
    seen = yard.log
    yard.main, yard.log, yard.seq = main, log, seq
    yard.entry(new=yard.main, old=yard.main, event="khoa", lock="2026-2027/diem-danh-2026-09",
               missing=0, ref="", pusher="may-chu")  # fmt: skip
    head = yard.topic(MARK)
    said = [yard.statement(head, "NV0013", "to-truong", "kiem-tra"),
            yard.statement(head, "NV0002", "pho-hieu-truong", log=seen)]  # fmt: skip
    caught(yard, yard.merge(head, said), "HS844", "HS864")


def test_threat_61_what_nobody_has_seen_yet_can_be_rewritten_by_who_holds_the_servers_key(yard):
    """The residual risk, as it is: only a log head that somebody kept shows it."""
    main, log, seq = yard.main, yard.log, yard.seq
    entered(yard)
    kept = yard.log
    yard.main, yard.log, yard.seq = main, log, seq
    yard.settle()
    assert found(yard) == []
    assert found(yard, witnesses=(kept,)) == ["HS844"]


def test_threat_62_two_clones_that_were_told_different_logs(yard, tmp_path):
    other = yard.copied(tmp_path / "ban-khac")
    entered(yard)
    passed(other, {OTHER: {"hoan_tat": "2026-11-08"}})
    assert yard.seq == other.seq
    assert found(yard, genesis=yard.genesis) == []
    assert found(other, genesis=yard.genesis) == []
    assert found(yard, witnesses=(other.log,)) == ["HS844"]
    assert found(other, witnesses=(yard.log,)) == ["HS844"]


@pytest.mark.parametrize(("how", "code"), [
    ({"who": "NV0013"}, "HS841"),
    ({"ref": "refs/heads/main"}, "HS841"),
    ({"key": STRANGER}, "HS828"),
    ({"key": "may-chu"}, "HS828"),
])  # fmt: skip
def test_threat_63_a_push_certificate_of_somebody_elses_push(yard, how, code):
    merge = approved(yard, yard.topic(MARK))
    yard.accept(merge, files={"chung-thu": certificate(yard, merge, **how)})
    assert found(yard) == [code]


def test_threat_63_a_push_certificate_kept_from_another_push(yard):
    merge = approved(yard, yard.topic(MARK))
    kept = certificate(yard, merge)
    yard.accept(merge, files={"chung-thu": kept})
    yard.accept(approved(yard, yard.topic(BACK)), files={"chung-thu": kept})
    assert found(yard) == ["HS841"]


def test_threat_63_a_push_certificate_that_was_changed(yard):
    merge = approved(yard, yard.topic(MARK))
    kept = certificate(yard, merge)
    for wrong, code in ((kept.replace(b"nonce 1", b"nonce 2"), "HS875"),
                        (kept.replace(b"nonce 1", b"nonces 1"), "HS824"),
                        (kept[:200], "HS822"), (kept[:90], "HS824")):  # fmt: skip
        other = yard.copied(yard.folder.with_name(f"{code}-{len(wrong)}"))
        other.accept(merge, files={"chung-thu": wrong})
        assert found(other) == [code]


def test_threat_66_main_moved_by_hand_on_the_server(yard):
    head = yard.topic(MARK)
    yard.repository.run("update-ref", MAIN, yard.merge(head))
    assert found(yard) == ["HS841"]


def test_threat_66_an_unapproved_merge_entered_by_who_holds_the_server(yard):
    yard.accept(yard.merge(yard.topic(MARK)))
    assert found(yard) == ["HS864"]
