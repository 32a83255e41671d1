"""Keys, stock programs and folders for the tests of signatures."""

from __future__ import annotations

import os
import subprocess
from functools import cache

from hoso.signing.keys import new_key


def run(*command, folder=None, stdin=b"", fails=False):
    """What a program printed; a failure where none is expected is the test's."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        [os.fspath(each) for each in command], cwd=folder, input=stdin, capture_output=True,
        check=False, env={**env, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )  # fmt: skip
    assert (done.returncode != 0) == fails, done.stderr.decode()
    return done.stdout + done.stderr if fails else done.stdout


@cache
def key(name="a"):
    """A key of its own for every name, the same each time it is asked for."""
    return new_key()


def written(folder, signing_key, passphrase=None, name="khoa"):
    """A private key in a file that ssh-keygen will use."""
    path = folder / name
    path.write_bytes(signing_key.written(passphrase))
    path.chmod(0o600)
    return path


def allowed(folder, signing_key, who="NV0012@hoso"):
    """The file that git and ssh-keygen look up signers in."""
    path = folder / "allowed"
    path.write_text(f"{who} {signing_key.public.line}\n")
    return path
