"""A repository opened at the end of its log, and what is remembered of having followed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hoso.findings import HosoError
from hoso.ledger import opening
from hoso.ledger.opening import Broken, opened
from hoso.ledger.state import as_text, read_state
from hoso.store.git import Repository
from yards import Yard

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
BOTH = ("NV0013 to-truong kiem-tra", "NV0002 pho-hieu-truong duyet")
DAY = 86_400


def mark(yard, text, said=BOTH):
    head = yard.topic({PAGE: {"hoc_sinh/HS2XS5FM/nhan_xet": text}})
    return yard.accept(yard.merge(head, yard.approved(head, *said)))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    yard = Yard(tmp_path_factory.mktemp("goc") / "kho")
    mark(yard, "Em chăm.")
    return yard


@pytest.fixture
def yard(base, tmp_path):
    return base.copied(tmp_path / "kho")


def kept(yard):
    return yard.folder / "hoso" / "so-cai.json"


def followed(yard, monkeypatch):
    """The log's entries that are followed when the repository is opened now."""
    seen = []
    follow = opening.follow
    monkeypatch.setattr(
        opening, "follow", lambda view, log, **how: seen.append(log) or follow(view, log, **how)
    )
    opened(Repository(yard.folder))
    monkeypatch.setattr(opening, "follow", follow)
    return seen


def test_one_more_merge_costs_one_more_step(yard, monkeypatch):
    assert len(followed(yard, monkeypatch)) == 1
    assert followed(yard, monkeypatch) == []
    mark(yard, "Em rất chăm.")
    assert followed(yard, monkeypatch) == [yard.log]


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"\xff\xfe", b'{"version": 1}', b'{"version": 99}'])
def test_a_damaged_memory_costs_following_again_and_nothing_else(yard, monkeypatch, spoilt):
    state = yard.view().state
    kept(yard).write_bytes(spoilt)
    assert len(followed(yard, monkeypatch)) == 1
    assert yard.view().state == state


def test_a_memory_of_another_log_is_not_used(yard, monkeypatch):
    state = yard.view().state
    kept(yard).write_text(as_text(replace(state, log="1" * 40)))
    assert len(followed(yard, monkeypatch)) == 1


def test_where_nothing_can_be_remembered_the_log_is_followed_each_time(yard, monkeypatch):
    (yard.folder / "hoso").write_text("không phải thư mục")
    assert len(followed(yard, monkeypatch)) == 1
    assert len(followed(yard, monkeypatch)) == 1


def test_nothing_is_decided_on_top_of_a_history_that_broke_the_rules(yard):
    mark(yard, "Em tự duyệt.", ())
    with pytest.raises(Broken, match=r"mục nhật ký số 2.*HS864.*hoso audit"):
        yard.view()
    assert not kept(yard).exists()


def test_nothing_is_decided_while_main_is_elsewhere_than_the_log_says(yard):
    yard.repository.run("update-ref", "refs/heads/main", yard.genesis)
    with pytest.raises(Broken, match="main khác với mục cuối"):
        yard.view()


def test_a_log_that_cannot_be_read_is_named(yard):
    bad = yard.commit(yard.tree_of(yard.log), (yard.log,), "may-chu", "không phải một mục")
    yard.repository.run("update-ref", "refs/heads/nhat-ky", bad)
    with pytest.raises(Broken, match="HS820"):
        yard.view()


def test_the_state_is_told_and_read_back_whole(yard):
    state = yard.view().state
    assert len(state.nonces) == 1
    assert sum(map(len, state.nonces.values())) == 2
    assert read_state(as_text(state)) == state
    with pytest.raises(HosoError):
        read_state(as_text(state).replace('"seq"', '"so"'))


def test_used_statements_are_let_go_once_they_can_count_no_more(yard):
    first = yard.view().state
    (used,) = first.nonces.values()
    assert all(nonce in first.past.nonces for nonce in used)
    assert "chua-dung" not in first.past.nonces
    yard.now += 3 * DAY
    mark(yard, "Em đã tiến bộ.")
    later = yard.view().state
    assert not any(nonce in later.past.nonces for nonce in used)
    assert sum(map(len, later.nonces.values())) == 2
