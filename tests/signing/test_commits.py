"""Commits as bytes: signed as git signs them, and read only where nothing is hidden in them."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.signing.commits import MalformedCommit, read_commit, written_commit
from hoso.signing.faults import Fault
from hoso.signing.sshsig import armored
from hoso.store.git import Repository
from hoso.store.objects import put, tree_with
from signing.keys import allowed, key, run, written

TREE, PARENT, OTHER = "1" * 40, "2" * 40, "3" * 40
MESSAGE = "Ghi điểm cuối học kỳ 1 lớp 3A\n\nThêm.\n"
RAW = written_commit(TREE, (PARENT,), "NV0012", 1_700_000_000, MESSAGE, key())


@pytest.fixture
def repository(tmp_path):
    run("git", "init", "-q", "-b", "main", tmp_path / "kho")
    return Repository(tmp_path / "kho")


def refused(code, raw):
    with pytest.raises(MalformedCommit) as caught:
        read_commit(TREE, raw)
    assert caught.value.code == code


def test_git_verifies_the_commits_we_sign(repository, tmp_path):
    tree = tree_with(repository, None, {"a": b"x"})
    first = put(repository, "commit", written_commit(tree, (), "may-chu", 7, "Gốc", key()))
    made = put(
        repository,
        "commit",
        written_commit(tree, (first,), "NV0012", 1_700_000_000, MESSAGE, key()),
    )
    run("git", "-c", f"gpg.ssh.allowedSignersFile={allowed(tmp_path, key())}", "verify-commit",
        first, made, folder=repository.path)  # fmt: skip
    run("git", "fsck", "--strict", folder=repository.path)
    shown = run("git", "show", "-s", "--format=%an|%ae|%cn|%ct|%B", made, folder=repository.path)
    assert shown.decode() == f"NV0012|NV0012@hoso|NV0012|1700000000|{MESSAGE}\n"


def test_we_read_and_verify_the_commits_that_git_signs(repository, tmp_path):
    path = written(tmp_path, key())
    (tmp_path / "khoa.pub").write_text(key().public.line + "\n")
    for message in ("một", "hai\n\nThân bài.\n"):
        run("git", "-c", "gpg.format=ssh", "-c", f"user.signingKey={path}",
            "-c", "user.name=Cô Hoa", "-c", "user.email=hoa@truong", "commit", "-q", "-S",
            "--allow-empty", "-m", message, folder=repository.path)  # fmt: skip
    id_ = repository.resolve("HEAD")
    commit = read_commit(id_, repository.object(id_)[1])
    assert commit.signer() == key().public
    assert (commit.author, commit.message) == ("Cô Hoa <hoa@truong>", "hai\n\nThân bài.\n")
    assert commit.parents == (repository.resolve("HEAD~1"),)


def test_what_is_written_is_what_is_read():
    commit = read_commit(TREE, RAW)
    assert (commit.tree, commit.parents, commit.message) == (TREE, (PARENT,), MESSAGE)
    assert commit.author == commit.committer == "NV0012 <NV0012@hoso>"
    assert commit.authored == commit.committed == 1_700_000_000
    assert commit.signer() == key().public


names = st.from_regex(r"NV[0-9]{4}", fullmatch=True)
words = st.text(st.characters(categories=["L", "N", "P"], include_characters=" \n\t"))


@given(st.lists(st.sampled_from([PARENT, OTHER]), max_size=2), names, st.integers(0, 2**33), words)
def test_every_commit_comes_back_and_only_as_it_was(parents, who, when, message):
    raw = written_commit(TREE, tuple(parents), who, when, message, key())
    commit = read_commit(TREE, raw)
    assert commit.signer() == key().public
    assert (commit.parents, commit.committed) == (tuple(parents), when)
    assert commit.author == f"{who} <{who}@hoso>"
    assert commit.message == message.rstrip("\n") + "\n"


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_no_byte_of_a_commit_can_change(place, mask):
    changed = bytearray(RAW)
    changed[place] ^= mask
    with pytest.raises(Fault):
        read_commit(TREE, bytes(changed)).signer()


def test_an_unsigned_commit_has_no_signer():
    commit = read_commit(TREE, written_commit(TREE, (), "NV0012", 1, "x", None))
    assert commit.signature is None
    with pytest.raises(Fault) as caught:
        commit.signer()
    assert caught.value.code == "HS827"


def test_a_signature_of_something_else_has_no_signer():
    stolen = RAW.replace(b"2" * 40, b"3" * 40)
    with pytest.raises(Fault) as caught:
        read_commit(TREE, stolen).signer()
    assert caught.value.code == "HS875"
    approval = armored(key().sign(read_commit(TREE, RAW).payload, "hoso-phe-duyet-v1"))
    with pytest.raises(Fault) as caught:
        read_commit(TREE, _sealed(approval)).signer()
    assert caught.value.code == "HS875"


def _sealed(armor):
    head, _, message = RAW.decode().partition("\n\n")
    unsigned = head.partition("\ngpgsig ")[0]
    folded = armor.rstrip("\n").replace("\n", "\n ")
    return f"{unsigned}\ngpgsig {folded}\n\n{message}".encode()


def test_two_signatures_are_refused():
    armor = RAW.decode().partition("gpgsig ")[2].partition("\n\n")[0]
    refused("HS826", RAW.replace(b"\n\n", f"\ngpgsig {armor}\n\n".encode(), 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\ngpgsig", "\nencoding ISO-8859-1\ngpgsig"),
        ("\ngpgsig", "\nmergetag object 1\ngpgsig"),
        ("\ngpgsig", "\ngpgsig-sha256"),
        ("\ngpgsig", "\nhidden yes\ngpgsig"),
        ("author NV0012", "author NV0012 <a>"),
        ("author NV0012 <NV0012@hoso>", "author <NV0012@hoso>"),
        ("author", "Author"),
        ("1700000000 +0700\nc", "01700000000 +0700\nc"),
        (f"parent {PARENT}\n", f"parent {PARENT[:39]}\n"),
        (f"tree {TREE}\n", ""),
        (f"tree {TREE}\nparent {PARENT}\n", f"parent {PARENT}\ntree {TREE}\n"),
        ("Ghi", "Ghi\0"),
        ("Ghi", "Ghi\x1b[2J"),
        ("Ghi", "Ghi\r"),
        ("Ghi", "Ghi\u202e"),
        ("Ghi", "Ghi\u2028"),
        ("\n\n", "\n"),
    ],
)
def test_only_plain_commits_are_read(old, new):
    text = RAW.decode()
    assert old in text
    count = -1 if old == "\n\n" else 1
    refused("HS825", text.replace(old, new, count).encode())


def test_a_commit_that_is_not_utf8_is_refused():
    refused("HS825", RAW.replace(b"Ghi", b"\xff\xfe"))


def test_another_kind_of_signature_is_refused():
    refused("HS822", _sealed("-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----"))


def test_a_signature_with_another_programs_line_breaks_counts():
    begin, *lines, end = _armor().rstrip("\n").split("\n")
    commit = read_commit(TREE, _sealed(os.linesep.join([begin, "".join(lines), end])))
    assert commit.signer() == key().public


def _armor():
    return armored(key().sign(read_commit(TREE, RAW).payload, "git"))
