"""Which merges a key had a part in since it may have been stolen, once that is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from hoso.audit.account import Loosening
from hoso.audit.gathered import parents, read_commits
from hoso.gate.verdict import VIETNAM
from hoso.ledger.keyring import Holder
from hoso.ledger.view import View
from hoso.schema.kinds import BrokenSchemas
from hoso.signing.commits import read_commit
from hoso.signing.entries import read_entry
from hoso.signing.faults import Fault
from hoso.signing.statements import statements_in


def suspected(view: View, log: str) -> Iterator[Loosening]:
    """A loosening for every merge that a suspected key signed at or after the suspicion began.

    Suspicion is told by the records as they are now. Nothing is read where no key is suspected.
    """
    try:
        keyring = view.standing(view.main).keyring
    except BrokenSchemas:
        # Whose keys they are nobody can read; that the schemas are broken is told already.
        return
    suspects = {
        blob: holder
        for blob, holders in keyring.holders.items()
        for holder in holders
        if holder.suspected is not None
    }
    if not suspects:
        return
    entries = view.repository.run("rev-list", "--first-parent", "--reverse", log).split()
    for raw in read_commits(view.repository, entries).values():
        try:
            entry = read_entry(read_commit("", raw).message)
        except Fault:
            continue
        moment = datetime.fromtimestamp(entry.time, VIETNAM)
        for holder in _signers(view, entry.new, suspects):
            if entry.event == "nhan" and holder.suspected and moment >= holder.suspected:
                yield Loosening(
                    kind="key-suspect", commit=entry.new, seq=entry.seq, time=entry.time,
                    people=(holder.person or "may-chu",), what=holder.path,
                )  # fmt: skip


def _signers(view: View, merge: str, suspects: Mapping[bytes, Holder]) -> list[Holder]:
    """The suspected holders among those who signed a merge, its proposal or its statements."""
    raw = next(iter(read_commits(view.repository, [merge]).values()), b"")
    heads = [merge, *parents(raw)[1:]]
    blobs: set[bytes] = set()
    for id_, text in read_commits(view.repository, heads).items():
        try:
            commit = read_commit(id_, text)
        except Fault:
            continue
        said = statements_in(commit.message, lambda *_: True).statements
        signatures = [commit.signature, *(each.signature for each in said)]
        blobs |= {each.key.blob for each in signatures if each is not None}
    return [suspects[blob] for blob in sorted(blobs & suspects.keys())]
