"""The `hoso` command: verbs found late, errors turned into words and exit codes.

Exit codes: 0 all is well, 1 the data has errors, 2 wrong use or a broken environment, 3 our bug.
"""

from __future__ import annotations

import gettext
import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from hoso.findings import HosoError

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
    "hook": "hoso.cli.hook:command",
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
        _say(f"{error.format_message()}\nXem cách dùng: hoso {_verb(arguments)}--help")
        return 2
    except (click.Abort, KeyboardInterrupt):
        _say("Đã dừng theo yêu cầu; không có gì dở dang được giữ lại.")
        return 130
    except HosoError as error:
        if error.findings:
            from hoso.cli.report import as_text

            click.echo(as_text(error.findings), err=True)
        _say(f"Lỗi: {error}")
        return 2
    except OSError as error:
        _say(f"Lỗi: {error.strerror or error}" + (f" ({error.filename})" if error.filename else ""))
        return 2
    except Exception as error:  # the last fence: a bug must not look like bad data
        if os.environ.get("HOSO_DEBUG"):
            traceback.print_exc()
        _say(
            f"Lỗi của chương trình ({type(error).__name__}). Hồ sơ không bị thay đổi.\n"
            "Chạy lại với HOSO_DEBUG=1 và gửi phần in ra cho người phụ trách phần mềm."
        )
        return 3
    return result if isinstance(result, int) else 0


def _verb(arguments: list[str]) -> str:
    return f"{arguments[0]} " if arguments and arguments[0] in COMMANDS else ""


def _say(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    run()
