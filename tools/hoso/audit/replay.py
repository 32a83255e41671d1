"""History replayed: every entry of the log followed, every merge judged under its own day's rules.

An audit trusts nothing but the id of the first commit, which the auditor brings along, and what
follows from it by signatures. A violation is told and the replay goes on from what is there, so
that one bad merge does not hide the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hoso.audit.account import Loosening, Report, Told, Violation
from hoso.audit.gathered import Gathered
from hoso.audit.loosenings import loosenings
from hoso.audit.suspects import Suspects
from hoso.findings import Finding, HosoError
from hoso.gate.policy import Deed, Policy
from hoso.gate.verdict import local
from hoso.ledger.chain import Step, follow
from hoso.ledger.integrity import frozen_faults, integrity_faults, object_faults
from hoso.ledger.opening import begun, entries_after
from hoso.ledger.soundness import errors_at
from hoso.ledger.state import State
from hoso.ledger.topic import Faulty, fault
from hoso.store.git import Repository

#: Called with the number of entries done and the number of all.
Progress = Callable[[int, int], None]
_LOCKED = frozenset({"HS865", "HS866", "HS867", "HS868"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What to audit and what it is held against.

    `main` and `log` are revisions of a clone; `genesis` is the id the auditor brought along,
    `witnesses` are log heads from printed minutes; `objects` also reads every object there is,
    `records` also checks the records as they stand at the end.
    """

    repository: Repository
    main: str
    log: str
    genesis: str | None = None
    witnesses: tuple[str, ...] = ()
    objects: bool = True
    records: bool = True
    jobs: int = 1


@dataclass(slots=True)
class _Account:
    """What a replay gathers as it goes along."""

    violations: list[Violation] = field(default_factory=list)
    loosenings: list[Loosening] = field(default_factory=list)
    locks: dict[str, Told] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    merges: int = 0
    first: int = 0

    def add(self, findings: Iterable[Finding], commit: str = "", step: Step | None = None,
            clause: Callable[[Finding], str] = lambda _: "") -> None:  # fmt: skip
        entry = None if step is None else step.entry
        self.violations.extend(
            Violation(
                commit=commit or (entry.new if entry else ""),
                seq=None if entry is None else entry.seq,
                time=None if entry is None else entry.time,
                finding=found,
                clause=clause(found),
            )
            for found in findings
        )


def audited(audit: Audit, progress: Progress | None = None) -> Report:
    """The report of a whole history; HosoError where there is no school's history to read."""
    repository = audit.repository
    account = _Account()
    account.add(integrity_faults(repository))
    if account.violations:
        # What such a clone shows is not what is in it; nothing read from it would prove anything.
        return _report(audit, None, account)
    if audit.objects:
        account.add(object_faults(repository))
    main, log = (repository.resolve(name) for name in (audit.main, audit.log))
    try:
        state = begun(repository, main, log)
    except Faulty as error:
        account.add([error.finding])
        return _report(audit, None, account)
    if audit.genesis not in (None, state.genesis):
        said = "commit lập kho khác với mã mà người kiểm mang theo"
        account.add([fault(state.genesis, "HS840", said, "đây không phải kho của trường").finding])
    account.first = state.time
    view = Gathered(repository, state, main, log, audit.jobs)
    suspects = Suspects()
    entries = entries_after(repository, state.log, log)
    for done, id_ in enumerate(entries, 1):
        _follow(view, id_, account, suspects)
        if progress is not None:
            progress(done, len(entries))
    account.add(_at_the_end(view, audit, entries))
    if audit.records:
        account.add(errors_at(view.standing(main).tree))
    account.loosenings.extend(suspects.told(view.standing(main).keyring))
    return _report(audit, view, account)


def _follow(view: Gathered, id_: str, account: _Account, suspects: Suspects) -> None:
    try:
        step = follow(view, id_)
    except (Faulty, HosoError) as error:
        found = error.finding if isinstance(error, Faulty) else fault(
            id_, "HS841", str(error), "xem lại mục này bằng tay").finding  # fmt: skip
        account.add([found], id_)
        view.state = replace(view.state, log=id_, seq=view.state.seq + 1)
        return
    policy = _policy(view, step)
    account.add(step.findings, step.entry.new, step, lambda found: _clause(found, step, policy))
    if policy is not None:
        account.loosenings.extend(loosenings(step, policy))
    entry, judged = step.entry, step.judged
    if judged is not None:
        account.merges += 1
        account.people |= judged.authors | {each.person for each in judged.approvals}
        suspects.note(step, view)
    else:
        known = account.locks.get(entry.lock or "")
        if entry.event == "khoa":
            account.locks[entry.lock or ""] = Told(
                lock=entry.lock or "", fell=entry.time, missing=entry.missing or 0
            )
        elif known is not None:
            account.locks[known.lock] = replace(known, closed=entry.time, commit=entry.new)
    view.state = step.state


def _policy(view: Gathered, step: Step) -> Policy | None:
    """The policy under which a step was judged; None where the day had none."""
    try:
        on = local(datetime.fromtimestamp(step.entry.time, UTC)).date()
        return view.standing(view.main).policy(on)
    except HosoError:
        return None


def _at_the_end(view: Gathered, audit: Audit, entries: list[str]) -> Iterator[Finding]:
    """What only shows once the log is at its end."""
    for id_ in view.unlogged:
        yield fault(id_, "HS841", "main có lần duyệt mà nhật ký không ghi",
                    "máy chủ đã bị vượt qua: báo Hiệu trưởng").finding  # fmt: skip
    if view.repository.resolve(audit.main) != view.main and not view.unlogged:
        yield fault(view.main, "HS841", "nhật ký ghi main đi xa hơn nhánh main",
                    "tải lại bản sao").finding  # fmt: skip
    yield from frozen_faults(view.state.closed, view.repository)
    known = {view.state.log, *entries}
    for head in audit.witnesses:
        if head not in known and not view.in_log(head):
            yield fault(head, "HS844", "đầu nhật ký đã in ra không có trong nhật ký này",
                        "nhật ký đã bị viết lại: báo cơ quan quản lý").finding  # fmt: skip


def _clause(found: Finding, step: Step, policy: Policy | None) -> str:
    """The clause that a finding about a page goes against, where one can be quoted."""
    judged = step.judged
    if judged is None or policy is None:
        return ""
    kind = next((each.kind for each in judged.changes if each.path == found.path), None)
    deeds = [Deed.LOCK, Deed.UNLOCK] if found.code in _LOCKED else [Deed.APPROVE, Deed.WRITE]
    rights = [right for deed in deeds for right in policy.about(deed, kind or "")]
    return str(rights[0].clause) if rights else ""


def _report(audit: Audit, view: Gathered | None, account: _Account) -> Report:
    state = State(genesis="", main="", log="", seq=-1, time=0) if view is None else view.state
    counts = {
        "mục nhật ký": state.seq + 1,
        "lần duyệt": account.merges,
        "commit": 0 if view is None else view.commits,
        "chữ ký": 0 if view is None else view.signatures,
        "lần khóa sổ": len(account.locks),
    }
    return Report(
        repo_id="" if view is None else view.repo_id, genesis=state.genesis, main=state.main,
        log_head=state.log, seq=state.seq, first=account.first, last=state.time,
        merges=account.merges, commits=counts["commit"], signatures=counts["chữ ký"],
        people=tuple(sorted(account.people)), violations=tuple(account.violations),
        loosenings=tuple(sorted(account.loosenings, key=lambda each: (each.seq, each.kind))),
        locks=tuple(account.locks.values()), checked=tuple(counts.items()),
    )  # fmt: skip
