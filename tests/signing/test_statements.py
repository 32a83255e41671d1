"""Statements, log entries and push certificates: one spelling each, and nothing beside it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.signing.canonical import NotCanonical, canonical, parse_canonical
from hoso.signing.certificates import read_certificate
from hoso.signing.entries import Entry, read_entry
from hoso.signing.faults import Fault
from hoso.signing.sshsig import armored
from hoso.signing.statements import APPROVAL, WITNESS, Statement, Witness, signed, statements_in
from hoso.signing.wire import to_base64
from signing.keys import key, run, written

ID, SHA = "a" * 40, "b" * 64
STATEMENT = Statement(
    base=ID, digest=SHA, paths=3, correction=None, decision="duyet", head=ID, log=ID,
    nonce="c" * 32, not_after=1_800_000_000, policy=SHA, ref="refs/heads/main", repo=f"THCĐ@{ID}",
    role="to-truong",
)  # fmt: skip
SEEN = Witness(
    digest=SHA, paths=1, commit=ID, decision="duyet", forge="github:truong/ho-so", nonce="d" * 32,
    person="NV0003", policy=SHA, ref="refs/heads/main", repo=f"THCH@{ID}", review="91",
    role="hieu-truong", time=1_790_000_000,
)  # fmt: skip
MESSAGE = "Ghi điểm\n\nLớp 3A: HS2XS5FM, toán.\n\n"


def message(*pairs):
    return MESSAGE + "\n".join(pairs) + "\n"


def codes(text):
    found = statements_in(text)
    assert not found.statements
    assert not found.witnesses
    return [code for code, _ in found.faults]


def lines(text, signing_key=None, namespace=APPROVAL):
    blob = (signing_key or key()).sign(text.encode(), namespace)
    return f"Phe-Duyet: {text}\nPhe-Duyet-Sig: {to_base64(blob)}"


def test_statements_come_back_with_who_signed_them():
    found = statements_in(
        message(signed(STATEMENT, key()), signed(SEEN, key("s")), signed(STATEMENT, key("b")))
    )
    assert [(each.statement, each.signature.key) for each in found.statements] == [
        (STATEMENT, key().public), (STATEMENT, key("b").public),
    ]  # fmt: skip
    assert [(each.statement, each.signature.key) for each in found.witnesses] == [
        (SEEN, key("s").public)
    ]
    assert found.faults == ()
    assert found.statements[0].text == STATEMENT.text()
    assert found.statements[0].signature.namespace == APPROVAL
    assert found.witnesses[0].signature.namespace == WITNESS


def test_a_statement_may_be_signed_with_nothing_but_ssh_keygen(tmp_path):
    blob = run("ssh-keygen", "-Y", "sign", "-f", written(tmp_path, key()), "-n", APPROVAL,
               stdin=STATEMENT.text().encode())  # fmt: skip
    armor = "".join(blob.decode().split("\n")[1:-2])
    text = message(f"Phe-Duyet: {STATEMENT.text()}", f"Phe-Duyet-Sig: {armor}")
    assert [each.statement for each in statements_in(text).statements] == [STATEMENT]


def test_a_message_without_statements_states_nothing():
    for text in ("", "\n", "Ghi điểm\n", MESSAGE):
        assert statements_in(text) == statements_in("x")
        assert codes(text) == []


def test_a_statement_is_read_as_the_law_writes_it():
    assert json.loads(STATEMENT.text()) == {
        "_type": "hoso-phe-duyet/1", "base": ID,
        "changeset": {"alg": "hoso-cs-1", "paths": 3, "sha256": SHA}, "correction": None,
        "decision": "duyet", "head": ID, "log": ID, "nonce": "c" * 32, "not_after": 1_800_000_000,
        "policy": SHA, "ref": "refs/heads/main", "repo": f"THCĐ@{ID}", "role": "to-truong",
    }  # fmt: skip


@pytest.mark.parametrize("namespace", ["git", "file", WITNESS])
def test_a_signature_made_for_something_else_is_no_approval(namespace):
    assert codes(message(lines(STATEMENT.text(), namespace=namespace))) == ["HS875"]


def test_a_changed_statement_is_no_approval():
    pair = signed(STATEMENT, key()).replace("to-truong", "hieu-truong")
    assert codes(message(pair)) == ["HS875"]


@given(st.integers(0, 10_000), st.integers(1, 127))
def test_no_byte_of_a_statement_can_change(place, mask):
    pair = bytearray(signed(STATEMENT, key()).encode())
    pair[place % len(pair)] ^= mask
    try:
        changed = pair.decode()
    except UnicodeDecodeError:
        return
    assert not statements_in(message(changed)).statements


def test_a_repeated_key_is_named():
    text = STATEMENT.text().replace('"decision":"duyet"', '"decision":"tra-lai","decision":"duyet"')
    found = statements_in(message(lines(text)))
    assert [code for code, _ in found.faults] == ["HS820"]
    assert "decision" in found.faults[0][1]
    assert not found.statements


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"base"', ' "base"'),
        ("3,", "3.0,"),
        ("3,", "3e0,"),
        ("duyet", "\\u0064uyet"),
        ("Đ", "\\u0110"),
        ("null", "false"),
        ("null", "NaN"),
        ("null", "[]"),
        ("null", "9" * 5000),
        ("null", '{"a":' * 2000 + "0" + "}" * 2000),
        ("null", '"' + "x" * 20_000 + '"'),
        ('"_type"', '"type"'),
    ],
)
def test_a_statement_has_one_spelling(old, new):
    text = STATEMENT.text()
    assert old in text
    assert codes(message(lines(text.replace(old, new, 1)))) == ["HS820"]


@pytest.mark.parametrize(
    "change",
    [
        {"more": "1"}, {"role": None}, {"nonce": "C" * 32}, {"not_after": -1}, {"base": "main"},
        {"policy": SHA[1:]}, {"_type": "hoso-phe-duyet/2"}, {"correction": 5}, {"ref": "a b"},
        {"changeset": SHA}, {"changeset": {"alg": "hoso-cs-0", "paths": 1, "sha256": SHA}},
        {"not_after": "1"}, {"decision": "Duyệt"},
    ],
)  # fmt: skip
def test_a_statement_has_its_fields_and_no_others(change):
    text = canonical({**json.loads(STATEMENT.text()), **change})
    assert codes(message(lines(text))) == ["HS874"]


def test_a_missing_field_is_refused():
    data = json.loads(STATEMENT.text())
    for name in data:
        less = {key_: value for key_, value in data.items() if key_ != name}
        assert codes(message(lines(canonical(less)))) == ["HS874"]


def test_a_witness_is_no_statement_of_a_person():
    pair = signed(SEEN, key()).replace("Chung-Thuc", "Phe-Duyet")
    assert codes(message(pair)) == ["HS874"]


PAIR = signed(STATEMENT, key())
FIRST, SECOND = PAIR.split("\n")


@pytest.mark.parametrize(
    "text",
    [
        message(FIRST),
        message(SECOND),
        message(SECOND, FIRST),
        message(FIRST, SECOND.replace("Phe-Duyet", "Chung-Thuc")),
        message(PAIR, "Người duyệt đã xem."),
    ],
)
def test_statements_stand_in_pairs_and_nothing_with_them(text):
    assert set(codes(text)) == {"HS874"}


def test_other_words_among_statements_are_a_fault():
    found = statements_in(message("Đã xem.", "Đã duyệt.", PAIR))
    assert [code for code, _ in found.faults] == ["HS874"]


def test_a_statement_above_the_last_paragraph_is_a_fault():
    assert codes(MESSAGE + PAIR + "\n\nHết.\n") == ["HS874", "HS874"]
    found = statements_in(MESSAGE + PAIR + "\n\n" + PAIR + "\n")
    assert len(found.statements) == 1
    assert {code for code, _ in found.faults} == {"HS874"}


def test_a_spoilt_signature_is_named():
    assert codes(message(FIRST, SECOND[:-8])) == ["HS822"]
    assert codes(message(FIRST, SECOND + " ")) == ["HS822"]


values = st.recursive(
    st.none() | st.integers(-(2**53), 2**53) | st.text(),
    lambda below: st.dictionaries(st.text(), below, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), values, max_size=5))
def test_canonical_text_and_data_stand_for_each_other(data):
    text = canonical(data)
    assert parse_canonical(text) == data
    assert canonical(dict(reversed(data.items()))) == text


@pytest.mark.parametrize(
    "value", [{"a": True}, {"a": 1.5}, {"a": [1]}, {"a": {1: "x"}}, {"a": 2**60}, {"a": "\ud800"}]
)
def test_what_has_no_spelling_is_refused(value):
    with pytest.raises(NotCanonical) as caught:
        canonical(value)
    assert caught.value.code == "HS820"


@given(st.text(max_size=40) | st.text('{}":,0123456789nul\\ \n', max_size=40))
def test_any_other_text_is_refused_and_never_a_crash(text):
    try:
        data = parse_canonical(text)
    except NotCanonical:
        return
    assert canonical(data) == text


ENTRY = Entry(
    event="nhan", lock=None, missing=None, new="f" * 40, old=ID, pusher="NV0012",
    ref="refs/heads/main", seq=4, time=1_790_000_000,
)  # fmt: skip
DUE = replace(
    ENTRY, event="khoa", lock="2026-2027/cuoi-ky-1", missing=3, old=ENTRY.new, ref="",
    pusher="may-chu",
)  # fmt: skip
CLOSED = replace(
    DUE, event="chot", missing=None, old="0" * 40, ref="refs/heads/locked/2026-2027/cuoi-ky-1"
)


@pytest.mark.parametrize("entry", [ENTRY, DUE, CLOSED])
def test_entries_of_the_log_come_back(entry):
    assert read_entry(entry.text()) == entry
    assert read_entry(entry.text() + "\n") == entry


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, event="quen"),
        replace(ENTRY, lock="2026-2027/cuoi-ky-1"),
        replace(ENTRY, missing=0),
        replace(ENTRY, ref="refs/heads/nhat-ky"),
        replace(ENTRY, new="HEAD"),
        replace(ENTRY, pusher="cô Hoa"),
        replace(ENTRY, seq=-1),
        replace(DUE, old=ID),
        replace(DUE, missing=None),
        replace(DUE, lock="../main"),
        replace(CLOSED, old=ID),
        replace(CLOSED, ref="refs/heads/locked/2026-2027/giua-ky-1"),
    ],
)
def test_an_entry_says_what_its_event_says_and_nothing_else(entry):
    with pytest.raises(Fault) as caught:
        read_entry(entry.text())
    assert caught.value.code == "HS823"


def test_an_entry_has_one_spelling():
    with pytest.raises(NotCanonical):
        read_entry(ENTRY.text() + "\n\n")


CERTIFICATE = (
    f"certificate version 0.1\npusher SHA256:abc 1790000000 +0700\npushee ssh://git@truong/kho\n"
    f"nonce 1790000000-abcdef\npush-option a=1\n\n{ID} {'f' * 40} refs/for/main\n"
)


def sealed(text, namespace="git"):
    return (text + armored(key().sign(text.encode(), namespace))).encode()


def test_a_certificate_says_who_pushes_what():
    found = read_certificate(sealed(CERTIFICATE))
    assert found.signer() == key().public
    assert found.updates == ((ID, "f" * 40, "refs/for/main"),)
    assert (found.nonce, found.pushee) == ("1790000000-abcdef", "ssh://git@truong/kho")
    assert found.options == ("a=1",)


def test_the_certificate_of_a_real_push_is_read(tmp_path):
    kho, may = tmp_path / "kho", tmp_path / "may"
    run("git", "init", "-q", "--bare", kho)
    run("git", "-C", kho, "config", "receive.certNonceSeed", "hat")
    hook = kho / "hooks" / "pre-receive"
    hook.write_text('#!/bin/sh\ngit cat-file blob "$GIT_PUSH_CERT" > giay\n')
    hook.chmod(0o755)
    path = written(tmp_path, key())
    (tmp_path / "khoa.pub").write_text(key().public.line + "\n")
    run("git", "init", "-q", "-b", "main", may)
    who = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "gpg.format=ssh"]
    run("git", *who, "commit", "-q", "--allow-empty", "-m", "x", folder=may)
    run("git", *who, "-c", f"user.signingKey={path}", "push", "-q", "--signed", kho,
        "HEAD:refs/for/main", "HEAD:refs/heads/main", folder=may)  # fmt: skip
    found = read_certificate((kho / "giay").read_bytes())
    assert found.signer() == key().public
    assert [ref for _, _, ref in found.updates] == ["refs/for/main", "refs/heads/main"]
    assert found.nonce is not None


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_byte_of_a_certificate_can_change(place, mask):
    whole = sealed(CERTIFICATE).removesuffix(b"\n")
    changed = bytearray(whole)
    changed[place % len(whole)] ^= mask
    with pytest.raises(Fault):
        read_certificate(bytes(changed)).signer()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version 0.1", "version 0.2"),
        ("pushee", "hidden"),
        ("refs/for/main\n", "refs/for/main\nrefs/for/main\n"),
        (f"{ID} ", f"{ID[:39]} "),
        ("\n\n", "\n\n\n"),
        ("refs/for/main", "refs/for/ma\x1bin"),
        ("push-option a=1", "push-option a=\u202e1"),
        (f"{ID} {'f' * 40} refs/for/main\n", ""),
        (f"{ID} {'f' * 40} refs/for/main\n", f"{ID} {ID} refs/for/main\n" * 2),
    ],
)
def test_a_certificate_has_one_form(old, new):
    assert old in CERTIFICATE
    with pytest.raises(Fault) as caught:
        read_certificate(sealed(CERTIFICATE.replace(old, new, 1)))
    assert caught.value.code == "HS824"


def test_a_certificate_is_utf8_and_signed():
    for raw in (CERTIFICATE.encode(), b"\xff" + sealed(CERTIFICATE), b""):
        with pytest.raises(Fault) as caught:
            read_certificate(raw)
        assert caught.value.code == "HS824"


def test_a_signature_made_for_something_else_does_not_push():
    with pytest.raises(Fault) as caught:
        read_certificate(sealed(CERTIFICATE, APPROVAL)).signer()
    assert caught.value.code == "HS875"
