"""History replayed: every entry of the log followed, every merge judged under its own day's rules.

An audit trusts nothing but the id of the first commit, which the auditor brings along, and what
follows from it by signatures. A violation is told and the replay goes on from what is there, so
that one bad merge does not hide the next.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hoso.audit.account import Report
from hoso.audit.findings import Tally
from hoso.audit.gathered import Gathered
from hoso.audit.stretches import LONGEST, SHORTEST, stretches
from hoso.audit.suspects import suspected
from hoso.findings import Finding
from hoso.ledger.integrity import frozen_faults, integrity_faults, object_faults
from hoso.ledger.opening import begun, entries_after
from hoso.ledger.soundness import errors_at
from hoso.ledger.state import State
from hoso.ledger.topic import Faulty, fault
from hoso.ledger.training import training_shift
from hoso.ledger.view import View
from hoso.signing.commits import read_commit
from hoso.signing.entries import read_entry
from hoso.signing.faults import Fault
from hoso.store.git import Repository

#: Called with the number of entries done and the number of all.
Progress = Callable[[int, int], None]
_Part = tuple[Tally, State]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A report, and what the next audit goes on from: what every entry brought, and the state."""

    report: Report
    tally: Tally
    state: State


def audited(audit: Audit, progress: Progress | None = None) -> Report:
    """The report of a whole history; HosoError where there is no school's history to read."""
    return examined(audit, None, progress).report


def examined(audit: Audit, known: _Part | None, progress: Progress | None = None) -> Examined:
    """The whole history, or what came after the tally and the state of an earlier examination."""
    repository = audit.repository
    tally, about = Tally(), Tally()
    about.add(integrity_faults(repository))
    if about.violations:
        # What such a clone shows is not what is in it; nothing read from it would prove anything.
        return _examined(audit, tally, about, _NOWHERE)
    if audit.objects:
        about.add(object_faults(repository))
    main, log = (repository.resolve(name) for name in (audit.main, audit.log))
    if known is not None:
        before, state = known
        tally.extend(before)
    else:
        try:
            state = begun(repository, main, log)
        except Faulty as error:
            about.add([error.finding])
            return _examined(audit, tally, about, _NOWHERE)
        tally.first = state.time
    if audit.genesis not in (None, state.genesis):
        said = "commit lập kho khác với mã mà người kiểm mang theo"
        about.add([fault(state.genesis, "HS840", said, "đây không phải kho của trường").finding])
    entries = entries_after(repository, state.log, log)
    try:
        for part, end in _followed(audit, state, entries, progress):
            tally.extend(part)
            state = end
    except subprocess.CalledProcessError:
        # Not even git can walk this history: a commit names something that is no commit.
        about.add([fault(state.log, "HS839", "git không đọc hết được lịch sử từ mục này",
                         "chạy: git fsck --full --strict").finding])  # fmt: skip
        return _examined(audit, tally, about, state)
    about.add(_at_the_end(audit, state, main))
    if audit.records:
        about.add(errors_at(repository.tree(main)))
    about.loosenings.extend(suspected(View(repository, state), log))
    return _examined(audit, tally, about, state)


def _examined(audit: Audit, tally: Tally, about: Tally, state: State) -> Examined:
    """`tally` holds what entries brought, `about` what is to say of the repository as it is."""
    every = Tally()
    every.extend(about)
    every.extend(tally)
    view = None if state == _NOWHERE else View(audit.repository, state)
    counts = {
        "mục nhật ký": state.seq + 1,
        "lần duyệt": every.merges,
        "commit": every.commits,
        "chữ ký": every.signatures,
        "lần khóa sổ": len(every.locks),
    }
    report = Report(
        repo_id="" if view is None else view.repo_id, genesis=state.genesis, main=state.main,
        log_head=state.log, seq=state.seq, first=every.first, last=state.time,
        merges=every.merges, commits=every.commits, signatures=every.signatures,
        people=tuple(sorted(every.people)), violations=tuple(every.violations),
        loosenings=tuple(sorted(every.loosenings, key=lambda each: (each.seq, each.kind))),
        locks=tuple(every.locks.values()), checked=tuple(counts.items()),
        training=view is not None
        and training_shift(view.commit(state.genesis).message) is not None,
    )  # fmt: skip
    return Examined(report=report, tally=tally, state=state)


_NOWHERE = State(genesis="", main="", log="", seq=-1, time=0)


def _followed(
    audit: Audit, state: State, entries: Sequence[str], progress: Progress | None
) -> Iterator[_Part]:
    """Every stretch of the log followed, in order, several at a time where there are cores."""
    done = 0

    def told(stretch: Sequence[str]) -> None:
        nonlocal done
        done += len(stretch)
        if progress is not None:
            progress(done, len(entries))

    if audit.jobs < 2 or len(entries) < 2 * SHORTEST:
        for start in range(0, len(entries), LONGEST):
            stretch = entries[start : start + LONGEST]
            part, state = _follow_all(audit.repository, state, stretch)
            told(stretch)
            yield part, state
        return
    context = multiprocessing.get_context("fork")
    with context.Pool(audit.jobs, initializer=_begin, initargs=(audit.repository.path,)) as pool:
        cut = stretches(audit.repository, state, entries, audit.jobs * 2)
        running = [
            (thought, stretch, pool.apply_async(_follow_here, (thought, stretch)))
            for thought, stretch in cut
        ]
        for thought, stretch, result in running:
            part, end = result.get()
            if thought != state:
                # The state was not read ahead rightly: what was found from there proves nothing.
                part, end = _follow_all(audit.repository, state, stretch)
            state = end
            told(stretch)
            yield part, state


_SELDOM = 100_000
_inherited: list[Repository] = []


def _begin(path: object) -> None:
    _inherited[:] = [Repository(path)]  # type: ignore[arg-type]


def _follow_here(state: State, stretch: Sequence[str]) -> _Part:
    return _follow_all(_inherited[0], state, stretch)


def _follow_all(repository: Repository, state: State, stretch: Sequence[str]) -> _Part:
    """Every entry of a stretch followed from a state."""
    tally = Tally()
    for start in range(0, len(stretch), LONGEST):
        entries = stretch[start : start + LONGEST]
        view = Gathered(repository, state, _main_after(repository, entries, state), entries[-1])
        tally.commits += view.commits
        with _seldom_collecting():
            for id_ in entries:
                tally.follow(view, id_)
        state = view.state
    return tally, state


@contextlib.contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Hardly anything here refers to itself; looking for it often costs a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _main_after(repository: Repository, entries: Sequence[str], state: State) -> str:
    """Where the log says main is after some entries; read without judging, so only believed."""
    for id_ in reversed(entries):
        with contextlib.suppress(Fault, KeyError):
            entry = read_entry(read_commit(id_, repository.object(id_)[1]).message)
            if entry.event == "nhan":
                repository.object(entry.new)
                return entry.new
    return state.main


def _at_the_end(audit: Audit, state: State, main: str) -> Iterator[Finding]:
    """What only shows once the log is at its end."""
    repository = audit.repository
    if main != state.main:
        told = repository.run("rev-list", "--first-parent", main, "--not", state.main).split()
        for id_ in told or [state.main]:
            said = ("main có lần duyệt mà nhật ký không ghi" if told
                    else "nhật ký ghi main đi xa hơn nhánh main")  # fmt: skip
            yield fault(id_, "HS841", said, "máy chủ đã bị vượt qua: báo Hiệu trưởng").finding
    yield from frozen_faults(state.closed, repository)
    view = View(repository, state)
    for head in audit.witnesses:
        if not view.in_log(head):
            yield fault(head, "HS844", "đầu nhật ký đã in ra không có trong nhật ký này",
                        "nhật ký đã bị viết lại: báo cơ quan quản lý").finding  # fmt: skip
