"""Statements in texts, each held to its signature; what does not hold is named and dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from hoso.findings import Finding
from hoso.gate.verdict import Approval, Binding
from hoso.ledger.keyring import WITNESS
from hoso.ledger.standing import Standing
from hoso.ledger.topic import Faulty, fault, owner
from hoso.ledger.view import View
from hoso.signing.statements import APPROVAL as NAMESPACE
from hoso.signing.statements import WITNESS as WITNESS_NAMESPACE
from hoso.signing.statements import Signed, Statement, Witness, statements_in

_PLACE = "phe-duyet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What texts say: approvals whose signatures hold, and a finding for everything else."""

    approvals: tuple[Approval, ...]
    void: tuple[Finding, ...]


def approvals_in(texts: Iterable[str], view: View, standing: Standing, received: datetime) -> Heard:
    """The approvals in texts, as far as key and signature go; whether they count, `decide` says."""
    approvals: list[Approval] = []
    void: list[Finding] = []
    for text in texts:
        found = statements_in(text, _later)
        void.extend(
            Finding(path=_PLACE, line=1, code=code, message=said, hint="ký lại: hoso approve")
            for code, said in found.faults
        )
        for said in found.statements:
            try:
                approvals.append(_approval(said, view, standing, received))
            except Faulty as error:
                void.append(error.finding)
        for seen in found.witnesses:
            try:
                approvals.append(_witnessed(seen, view, standing, received))
            except Faulty as error:
                void.append(error.finding)
    return Heard(approvals=tuple(approvals), void=tuple(void))


def _later(*_: object) -> bool:
    """Signatures are held to their messages below, once it is known whose they should be."""
    return True


def _approval(
    signed: Signed[Statement], view: View, standing: Standing, received: datetime
) -> Approval:
    said = signed.statement
    person = owner(
        _PLACE, signed.signature, signed.text.encode(), NAMESPACE, standing.keyring, received,
        view.verified,
    )  # fmt: skip
    if not view.in_log(said.log):
        raise fault(f"{_PLACE}/{person}", "HS844",
                    "lời duyệt dẫn tới một trang nhật ký không có trong nhật ký này",
                    "tải lại kho rồi ký lại")  # fmt: skip
    return Approval(
        person=person, role=said.role, decision=said.decision, digest=said.digest,
        binding=Binding(repo=said.repo, ref=said.ref, policy=said.policy), nonce=said.nonce,
        not_after=datetime.fromtimestamp(said.not_after, UTC), correction=said.correction,
    )  # fmt: skip


def _witnessed(
    signed: Signed[Witness], view: View, standing: Standing, received: datetime
) -> Approval:
    said = signed.statement
    owner(
        _PLACE, signed.signature, signed.text.encode(), WITNESS_NAMESPACE, standing.keyring,
        received, view.verified, WITNESS,
    )  # fmt: skip
    return Approval(
        person=said.person, role=said.role, decision=said.decision, digest=said.digest,
        binding=Binding(repo=said.repo, ref=said.ref, policy=said.policy), nonce=said.nonce,
        not_after=received, witnessed=True,
    )  # fmt: skip
