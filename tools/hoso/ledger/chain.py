"""The log followed entry by entry: each entry held to the one before it, each merge judged.

The log is one line of commits signed by the server, numbered from the founding entry. Every move
of `main` stands in it once; so does every lock that fell due. Nothing else tells what time it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from hoso.findings import Finding
from hoso.gate.changes import changes_between
from hoso.gate.policy import YEAR, Deed
from hoso.gate.regulation import locks
from hoso.gate.verdict import local
from hoso.ledger.judging import Judged, judge_merge
from hoso.ledger.keyring import LOG
from hoso.ledger.standing import Standing
from hoso.ledger.state import State, after_lock, after_merge, founded
from hoso.ledger.topic import Faulty, commit_of, fault, owner
from hoso.ledger.view import View
from hoso.schema.kinds import BrokenSchemas
from hoso.schema.school import TreeSchool
from hoso.signing.certificates import read_certificate
from hoso.signing.commits import NAMESPACE, RawCommit
from hoso.signing.entries import CERTIFICATE, FOR_MAIN, Entry, read_entry
from hoso.signing.faults import Fault
from hoso.store.git import CommitTree, Repository

_REPORT = "nhật ký đã bị sửa: báo Hiệu trưởng"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of the log, what was judged with it, and what is wrong with it."""

    log: str
    entry: Entry
    judged: Judged | None
    faults: tuple[Finding, ...]
    #: The state that follows, also after a violation, so that the rest can still be looked at.
    state: State

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything there is to say against the entry and its merge."""
        if self.judged is None or self.judged.ok:
            return self.faults
        return (*self.faults, *self.judged.findings)


def founding(repository: Repository, log_root: str, main_root: str) -> State:
    """The state after the founding entry; Faulty where it is not signed by the school's server.

    Which school this is nobody can tell from inside: the auditor brings the id of the first
    commit of `main` along and compares.
    """
    entry = _entry(commit_of(repository, log_root))
    if entry.seq != 0 or entry.event != "nhan" or entry.new != main_root or int(entry.old, 16):
        raise fault(log_root, "HS840", "nhật ký không bắt đầu từ mục lập kho",
                    "lấy bản sao từ máy chủ của trường")  # fmt: skip
    state = State(genesis=main_root, main=main_root, log=log_root, seq=0, time=entry.time)
    view = View(repository, state)
    keyring = view.standing(main_root).keyring
    for id_ in (main_root, log_root):
        commit = view.commit(id_)
        if commit.parents:
            raise fault(id_, "HS840", "commit lập kho phải không có cha", "lấy lại bản sao")
        owner(id_, commit.signature, commit.payload, NAMESPACE, keyring,
              _moment(entry), view.verified, LOG)  # fmt: skip
    return founded(view.standing(main_root).school, entry, log_root)


def follow(view: View, log: str, *, check: bool = False) -> Step:
    """The next entry of the log, judged where a view stands; Faulty where it is no entry at all."""
    commit = view.commit(log)
    entry = _entry(commit)
    faults = list(_faults(view, commit, entry))
    judged: Judged | None = None
    if entry.event == "nhan":
        judged = judge_merge(view, entry.new, _moment(entry), entry.pusher, check=check)
        faults.extend(_certificate_faults(view, commit, entry))
        state = state_after(view, entry, log, judged)
    else:
        faults.extend(_lock_faults(view, entry))
        state = after_lock(view.state, entry, log)
    return Step(log=log, entry=entry, judged=judged, faults=tuple(faults), state=state)


def _entry(commit: RawCommit) -> Entry:
    try:
        return read_entry(commit.message)
    except Fault as error:
        raise fault(
            commit.id, error.code, str(error), "nhật ký đã bị sửa: báo Hiệu trưởng"
        ) from error


def _moment(entry: Entry) -> datetime:
    return datetime.fromtimestamp(entry.time, UTC)


def _faults(view: View, commit: RawCommit, entry: Entry) -> Iterator[Finding]:
    """What is wrong with an entry as a link of the chain."""
    state = view.state
    if commit.parents != (state.log,) or entry.seq != state.seq + 1:
        yield fault(
            commit.id, "HS840", f"mục số {entry.seq} không nối tiếp mục {state.seq}", _REPORT
        ).finding
    if entry.time < state.time:
        yield fault(commit.id, "HS843", "giờ của mục này sớm hơn mục trước", _REPORT).finding
    try:
        owner(commit.id, commit.signature, commit.payload, NAMESPACE,
              view.standing(state.main).keyring, _moment(entry), view.verified, LOG)  # fmt: skip
    except Faulty as error:
        said = f"không phải máy chủ ký: {error.finding.message}"
        yield fault(commit.id, "HS842", said, _REPORT).finding
    expected = state.main if entry.event != "chot" else "0" * len(entry.new)
    if entry.old != expected or (entry.event != "nhan" and entry.new != state.main):
        yield fault(commit.id, "HS841", "mục này nói main khác với main lúc đó", _REPORT).finding


def _certificate_faults(view: View, commit: RawCommit, entry: Entry) -> Iterator[Finding]:
    """What is wrong with the push certificate that an entry keeps, where it keeps one."""
    tree, keyring = CommitTree(view.repository, commit.tree), view.standing(view.main).keyring
    if tree.entry(CERTIFICATE) is None:
        return
    try:
        certificate = read_certificate(tree.read(CERTIFICATE))
        person = owner(
            commit.id, certificate.signature, certificate.payload, NAMESPACE, keyring,
            _moment(entry), view.verified,
        )  # fmt: skip
    except Fault as error:
        yield fault(commit.id, error.code, str(error), _REPORT).finding
        return
    except Faulty as error:
        yield error.finding
        return
    pushed = {(new, ref) for _, new, ref in certificate.updates}
    if person != entry.pusher or (entry.new, FOR_MAIN) not in pushed:
        yield fault(commit.id, "HS841", "giấy gửi kèm theo không phải của lần nhận này",
                    _REPORT).finding  # fmt: skip


def _lock_faults(view: View, entry: Entry) -> Iterator[Finding]:
    """What is wrong with an entry about a lock: no such lock, too early, or told twice."""
    name, told = entry.lock or "", view.state
    known = {
        f"{lock.scope[YEAR]}/{lock.name}": lock.closes
        for lock in locks(view.standing(told.main).school)
    }
    if name not in known or local(_moment(entry)).date() <= known[name]:
        yield fault(name, "HS845", "lịch khóa không có lần khóa này, hoặc chưa tới hạn",
                    "xem khung năm học").finding  # fmt: skip
    if name in (told.fallen if entry.event == "khoa" else told.closed):
        yield fault(name, "HS845", "lần khóa này đã ghi một lần", _REPORT).finding
    if entry.event == "chot" and name not in told.fallen:
        yield fault(name, "HS845", "chốt sổ trước khi sổ khóa", _REPORT).finding


def state_after(view: View, entry: Entry, log: str, judged: Judged) -> State:
    """The state after a merge; of one that could not be judged the changes are read plainly."""
    base, head = view.standing(view.main), view.standing(entry.new)
    changes = judged.changes
    if not changes:
        paths = [path for path, _, _ in view.changed(base.tree.id, head.tree.id)]
        changes = changes_between(base.tree, head.tree, paths, base.kinds)
    used = [(each.nonce, int(each.not_after.timestamp())) for each in judged.approvals]
    approvers = {each.person for each in judged.approvals if each.decision == Deed.APPROVE.value}
    return after_merge(view.state, entry, log, changes, used, approvers, _school(head, base))


def _school(head: Standing, base: Standing) -> TreeSchool:
    """The school of a merge; where its schemas are broken, its pages under those before it."""
    try:
        return head.school
    except BrokenSchemas:
        return TreeSchool(head.tree, base.kinds)
