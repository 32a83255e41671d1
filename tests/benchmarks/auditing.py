"""The audit of ten thousand approved merges beside git's own look at the signatures of commits.

Git checks one signature of each commit and nothing else; the audit replays every merge: the
signatures of commits, log entries, push certificates and statements, the effect, the decision of
its day. Then one more merge, audited from where the last audit ended.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from checking import BIN
from long_history import LongHistory
from measuring import Row, Spent, in_turn, process

MERGES = 10_000
SAMPLE = 300
#: What starting Python and loading the program costs without any work.
LOADED = """\
import hoso.cli.main, hoso.cli.audit, hoso.audit.replay, hoso.audit.report, hoso.audit.kept
import hoso.cli.branches, rich.console, rich.progress
import nacl.bindings
"""
#: The floor: as many signatures verified as an argument says, and nothing else.
VERIFIED = """\
import sys
from nacl.bindings import crypto_sign, crypto_sign_keypair, crypto_sign_open
public, secret = crypto_sign_keypair()
signed = crypto_sign(bytes(150), secret)
for _ in range(int(sys.argv[1])):
    crypto_sign_open(signed, public)
"""


def rows() -> Iterator[Row]:
    """One history, looked at in every way."""
    with tempfile.TemporaryDirectory() as name:
        yield from _of(Path(name) / "truong.git", Path(name) / "signers")


def _of(folder: Path, signers: Path) -> Iterator[Row]:
    began = time.perf_counter()
    history = LongHistory()
    history.live(MERGES)
    history.write(folder)
    built = time.perf_counter() - began
    signers.write_text(history.signers())

    def theirs() -> Spent:
        return process("git", "-C", folder, "-c", f"gpg.ssh.allowedSignersFile={signers}",
                       "log", "--show-signature", f"-{SAMPLE}", "--format=%H", "main")  # fmt: skip

    def whole(*how: str) -> Spent:
        return process(BIN / "hoso", "audit", "--quick", *how, folder)

    _must_all_be_good(folder, signers)
    git, two, one = in_turn(
        [theirs, lambda: whole("--again"), lambda: whole("--again", "--jobs", "1")], rounds=3
    )
    told = subprocess.run(["git", "-C", folder, "rev-list", "--count", "main", "nhat-ky"],
                          check=True, capture_output=True, text=True).stdout  # fmt: skip
    commits = int(told)
    yield Row(
        what=f"git log --show-signature ÷ audit of {MERGES} merges, a commit, wall",
        ratio=git.wall / SAMPLE / (two.wall / commits), at_least=60,
        detail=f"{git.wall / SAMPLE * 1000:.1f} ms and {two.wall / commits * 1000:.2f} ms of "
        f"{commits} commits; one process {one.wall:.1f} s; built in {built:.0f} s",
    )  # fmt: skip
    yield Row(
        what="merges audited a second", ratio=history.merges / two.wall, at_least=1_000,
        detail=f"{two.wall:.1f} s, processors {two.cpu:.1f} s, {two.peak:.0f} MB",
    )  # fmt: skip

    stated = subprocess.run(["git", "-C", folder, "log", "--format=%B", "main"],
                            check=True, capture_output=True).stdout.count(b"-Sig: ")  # fmt: skip
    signatures = commits + history.merges + stated
    bare = process(sys.executable, "-c", VERIFIED, str(signatures))
    yield Row(
        what="audit in one process ÷ Ed25519 of its signatures alone, processors",
        ratio=one.cpu / bare.cpu, at_most=7,
        detail=f"{one.cpu:.1f} s and {bare.cpu:.1f} s for {signatures} signatures",
    )  # fmt: skip

    def one_more() -> Spent:
        history.live_on()
        history.write(folder)
        return whole()

    more, least = in_turn([one_more, lambda: process(sys.executable, "-c", LOADED)], rounds=7)
    yield Row(what="audit of one more merge ÷ starting the program, wall",
              ratio=more.wall / least.wall, at_most=2,
              detail=f"{more.wall * 1000:.0f} ms, {least.wall * 1000:.0f} ms")  # fmt: skip


def _must_all_be_good(folder: Path, signers: Path) -> None:
    told = subprocess.run(
        ["git", "-C", folder, "-c", f"gpg.ssh.allowedSignersFile={signers}", "log",
         "--format=%G?", f"-{SAMPLE}", "main"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    if set(told.stdout.split()) != {"G"}:
        raise RuntimeError("git does not find every signature good")
