"""The desk killed in the middle of anything: what was answered for is there, the rest is whole.

What nobody heard an answer to is simply done again, as a browser sends a form again.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import httpx
import pytest

from desk.closed_school import clock_at, pupils
from desk.test_approving import held
from desk.visiting import PASSPHRASE, DeskPlace, Visitor
from hoso.store.git import Repository
from hoso.store.refs import refs
from server.desk import sound
from servers import DEPUTY, LEADER, MATHS, TEACHER, clean

#: A process that has read the program and gives birth to a desk for every server it is told.
_MOTHER = """
import os, sys
from pathlib import Path
from hoso.cli.clock import clock_of
from hoso.desk.app import all_routes, application
from hoso.desk.place import Desk
from hoso.desk.serving import listening, server
from hoso.store.git import Repository
all_routes()
for line in sys.stdin:
    if os.fork():
        continue
    os.setsid()
    folder, at = Path(line.strip()), listening("127.0.0.1", 0)
    port = at.getsockname()[1]
    desk = Desk(folder, clock_of(Repository(folder)))
    desk.site.catch_up()
    print(os.getpid(), port, flush=True)
    server(application(desk, lambda: {f"127.0.0.1:{port}"})).run(sockets=[at])
    os._exit(0)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
"""


class Fragile:
    """A desk in a process of its own that can be killed and started again; people stay known."""

    def __init__(self, mother, server):
        self.mother, self.server, self.process = mother, server, None
        self.people = {}
        self.start()

    def start(self):
        """Starts it, at another port than before."""
        self.mother.stdin.write(f"{self.server}\n")
        self.mother.stdin.flush()
        told = self.mother.stdout.readline().split()
        self.process, self.base = int(told[0]), f"http://127.0.0.1:{told[1]}"
        for visitor in self.people.values():
            visitor.base = self.base
            visitor.client.base_url = self.base

    def kill(self, everything):
        """The desk dies, and with `everything` each git and builder it has started, too."""
        (os.killpg if everything else os.kill)(self.process, signal.SIGKILL)

    def visitor(self, who):
        """Somebody whose session outlives the desk."""
        if who not in self.people:
            self.people[who] = Visitor(self.base)
            self.people[who].login(who)
        return self.people[who]

    def end(self):
        """Nobody of it is left."""
        for visitor in self.people.values():
            visitor.close()
        with suppress(ProcessLookupError):
            self.kill(everything=True)


@pytest.fixture(scope="module")
def mother():
    """Whatever a desk needs is read once for all that will be killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _MOTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=clean(),
    )  # fmt: skip
    yield process
    process.communicate()


@pytest.fixture
def fragile(mother):
    """Desks over servers, all ended afterwards."""
    made = []

    def over(server):
        made.append(Fragile(mother, server))
        return made[-1]

    yield over
    for each in made:
        each.end()


class Errand:
    """One remark on its way from a draft to `main`, step by step; each step may be repeated."""

    def __init__(self, desk, pupil, text):
        self.desk, self.text, self.form = desk, text, {}
        self.cell, self.name = f"hoc_sinh/{pupil}/nhan_xet", ""

    def prepare(self, step):
        """What a browser has before the button is pressed."""
        who = {"check": LEADER, "approve": DEPUTY}.get(step, TEACHER)
        visitor = self.desk.visitor(who)
        if step in ("save", "send"):
            shown = visitor.text(f"/so/{MATHS}")
            self.form["goc"] = re.search(r'name="goc" value="([0-9a-f]+)"', shown)[1]
            self.form["_t"] = visitor.token()
        else:
            (self.name,) = (
                ref.removeprefix("refs/heads/de-nghi/")
                for ref in refs(Repository(self.desk.server), "refs/heads/de-nghi")
            )
            self.form = {**held(visitor, self.name), "mat_khau": PASSPHRASE,
                         "viec": "kiem-tra" if step == "check" else "duyet"}  # fmt: skip
        return visitor

    def press(self, step, visitor):
        """The status of the answer; httpx.TransportError where none came."""
        token = self.form["_t"]
        if step == "save":
            sheet = {"goc": self.form["goc"], "o": {self.cell: self.text}}
            return visitor.fetch(f"/so/{MATHS}/nhap", sheet, token=token).status_code
        if step == "send":
            form = {"goc": self.form["goc"], self.cell: self.text}
            return visitor.post(f"/so/{MATHS}/gui", form, token=token).status_code
        return visitor.post(f"/de-nghi/{self.name}/ky", self.form, token=token).status_code

    def holds(self, step):
        """Whether what a step has done can be seen, by whoever looks for it."""
        server = Repository(self.desk.server)
        there = refs(server, "refs/heads")
        on_main = self.text in server.tree("main").read(MATHS).decode()
        if step == "save":
            return self.text in self.desk.visitor(TEACHER).text(f"/so/{MATHS}")
        if step == "send":
            return on_main or any(
                self.text in server.tree(commit).read(MATHS).decode()
                for name, commit in there.items() if "/de-nghi/" in name
            )  # fmt: skip
        if step == "check":
            return on_main or any(f"/y-kien/{LEADER}/" in name for name in there)
        return on_main


STEPS = ("save", "send", "check", "approve")
#: Fractions of what a step takes undisturbed, after which the desk is killed.
_MOMENTS = [pytest.param(seed, marks=() if seed < 1 else pytest.mark.nightly) for seed in range(6)]


@pytest.mark.parametrize("seed", _MOMENTS)
def test_what_was_answered_for_outlives_a_kill_and_the_rest_can_be_done_again(
    founded, fragile, tmp_path, seed
):
    chance = random.Random(f"{seed}-tat-ngang")
    desk = fragile(shutil.copytree(founded, tmp_path / "server.git"))
    page = Repository(desk.server).tree("main").read(MATHS).decode()
    names = re.findall(r"HS[0-9A-Z]{6}", page)
    took = {}
    errand = Errand(desk, names[0], "Em làm toán cẩn thận, lần không ai tắt máy.")
    for step in STEPS:
        visitor = errand.prepare(step)
        began = time.monotonic()
        assert errand.press(step, visitor) in {200, 303}, step
        took[step] = time.monotonic() - began
    for number, dies_in in enumerate((("save", "check"), ("send", "approve")), 1):
        errand = Errand(desk, names[number], f"Em làm toán cẩn thận, lần tắt máy số {number}.")
        for step in STEPS:
            visitor = errand.prepare(step)
            killer = threading.Timer(
                chance.uniform(0.05, 0.95) * took[step], desk.kill, [chance.random() < 0.5]
            )
            if step in dies_in:
                killer.start()
            try:
                heard = errand.press(step, visitor)
            except httpx.TransportError:
                heard = None
            if step not in dies_in:
                assert heard in {200, 303}, (step, heard)
                continue
            killer.join()
            desk.start()
            assert heard in {None, 200, 303}
            if heard:
                assert errand.holds(step), f"{step} was answered for and is gone"
            # The key was in the memory of the dead: its owner opens it again, then sends again.
            desk.visitor(TEACHER).post("/tai-khoan/mo-khoa", {"mat_khau": PASSPHRASE})
            if step == "send":
                visitor = errand.prepare(step)
            assert errand.press(step, visitor) in {200, 303}, f"{step} again"
        assert all(errand.holds(step) for step in STEPS[1:])
    merges = [entry for entry in sound(desk.server) if entry.event == "nhan"]
    assert len(merges) == 1 + 3, "the founding, and every remark exactly once"


def test_a_site_is_never_seen_half_built_and_is_finished_after_any_kill(
    closed_founded, fragile, tmp_path
):
    server = DeskPlace(tmp_path, closed_founded, people=[DEPUTY], clock_at=clock_at).left()
    desk = fragile(server)
    folder = desk.server / "hoso" / "desk" / "trang-web"
    # Everything dies while pages are being written; the next time the builder outlives its desk.
    for everything in (True, False):
        _wait(lambda: list(folder.parent.glob(".trang-web-moi-*/site/*")))
        desk.kill(everything=everything)
        assert _whole(folder)
        desk.start()
    visitor, form = desk.visitor(DEPUTY), {"mat_khau": PASSPHRASE}
    token, lock = visitor.token(), "/khoa-so/2026-2027/giua-ky-1/chot"
    killer = threading.Timer(0.3, desk.kill, [True])
    killer.start()
    with suppress(httpx.TransportError):
        visitor.post(lock, form, token=token)
    killer.join()
    assert _whole(folder)
    desk.start()
    assert visitor.post(lock, form, token=token).status_code == 303
    main = Repository(desk.server).resolve("main")
    _wait(lambda: folder.exists() and _whole(folder) == main)
    _wait(lambda: not list(folder.parent.glob(".trang-web-moi-*")))
    sound(desk.server)


def _whole(folder):
    """The commit a site was built from, of which every page is there; a word where none is."""
    if not folder.exists():
        return "not yet"
    listed = json.loads((folder / "manifest.json").read_bytes())
    for name, entry in {**listed["trang"], **listed["tep"]}.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == entry["sha256"], name
    return listed["commit"]


def _wait(until, seconds=90):
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_start_that_was_killed_does_not_keep_the_next_from_starting(founded, tmp_path):
    with DeskPlace(tmp_path, founded) as place:
        (place.server / "hoso" / "desk" / "outbox.git" / "config.lock").touch()
        again = type(place.desk)(place.server, place.desk.now)
        assert pupils(place, MATHS)
        assert again.clone().view.main == place.desk.clone().view.main
        again.close()
