"""The afternoon a book closes: forty people at one desk for two minutes, over real HTTP.

Teachers open their books, type (drafts are kept as they go) and send; leaders read and sign. All
that was answered for is looked up afterwards, by person and text, in the store of drafts and in
git's history. The floor is git alone: as many commits pushed to a bare repository without hooks.
"""

from __future__ import annotations

import itertools
import random
import re
import secrets
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from checking import BIN, ROOT, _with_schemas
from great_server import _KEYS, Office, great_server
from measuring import Row

from hoso.demo.generate import generate
from hoso.demo.plan import CURRENT, Plan, year_name
from hoso.desk.place import Desk
from hoso.gate.decision import decide
from hoso.gate.verdict import Binding, Past, Proposal
from hoso.proposals.names import named
from hoso.schema.kinds import load_kinds
from hoso.store.git import Repository
from hoso.store.refs import refs
from hoso.store.tree import FolderTree

YEAR = year_name(CURRENT)
PEOPLE, SECONDS, _LEADERS = 40, 120.0, 8
_PASSPHRASE = "một câu để đo sức máy"  # noqa: S105 - opens nothing but this benchmark
#: Seconds that people look at the screen before they do the next thing.
_THINKS = (1.0, 5.0)
_CELL = re.compile(r'name="(hoc_sinh/HS\w{6}/nhan_xet)"')
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_NAME = re.compile(r'href="/de-nghi/(NV\d{4}/[a-z0-9]+)"')
#: What somebody else was quicker with is no fault of the desk's.
_OVERTAKEN = frozenset({403, 404, 409, 422})


@dataclass(slots=True)
class Heard:
    """What people did, how long each deed took, and what the desk has answered for."""

    times: dict[str, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)
    overtaken: int = 0
    drafts: dict[tuple[str, str, str], str] = field(default_factory=dict)
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    signed: list[tuple[str, str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Visitor:
    """Somebody at a browser, for as long as the afternoon lasts."""

    def __init__(self, base: str, who: str, heard: Heard, until: float) -> None:
        self.client = httpx.Client(base_url=base, timeout=120, headers={"Origin": base})
        self.who, self.heard, self.until = who, heard, until
        self.chance = random.Random(who)
        self.token = ""

    def asked(self, what: str, method: str, path: str, **more: object) -> httpx.Response | None:
        """An answer, its time noted; None where there was none or it was wrong."""
        began = time.perf_counter()
        try:
            answer = self.client.request(method, path, **more)
        except httpx.HTTPError as error:
            with self.heard.lock:
                self.heard.wrong[f"{what}: {type(error).__name__}"] += 1
            return None
        with self.heard.lock:
            self.heard.times.setdefault(what, []).append(time.perf_counter() - began)
            if what == "sign" and answer.status_code in _OVERTAKEN:
                self.heard.overtaken += 1
            elif answer.status_code >= 400:
                why = re.search(r'"loi": ?"([^"]{0,90})', answer.text)
                self.heard.wrong[f"{what}: {answer.status_code} {why[1] if why else ''}"] += 1
        return answer if answer.status_code < 400 else None

    def login(self) -> None:
        """In at the front door, as everybody."""
        page = self.asked("open", "GET", "/dang-nhap")
        form = {"ai": self.who, "mat_khau": _PASSPHRASE, **dict(_HIDDEN.findall(page.text))}
        self.asked("log in", "POST", "/dang-nhap", data=form)
        page = self.asked("open", "GET", "/tai-khoan")
        self.token = dict(_HIDDEN.findall(page.text))["_t"]

    def thinks(self) -> bool:
        """Lets time pass; whether there is time left."""
        time.sleep(self.chance.uniform(*_THINKS))
        return time.monotonic() < self.until

    def writes(self, pages: list[str]) -> None:
        """Opens a book, types a remark in three goes, sends it; then the next pupil's."""
        for number in itertools.count():
            path = pages[number % len(pages)]
            page = self.asked("open", "GET", f"/so/{path}")
            if page is None or not self.thinks():
                return
            cells = _CELL.findall(page.text)
            cell = cells[(number // len(pages)) % len(cells)]
            start = dict(_HIDDEN.findall(page.text))["goc"]
            text = f"Lần {secrets.randbelow(10**9)}."
            for more in ("", " Em tiến bộ", " Em tiến bộ rõ."):
                kept = self.asked("save", "POST", f"/so/{path}/nhap",
                                  json={"goc": start, "o": {cell: text + more}},
                                  headers={"X-Hoso-T": self.token})  # fmt: skip
                if kept is not None:
                    with self.heard.lock:
                        self.heard.drafts[self.who, path, cell] = text
                if not self.thinks():
                    return
            form = {"_t": self.token, "goc": start, cell: text + more}
            if self.asked("send", "POST", f"/so/{path}/gui", data=form,
                          headers={"X-Hoso-T": self.token}) is not None:  # fmt: skip
                with self.heard.lock:
                    self.heard.sent.append((self.who, path, text))
            if not self.thinks():
                return

    def leads(self) -> None:
        """Reads what waits, one after another, and signs it."""
        while self.thinks():
            page = self.asked("list", "GET", "/de-nghi/")
            names = _NAME.findall(page.text) if page is not None else []
            if not names:
                continue
            name = self.chance.choice(names[:10])
            page = self.asked("read", "GET", f"/de-nghi/{name}")
            if page is None or not self.thinks():
                continue
            for deed in ("kiem-tra", "duyet"):
                if f'name="viec" value="{deed}"' in page.text:
                    form = {**dict(_HIDDEN.findall(page.text)), "viec": deed,
                            "mat_khau": _PASSPHRASE}  # fmt: skip
                    if self.asked("sign", "POST", f"/de-nghi/{name}/ky", data=form) is not None:
                        with self.heard.lock:
                            self.heard.signed.append((self.who, name, deed))
                    break


def rows(seconds: float = SECONDS) -> Iterator[Row]:
    """The afternoon at a server of the reference school's size; `seconds` makes it shorter."""
    with tempfile.TemporaryDirectory() as name:
        yield from _at(Path(name), seconds)


def _at(folder: Path, seconds: float) -> Iterator[Row]:
    server = folder / "server.git"
    great_server(server, _with_schemas(generate(Plan(), load_kinds(FolderTree(ROOT)))), YEAR)
    office = Office(folder / "office.git", server, YEAR)
    writers, people = _people(office)
    desk = Desk(server, lambda: datetime.now(UTC))
    for who in sorted(set(people)):
        desk.accounts.give(who, _PASSPHRASE, _KEYS[who])
    before, heard = _commits(server), Heard()
    with _served(server) as base:
        began = time.monotonic()
        days = [
            threading.Thread(target=_day, args=(Visitor(base, who, heard, began + seconds),
                                                writers.get(who, []), people[:number].count(who)))
            for number, who in enumerate(people)
        ]  # fmt: skip
        for day in days:
            day.start()
        for day in days:
            day.join()
        took = time.monotonic() - began
        lost = _lost(desk, heard)
    desk.close()
    made = _commits(server) - before
    floor = _floor(folder, server, office, min(made, 120))
    writes = sum(len(heard.times.get(what, ())) for what in ("save", "send", "sign"))
    asked = sum(map(len, heard.times.values()))
    said = (f"{PEOPLE} browsers of {len(set(people))} people, {took:.0f} s, "
            f"{asked / took:.1f} requests a second, {made} commits")  # fmt: skip
    yield Row(what="writes lost that the desk had answered for", ratio=len(lost), at_most=0,
              detail=f"of {writes}: {len(heard.drafts)} cells kept, {len(heard.sent)} sent, "
              f"{len(heard.signed)} signed; {'; '.join(lost[:3])}")  # fmt: skip
    yield Row(what="answers that were errors", ratio=sum(heard.wrong.values()), at_most=0,
              detail=f"{said}; overtaken {heard.overtaken}; {dict(heard.wrong)}")  # fmt: skip
    least = _percent(floor, 50)
    # Logging in is slow on purpose, and everybody comes at the same moment: it has no bound.
    for what, bound in (("open", 60), ("save", 30), ("send", 150), ("list", 60), ("read", 60),
                        ("sign", 250), ("log in", None)):  # fmt: skip
        times = heard.times.get(what, [])
        if len(times) > 1:
            yield Row(what=f"forty at once: {what}, p95 ÷ one plain push", at_most=bound,
                      ratio=_percent(times, 95) / least,
                      detail=f"{len(times)} times; p50 {_ms(times, 50)}, p95 {_ms(times, 95)}; "
                      f"plain push p50 {_ms(floor, 50)}, p95 {_ms(floor, 95)}")  # fmt: skip


def _people(office: Office) -> tuple[dict[str, list[str]], list[str]]:
    """Who writes which books, and who sits at the forty browsers; some have a second one."""
    writers: dict[str, list[str]] = {}
    able: Counter[str] = Counter()
    for page in office.pages:
        work = office.proposed(page)
        writers.setdefault(work.author, []).append(page)
        asked = Proposal(changes=work.changes, authors=frozenset({work.author}), digest="",
                         binding=Binding(repo="", ref="", policy=""))  # fmt: skip
        verdict = decide(office.policy, office.school, asked, (), datetime.now(UTC), Past())
        able.update(itertools.chain.from_iterable(need.people for need in verdict.needs))
    for who, _ in able.most_common(_LEADERS):
        writers.pop(who, None)
    people = [*writers, *(who for who in office.policy.people() if who not in writers)]
    return writers, list(itertools.islice(itertools.cycle(people), PEOPLE))


def _day(visitor: Visitor, pages: list[str], browser: int) -> None:
    """What somebody does at one browser; at a second one they have other books open."""
    visitor.login()
    if pages:
        visitor.writes(pages[2 * browser : 2 * browser + 2] or pages[:2])
    else:
        visitor.leads()
    visitor.client.close()


@contextmanager
def _served(server: Path) -> Iterator[str]:
    """`hoso desk` as a process of its own."""
    process = subprocess.Popen(
        [BIN / "hoso", "desk", "--repo", server, "--port", "0"],
        stdout=subprocess.PIPE, text=True, env=None,
    )  # fmt: skip
    try:
        while "http://" not in (line := process.stdout.readline()):
            pass
        yield re.search(r"http://[0-9.:]+", line)[0]
    finally:
        process.terminate()
        process.communicate()


def _lost(desk: Desk, heard: Heard) -> list[str]:
    """What was answered for and is nowhere."""
    server = Repository(desk.server)
    heads = refs(server, "refs/heads/")
    main = server.tree("main")
    merges = server.run("log", "--first-parent", "--format=%B", "main")

    def sent(who: str, path: str, text: str) -> bool:
        own = (commit for ref, commit in heads.items() if f"/de-nghi/{who}/" in ref)
        return any(text in tree.read(path).decode() for tree in (main, *map(server.tree, own)))

    def kept(who: str, path: str, text: str) -> bool:
        draft = desk.drafts.get(who, path)
        return (draft is not None and text in draft.content.decode()) or sent(who, path, text)

    def signed(who: str, name: str) -> bool:
        return f"({name})" in merges or named(name).review_ref(who) in heads

    return [
        *(f"draft {who} {text}" for (who, path, _), text in heard.drafts.items()
          if not kept(who, path, text)),
        *(f"sent {who} {text}" for who, path, text in heard.sent if not sent(who, path, text)),
        *(f"signed {who} {name}" for who, name, _ in heard.signed if not signed(who, name)),
    ]  # fmt: skip


def _commits(server: Path) -> int:
    return int(Repository(server).run("rev-list", "--count", "--branches"))


def _floor(folder: Path, server: Path, office: Office, count: int) -> list[float]:
    """Seconds for each of so many commits, made and pushed where nobody asks anything."""
    bare, times = folder / "bare.git", []
    subprocess.run(["git", "clone", "-q", "--bare", "--shared", server, bare], check=True)
    subprocess.run(["git", "-C", bare, "config", "receive.certNonceSeed", "x"], check=True)
    for number in range(max(count, 2)):
        work = office.proposed(office.pages[number % len(office.pages)])
        began = time.perf_counter()
        office.push(bare, work.head, work.author, f"refs/heads/{work.head}")
        times.append(time.perf_counter() - began)
    return times


def _percent(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def _ms(times: list[float], percent: int) -> str:
    return f"{_percent(times, percent) * 1000:.0f} ms"
