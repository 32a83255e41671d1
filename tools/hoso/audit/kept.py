"""What an audit leaves for the next one of the same clone, so that only what is new is looked at.

The one who audits keeps it for oneself: it is as good as the disk it lies on. `hoso audit --again`
does without.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from typing import Any

from hoso.audit.account import Loosening, Report, Told, Violation
from hoso.audit.findings import Tally
from hoso.audit.replay import Audit, Examined
from hoso.findings import Finding, HosoError
from hoso.ledger import state as states

_VERSION = 2


def as_text(found: Examined, deciders: str) -> str:
    """What is found as a text; `deciders` names the program that found it."""
    tally = {**asdict(found.tally), "people": sorted(found.tally.people)}
    kept = {"version": _VERSION, "deciders": deciders, "state": states.as_text(found.state)}
    return json.dumps({**kept, "tally": tally, "report": asdict(found.report)},
                      ensure_ascii=False, sort_keys=True)  # fmt: skip


def going_on(audit: Audit, text: str, deciders: str) -> tuple[Tally, states.State] | None:
    """What an audit goes on from; None where its log does not, or the text is not of `as_text`."""
    try:
        tally, state = read_tally(text, deciders)
        audit.repository.run("merge-base", "--is-ancestor", state.log, audit.log)
    except (HosoError, subprocess.CalledProcessError):
        return None
    return tally, state


def read_report(text: str) -> Report:
    """The report in a text of `as_text`, by whatever program; HosoError for any other text."""
    try:
        told: dict[str, Any] = json.loads(text)["report"]
        return Report(**{
            **told,
            "people": tuple(told["people"]),
            "violations": tuple(map(_violation, told["violations"])),
            "loosenings": tuple(map(_loosening, told["loosenings"])),
            "locks": tuple(Told(**each) for each in told["locks"]),
            "checked": tuple((str(label), int(count)) for label, count in told["checked"]),
        })  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HosoError("báo cáo lần trước không đọc được") from error


def read_tally(text: str, deciders: str) -> tuple[Tally, states.State]:
    """The tally and the state in a text of `as_text`; HosoError for any other, or by another."""
    try:
        data: dict[str, Any] = json.loads(text)
        if (data["version"], data["deciders"]) != (_VERSION, deciders):
            raise HosoError("do bản khác của chương trình ghi")
        kept = data["tally"]
        tally = Tally(
            violations=[_violation(each) for each in kept["violations"]],
            loosenings=[_loosening(each) for each in kept["loosenings"]],
            locks={lock: Told(**told) for lock, told in kept["locks"].items()},
            people=set(kept["people"]),
            first=kept["first"],
            merges=kept["merges"],
            commits=kept["commits"],
            signatures=kept["signatures"],
        )
        return tally, states.read_state(data["state"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HosoError("kết quả lần trước không đọc được") from error


def _violation(each: dict[str, Any]) -> Violation:
    return Violation(**{**each, "finding": Finding(**each["finding"])})


def _loosening(each: dict[str, Any]) -> Loosening:
    return Loosening(**{**each, "people": tuple(each["people"])})
