"""The forge's own fence around the branches, in the shape GitHub's REST API takes."""

from __future__ import annotations

from typing import Any

from hoso.forge.options import Options

#: The checks a change of `main` waits for: the job of check.yml and the status gate.yml sets.
CHECK = "Kiểm tra"
GATE = "hoso/gate"
#: GitHub Actions as an app; a status of the same name from anybody else does not count.
ACTIONS_APP = 15368

_MAIN, _LOG, _LOCKED = "refs/heads/main", "refs/heads/nhat-ky", "refs/heads/locked/**/*"


def rulesets(options: Options) -> dict[str, dict[str, Any]]:
    """File name → ruleset. Nobody may bypass any but `may-chu`, and that one only the server."""
    server = [] if options.ung_dung is None else [
        {"actor_id": options.ung_dung, "actor_type": "Integration", "bypass_mode": "always"}
    ]  # fmt: skip
    return {
        "main": _ruleset("main", "branch", [_MAIN], [
            {"type": "deletion"},
            {"type": "non_fast_forward"},
            {"type": "required_signatures"},
            {"type": "pull_request", "parameters": {
                "allowed_merge_methods": ["merge"],
                "dismiss_stale_reviews_on_push": True,
                "require_code_owner_review": True,
                "require_last_push_approval": True,
                "required_approving_review_count": 1,
                "required_review_thread_resolution": True,
            }},
            {"type": "required_status_checks", "parameters": {
                "do_not_enforce_on_create": False,
                "strict_required_status_checks_policy": True,
                "required_status_checks": [
                    {"context": name, "integration_id": ACTIONS_APP} for name in (CHECK, GATE)
                ],
            }},
        ]),
        "nhat-ky": _ruleset("nhat-ky", "branch", [_LOG], [
            {"type": "deletion"}, {"type": "non_fast_forward"}, {"type": "required_signatures"},
        ]),
        "locked": _ruleset("locked", "branch", [_LOCKED], [
            {"type": "deletion"}, {"type": "non_fast_forward"}, {"type": "update"},
        ]),
        "may-chu": _ruleset("may-chu", "branch", [_LOG, _LOCKED], [
            {"type": "creation"}, {"type": "update"},
        ], server),
        "the": _ruleset("the", "tag", ["~ALL"], [
            {"type": "deletion"}, {"type": "non_fast_forward"}, {"type": "update"},
        ]),
    }  # fmt: skip


def _ruleset(
    name: str, target: str, refs: list[str], rules: list[dict[str, Any]],
    bypass: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "name": name,
        "target": target,
        "enforcement": "active",
        "bypass_actors": bypass or [],
        "conditions": {"ref_name": {"include": refs, "exclude": []}},
        "rules": rules,
    }
