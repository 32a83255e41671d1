"""What an audit leaves for the next one of the same clone, so that only what is new is looked at.

The one who audits keeps it for oneself: it is as good as the disk it lies on. `hoso audit --again`
does without.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from hoso.audit.account import Loosening, Told, Violation
from hoso.audit.findings import Tally
from hoso.audit.replay import Examined
from hoso.findings import Finding, HosoError
from hoso.ledger import state as states

_VERSION = 1


def as_text(found: Examined, deciders: str) -> str:
    """What is found as a text; `deciders` names the program that found it."""
    tally = {**asdict(found.tally), "people": sorted(found.tally.people)}
    kept = {"version": _VERSION, "deciders": deciders, "state": states.as_text(found.state)}
    return json.dumps({**kept, "tally": tally}, ensure_ascii=False, sort_keys=True)


def read_tally(text: str, deciders: str) -> tuple[Tally, states.State]:
    """The tally and the state in a text of `as_text`; HosoError for any other, or by another."""
    try:
        data: dict[str, Any] = json.loads(text)
        if (data["version"], data["deciders"]) != (_VERSION, deciders):
            raise HosoError("do bản khác của chương trình ghi")
        kept = data["tally"]
        tally = Tally(
            violations=[
                Violation(**{**each, "finding": Finding(**each["finding"])})
                for each in kept["violations"]
            ],
            loosenings=[
                Loosening(**{**each, "people": tuple(each["people"])})
                for each in kept["loosenings"]
            ],
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
