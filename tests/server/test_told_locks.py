"""Locks in the server's log: told once and in order, frozen when complete, never moved."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from gate.situations import ROOT
from hoso.cli.clock import now
from hoso.findings import HosoError
from hoso.gate.regulation import locks
from hoso.ledger.opening import opened
from hoso.server.due import close, tell
from hoso.server.journal import alone
from hoso.server.place import server_at
from hoso.store.git import Repository
from hoso.store.refs import refs
from hoso.store.tree import FolderTree
from server.desk import founded_at, hoso, log_of, small_school, sound
from yards import MAIN

LOCK = "2026-2027/giua-ky-1"
#: Some of the calendar's locks have fallen due by then, and some have not.
NOVEMBER = ("--tap-duot", "2026-11-23 08:00")


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """The small school's server in November 2026, whenever this runs."""
    return founded_at(tmp_path_factory.mktemp("goc"), small_school(), *NOVEMBER)


def tick(server, moment):
    """What the server tells its log at a moment."""
    place = server_at(server)
    with alone(place) as held:
        return tell(held, moment)


def test_founding_tells_of_every_lock_that_is_past_in_the_order_of_their_days(server):
    view = opened(Repository(server))
    entries = sound(server)[1:]
    told = [entry.lock for entry in entries if entry.event == "khoa"]
    calendar = locks(view.standing(view.main).school)
    days = {f"{lock.scope['nam_hoc']}/{lock.name}": lock.closes for lock in calendar}
    assert LOCK in told
    assert [days[name] for name in told] == sorted(days[name] for name in told)
    frozen = {ref for ref in refs(Repository(server)) if "/locked/" in ref}
    assert frozen == {entry.ref for entry in entries if entry.event == "chot"}
    assert f"refs/heads/locked/{LOCK}" in frozen


def test_a_lock_is_told_once_on_the_day_after_it_closes(server):
    place = Repository(server)
    view = opened(place)
    coming = sorted(
        (lock for lock in locks(view.standing(view.main).school)
         if f"{lock.scope['nam_hoc']}/{lock.name}" not in view.state.fallen),
        key=lambda lock: lock.closes,
    )  # fmt: skip
    last = coming[0].closes
    evening = datetime(last.year, last.month, last.day, 16, 59, tzinfo=UTC)
    before = len(log_of(server))
    assert tick(server, evening) == ()
    told = tick(server, evening + timedelta(minutes=2))
    assert len(sound(server)) == before + len(told)
    assert len([each for each in told if not each.complete]) == len(
        [lock for lock in coming if lock.closes == last]
    )
    assert tick(server, evening + timedelta(minutes=3)) == ()


@pytest.fixture(scope="module")
def incomplete(tmp_path_factory):
    """A server of a school with one class, of which nobody wrote anything before its locks."""
    tree = FolderTree(ROOT)
    room, teacher = "records/2026-2027/lop/3A/lop.yml", "records/2026-2027/phan-cong/NV0013.yml"
    pupils = re.findall(r"HS[0-9A-Z]{6}", tree.read(room).decode())
    paths = [room, teacher, *(f"records/hoc-sinh/{pupil}.yml" for pupil in pupils)]
    files = {**small_school(), **{path: tree.read(path) for path in paths}}
    return founded_at(tmp_path_factory.mktemp("thieu"), files, *NOVEMBER)


def test_books_with_pages_missing_fall_shut_but_are_not_frozen(incomplete):
    told = {entry.lock: entry for entry in sound(incomplete) if entry.event == "khoa"}
    assert told[LOCK].missing == 13
    assert f"refs/heads/locked/{LOCK}" not in refs(Repository(incomplete))
    assert "còn thiếu 13 trang" in hoso("server", "status", incomplete, "--last", "30").stdout


def test_closing_such_books_is_refused_with_the_missing_pages_and_whose_they_are(incomplete):
    before = refs(Repository(incomplete))
    told = hoso("lock", "close", "2026-2027", "giua-ky-1", "--server", incomplete)
    assert told.returncode == 1
    assert "records/2026-2027/lop/3A/tong-hop/giua-ky-1.yml: chưa có trang" in told.stderr
    assert "NV0013: còn" in told.stderr
    assert "còn thiếu 13 trang" in told.stderr
    assert refs(Repository(incomplete)) == before


def test_complete_books_are_closed_already(server):
    told = hoso("lock", "close", "2026-2027", "giua-ky-1", "--server", server)
    assert (told.returncode, told.stderr) == (0, "")
    assert refs(Repository(server))[MAIN][:12] in told.stdout


@pytest.mark.parametrize("name", ["khac", "diem-danh-2026-09"])
def test_only_a_lock_of_a_period_can_be_closed(server, name):
    told = hoso("lock", "close", "2026-2027", name, "--server", server)
    assert told.returncode == 2
    assert name in told.stderr


def test_a_lock_whose_day_has_not_passed_cannot_be_closed(server):
    place = server_at(server)
    before = refs(place.repository)
    late = datetime.fromtimestamp(log_of(server)[-1].time, UTC)
    with alone(place) as held, pytest.raises(HosoError, match="hôm nay chưa chốt được"):
        closes_later(held, late)
    assert refs(place.repository) == before


def closes_later(held, moment):
    """Asks to close a lock on a day before it falls due."""
    view = opened(held.server.repository)
    found = max(locks(view.standing(view.main).school), key=lambda lock: lock.closes)
    close(held, f"{found.scope['nam_hoc']}/{found.name}", moment)


def test_the_branch_of_closed_books_never_moves(server, desk, tmp_path):
    ref = f"refs/heads/locked/{LOCK}"
    frozen = refs(Repository(server))[ref]
    desk.push(merge := desk.approved_merge(0, "Sau khi chốt sổ."))
    tick(server, now(Repository(server)) + timedelta(seconds=1))
    assert refs(Repository(server))[ref] == frozen != merge
    moved = shutil.copytree(server, tmp_path / "doi.git")
    Repository(moved).run("update-ref", ref, merge)
    told = hoso("server", "repair", moved)
    assert (told.returncode, "HS845" in told.stderr) == (1, True)
