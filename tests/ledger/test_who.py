"""Who may do what, kept for the next process: used where it holds, never believed where not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hoso.gate.regulation import policy_on
from hoso.ledger.keyring import keyring_of
from hoso.ledger.standing import READ, Standing
from hoso.ledger.who import know_who
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.git import Repository
from hoso.store.objects import tree_with
from yards import Yard

DAY = date(2026, 11, 9)
MARKS = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
DUTY, KEY = "records/2026-2027/phan-cong/NV0015.yml", "records/khoa-ky/NV0015.yml"
ROOM, PERSON = "records/2026-2027/lop/3B/lop.yml", "records/nhan-su/NV0015.yml"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A yard beside which it is kept who may do what."""
    found = Yard(tmp_path_factory.mktemp("ai") / "kho")
    assert DUTY in read_for(found, found.tree_of(found.main))
    return found


@pytest.fixture
def yard(base, tmp_path):
    return base.copied(tmp_path / "kho")


@pytest.fixture(autouse=True)
def of_this_test_alone():
    forget()
    yield
    forget()


def forget():
    """What this process has read; another one would not know of it."""
    for each in (READ.kinds, READ.records, READ.policies, READ.keyrings, READ.digests, READ.years):
        each.clear()


def read_for(yard, tree, on=DAY):
    """The pages a new process reads to know who may do what; it must know what is there."""
    forget()
    standing = Standing("", Repository(yard.folder).tree(tree))
    know_who(standing, on)
    assert standing.keyring
    pages = {path.partition(":")[2] for path, _ in READ.records}
    plain = TreeSchool(standing.tree, load_kinds(standing.tree))
    assert (standing.policy(on), standing.keyring) == (policy_on(plain, on), keyring_of(plain))
    return pages


def changed(yard, path, old, new):
    """The tree of `main` with a text put in the place of another on a page."""
    tree = yard.repository.tree(yard.main)
    before = tree.read(path)
    assert old in before
    return tree_with(yard.repository, tree.id, {path: before.replace(old, new, 1)})


def test_a_tree_that_differs_in_nobodys_duties_needs_none_of_their_pages_read(yard):
    tree = changed(yard, MARKS, b"nhan_xet: ", b"nhan_xet: Em ")
    assert not {DUTY, KEY, ROOM, PERSON} & read_for(yard, tree)
    assert not {DUTY, KEY, ROOM, PERSON} & read_for(yard, yard.tree_of(yard.main))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (DUTY, b"lop: 3B", b"lop: 3A"),
        (KEY, b"    tu: 2025", b"    tu: 2026"),
        (ROOM, b"    vao: 2026-", b"    vao: 2027-"),
        (PERSON, b"ngay_vao_truong: 2006-08-15", b"ngay_vao_truong: 2026-12-01"),
        ("records/2026-2027/nam-hoc.yml", b"ngay: 2026-", b"ngay: 2027-"),
        ("records/quy-che/2026-2027.yml", b"viec: duyet", b"viec: doc"),
        ("schemas/khoa-ky.yml", b"title: ", b"title: Sach "),
    ],
)
def test_whatever_says_who_may_do_what_is_read_again_once_it_changed(yard, path, old, new):
    assert DUTY in read_for(yard, changed(yard, path, old, new))


def test_another_day_is_another_policy(yard):
    assert DUTY in read_for(yard, yard.tree_of(yard.main), DAY + timedelta(days=300))


@pytest.mark.parametrize("spoilt", ["", "{}", "cắt", "sửa"])
def test_a_damaged_memory_costs_reading_again_and_nothing_else(yard, spoilt):
    kept = yard.folder / "hoso" / "vai-tro.json"
    whole = kept.read_bytes()
    other = {"cắt": whole[: len(whole) // 2], "sửa": whole.replace(b"hieu-truong", b"hieu-pho")}
    kept.write_bytes(other.get(spoilt, spoilt.encode()))
    assert DUTY in read_for(yard, yard.tree_of(yard.main))
    assert kept.read_bytes() == whole


def test_what_another_school_keeps_there_says_nothing_here(yard, tmp_path):
    other = Yard(tmp_path / "khac", more={ROOM: b"ten: khac\n"})
    (other.folder / "hoso").mkdir(exist_ok=True)
    kept = (yard.folder / "hoso" / "vai-tro.json").read_bytes()
    (other.folder / "hoso" / "vai-tro.json").write_bytes(kept)
    assert KEY in read_for(other, other.tree_of(other.main))
