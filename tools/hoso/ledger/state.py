"""What history leaves behind for the next decision, small enough to be carried from merge to merge.

Statements that have counted, correction requests with their approvers and whether they were
carried out, locks that the log has told of, the ends of both branches. What can no longer matter
(an expired statement, a request past its day) is let go, so the state does not grow with history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from hoso.findings import HosoError
from hoso.gate.changes import Change, Part
from hoso.gate.corrections import REQUEST, Request, carried_out, request_of
from hoso.gate.verdict import Past, local
from hoso.rules.days import day
from hoso.schema.school import TreeSchool
from hoso.signing.entries import Entry

_VERSION = 1
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A correction request that stands: who approved it, and whether it has been carried out."""

    page: str
    fields: tuple[str, ...]
    until: str
    approvers: tuple[str, ...]
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """History up to an entry of the log.

    `log` is that entry's commit, `seq` and `time` its number and moment, `main` the tip then;
    `nonces` are the used statements that have not expired, by the day they will; `fallen` and
    `closed` are the locks that the log has told of, as `<school year>/<lock>`.
    """

    genesis: str
    main: str
    log: str
    seq: int
    time: int
    nonces: Mapping[int, frozenset[str]] = field(default_factory=dict)
    requests: Mapping[str, Asked] = field(default_factory=dict)
    fallen: Mapping[str, int] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)

    @property
    def past(self) -> Past:
        """What `decide` asks of history."""
        return Past(
            nonces=_Used(self.nonces),
            used=frozenset(path for path, each in self.requests.items() if each.used),
            approvers={
                path: frozenset(each.approvers) for path, each in self.requests.items()
            },
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Used:
    """Whether a statement has counted already; a day's worth at a time, so that adding is cheap."""

    by_day: Mapping[int, frozenset[str]]

    def __contains__(self, nonce: object) -> bool:
        return any(nonce in used for used in self.by_day.values())


def founded(school: TreeSchool, entry: Entry, log: str) -> State:
    """The state after the founding entry; requests that came with it cannot be used.

    Nobody has seen their approvals, and what is not known to be approved opens nothing.
    """
    requests = {
        record.path: _asked(request_of(record), (), used=True) for record in school.all(REQUEST)
    }
    return State(
        genesis=entry.new, main=entry.new, log=log, seq=entry.seq, time=entry.time,
        requests=requests,
    )  # fmt: skip


def after_merge(
    state: State,
    entry: Entry,
    log: str,
    changes: tuple[Change, ...],
    used: Iterable[tuple[str, int]],
    approvers: Iterable[str],
    head: TreeSchool,
) -> State:
    """The state after a merge that was accepted; `head` is the school of the merge.

    `used` are the numbers of its statements with the moments at which they expire, `approvers`
    the people whose approvals stand in it.
    """
    moment = local(datetime.fromtimestamp(entry.time, UTC))
    requests = {
        path: replace(each, used=each.used or _carried(path, each, changes))
        for path, each in state.requests.items()
    }
    for change in changes:
        if change.kind == REQUEST and change.part is Part.PAGE:
            record = head.at(change.path)
            if record is not None:
                requests[change.path] = _asked(
                    request_of(record), tuple(sorted(approvers)), used=False
                )
    return replace(
        state,
        main=entry.new, log=log, seq=entry.seq, time=entry.time,
        nonces=_used(state.nonces, used, entry.time // _DAY),
        requests={
            path: each for path, each in requests.items() if day(each.until) >= moment.date()
        },
    )  # fmt: skip


def after_lock(state: State, entry: Entry, log: str) -> State:
    """The state after the log has told that a lock fell due, or that its books are complete."""
    lock = entry.lock or ""
    fallen, closed = dict(state.fallen), dict(state.closed)
    if entry.event == "khoa":
        fallen[lock] = entry.missing or 0
    else:
        closed[lock] = entry.new
    return replace(
        state, log=log, seq=entry.seq, time=entry.time, fallen=fallen, closed=closed
    )  # fmt: skip


def as_text(state: State) -> str:
    """The state as a text that `read_state` reads back."""
    data = asdict(state)
    data["nonces"] = {str(day): sorted(used) for day, used in state.nonces.items()}
    return json.dumps({"version": _VERSION, **data}, sort_keys=True)


def read_state(text: str) -> State:
    """The state in a text of `as_text`; HosoError where it is anything else."""
    try:
        data: dict[str, Any] = json.loads(text)
        if data.pop("version") != _VERSION:
            raise HosoError("trạng thái do bản khác của chương trình ghi")
        requests = {
            path: Asked(**{**each, "fields": tuple(each["fields"]),
                           "approvers": tuple(each["approvers"])})
            for path, each in data.pop("requests").items()
        }  # fmt: skip
        nonces = {int(day): frozenset(used) for day, used in data.pop("nonces").items()}
        return State(requests=requests, nonces=nonces, **data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HosoError("trạng thái ghi lại không đọc được") from error


def _used(
    nonces: Mapping[int, frozenset[str]], more: Iterable[tuple[str, int]], today: int
) -> dict[int, frozenset[str]]:
    """The used statements after some more; those whose last day has passed can never count."""
    kept = {day: used for day, used in nonces.items() if day >= today}
    for nonce, end in more:
        last = end // _DAY
        if last >= today:
            kept[last] = kept.get(last, frozenset()) | {nonce}
    return kept


def _asked(request: Request, approvers: tuple[str, ...], *, used: bool) -> Asked:
    return Asked(
        page=request.page, fields=tuple(sorted(request.fields)), until=request.until.isoformat(),
        approvers=approvers, used=used,
    )  # fmt: skip


def _carried(path: str, asked: Asked, changes: tuple[Change, ...]) -> bool:
    fields = dict.fromkeys(asked.fields, (None, None))
    request = Request(path=path, requester="", page=asked.page, fields=fields,
                      until=date.fromisoformat(asked.until))  # fmt: skip
    return carried_out(request, [changes])
