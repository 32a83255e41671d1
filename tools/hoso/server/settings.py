"""How a server's repository behaves: git's own fences, and the hooks that call the program."""

from __future__ import annotations

import shlex

from hoso.server.place import OWN, SIGNERS

_MOST_BYTES = 100_000_000


def settings(seed: str) -> tuple[tuple[str, str], ...]:
    """The settings of a new server; the seed is secret and makes nonces nobody can foretell."""
    return (
        # Git itself moves no ref: every command of every push is handed to `proc-receive`.
        ("receive.procReceiveRefs", "refs"),
        ("receive.denyDeletes", "true"),
        ("receive.denyNonFastForwards", "true"),
        ("receive.advertisePushOptions", "false"),
        ("receive.certNonceSeed", seed),
        ("receive.certNonceSlop", "300"),
        # Without this file git complains to the pusher; who pushed, the program asks itself.
        ("gpg.format", "ssh"),
        ("gpg.ssh.allowedSignersFile", f"{OWN}/{SIGNERS}"),
        ("receive.fsckObjects", "true"),
        ("transfer.fsckObjects", "true"),
        ("receive.maxInputSize", str(_MOST_BYTES)),
        # Larger files pass through in pieces and never stand in memory as a whole.
        ("core.bigFileThreshold", "1m"),
        ("core.fsync", "all"),
        ("core.logAllRefUpdates", "false"),
        ("receive.autogc", "false"),
        ("gc.auto", "0"),
        ("gc.pruneExpire", "90.days.ago"),
        ("gc.packRefs", "false"),
        ("uploadpack.allowFilter", "false"),
    )


def hooks(python: str) -> dict[str, str]:
    """The scripts of git's hooks, which run the program with this interpreter."""
    # -I: nothing of the caller's surroundings or folder decides which program runs.
    program = f"exec {shlex.quote(python)} -I -m hoso.cli.hook"
    return {
        "pre-receive": f"#!/bin/sh\numask 077\n{program} pre-receive\n",
        "proc-receive": f"#!/bin/sh\numask 077\n{program} proc-receive\n",
        "update": _UPDATE,
    }


#: Reached only where somebody took `receive.procReceiveRefs` away.
_UPDATE = """#!/bin/sh
echo "HS847 $1: kho này chỉ nhận qua hoso; báo người quản trị máy chủ" >&2
exit 1
"""
