"""What GitHub answers about a repository set up as demanded, in the shape of its own API."""

from __future__ import annotations

import copy

from hoso.forge.options import Options
from hoso.forge.rulesets import rulesets
from hoso.forge.settings import ERRORS, REQUIRED, RULESETS

OPTIONS = Options(to_chuc="truong")
_SERVER_SIDE = {
    "source_type": "Repository", "source": "truong/ho-so", "node_id": "RRS_x",
    "created_at": "2026-11-23T08:00:00Z", "updated_at": "2026-11-23T08:00:00Z",
}  # fmt: skip


def answers():
    """A fresh copy each time, to be spoiled."""
    found = {asked: dict(wanted) for asked, wanted in REQUIRED.items()}
    found["repository"] |= {"name": "ho-so", "owner": {"login": "truong", "type": "Organization"}}
    found[RULESETS] = [
        {"id": number, **copy.deepcopy(each), **_SERVER_SIDE}
        for number, each in enumerate(rulesets(OPTIONS).values(), 1)
    ]
    found[ERRORS] = {"errors": []}
    return found


def ruleset(found, name):
    return next(each for each in found[RULESETS] if each["name"] == name)


def rule(found, name, kind):
    return next(each for each in ruleset(found, name)["rules"] if each["type"] == kind)
