"""What history leaves behind for the next decision, small enough to be carried from merge to merge.

Statements that have counted, correction requests with their approvers and whether they were
carried out, locks that the log has told of, the ends of both branches. What can no longer matter
(an expired statement, a request past its day) is let go, so the state does not grow with history.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from hoso.findings import HosoError
from hoso.gate.changes import Change, Part
from hoso.gate.corrections import REQUEST, Request, carried_out, request_of
from hoso.gate.policy import Deed
from hoso.gate.verdict import Approval, Past, local
from hoso.rules.days import day
from hoso.schema.school import TreeSchool
from hoso.signing.entries import Entry

_VERSION = 1


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
    `nonces` maps used statements to the moment they expire by themselves; `fallen` and `closed`
    are the locks that the log has told of, as `<school year>/<lock>`.
    """

    genesis: str
    main: str
    log: str
    seq: int
    time: int
    nonces: Mapping[str, int] = field(default_factory=dict)
    requests: Mapping[str, Asked] = field(default_factory=dict)
    fallen: Mapping[str, int] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)

    @property
    def past(self) -> Past:
        """What `decide` asks of history."""
        return Past(
            nonces=frozenset(self.nonces),
            used=frozenset(path for path, each in self.requests.items() if each.used),
            approvers={
                path: frozenset(each.approvers) for path, each in self.requests.items()
            },
        )  # fmt: skip


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
    approvals: tuple[Approval, ...],
    head: TreeSchool,
) -> State:
    """The state after a merge that was accepted; `head` is the school of the merge."""
    moment = local(datetime.fromtimestamp(entry.time, UTC))
    nonces = {
        **state.nonces,
        **{each.nonce: int(each.not_after.timestamp()) for each in approvals},
    }
    approvers = tuple(
        sorted({each.person for each in approvals if each.decision == Deed.APPROVE.value})
    )
    requests = {
        path: replace(each, used=each.used or _carried(path, each, changes))
        for path, each in state.requests.items()
    }
    for change in changes:
        if change.kind == REQUEST and change.part is Part.PAGE:
            record = head.at(change.path)
            if record is not None:
                requests[change.path] = _asked(request_of(record), approvers, used=False)
    return replace(
        state,
        main=entry.new, log=log, seq=entry.seq, time=entry.time,
        nonces={nonce: end for nonce, end in nonces.items() if end >= entry.time},
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
    return json.dumps({"version": _VERSION, **asdict(state)}, sort_keys=True)


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
        return State(requests=requests, **data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HosoError("trạng thái ghi lại không đọc được") from error


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
