"""Single objects gathered into packs: nothing is lost, whenever it is killed, and pushes go on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

from hoso.server.gathering import gather
from hoso.server.place import server_at
from hoso.signing.commits import written_commit
from hoso.store.exclusive import exclusive
from hoso.store.git import Repository
from hoso.store.objects import put, tree_with
from hoso.store.refs import Move, update
from server.desk import CLERK, PYTHON, clean, hoso, sound
from yards import keys


def single(server):
    """How many objects stand alone."""
    told = Repository(server).run("count-objects", "-v")
    return int(told.splitlines()[0].removeprefix("count: "))


def everything(server):
    """Every object, whether a branch leads to it or not."""
    return set(
        Repository(server).run("cat-file", "--batch-all-objects", "--batch-check").split("\n")
    )


def test_single_objects_come_into_a_pack_and_what_no_branch_names_stays(server, desk):
    desk.push(desk.approved_merge(0, "Sửa trước khi gom."))
    left = put(Repository(server), "blob", b"ai do rut lai\n")
    before, place = everything(server), server_at(server)
    assert gather(place, 0) == 0
    there = single(server)
    assert gather(place, 0, most=0) == there
    assert everything(server) == before
    assert Repository(server).object(left) == ("blob", b"ai do rut lai\n")
    assert single(server) <= 1
    desk.refresh().push(desk.approved_merge(1, "Sửa sau khi gom."))
    sound(server)


def test_one_gathers_at_a_time(server):
    place = server_at(server)
    put(place.repository, "blob", b"roi\n")
    with exclusive(place.own / "gather", 1):
        assert gather(place, 0, most=0) == 0


def test_a_gathering_that_is_killed_loses_nothing_and_the_next_one_cleans_up(server):
    place, chance = server_at(server), random.Random(20261123)
    tree = tree_with(place.repository, None, {f"{number}.txt": b"%d" % number
                                              for number in range(2_100)})  # fmt: skip
    raw = written_commit(tree, (), CLERK, 0, "Nhiều tệp", keys()[CLERK])
    commit = put(place.repository, "commit", raw)
    update(place.repository, (Move(f"refs/heads/de-nghi/{CLERK}/nhieutep", commit, None),))
    before = everything(server)
    for _ in range(4):
        ticking = subprocess.Popen(
            [PYTHON, "-I", "-m", "hoso.cli.main", "server", "tick", server],
            start_new_session=True, env=clean(), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 20
        while not (server / "hoso" / "gather").exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.1))
        os.killpg(ticking.pid, signal.SIGKILL)
        ticking.wait()
        assert everything(server) == before
        (server / "hoso" / "gather").unlink()
    (server / "objects" / "pack" / ".tmp-1-pack-dang-do.pack").write_bytes(b"PACK")
    told = hoso("server", "tick", server)
    assert told.returncode == 0, told.stderr
    gather(place, time.time() + 60)
    assert not list((server / "objects" / "pack").glob(".tmp-*"))
    assert everything(server) == before
    assert single(server) == 0
    sound(server)
