"""A school year of ten thousand approved merges, written straight into one pack of git's.

Who writes what and who approves it, the regulation is asked; days, classes, subjects, pages, fields
and people differ as they do at a school. Work begun on an older `main`, two people on one page,
proposals of two commits, months and periods that close, corrections of closed books and new keys
are all there. Every signature is real: only the server's judging is left out.
"""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
import zlib
from bisect import bisect
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from hoso.gate.changes import changes_between, effect_digest
from hoso.gate.decision import decide
from hoso.gate.policy import Assignment, Deed, Granted, Policy
from hoso.gate.regulation import locks, policy_on
from hoso.gate.verdict import VIETNAM, Binding, Past, Proposal
from hoso.ledger.standing import policy_digest
from hoso.ledger.view import LOG, MAIN
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.signing.commits import NAMESPACE, written_commit
from hoso.signing.entries import FOR_MAIN, Entry
from hoso.signing.keys import SigningKey, new_key
from hoso.signing.sshsig import armored
from hoso.signing.statements import Statement, signed
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
YEAR = "2025-2026"
_ROOMS = f"records/{YEAR}/lop"
_REQUESTS = f"records/{YEAR}/de-nghi-sua"
_NOTHING = "0" * 40
_TYPES = {"commit": 1, "tree": 2, "blob": 3}
#: What the pages of a kind have that one can change alone: the value's line, and other values.
_REMARKS = [
    "Em tiến bộ rõ trong giờ học.",
    "Nên đọc thêm ở nhà.",
    "Trình bày sạch, cẩn thận.",
    "Em hăng hái phát biểu.",
    "Cần luyện thêm về tính toán.",
    "Biết giúp đỡ bạn.",
]
_FIELDS = {
    "danh-gia-mon": (r"(?m)^    nhan_xet: (.*)$", _REMARKS),
    "tong-hop": (r"(?m)^nhan_xet_lop: (.*)$", _REMARKS),
    "diem-danh": (r"(?m)^ngay_hoc: (.*)$", ["18", "19", "20", "21", "22", "23"]),
    "pham-chat-nang-luc": (r"(?m)^      [a-z_]+: (tot|dat)$", ["tot", "dat"]),
    "hoc-sinh": (r"(?m)^noi_o: (.*)$",
                 [f"Xóm {number}, xã Cộng Hòa, tỉnh Ninh Bình" for number in range(1, 9)]),
}  # fmt: skip
#: How often work is about each kind; within a kind every open page is as likely as the next.
_SHARES = {"danh-gia-mon": 50, "diem-danh": 28, "pham-chat-nang-luc": 9, "tong-hop": 6,
           "hoc-sinh": 7}  # fmt: skip
_PERIODS = {"giua-ky-1": "2025-09-08", "cuoi-ky-1": "2025-11-15", "giua-ky-2": "2026-01-15",
            "cuoi-nam": "2026-03-28"}  # fmt: skip


@dataclass(slots=True)
class Pack:
    """Objects of one repository, kept until they are written all at once."""

    folders: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)
    _parts: list[bytes] = field(default_factory=list)

    def put(self, kind: str, raw: bytes) -> str:
        """The id of an object, kept once."""
        id_ = hashlib.sha1(
            b"%s %d\0%s" % (kind.encode(), len(raw), raw), usedforsecurity=False
        ).hexdigest()
        if id_ not in self._ids:
            self._ids.add(id_)
            size, head = len(raw) >> 4, [_TYPES[kind] << 4 | len(raw) & 15]
            while size:
                head[-1] |= 0x80
                head.append(size & 0x7F)
                size >>= 7
            self._parts.append(bytes(head) + zlib.compress(raw, 1))
        return id_

    def tree(self, old: str | None, files: Mapping[str, bytes]) -> str:
        """A tree with some files written."""
        members = dict(self.folders[old]) if old else {}
        below: dict[str, dict[str, bytes]] = {}
        for path, raw in files.items():
            name, _, rest = path.partition("/")
            if rest:
                below.setdefault(name, {})[rest] = raw
            else:
                members[name] = ("100644", self.put("blob", raw))
        for name, inner in below.items():
            members[name] = ("40000", self.tree(members.get(name, ("", ""))[1], inner))
        ordered = sorted(members.items(), key=lambda each: each[0] + "/" * (each[1][0] == "40000"))
        id_ = self.put("tree", b"".join(
            b"%s %s\0%s" % (mode.encode(), name.encode(), bytes.fromhex(blob))
            for name, (mode, blob) in ordered
        ))  # fmt: skip
        self.folders[id_] = members
        return id_

    def write(self, folder: Path) -> None:
        """The objects that are new into a repository, as one more pack."""
        raw = b"PACK\0\0\0\2" + len(self._parts).to_bytes(4, "big") + b"".join(self._parts)
        raw += hashlib.sha1(raw, usedforsecurity=False).digest()
        self._parts.clear()
        subprocess.run(["git", "-C", folder, "index-pack", "--stdin"], input=raw, check=True,
                       capture_output=True)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    """One value of a page taken for another."""

    path: str
    old: str
    new: str
    #: Which of the page's lines of this sort it is.
    line: int


@dataclass(frozen=True, slots=True)
class Way:
    """How a page gets changed: who writes it, and the decisions it needs, in order."""

    author: str
    said: tuple[tuple[str, str, str], ...]


class LongHistory:
    """A year as it goes on: `main` and `log` are the tips, `files` what stands on `main`."""

    def __init__(self, seed: int = 27) -> None:
        self.chance = random.Random(seed)
        source = FolderTree(ROOT)
        self.kinds = load_kinds(source)
        self.files = {
            entry.path: source.read(entry.path)
            for folder in ("records", "content", "schemas")
            for entry in source.entries(folder)
        }
        staff = [path.rpartition("/")[2][:6] for path in self.files
                 if path.startswith("records/nhan-su/")]  # fmt: skip
        self.keys = {who: new_key() for who in [*staff, "may-chu"]}
        for who in staff:
            self.files[f"records/khoa-ky/{who}.yml"] = _key_page(self.keys[who]).encode()
        line = self.keys["may-chu"].public.line
        self.files["records/may-chu.yml"] = (
            f"khoa:\n  m1:\n    cong_khai: {line}\n    viec: nhat-ky\n    tu: 2025-08-01 00:00\n"
        ).encode()
        self.pack = Pack()
        self.school = TreeSchool(MemoryTree(dict(self.files)), self.kinds)
        self.policy_digest = policy_digest(self.school.tree)
        self.now = _at(date(2025, 9, 5), 7 * 60)
        self.tree = self.pack.tree(None, self.files)
        self.genesis = self.main = self._commit(self.tree, (), "may-chu", "Lập kho")
        self.recent: deque[tuple[str, str, dict[str, bytes]]] = deque(maxlen=4)
        self.seq, self.log = -1, ""
        self._enter(old=_NOTHING, new=self.genesis, pusher="may-chu")
        self.merges = 0
        self._locked: dict[str, str] = {}
        self._asked: list[str] = []
        self._held: tuple[Assignment, ...] = ()
        self._ways: dict[tuple[object, ...], Way] = {}
        self._pages: dict[str, list[str]] = {kind: [] for kind in _FIELDS}
        for path in sorted(self.files):
            place = self.school.table.find(path)
            kind = "" if place is None else place.kind.name
            if kind in _FIELDS and (kind == "hoc-sinh" or path.startswith(_ROOMS)):
                self._pages[kind].append(path)

    def live(self, merges: int) -> None:
        """The year: so many merges between its first and its last day, locks in between."""
        due = sorted(
            (lock.closes + timedelta(days=1), lock.name)
            for lock in locks(self.school)
            if lock.scope["nam_hoc"] == YEAR and lock.closes < date(2026, 5, 28)
        )
        days = [day for day in _days(date(2025, 9, 8), date(2026, 5, 22)) if day.weekday() < 5]
        for number, day in enumerate(days):
            while due and due[0][0] <= day:
                self._lock(*due.pop(0))
            self._hold(policy_on(self.school, day))
            count = merges * (number + 1) // len(days) - self.merges
            for each in range(count):
                self.now = _at(day, 7 * 60 + 30 + 570 * each // count)
                self._work(day)

    def write(self, folder: Path) -> None:
        """The repository in a folder: made, or brought up to date."""
        if not folder.exists():
            subprocess.run(["git", "init", "-q", "--bare", "-b", "main", folder], check=True)
        self.pack.write(folder)
        for ref, id_ in ((MAIN, self.main), (LOG, self.log), *self._locked.items()):
            subprocess.run(["git", "-C", folder, "update-ref", ref, id_], check=True)

    def live_on(self) -> None:
        """One more merge, a minute later: on somebody's page, which closes with no lock."""
        self.now += 60
        path = self.chance.choice(self._pages["hoc-sinh"])
        edit = self._edit("hoc-sinh", path, self.files[path], set())
        assert edit is not None
        self._merge("hoc-sinh", path, [edit], (self.main, self.tree, {}))

    def signers(self) -> str:
        """Everybody's key as git's own list of allowed signers."""
        return "".join(
            f'{who}@hoso namespaces="git" {key.public.line}\n' for who, key in self.keys.items()
        )

    def _hold(self, policy: Policy) -> None:
        """A new day; what was asked of the gate holds as long as everybody has the same duties."""
        self.policy = policy
        held = tuple(each for each in policy.assignments if each.holds(policy.on))
        if held != self._held:
            self._held = held
            self._ways.clear()

    def _work(self, day: date) -> None:
        if self._asked and self.merges % 2:
            self._correct(self._asked.pop())
            return
        if self.merges % 1_000 == 500:
            self._new_key()
            return
        kind = self.chance.choices(list(_SHARES), list(_SHARES.values()))[0]
        pages = [path for path in self._pages[kind] if self._is_open(path, day)]
        path = self.chance.choice(pages)
        old = self.chance.random() < 0.3 and self.recent
        base = self.recent[0] if old else (self.main, self.tree, {})
        before = base[2].get(path, self.files[path])
        edits: list[Edit] = []
        for _ in range(1 + (self.chance.random() < 0.2)):
            edit = self._edit(kind, path, before, {each.line for each in edits})
            if edit is not None and _done(kind, self.files[path], edit) is not None:
                edits.append(edit)
        if edits:
            self._merge(kind, path, edits, base)

    def _edit(self, kind: str, path: str, raw: bytes, taken: set[int]) -> Edit | None:
        pattern, values = _FIELDS[kind]
        found = re.findall(pattern, raw.decode())
        # Quoted, a value is spelled otherwise than it reads.
        free = [number for number, value in enumerate(found)
                if number not in taken and value[0] not in "\"'"]  # fmt: skip
        if not free:
            return None
        line = self.chance.choice(free)
        return Edit(path, found[line], self.chance.choice([v for v in values if v != found[line]]),
                    line)  # fmt: skip

    def _is_open(self, path: str, day: date) -> bool:
        parts = path.removesuffix(".yml").split("/")
        if parts[1] == "hoc-sinh":
            return True
        if parts[4] == "diem-danh":
            return f"{day:%Y-%m}" == parts[5]
        started = bisect(sorted(_PERIODS.values()), day.isoformat()) - 1
        return list(_PERIODS)[started] == parts[-1]

    def _merge(self, kind: str, path: str, edits: list[Edit],
               base: tuple[str, str, dict[str, bytes]]) -> None:  # fmt: skip
        """A proposal of one commit for each edit, merged field by field into `main`."""
        commit, tree, back = base
        theirs = back.get(path, self.files[path])
        texts = []
        for edit in edits:
            theirs = _done(kind, theirs, edit) or theirs
            texts.append({path: theirs})
        ours = self.files[path]
        for edit in edits:
            ours = _done(kind, ours, edit) or ours
        way = self._way(kind, path, ours)
        for files in texts:
            tree = self.pack.tree(tree, files)
            commit = self._commit(tree, (commit,), way.author, "Sửa hồ sơ")
        self._accept(commit, {path: ours}, way)

    def _accept(self, head: str, files: dict[str, bytes], way: Way,
                correction: str | None = None) -> None:  # fmt: skip
        before = {path: self.files[path] for path in files if path in self.files}
        digest = effect_digest(MemoryTree(before), MemoryTree(files), files)
        said = [
            signed(
                Statement(
                    base=self.main, digest=digest, paths=len(files), correction=correction,
                    decision=decision, head=head, log=self.log,
                    nonce=f"{self.chance.getrandbits(128):032x}", not_after=self.now + 86_400,
                    policy=self.policy_digest, ref=MAIN, repo=f"THCH@{self.genesis}", role=role,
                ),
                self.keys[person],
            )
            for person, role, decision in way.said
        ]  # fmt: skip
        merger = way.said[-1][0]
        told = [f"{path}: sửa một giá trị" for path in files]
        message = "\n".join(["Duyệt đề nghị", "", *told, "", *said])
        tree = self.pack.tree(self.tree, files)
        merge = self._commit(tree, (self.main, head), merger, message)
        self.recent.append(
            (self.main, self.tree, {path: self.files.get(path, b"") for path in files})
        )
        for _, _, back in self.recent:
            for path, raw in before.items():
                back.setdefault(path, raw)
        self.files.update(files)
        self.tree, old = tree, self.main
        self._enter(old=old, new=merge, pusher=merger, certified=True)
        self.main = merge
        self.merges += 1

    def _way(self, kind: str, path: str, ours: bytes, requester: str = "", **past: object) -> Way:
        """Who may change a page today, and by whom it must be approved; the gate is asked once."""
        place = self.school.table.find(path)
        assert place is not None
        known = (place.kind.name, *sorted(place.key.items()))
        if known in self._ways and not requester:
            return self._ways[known]
        before = {path: self.files[path]} if path in self.files else {}
        base, head = MemoryTree(before), MemoryTree({path: ours})
        changes = changes_between(base, head, [path], self.kinds)
        authors = [
            who for who in self.policy.people()
            if all(isinstance(self.policy.grants(who, Deed.WRITE, each.kind or "", each.key,
                                                 None if each.whole else each.pointer), Granted)
                   for each in changes)
        ]  # fmt: skip
        author = requester or self.chance.choice(authors)
        proposal = Proposal(changes=changes, authors=frozenset({author}), digest="",
                            binding=Binding(repo="", ref="", policy=""))  # fmt: skip
        school = TreeSchool(MemoryTree(dict(self.files)), self.kinds) if requester else self.school
        verdict = decide(self.policy, school, proposal, (), datetime.fromtimestamp(
            self.now, VIETNAM), Past(**past))  # fmt: skip
        assert verdict.may_be_proposed, (path, author, verdict.refusals)
        said: list[tuple[str, str, str]] = []
        for need in {(need.step, need.why): need for need in verdict.needs}.values():
            free = need.people - {author, *(who for who, _, _ in said)}
            if need.why and not free:
                continue  # Whoever orders books open has signed already.
            person = self.chance.choice(sorted(free))
            role = next(held.role for held in self.policy.held(person) if held.role in need.roles)
            deed = Deed.CHECK if Deed.CHECK in need.deeds else Deed.APPROVE
            said.append((person, role, deed.value))
        self._ways[known] = Way(author, tuple(said))
        return self._ways[known]

    # Locks, corrections, keys.

    def _lock(self, day: date, name: str) -> None:
        self.now = _at(day, 5)
        lock = f"{YEAR}/{name}"
        self._enter(event="khoa", lock=lock, missing=0, new=self.main, old=self.main, ref="",
                    pusher="may-chu")  # fmt: skip
        if name not in _PERIODS:
            return
        branch = f"refs/heads/locked/{lock}"
        self._enter(event="chot", lock=lock, new=self.main, old=_NOTHING, ref=branch,
                    pusher="may-chu")  # fmt: skip
        self._locked[branch] = self.main
        pages = [path for path in self._pages["danh-gia-mon"] if path.endswith(f"/{name}.yml")]
        self._asked = self.chance.sample(pages, 8)

    def _correct(self, path: str) -> None:
        """A request to correct a closed page, and then the correction."""
        number = sum(each.startswith(_REQUESTS) for each in self.files)
        edit = self._edit("danh-gia-mon", path, self.files[path], set())
        assert edit is not None
        pupil = re.findall(r"(?m)^  (HS\w{6}):\n(?:    (?!nhan_xet).*\n)*    nhan_xet: ",
                           self.files[path].decode())[edit.line]  # fmt: skip
        request = f"{_REQUESTS}/DN{number:06}.yml"
        data = {
            "nguoi_de_nghi": (author := _teacher(self.files[path])),
            "ngay": self.policy.on.isoformat(), "tep": path,
            "truong": {f"hoc_sinh/{pupil}/nhan_xet": {"cu": edit.old, "moi": edit.new}},
            "ly_do": "nhap-sai", "minh_chung": {"a" * 64: {"loai": "bai-kiem-tra"}},
            "han": (self.policy.on + timedelta(days=5)).isoformat(),
        }  # fmt: skip
        page = spell(self.kinds["de-nghi-sua"], data).encode()
        way = self._way("giay", request, page, author)
        self._alone({request: page}, way)
        ours = _done("danh-gia-mon", self.files[path], edit)
        assert ours is not None
        approvers = frozenset(who for who, _, deed in way.said if deed == "duyet")
        done = self._way("giay", path, ours, author, approvers={request: approvers})
        # The requester writes it too, so whoever orders books open countersigns.
        self.now += 1
        self._alone({path: ours}, done, request)

    def _new_key(self) -> None:
        who = self.chance.choice(sorted(self.keys.keys() - {"may-chu"}))
        key = new_key()
        page = _key_page(self.keys[who], key).encode()
        path = f"records/khoa-ky/{who}.yml"
        if path in self.files and b"k2:" not in self.files[path]:
            self._alone({path: page}, self._way("khoa", path, page))

    def _alone(self, files: dict[str, bytes], way: Way, correction: str | None = None) -> None:
        tree = self.pack.tree(self.tree, files)
        head = self._commit(tree, (self.main,), way.author, "Sửa hồ sơ")
        self._accept(head, files, way, correction)

    # What is written and signed.

    def _commit(self, tree: str, parents: tuple[str, ...], who: str, message: str) -> str:
        raw = written_commit(tree, parents, who, self.now, message, self.keys[who])
        return self.pack.put("commit", raw)

    def _enter(self, *, certified: bool = False, **said: object) -> None:
        given = {"event": "nhan", "lock": None, "missing": None, "ref": MAIN,
                 "seq": self.seq + 1, "time": self.now, **said}  # fmt: skip
        entry = Entry(**given)
        files = {"chung-thu": self._certificate(entry)} if certified else {}
        parents = (self.log,) if self.log else ()
        self.log = self._commit(self.pack.tree(None, files), parents, "may-chu", entry.text())
        self.seq = entry.seq

    def _certificate(self, entry: Entry) -> bytes:
        who = entry.pusher
        text = (
            f"certificate version 0.1\npusher {self.keys[who].public.fingerprint} {entry.time} "
            f"+0700\nnonce {entry.time}-{self.chance.getrandbits(160):040x}\n\n"
            f"{_NOTHING} {entry.new} {FOR_MAIN}\n"
        ).encode()
        return text + armored(self.keys[who].sign(text, NAMESPACE)).encode()


def _done(kind: str, raw: bytes, edit: Edit) -> bytes | None:
    """A page after an edit; None where the value is another by now."""
    text = raw.decode()
    found = list(re.finditer(_FIELDS[kind][0], text))
    if edit.line >= len(found) or found[edit.line][1] != edit.old:
        return None
    start, end = found[edit.line].span(1)
    return (text[:start] + edit.new + text[end:]).encode()


def _teacher(raw: bytes) -> str:
    found = re.search(r"(?m)^giao_vien: (NV[0-9]{4})$", raw.decode())
    assert found is not None
    return found[1]


def _key_page(*keys: SigningKey) -> str:
    return "khoa:\n" + "".join(
        f"  k{number}:\n    cong_khai: {key.public.line}\n    tu: 2025-08-01 00:00\n"
        for number, key in enumerate(keys, 1)
    )


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _at(day: date, minutes: int) -> int:
    return int(datetime(day.year, day.month, day.day, minutes // 60, minutes % 60,
                        tzinfo=VIETNAM).timestamp())  # fmt: skip
