"""What the books ask of history: how papers came to count and were used, what a lock found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from hoso.audit.timeline import Timeline, Turn
from hoso.books.chronicle import Chronicle, Closing, Edit, Entry, Gap, Passage, Step
from hoso.gate.changes import ABSENT, Change, Part, Value
from hoso.gate.corrections import ORDER, REQUEST, Request, carried_out, named, request_of
from hoso.gate.missing import missing
from hoso.gate.readable import as_text
from hoso.gate.verdict import local
from hoso.schema.school import TreeSchool
from hoso.signing.entries import Entry as Logged
from hoso.store.git import Repository


def chronicle(
    repository: Repository,
    main: str,
    log: str | None,
    school: TreeSchool,
    lock: tuple[str, ...] | None = None,
) -> Chronicle:
    """What history up to a commit of `main` tells of a school's papers, and of locks if asked.

    `lock` is one lock (`("2026-2027", "cuoi-ky-1")`) or a year, for all of its locks. A school
    without papers and locks has nothing to tell.
    """
    requests = [request_of(each) for each in school.all(REQUEST)]
    papers = [*(each.path for each in requests), *(each.path for each in school.all(ORDER))]
    if not (papers or (lock and log)):
        return Chronicle()
    timeline = Timeline(repository, main, log)
    turns = list(timeline.turns([*papers, *sorted({each.page for each in requests})]))
    brought = {path: turn for turn in turns for path in _papers(turn) if path in set(papers)}
    return Chronicle(
        brought={path: _passage(turn) for path, turn in brought.items()},
        carried=dict(_carried(requests, turns, brought)),
        closings={} if lock is None else _closings(timeline, lock),
    )


def _papers(turn: Turn) -> Iterator[str]:
    """The pages that came with a merge."""
    for change in turn.changes:
        if change.part is Part.PAGE and change.old is ABSENT:
            yield change.path


def _carried(
    requests: Sequence[Request], turns: Sequence[Turn], brought: dict[str, Turn]
) -> Iterator[tuple[str, Passage]]:
    """Each request that was used up, with the merge that did it."""
    for request in requests:
        since = brought.get(request.path)
        later = turns[turns.index(since) + 1 :] if since is not None else ()
        for turn in later:
            if carried_out(request, [turn.changes]):
                edits = (
                    Edit(place=named(change), old=_text(change.old), new=_text(change.new))
                    for change in _on(request.page, turn)
                )
                yield request.path, _passage(turn, tuple(edits))
                break


def _on(page: str, turn: Turn) -> Iterator[Change]:
    return (each for each in turn.changes if each.path == page and each.part is Part.FIELD)


def _text(value: Value) -> str | None:
    return None if value is ABSENT else as_text(value)


def _passage(turn: Turn, edits: tuple[Edit, ...] = ()) -> Passage:
    return Passage(
        commit=turn.commit, when=f"{turn.when:%Y-%m-%d %H:%M}", received=turn.seq is not None,
        authors=turn.authors, edits=edits,
        steps=tuple(
            Step(deed=each.deed, person=each.person, role=each.role, witnessed=each.witnessed)
            for each in turn.agreed
        ),
    )  # fmt: skip


def _closings(timeline: Timeline, asked: tuple[str, ...]) -> dict[str, Closing]:
    """What the log tells of locks, by lock; gaps are found again in the records of that moment."""
    found: dict[str, dict[str, tuple[str, Logged]]] = {}
    for id_, entry in timeline.entries.items():
        if entry.lock is not None and tuple(entry.lock.split("/"))[: len(asked)] == asked:
            found.setdefault(entry.lock, {})[entry.event] = (id_, entry)
    return {lock: _closing(timeline, events) for lock, events in found.items()}


def _closing(timeline: Timeline, events: Mapping[str, tuple[str, Logged]]) -> Closing:
    due, complete = events.get("khoa"), events.get("chot")
    return Closing(
        due=None if due is None else _entry(*due),
        complete=None if complete is None else _entry(*complete),
        gaps=() if due is None else tuple(_gaps(timeline, due[1])),
    )


def _gaps(timeline: Timeline, entry: Logged) -> Iterator[Gap]:
    standing = timeline.standing(entry.new)
    policy = standing.policy(_local(entry.time).date())
    for lock in policy.locks:
        if f"{lock.scope['nam_hoc']}/{lock.name}" == entry.lock:
            for page in missing(standing.school, policy, lock):
                yield Gap(path=page.path, people=page.people, why=page.why.value)


def _entry(id_: str, entry: Logged) -> Entry:
    when = f"{_local(entry.time):%Y-%m-%d %H:%M}"
    return Entry(seq=entry.seq, id=id_, when=when, main=entry.new)


def _local(seconds: int) -> datetime:
    return local(datetime.fromtimestamp(seconds, UTC))
