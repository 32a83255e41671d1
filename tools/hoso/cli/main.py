"""The `hoso` command: verbs found late, errors turned into words and exit codes.

Exit codes: 0 all is well, 1 the data has errors, 2 wrong use or a broken environment, 3 our bug.
"""

from __future__ import annotations

import gettext
import importlib
import os
import sys
from pathlib import Path

import click

from hoso.cli.failing import failed, say

#: Every verb, and where its click command is; imported only when it is called.
COMMANDS: dict[str, str] = {
    "approve": "hoso.cli.reviewing:approve",
    "archive": "hoso.cli.archive:command",
    "audit": "hoso.cli.audit:command",
    "book": "hoso.cli.book:command",
    "check": "hoso.cli.check:command",
    "check-off": "hoso.cli.reviewing:check_off",
    "correct": "hoso.cli.correct:command",
    "demo": "hoso.cli.demo:command",
    "desk": "hoso.cli.desk:command",
    "diff": "hoso.cli.diff:command",
    "explain": "hoso.cli.explain:command",
    "fmt": "hoso.cli.fmt:command",
    "forge": "hoso.cli.forge:command",
    "gate": "hoso.cli.gate:command",
    "history": "hoso.cli.history:command",
    "init": "hoso.cli.init:command",
    "init-server": "hoso.cli.init_server:command",
    "key": "hoso.cli.key:command",
    "lock": "hoso.cli.lock:command",
    "policy": "hoso.cli.policy:command",
    "proposals": "hoso.cli.proposals:command",
    "propose": "hoso.cli.propose:command",
    "return": "hoso.cli.reviewing:send_back",
    "roster": "hoso.cli.roster:command",
    "server": "hoso.cli.server:command",
    "sheet": "hoso.cli.sheet:command",
    "shell": "hoso.cli.shell:command",
    "site": "hoso.cli.site:command",
    "tour": "hoso.cli.tour:command",
    "update": "hoso.cli.update:command",
    "verify-site": "hoso.cli.verify_site:command",
    "unlock": "hoso.cli.unlock:command",
    "withdraw": "hoso.cli.withdraw:command",
    "why": "hoso.cli.why:command",
}


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - ours, proven by the house tests
        return command


@click.group(cls=_Verbs, help="Hồ sơ và trang web của nhà trường, lưu bằng git.",
             context_settings={"help_option_names": ["-h", "--help"]})  # fmt: skip
@click.version_option(package_name="hoso", prog_name="hoso", message="%(prog)s %(version)s")
def group() -> None:
    """The root of all verbs."""


def run() -> None:
    """The entry point: runs a verb and exits with its code."""
    # click says its own words through gettext; ours stand beside this module.
    os.environ["LANGUAGE"] = "vi"
    gettext.bindtextdomain("messages", Path(__file__).parent / "words")
    sys.exit(outcome(sys.argv[1:]))


def outcome(arguments: list[str]) -> int:
    """Runs a verb and gives its exit code; every failure has said itself in Vietnamese."""
    try:
        result = group.main(arguments, prog_name="hoso", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        say(f"{error.format_message()}\nXem cách dùng: hoso {_verb(arguments)}--help")
        return 2
    except click.Abort:
        return failed(KeyboardInterrupt())
    except (KeyboardInterrupt, Exception) as error:  # the last fence: a bug is not bad data
        return failed(error)
    return result if isinstance(result, int) else 0


def _verb(arguments: list[str]) -> str:
    return f"{arguments[0]} " if arguments and arguments[0] in COMMANDS else ""


if __name__ == "__main__":
    run()
