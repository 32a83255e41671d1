"""A git for the server's side alone that kills whoever calls it, at the call that a test names."""

from __future__ import annotations

import subprocess
from pathlib import Path

_SCRIPT = """#!/bin/sh
number=$(($(cat {count}) + 1))
echo $number > {count}
echo "$number $*" >> {calls}
if [ $number -eq {at} ]; then kill -9 $PPID; {then}; fi
exec {real} "$@"
"""


class Trap:
    """Programs of git's in a folder; a push that uses them is killed from inside.

    `at` is the number of the call at which the caller dies; git itself then goes on or not.
    """

    def __init__(self, folder: Path, at: int, *, goes_on: bool):
        real = Path(_told("--exec-path"))
        folder.mkdir()
        for program in real.iterdir():
            if program.name != "git":
                (folder / program.name).symlink_to(program)
        self.count, self.calls = folder / "count", folder / "calls"
        self.count.write_text("0")
        self.calls.touch()
        self.folder = folder
        git = folder / "git"
        git.write_text(_SCRIPT.format(
            count=self.count, calls=self.calls, at=at, real=real / "git",
            then=":" if goes_on else "exit 1",
        ))  # fmt: skip
        git.chmod(0o755)

    @property
    def receive_pack(self):
        """The option of `git push` that makes the other side use these programs."""
        return f"--receive-pack=env GIT_EXEC_PATH={self.folder} git-receive-pack"

    def called(self):
        """What has been called so far."""
        return self.calls.read_text().splitlines()


def _told(*arguments):
    return subprocess.run(
        ["git", *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()
