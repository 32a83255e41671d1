"""Which keys signed which merge, so that a key found out later can be followed back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hoso.audit.account import Loosening
from hoso.ledger.chain import Step
from hoso.ledger.keyring import Keyring
from hoso.ledger.topic import Faulty
from hoso.ledger.view import View
from hoso.signing.statements import statements_in


@dataclass(slots=True)
class Suspects:
    """Every key with the merges it had a part in, as (log number, moment, commit)."""

    signed: dict[bytes, list[tuple[int, int, str]]] = field(default_factory=dict)

    def note(self, step: Step, view: View) -> None:
        """Notes the keys of a merge: its own, its authors', its statements'."""
        entry, judged = step.entry, step.judged
        if judged is None or not judged.head:
            return
        try:
            merge = view.commit(entry.new)
            line = [merge, view.commit(judged.head)]
        except Faulty:
            return
        signatures = [each.signature for each in line if each.signature is not None]
        signatures += [each.signature for each in statements_in(merge.message, _any).statements]
        for blob in {signature.key.blob for signature in signatures}:
            self.signed.setdefault(blob, []).append((entry.seq, entry.time, entry.new))

    def told(self, keyring: Keyring) -> Iterator[Loosening]:
        """A loosening for every merge that a key signed after it may have been stolen."""
        for blob, merges in self.signed.items():
            for holder in keyring.holders.get(blob, ()):
                for seq, time, commit in merges:
                    moment = datetime.fromtimestamp(time, UTC)
                    if holder.suspected is not None and moment >= holder.suspected:
                        yield Loosening(
                            kind="key-suspect", commit=commit, seq=seq, time=time,
                            people=(holder.person or "may-chu",), what=holder.path,
                        )  # fmt: skip


def _any(*_: object) -> bool:
    """What has been followed already has been verified already."""
    return True
